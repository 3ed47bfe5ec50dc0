// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/crypto/random.hpp"
#include "firmware/keyfile/line_writer.hpp"
#include "hal/files/linux/linux_key_files.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"

namespace latchkey::keyfile::test {

/// A home, the real file system and the writer.
struct LineFixture {
  ScratchHome home;
  files::LinuxKeyFiles real;
  crypto::SystemRandom random;

  Answer add(const Line& line) { return keyfile::add(real, random, home.target(), line); }
  Answer add(const Target& target, const Line& line) {
    return keyfile::add(real, random, target, line);
  }
  Answer remove(const Line& line) { return keyfile::remove(real, random, home.target(), line); }
};

inline mode_t mode_of(const std::filesystem::path& path) {
  struct stat found {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace latchkey::keyfile::test
