// SPDX-License-Identifier: MIT
// Any bytes as an attestation on its way: refused, or the same bytes when written again. None was
// signed over the challenge of this day, so whatever its certificates say it is not hardware.
#include <algorithm>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/judgement.hpp"
#include "core/attest/record.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::attest;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const CertificateStore store;
  const auto record = decode_record({bytes, size});
  if (!record) return 0;
  const auto written = encode(*record);
  require(written && std::ranges::equal(*written, ByteView(bytes, size)));
  require(record->challenge.empty() || record->challenge.size() >= 16);
  const auto& attestation = record->attestation;
  const auto data = parse_authenticator_data(attestation.authenticator_data, "ssh:");
  if (!data) return 0;
  const auto judgement =
      judge({attestation, as_bytes("of this day"), data->key}, store, store, std::nullopt);
  require(judgement.grade != Grade::hardware && judgement.root.empty());
  require(!judgement.why.empty());
  return 0;
}
