// SPDX-License-Identifier: MIT
// The bytes as a request to a key that nobody touches, and as the same one to a key that is.
#include "hal/fido/sim/u2f/apdu.hpp"
#include "hal/fido/sim/u2f/messages.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

/// Always the same key, so that a seed may hold one of its handles.
const State& fresh_key() {
  static const State kState = [] {
    test::SeededRandom random(1);
    State state{.factory = {SigningKey::generate(SigningKey::Kind::p256, random).value(),
                            {Bytes{0x30, 0x00}}}};
    require(random.fill(state.wrapping_key).has_value());
    return state;
  }();
  return kState;
}

struct Outcome {
  unsigned status = 0;
  std::size_t size = 0;
  unsigned signatures = 0;
  unsigned asked = 0;
};

Outcome ask(ByteView apdu, Reply reply) {
  const Model model;
  State state = fresh_key();
  Session session;
  History history;
  test::SeededRandom random(2);
  Environment env{model, state, session, history, random};
  const auto answer = answer_u2f(
      env, apdu, [&](const Request&) { return reply; }, Instant{});
  require(answer.size() >= 2);
  require(history.events.size() == 1);
  const auto status = static_cast<unsigned>(answer[answer.size() - 2] << 8U) | answer.back();
  require(history.events[0].status == status);
  return {status, answer.size() - 2, history.signatures, history.touches_asked};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const auto apdu = Apdu::parse(bytes);
  if (apdu && !apdu->data.empty()) {
    require(apdu->data.data() >= data && apdu->data.data() + apdu->data.size() <= data + size);
  }
  const auto alone = ask(bytes, Reply::never);
  const auto touched = ask(bytes, Reply::yes);
  require((alone.status == 0x6700) || apdu);
  require((alone.size > 0) == (alone.status == 0x9000));
  require((touched.size > 0) == (touched.status == 0x9000));
  // A touch is asked for when it changes the answer, and only then; nothing is signed before.
  require(alone.asked == touched.asked);
  require((alone.asked == 1) == (alone.status != touched.status));
  require(alone.asked == 0 || (alone.signatures == 0 && alone.status == 0x6985));
  return 0;
}
