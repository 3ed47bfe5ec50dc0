// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctaphid/outgoing.hpp"
#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {

/// An answer to CBOR or MSG as a misbehaving key's wire gives it: announced, bad_cbor,
/// wrong_channel. The same message where all is off.
[[nodiscard]] HidMessage spoil(HidMessage answer, const Misbehaviour& misbehaviour);

}  // namespace latchkey::fido::sim
