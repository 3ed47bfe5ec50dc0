// SPDX-License-Identifier: MIT
// CTAP2's CBOR has one encoding for a value: what is read is written again to the byte.
#include <algorithm>

#include "hal/fido/sim/cbor/value.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView cbor(data, size);
  const auto value = fido::sim::Value::decode(cbor);
  if (!value) return 0;
  require(std::ranges::equal(value->encode(), cbor));
  require(fido::sim::Value::decode(value->encode()) == *value);
  return 0;
}
