// SPDX-License-Identifier: MIT
#include "hal/net/sim/scripted_dialer.hpp"

#include <cerrno>
#include <utility>

namespace latchkey::net {

ScriptedDialer& ScriptedDialer::expect(Answer answer) {
  script_.push_back(std::move(answer));
  return *this;
}

ScriptedDialer& ScriptedDialer::expect_failure(Error error) {
  return expect([error = std::move(error)]() -> Result<std::unique_ptr<ByteStream>> {
    return tl::make_unexpected(error);
  });
}

Result<std::unique_ptr<ByteStream>> ScriptedDialer::dial(const std::string& host,
                                                         std::uint16_t port, Instant /*deadline*/) {
  history_.push_back({host, port});
  if (script_.empty()) return fail_errno(ECONNREFUSED, "connecting to " + host);
  const auto answer = std::move(script_.front());
  script_.pop_front();
  return answer();
}

}  // namespace latchkey::net
