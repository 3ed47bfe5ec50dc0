// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "hal/net/dialer.hpp"

namespace latchkey::net {

/// Answers in place of a network: each expected call once, in order; any more is
/// std::errc::connection_refused. history() has what was dialled.
class ScriptedDialer final : public Dialer {
 public:
  using Answer = std::function<Result<std::unique_ptr<ByteStream>>()>;
  struct Call {
    std::string host;
    std::uint16_t port = 0;
    friend bool operator==(const Call&, const Call&) = default;
  };

  ScriptedDialer& expect(Answer answer);
  ScriptedDialer& expect_failure(Error error);

  [[nodiscard]] Result<std::unique_ptr<ByteStream>> dial(const std::string& host,
                                                         std::uint16_t port,
                                                         Instant deadline) override;

  [[nodiscard]] const std::vector<Call>& history() const noexcept { return history_; }
  [[nodiscard]] bool all_answered() const noexcept { return script_.empty(); }

 private:
  std::deque<Answer> script_;
  std::vector<Call> history_;
};

}  // namespace latchkey::net
