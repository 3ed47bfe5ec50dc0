// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/pin_protocol.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::fido::sim::test {

/// A key without a wire: commands are called on it, and a person answers at once.
class BareKey final {
 public:
  /// Fresh from the factory, plugged in at `now`.
  explicit BareKey(Model chosen = Model{});
  /// A model by its name.
  explicit BareKey(std::string_view name) : BareKey(find_model(name).value()) {}

  [[nodiscard]] Environment environment() { return {model, state, session, history, random}; }

  /// The answer, by `reply` where the key waits for one; `asked` tells for what.
  [[nodiscard]] Bytes finish(Outcome outcome, Reply reply = Reply::yes);
  [[nodiscard]] Bytes make(const Value::Map& request, Reply reply = Reply::yes);
  [[nodiscard]] Bytes assertion(const Value::Map& request, Reply reply = Reply::yes);
  [[nodiscard]] Bytes next_assertion();
  [[nodiscard]] Value info();

  void set_pin() { state.pin_hash.emplace(); }
  /// Hands out the token of protocol two, as clientPIN would, and makes a pinUvAuthParam over the
  /// hash of the requests below.
  [[nodiscard]] Bytes token_param(std::uint8_t permissions, bool user_present = false);

  Model model;
  latchkey::test::SeededRandom random{21};
  State state;
  Session session;
  History history;
  Instant now{Millis(1'000'000)};
  std::optional<Request> asked;  ///< by the last command; nullopt: it answered at once
};

inline constexpr const char* kRpId = "ssh:";
[[nodiscard]] Bytes client_data_hash();

/// The least that makeCredential takes: an ES256 credential of kRpId.
[[nodiscard]] Value::Map credential_request();
/// The same with one parameter more, or another.
[[nodiscard]] Value::Map credential_request(int parameter, Value value);
/// A resident one for a user of this name.
[[nodiscard]] Value::Map resident_request(const std::string& user);
/// getAssertion for kRpId, with an allowList of these or without one.
[[nodiscard]] Value::Map assertion_request(const std::vector<Bytes>& allowed = {});

/// An excludeList or allowList.
[[nodiscard]] Value descriptors(const std::vector<Bytes>& ids);
[[nodiscard]] Value::Map with(Value::Map request, int parameter, Value value);

[[nodiscard]] Status status_of(const Bytes& answer);
/// The item behind status ok.
[[nodiscard]] Value body_of(const Bytes& answer);

/// Authenticator data, taken apart without the code that put them together.
struct AuthenticatorData {
  Bytes rp_id_hash;
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  Bytes aaguid;
  Bytes id;
  std::optional<Value> key;
  std::optional<Value> extensions;
};
[[nodiscard]] AuthenticatorData data_of(const Bytes& answer);
[[nodiscard]] Bytes id_of(const Bytes& answer);

}  // namespace latchkey::fido::sim::test
