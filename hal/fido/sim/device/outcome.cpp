// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/outcome.hpp"

namespace latchkey::fido::sim {

Bytes answer(const Value& value) {
  auto bytes = answer(Status::ok);
  const auto cbor = value.encode();
  bytes.insert(bytes.end(), cbor.begin(), cbor.end());
  return bytes;
}

}  // namespace latchkey::fido::sim
