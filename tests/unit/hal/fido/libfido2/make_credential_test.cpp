// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/libfido2/attestation_chain.hpp"
#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::make;
using test::model;

TEST_CASE("A credential of either kind passes fido_cred_verify, and its leaf chains to our root") {
  for (const int algorithm : {COSE_ES256, COSE_EDDSA}) {
    CAPTURE(algorithm);
    Bench bench;
    const auto device = bench.open();
    const auto made = make(device.get(), {.algorithm = algorithm});
    REQUIRE(made.error == FIDO_OK);
    CHECK(made.verified() == FIDO_OK);
    CHECK(std::string(fido_cred_fmt(made.cred.get())) == "packed");
    CHECK(fido_cred_type(made.cred.get()) == algorithm);
    CHECK(fido_cred_pubkey_len(made.cred.get()) == (algorithm == COSE_ES256 ? 64 : 32));
    CHECK(fido_cred_flags(made.cred.get()) == 0x41);
    CHECK(to_hex({fido_cred_aaguid_ptr(made.cred.get()), 16}) == to_hex(model().aaguid));
    CHECK(test::chain_error(made.cred.get(), bench) == "ok");
    REQUIRE(bench.requests.size() == 1);
    CHECK(bench.requests[0].gesture == Gesture::touch);
    CHECK(bench.requests[0].rp_id == "ssh:");
    CHECK(bench.history().touches_given == 1);
    CHECK(bench.history().pin_tries == 0);
  }
}

TEST_CASE("A leaf of another maker does not chain to our root") {
  Bench bench;
  const auto device = bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  Bench other;
  auto& chain = other.state().factory.chain;
  chain.back() = chain.front();
  CHECK(test::chain_error(made.cred.get(), other) != "ok");
}

TEST_CASE("Self attestation is signed by the credential itself") {
  for (const int algorithm : {COSE_ES256, COSE_EDDSA}) {
    CAPTURE(algorithm);
    auto self = model();
    self.attestation = AttestationKind::self;
    Bench bench(self);
    const auto device = bench.open();
    const auto made = make(device.get(), {.algorithm = algorithm});
    REQUIRE(made.error == FIDO_OK);
    CHECK(std::string(fido_cred_fmt(made.cred.get())) == "packed");
    CHECK(fido_cred_x5c_ptr(made.cred.get()) == nullptr);
    CHECK(fido_cred_verify_self(made.cred.get()) == FIDO_OK);
  }
}

TEST_CASE("Attestation in the layout of U2F goes through CTAP2 as well") {
  auto old = model();
  old.attestation = AttestationKind::fido_u2f;
  Bench bench(old);
  const auto device = bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK(std::string(fido_cred_fmt(made.cred.get())) == "fido-u2f");
  CHECK(made.verified() == FIDO_OK);
  CHECK(to_hex({fido_cred_aaguid_ptr(made.cred.get()), 16}) == std::string(32, '0'));
}

TEST_CASE("No attestation is a statement without a signature") {
  auto silent = model();
  silent.attestation = AttestationKind::none;
  Bench bench(silent);
  const auto device = bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK(std::string(fido_cred_fmt(made.cred.get())) == "none");
  CHECK(fido_cred_sig_len(made.cred.get()) == 0);
}

TEST_CASE("A key without Ed25519 says so, and makes ECDSA") {
  Bench bench(model("no-ed25519"));
  const auto device = bench.open();
  CHECK(make(device.get(), {.algorithm = COSE_EDDSA}).error == FIDO_ERR_UNSUPPORTED_ALGORITHM);
  CHECK(make(device.get(), {.algorithm = COSE_RS256}).error == FIDO_ERR_UNSUPPORTED_ALGORITHM);
  CHECK(bench.requests.empty());
  CHECK(make(device.get()).error == FIDO_OK);
}

TEST_CASE("A credential on the exclude list is refused, on this key alone") {
  Bench bench;
  const auto device = bench.open();
  const auto first = make(device.get());
  REQUIRE(first.error == FIDO_OK);
  CHECK(make(device.get(), {.exclude = {first.id()}}).error == FIDO_ERR_CREDENTIAL_EXCLUDED);
  // Only after a touch: a silent refusal would tell anybody what the key holds.
  CHECK(bench.requests.size() == 2);
  CHECK(make(device.get(), {.rp = "ssh:other", .exclude = {first.id()}}).error == FIDO_OK);
  auto stranger = first.id();
  stranger.back() ^= 1U;
  CHECK(make(device.get(), {.exclude = {stranger}}).error == FIDO_OK);
}

TEST_CASE("The protection that was asked for is in what is signed") {
  for (const int level : {FIDO_CRED_PROT_UV_OPTIONAL, FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID,
                          FIDO_CRED_PROT_UV_REQUIRED}) {
    CAPTURE(level);
    Bench bench;
    const auto device = bench.open();
    const auto made = make(device.get(), {.protection = level});
    REQUIRE(made.error == FIDO_OK);
    CHECK(made.verified() == FIDO_OK);
    CHECK(fido_cred_flags(made.cred.get()) == 0xC1);
  }
}

TEST_CASE("A key that does not protect credentials leaves the extension out") {
  Bench bench(model("fido-2.0"));
  const auto device = bench.open();
  const auto made = make(device.get(), {.protection = FIDO_CRED_PROT_UV_REQUIRED});
  REQUIRE(made.error == FIDO_OK);
  CHECK(fido_cred_flags(made.cred.get()) == 0x41);
  // libfido2 sees that what it asked for is missing.
  CHECK(made.verified() == FIDO_ERR_INVALID_PARAM);
}

TEST_CASE("Resident credentials fill the slots, one user one slot") {
  auto small = model();
  small.resident_slots = 2;
  Bench bench(small);
  const auto device = bench.open();
  CHECK(make(device.get(), {.user = "a", .resident = true}).error == FIDO_OK);
  CHECK(make(device.get(), {.user = "b", .resident = true}).error == FIDO_OK);
  CHECK(bench.state().credentials.size() == 2);
  CHECK(make(device.get(), {.user = "c", .resident = true}).error == FIDO_ERR_KEY_STORE_FULL);
  CHECK(make(device.get(), {.user = "b", .resident = true}).error == FIDO_OK);
  CHECK(bench.state().credentials.size() == 2);
  CHECK(make(device.get(), {.user = "c"}).error == FIDO_OK);
}

TEST_CASE("A full key takes no resident credential") {
  Bench bench(model("full"));
  const auto device = bench.open();
  CHECK(make(device.get(), {.resident = true}).error == FIDO_ERR_KEY_STORE_FULL);
  CHECK(make(device.get()).error == FIDO_OK);
}

TEST_CASE("A key without a store refuses resident credentials as an option") {
  auto storeless = model();
  storeless.resident_keys = false;
  Bench bench(storeless);
  const auto device = bench.open();
  CHECK(make(device.get(), {.resident = true}).error == FIDO_ERR_UNSUPPORTED_OPTION);
}
