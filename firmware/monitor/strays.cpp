// SPDX-License-Identifier: MIT
#include "firmware/monitor/strays.hpp"

#include <sys/wait.h>
#include <cerrno>

namespace latchkey::monitor {
namespace {

bool is_over(pid_t child) {
  const pid_t collected = ::waitpid(child, nullptr, WNOHANG);
  return collected > 0 || (collected < 0 && errno != EINTR);
}

}  // namespace

void Strays::adopt(pid_t child) {
  children_.push_back(child);
  look_later();
}

void Strays::look_later() {
  watch_ = loop_.after(pause_, [this] {
    std::erase_if(children_, is_over);
    if (!children_.empty()) look_later();
  });
}

}  // namespace latchkey::monitor
