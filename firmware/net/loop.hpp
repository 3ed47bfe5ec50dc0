// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>
#include <exception>

namespace asio {
class io_context;  // named here so that asio's own headers stay in the .cpp files
}

namespace latchkey::net {

inline constexpr int kFaultStatus = 1;  ///< exit status of a process that met an exception

/// How every coroutine here is started. An exception that nobody caught (no memory left) ends the
/// process at once: there is nothing in it that is worth saving.
struct EndOnException {
  void operator()(const std::exception_ptr& escaped) const {
    if (escaped) ::_exit(kFaultStatus);
  }
};

}  // namespace latchkey::net
