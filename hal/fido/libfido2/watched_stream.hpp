// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "hal/clock/clock.hpp"
#include "hal/fido/report_stream.hpp"

namespace latchkey::fido {

/// Why a key was listened to no longer. libfido2 itself calls all of them "no answer".
enum class Ending : std::uint8_t {
  none,         ///< it was not: what failed is the key's answer
  gone,         ///< the key was pulled out
  interrupted,  ///< our side wants an end
  silent,       ///< one step took too long
  late,         ///< all of it took too long
};

/// Limits what one command to a key may take. Endless keep-alives end here.
struct Limits {
  std::optional<Millis> step;  ///< from each report of ours to a whole answer; nullopt: none
  Millis whole{0};
};

/// Sees to it that reading from a key ends, and remembers why. One a key; outlives the stream.
class Watch final {
 public:
  /// `interrupt`: while it is readable, every read ends; -1: none. The clock outlives this.
  Watch(const clock::Clock& clock, int interrupt) : clock_(clock), interrupt_(interrupt) {}

  void begin(const Limits& limits);
  /// Looks at the interrupt.
  [[nodiscard]] bool interrupted() const;
  [[nodiscard]] Ending ending() const noexcept { return ending_; }
  /// Answers may still come to what was given up: the next report of ours drops them first.
  void leave_behind() noexcept { unread_ = true; }

 private:
  friend class WatchedStream;
  [[nodiscard]] std::optional<Millis> left(std::optional<Millis> timeout) const;
  void end(bool stream_gone);

  const clock::Clock& clock_;
  int interrupt_;
  Limits limits_;
  Instant whole_until_{};
  Instant step_until_{};
  Ending ending_ = Ending::none;
  bool unread_ = false;
};

/// The stream under watch. Its reads need the watch to have begun. An answer that claims more than
/// AnswerGuard bears is withheld.
[[nodiscard]] std::unique_ptr<ReportStream> watched(std::unique_ptr<ReportStream> stream,
                                                    Watch& watch);

}  // namespace latchkey::fido
