// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hal/fido/security_keys.hpp"

namespace latchkey::testing {

[[nodiscard]] ssh::PublicKey some_ed25519(std::string_view application = "ssh:",
                                          std::uint8_t seed = 1);
[[nodiscard]] ssh::PublicKey some_ecdsa(std::string_view application = "ssh:");
[[nodiscard]] fido::ResidentKey resident(const std::string& user,
                                         std::string_view application = "ssh:",
                                         bool verify = false);

/// Security keys without a mind of their own: every call succeeds unless a trouble was laid out for
/// it, and is written down. No trouble is made up that a real key would have (a wrong PIN is right
/// here unless said otherwise): what is tested is what the role does about it.
class ScriptedKeys final : public fido::SecurityKeys {
 public:
  /// What any of them says of itself. At first: CTAP 2.1, U2F, both algorithms, resident keys, a
  /// list of them, and no PIN set.
  fido::KeyInfo info;
  std::vector<fido::PluggedKey> plugged;
  std::vector<fido::ResidentKey> residents;
  int tries = 8;

  /// The next calls of that name ("open", "make", "sign", "residents", "pin_tries", "list") end in
  /// these, one each; then in `always`, where it has that name.
  std::map<std::string, std::deque<fido::Trouble>> troubles;
  std::map<std::string, fido::Trouble> always;
  /// Called in the middle of a make or sign: what happens while the key blinks.
  std::function<void()> meanwhile;

  /// "open /dev/hidraw0", "make ed25519 resident verify pin=1234", "make ecdsa u2f",
  /// "sign verify pin=1234", "residents pin=1234", "pin_tries", "close".
  [[nodiscard]] const std::vector<std::string>& calls() const noexcept { return calls_; }
  [[nodiscard]] std::size_t count(std::string_view beginning) const;
  /// What was asked for last.
  [[nodiscard]] const fido::MakeRequest& made() const noexcept { return made_; }
  [[nodiscard]] const Bytes& signed_message() const noexcept { return signed_message_; }
  [[nodiscard]] const Bytes& signed_handle() const noexcept { return signed_handle_; }
  [[nodiscard]] int descriptor_of_last_open() const noexcept { return interrupt_; }

  ScriptedKeys();
  fido::Attempt<std::vector<fido::PluggedKey>> list() override;
  fido::Attempt<std::unique_ptr<fido::SecurityKey>> open(const fido::PluggedKey& key,
                                                         int interrupt) override;

 private:
  class Key;

  [[nodiscard]] fido::Attempt<> next(const std::string& call);

  std::vector<std::string> calls_;
  fido::MakeRequest made_;
  Bytes signed_message_;
  Bytes signed_handle_;
  int interrupt_ = -2;
};

}  // namespace latchkey::testing
