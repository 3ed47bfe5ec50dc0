// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include "hal/fido/security_keys.hpp"
#include "host/key_failure.hpp"
#include "host/terminal.hpp"

namespace latchkey::host {

/// Asks for the PIN of one security key, in one run of latchkey. Two wrong ones end it: a person
/// who does not know it shall not use up the tries by way of us.
class PinPrompt final {
 public:
  static constexpr int kWrongAtMost = 2;

  /// Both must outlive it.
  PinPrompt(const Terminal& terminal, fido::SecurityKey& key) noexcept
      : terminal_(terminal), key_(key) {}

  /// "PIN of YubiKey 5 (8 tries left): ". Typed for what is done next and for nothing else.
  /// Reason::needs_terminal, cancelled, pin_blocked, and what asking for the tries ends in.
  [[nodiscard]] Attempt<fido::Pin> ask();

  /// After `problem`: whether a PIN may be asked for again. Says then that it was wrong.
  [[nodiscard]] bool again(const fido::Problem& problem);

 private:
  const Terminal& terminal_;
  fido::SecurityKey& key_;
  int wrong_ = 0;
};

/// Does `operation`, fido::Attempt<T>(const fido::Pin&), with a PIN that is typed for it; after a
/// wrong one asks once more.
template <class Operation>
[[nodiscard]] auto with_pin(PinPrompt& prompt, Operation operation)
    -> Attempt<typename std::invoke_result_t<Operation, const fido::Pin&>::value_type> {
  for (;;) {
    const auto pin = prompt.ask();
    if (!pin) return tl::make_unexpected(pin.error());
    auto done = operation(*pin);
    if (!done) {
      if (prompt.again(done.error())) continue;
      return tl::make_unexpected(key_failure(done.error()));
    }
    if constexpr (std::is_void_v<typename decltype(done)::value_type>) {
      return {};
    } else {
      return std::move(*done);
    }
  }
}

}  // namespace latchkey::host
