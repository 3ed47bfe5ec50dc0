// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

#include "hal/descriptor.hpp"

namespace latchkey::test {

/// A blocking Unix socket of this type (SOCK_STREAM, SOCK_SEQPACKET), connected to `path`.
inline hal::Descriptor connected(const std::string& path, int type) {
  hal::Descriptor made(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  REQUIRE(::connect(made.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  return made;
}

}  // namespace latchkey::test
