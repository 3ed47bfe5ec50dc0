// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/ssh/openssh_key.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::host::test {

/// One security key: what it can, what it holds, and the person at it. It survives being opened,
/// closed and pulled out; the counters never go back.
struct FakeKey {
  explicit FakeKey(std::string path = "/dev/hidraw3", std::string name = "Model X");

  fido::PluggedKey plugged;
  fido::KeyInfo info;  ///< a CTAP 2.1 key without a PIN, both algorithms
  std::string pin;     ///< empty: none is set; set_pin() keeps `info` in step
  int tries = 8;
  std::vector<fido::ResidentKey> residents;
  std::vector<Bytes> handles;  ///< of what was made here

  // The person and the faults.
  bool chosen = true;                           ///< touched when it is to be chosen
  std::optional<fido::Trouble> fails_to_open;   ///< how opening ends
  std::optional<fido::Trouble> fails_to_make;   ///< how making ends, once the PIN was right
  std::optional<fido::Trouble> fails_to_blink;  ///< how begin_touch() ends
  bool no_ed25519 = false;                      ///< says no_such_algorithm, whatever `info` says
  bool wants_pin_after_all = false;             ///< pin_required, whatever `info` says
  bool tells_with_pin_alone = false;            ///< owns(): denies all without the PIN
  std::function<void()> on_open;                ///< before each opening
  std::function<void()> on_touch;               ///< while it waits for the touch of make()
  std::function<void(fido::MadeKey&)> spoil;    ///< a key that lies
  std::function<void()> on_look;                ///< while it waits to be chosen

  // What was done to it.
  int opened = 0;
  int closed = 0;
  int blinking = 0;  ///< between begin_touch() and end_touch()
  int pins_sent = 0;
  int wrong_pins = 0;
  int touches = 0;
  std::vector<fido::MakeRequest> requests;
  std::vector<std::string> typed;  ///< the PINs, as they came

  void set_pin(const std::string& text);
};

/// The seam hal/fido/security_keys.hpp in memory. The keys belong to the test.
class FakeSecurityKeys final : public fido::SecurityKeys {
 public:
  std::vector<FakeKey*> keys;
  std::optional<fido::Trouble> fails_to_list;
  std::function<void()> on_list;  ///< before each look: plugs one in, say
  int looks = 0;

  [[nodiscard]] fido::Attempt<std::vector<fido::PluggedKey>> list() override;
  [[nodiscard]] fido::Attempt<std::unique_ptr<fido::SecurityKey>> open(const fido::PluggedKey& key,
                                                                       int interrupt) override;
};

/// A key of a security key that nobody has: for residents. `seed` makes them differ.
[[nodiscard]] ssh::PublicKey some_sk_key(fido::Algorithm algorithm, const std::string& application,
                                         std::uint8_t seed = 1);

}  // namespace latchkey::host::test
