// SPDX-License-Identifier: MIT
#include "host/pin_prompt.hpp"

#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

struct Prompt : KeyScene {
  Prompt() { key.set_pin(kPin); }
  Attempt<std::size_t> count() {
    const auto context = laptop.context();
    const auto opened = laptop.security_keys.open(key.plugged, -1).value();
    PinPrompt prompt(context.terminal, *opened);
    return with_pin(prompt, [&](const fido::Pin& pin) -> fido::Attempt<std::size_t> {
      auto found = opened->residents(pin);
      if (!found) return fido::give_up(std::move(found));
      return found->size();
    });
  }
};

}  // namespace

TEST_CASE("an operation gets the PIN that was typed for it, and a second one after a wrong one") {
  Prompt scene;
  scene.laptop.type("wrong one\n" + std::string(kPin) + "\n");
  CHECK(scene.count() == 0U);
  CHECK(scene.key.typed == std::vector<std::string>{"wrong one", kPin});
  scene.laptop.type("wrong one\nwrong two\n");
  CHECK(scene.count().error().reason == Reason::pin_wrong);
}

TEST_CASE("one try left is said as such, and none at all asks nobody") {
  Prompt scene;
  scene.key.tries = 1;
  scene.laptop.type(std::string(kPin) + "\n");
  CHECK(scene.count().has_value());
  CHECK(scene.screen_has("PIN of Model X (1 try left): "));
  scene.key.tries = 0;
  CHECK(scene.count().error().reason == Reason::pin_blocked);
  CHECK(scene.key.pins_sent == 1);
}

TEST_CASE("what no key could have as a PIN is asked for again, and costs no try") {
  Prompt scene;
  scene.laptop.type("123\n" + std::string(64, 'x') + "\n" + kPin + "\n");
  CHECK(scene.count().has_value());
  CHECK(scene.screen_has("No PIN is like that"));
  CHECK(scene.key.pins_sent == 1);
}

TEST_CASE("an operation without a result does too") {
  Prompt scene;
  scene.laptop.type(std::string(kPin) + "\n");
  const auto context = scene.laptop.context();
  const auto opened = scene.laptop.security_keys.open(scene.key.plugged, -1).value();
  PinPrompt prompt(context.terminal, *opened);
  const auto done = with_pin(
      prompt, [&](const fido::Pin& pin) { return opened->remove_resident(Bytes(64, 1), pin); });
  CHECK(done.error().reason == Reason::not_its_key);
}
