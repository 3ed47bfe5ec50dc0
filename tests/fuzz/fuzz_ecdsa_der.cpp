// SPDX-License-Identifier: MIT
// Any bytes as an ECDSA signature in DER: refused, or two numbers that give the same DER again.
#include <algorithm>

#include "core/ssh/ecdsa_der.hpp"
#include "core/ssh/wire.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto numbers = ssh::mpints_of_der({bytes, size});
  if (!numbers) return 0;
  // An mpint and a DER integer differ in nothing but what stands before them.
  ssh::Reader in(*numbers, "reading two numbers");
  ssh::Writer inner;
  for (int i = 0; i < 2; ++i) {
    const auto number = in.string(33);
    require(!number.empty());
    inner.uint8(0x02).uint8(static_cast<std::uint8_t>(number.size())).raw(number);
  }
  require(in.end().has_value());
  ssh::Writer out;
  out.uint8(0x30).uint8(static_cast<std::uint8_t>(inner.bytes().size())).raw(inner.bytes());
  require(std::ranges::equal(out.bytes(), ByteView(bytes, size)));
  return 0;
}
