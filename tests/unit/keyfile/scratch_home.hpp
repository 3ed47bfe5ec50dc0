// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/crypto/base64.hpp"
#include "firmware/keyfile/line_writer.hpp"
#include "hal/files/linux/linux_key_files.hpp"

namespace latchkey::keyfile::test {

/// A home directory in a temporary folder of its own, gone at the end.
class ScratchHome final {
 public:
  ScratchHome() : ScratchHome(std::filesystem::temp_directory_path()) {}
  explicit ScratchHome(const std::filesystem::path& folder) {
    std::string pattern = (folder / "latchkey-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
    std::filesystem::create_directory(home());
    ::chmod(home().c_str(), 0755);
  }
  ~ScratchHome() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ScratchHome(const ScratchHome&) = delete;
  ScratchHome& operator=(const ScratchHome&) = delete;
  ScratchHome(ScratchHome&&) = delete;
  ScratchHome& operator=(ScratchHome&&) = delete;

  /// The folder around the home: what is beside it is outside.
  [[nodiscard]] std::filesystem::path root() const { return root_; }
  [[nodiscard]] std::filesystem::path home() const { return root_ / "home"; }
  [[nodiscard]] std::filesystem::path ssh() const { return home() / ".ssh"; }
  [[nodiscard]] std::filesystem::path keys() const { return ssh() / "authorized_keys"; }

  /// Makes .ssh, 0700, and authorized_keys, 0600, with this content.
  void write_keys(const std::string& content) const { write(keys(), content); }
  void write(const std::filesystem::path& path, const std::string& content) const {
    std::filesystem::create_directories(path.parent_path());
    ::chmod(ssh().c_str(), 0700);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    ::chmod(path.c_str(), 0600);
  }
  [[nodiscard]] std::string read_keys() const { return read(keys()); }
  [[nodiscard]] static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Names in a directory, sorted, with a space behind each.
  [[nodiscard]] static std::string names(const std::filesystem::path& directory) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    std::string all;
    for (const auto& name : found) all += name + " ";
    return all;
  }

  /// Scratch folders may be on tmpfs or an overlay: allow_volatile is on.
  [[nodiscard]] Target target() const {
    Target target;
    target.user = ::geteuid();
    target.home = home().string();
    target.path = keys().string();
    target.others = {(ssh() / "authorized_keys2").string()};
    target.allow_volatile = true;
    return target;
  }

 private:
  std::filesystem::path root_;
};

/// Where fsync costs nothing, for tests of thousands of rounds: memory, where there is some.
inline std::filesystem::path fast_folder() {
  return ::access("/dev/shm", W_OK | X_OK) == 0 ? std::filesystem::path("/dev/shm")
                                                : std::filesystem::temp_directory_path();
}

/// An ed25519 public key blob; the number makes the key.
inline Bytes key_blob(std::uint32_t number) {
  Bytes blob{0, 0, 0, 11};
  for (const char c : std::string("ssh-ed25519")) blob.push_back(static_cast<std::uint8_t>(c));
  blob.insert(blob.end(), {0, 0, 0, 32});
  for (unsigned i = 0; i < 32; ++i) {
    blob.push_back(static_cast<std::uint8_t>(i < 4 ? number >> (8 * i) : i));
  }
  return blob;
}

/// The line that such a key makes, without line end.
inline std::string key_line(std::uint32_t number, const std::string& comment) {
  return "ssh-ed25519 " + crypto::to_base64(key_blob(number)) + " " + comment;
}

inline Line line_for(std::uint32_t number, const std::string& comment = "anna@laptop") {
  Line line;
  line.key = key_blob(number);
  line.comment = comment;
  line.now = WallTime(std::chrono::seconds(1'800'000'000));
  return line;
}

/// The same bytes each time: a seeded generator that is no secret.
class CountingRandom final : public crypto::Random {
 public:
  explicit CountingRandom(std::uint8_t start = 0, std::uint8_t step = 1)
      : next_(start), step_(step) {}
  Result<void> fill(std::span<std::uint8_t> output) override {
    std::fill(output.begin(), output.end(), next_);
    next_ = static_cast<std::uint8_t>(next_ + step_);
    return {};
  }

 private:
  std::uint8_t next_;
  std::uint8_t step_;
};

}  // namespace latchkey::keyfile::test
