// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "tests/unit/hal/fido/ctap2/platform.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::fido::sim::test {

/// What a command answered.
struct Reading {
  Status status = Status::other;
  Value value = Value::Map{};
};

/// A key without its wire, plugged in, and what a computer does with its PIN.
class KeyWithPin {
 public:
  explicit KeyWithPin(Model chosen = {}, int protocol = 2);

  Model model;
  int protocol;
  latchkey::test::SeededRandom random{1};
  State state;
  Session session;
  History history;
  Instant now{Millis(1000)};
  std::vector<std::string> saved{};  ///< the state as it was written down, as JSON

  [[nodiscard]] Environment environment();
  /// Pulled out and plugged in; the state is read again from what was written down.
  void replug();

  [[nodiscard]] Reading client_pin(const Value::Map& parameters);
  [[nodiscard]] Reading credential_management(const Value::Map& parameters);

  /// With a key agreement of its own.
  [[nodiscard]] Platform platform();
  Status set_pin(const std::string& pin);
  Status change_pin(const std::string& from, const std::string& to);

  /// Tokens, decrypted; nothing where the status is another.
  struct Token {
    Status status = Status::other;
    Bytes value{};
  };
  [[nodiscard]] Token pin_token(const std::string& pin);
  [[nodiscard]] Token token(const std::string& pin, int permissions,
                            const std::optional<std::string>& rp_id = {});

  /// check_pin_uv_auth() with the right parameter for a token.
  [[nodiscard]] Status check(ByteView token_value, int needed,
                             std::optional<std::string_view> rp_id = {});

 private:
  [[nodiscard]] Token open(const Platform& platform, const Reading& reading) const;
};

[[nodiscard]] Reading read(const Bytes& answer);
[[nodiscard]] State factory_state();

}  // namespace latchkey::fido::sim::test
