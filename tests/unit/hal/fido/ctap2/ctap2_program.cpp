// SPDX-License-Identifier: MIT
// What keys answer, for judges in other languages. A line for each way to attest and algorithm:
// format, algorithm, then in hexadecimal the hash of the client data, the root, and the CBOR of
// makeCredential, of getAssertion and of getInfo.
#define DOCTEST_CONFIG_IMPLEMENT  // what the bare key's own checks need
#include <doctest/doctest.h>

#include <iostream>

#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

void print(const char* format, AttestationKind kind, int algorithm) {
  auto model = find_model("fido-2.1").value();
  model.attestation = kind;
  BareKey key(model);
  const auto algorithms = Value::Array{Value::Map{{"alg", algorithm}, {"type", "public-key"}}};
  auto request = with(resident_request("ada"), 4, algorithms);
  request.insert_or_assign(6, Value::Map{{"credProtect", 2}});
  const auto made = body_of(key.make(request));
  const auto id = key.state.credentials.front().id;
  const auto assertion = body_of(key.assertion(assertion_request({id})));
  std::cout << format << ' ' << algorithm << ' ' << to_hex(client_data_hash()) << ' '
            << to_hex(key.state.factory.chain.back()) << ' ' << to_hex(made.encode()) << ' '
            << to_hex(assertion.encode()) << ' ' << to_hex(key.info().encode()) << '\n';
}

}  // namespace

int main() {
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  print("packed", AttestationKind::packed, kEs256);
  print("packed", AttestationKind::packed, kEdDsa);
  print("fido-u2f", AttestationKind::fido_u2f, kEs256);
  print("self", AttestationKind::self, kEs256);
  print("self", AttestationKind::self, kEdDsa);
  print("none", AttestationKind::none, kEs256);
  return 0;
}
