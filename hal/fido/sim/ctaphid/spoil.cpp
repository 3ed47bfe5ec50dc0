// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/spoil.hpp"

namespace latchkey::fido::sim {

HidMessage spoil(HidMessage answer, const Misbehaviour& misbehaviour) {
  auto& payload = answer.payload;
  // Behind the status byte is one item: wherever it is cut, something is missing.
  if (misbehaviour.bad_cbor && answer.command == HidCommand::cbor && payload.size() > 1) {
    payload.resize(1 + (payload.size() - 1) / 2);
  }
  switch (misbehaviour.announced) {
    case Misbehaviour::Length::right: break;
    case Misbehaviour::Length::too_short: answer.announced = payload.size() / 2; break;
    case Misbehaviour::Length::too_long:
      answer.announced = payload.size() + kContinuationData;  // one report more, which never comes
      break;
  }
  // Of somebody, but not of the one who asked; never 0 or the broadcast, as no channel is either.
  if (misbehaviour.wrong_channel) answer.channel = ~answer.channel;
  return answer;
}

}  // namespace latchkey::fido::sim
