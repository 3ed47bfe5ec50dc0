// SPDX-License-Identifier: MIT
// Any bytes as an OpenSSH attestation file: refused, or the same bytes when written again. None
// was signed over the challenge of this day, so whatever its certificate says it is not hardware.
#include <algorithm>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/chain.hpp"
#include "core/attest/judgement.hpp"
#include "core/attest/leaf_rules.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;
using namespace latchkey::attest;

namespace {

void look_at(const Certificate& leaf, const CertificateStore& store) {
  for (const auto format : {Format::packed, Format::fido_u2f}) {
    (void)break_of_leaf_rules(format, leaf, {});
  }
  require(leaf.common_name().size() <= 64 && leaf.issuer_common_name().size() <= 64);
  (void)leaf.valid_at({});
  (void)follow_chain(leaf, {}, store, store, WallTime{});
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const CertificateStore store;
  const auto file = read_sk_attest_file({bytes, size});
  if (!file) return 0;
  require(std::ranges::equal(write_sk_attest_file(*file), ByteView(bytes, size)));
  if (const auto leaf = Certificate::parse(file->certificate)) look_at(*leaf, store);
  const auto data = parse_authenticator_data(file->authenticator_data, "ssh:");
  if (!data) return 0;
  const auto judgement =
      judge_file(*file, as_bytes("of this day"), data->key, store, store, std::nullopt);
  require(judgement.grade != Grade::hardware && judgement.root.empty());
  require(!judgement.why.empty());
  return 0;
}
