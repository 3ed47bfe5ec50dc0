// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/judgement.hpp"
#include "core/ssh/openssh_key.hpp"
#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

constexpr std::uint8_t kTouch = ssh::sk_flag::kUserPresence;

/// What the Pi would make of it, with the bench's root trusted and its intermediate at hand, which
/// U2F does not send.
attest::Judgement judge(const MadeKey& made, const MakeRequest& wanted, KeyBench& key) {
  const auto& chain = key.bench.state().factory.chain;
  attest::CertificateStore roots;
  attest::CertificateStore intermediates;
  REQUIRE(intermediates.add_pem(to_pem(chain.at(1))).has_value());
  REQUIRE(roots.add_pem(to_pem(chain.at(2))).has_value());
  return attest::judge({made.attestation, wanted.challenge, made.key}, roots, intermediates,
                       key.bench.clock().wall());
}

const std::string kMessage = "a message";

/// It signs, and the signature is the made key's.
bool signs(SecurityKey& key, const MadeKey& made, bool verify, const Pin* given) {
  const auto signature =
      key.sign(made.key.application(), made.handle, as_bytes(kMessage), verify, given);
  return signature && test::holds(*signature, made.key, as_bytes(kMessage));
}

}  // namespace

TEST_CASE("Every model makes the kinds of key that it says it can, and they sign") {
  for (const auto& made_as : models()) {
    CAPTURE(made_as.name);
    KeyBench bench(made_as);
    if (made_as.client_pin) bench.set_pin();
    const auto key = bench.open();
    const auto given = pin();
    for (const auto algorithm : {Algorithm::ed25519, Algorithm::ecdsa_p256}) {
      CAPTURE(static_cast<int>(algorithm));
      const auto wanted = request(algorithm);
      const auto* used = made_as.client_pin ? &given : nullptr;
      const auto made = key->make(wanted, used);
      if (!may_support(key->info(), algorithm)) {
        CHECK(trouble(made) == "no-such-algorithm");
        continue;
      }
      REQUIRE(made.has_value());
      const bool ed25519 = algorithm == Algorithm::ed25519;
      CHECK(made->key.type() == (ed25519 ? ssh::KeyType::sk_ed25519 : ssh::KeyType::sk_ecdsa_p256));
      CHECK(made->key.application() == "ssh:");
      CHECK(made->flags == kTouch);
      CHECK_FALSE(made->handle.empty());
      CHECK(judge(*made, wanted, bench).grade == attest::Grade::hardware);
      CHECK(signs(*key, *made, false, used));
    }
  }
}

TEST_CASE("The whole chain comes with a packed attestation, the leaf alone with one of U2F") {
  KeyBench bench;
  const auto key = bench.open();
  const auto packed = key->make(request(), nullptr);
  REQUIRE(packed.has_value());
  CHECK(packed->attestation.format == attest::Format::packed);
  REQUIRE(packed->attestation.chain.size() == 2);
  CHECK(packed->attestation.chain.at(0) == bench.bench.state().factory.chain.at(0));
  CHECK(packed->attestation.chain.at(1) == bench.bench.state().factory.chain.at(1));

  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  const auto u2f = key->make(wanted, nullptr);
  REQUIRE(u2f.has_value());
  CHECK(u2f->attestation.format == attest::Format::fido_u2f);
  REQUIRE(u2f->attestation.chain.size() == 1);
  CHECK(u2f->attestation.chain.at(0) == bench.bench.state().factory.chain.at(0));
}

TEST_CASE("A key is made by touch alone where a PIN is set and need not be used") {
  KeyBench bench;
  bench.set_pin();
  const auto key = bench.open();
  CHECK(needed_to_make(key->info(), false, false) == Verification::none);
  CHECK(key->make(request(), nullptr).has_value());
  CHECK(bench.bench.history().pin_tries == 0);
  CHECK(bench.bench.history().touches_given == 1);
}

TEST_CASE("A key that wants its PIN says so before anybody touches it") {
  KeyBench bench(model("fido-2.0"));
  bench.set_pin();
  const auto key = bench.open();
  CHECK(trouble(key->make(request(), nullptr)) == "pin-required");
  CHECK(bench.bench.requests.empty());
  CHECK(bench.bench.history().pin_tries == 0);
  const auto given = pin();
  CHECK(key->make(request(), &given).has_value());
  CHECK(bench.bench.history().pin_tries == 1);
}

TEST_CASE("By U2F a key is made by touch alone, whatever its PIN") {
  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  for (const char* name : {"u2f-only", "fido-2.0", "fido-2.1", "fido-2.1-built-in-uv"}) {
    CAPTURE(name);
    KeyBench bench(model(name));
    if (model(name).client_pin) bench.set_pin();
    const auto key = bench.open();
    const auto given = pin();
    const auto made = key->make(wanted, &given);
    REQUIRE(made.has_value());
    CHECK(judge(*made, wanted, bench).grade == attest::Grade::hardware);
    CHECK(bench.bench.history().pin_tries == 0);
    CHECK(bench.bench.history().touches_given == 1);
    // It is itself again: what U2F cannot do works.
    if (key->info().ctap2) {
      const auto again = key->make(request(Algorithm::ecdsa_p256), &given);
      REQUIRE(again.has_value());
      CHECK(again->attestation.format == attest::Format::packed);
    }
    CHECK(key->owns("ssh:", made->handle, nullptr) == true);
  }
}

TEST_CASE("What U2F cannot do is refused before anybody touches the key") {
  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  SUBCASE("resident") { wanted.resident = true; }
  SUBCASE("verified") { wanted.verify = true; }
  KeyBench bench;
  const auto key = bench.open();
  if (wanted.resident || wanted.verify) {
    CHECK(trouble(key->make(wanted, nullptr)) == "not-supported");
  }
  wanted = request(Algorithm::ed25519);
  wanted.as_u2f = true;
  CHECK(trouble(key->make(wanted, nullptr)) == "no-such-algorithm");
  CHECK(bench.bench.requests.empty());
}

TEST_CASE("A key that always verifies, or knows no U2F, makes nothing by U2F") {
  auto modern = model();
  modern.u2f = false;
  for (const auto& made_as : {model("fido-2.1-always-uv"), modern}) {
    CAPTURE(made_as.name);
    KeyBench bench(made_as);
    const auto key = bench.open();
    auto wanted = request(Algorithm::ecdsa_p256);
    wanted.as_u2f = true;
    CHECK(trouble(key->make(wanted, nullptr)) == "not-supported");
    CHECK(bench.bench.requests.empty());
  }
}

TEST_CASE("A key that is to verify says so in its flags and attestation, and wants it to sign") {
  KeyBench bench;
  bench.set_pin();
  const auto key = bench.open();
  const auto given = pin();
  auto wanted = request();
  wanted.verify = true;
  CHECK(trouble(key->make(wanted, nullptr)) == "pin-required");
  const auto made = key->make(wanted, &given);
  REQUIRE(made.has_value());
  CHECK(made->flags == (kTouch | ssh::sk_flag::kUserVerification));
  CHECK(judge(*made, wanted, bench).user_verified);
  CHECK(signs(*key, *made, true, &given));
  CHECK(trouble(key->sign("ssh:", made->handle, {}, true, nullptr)) == "pin-required");
  CHECK(trouble(key->sign("ssh:", made->handle, {}, false, nullptr)) == "not-its-handle");
  CHECK(key->owns("ssh:", made->handle, nullptr) == false);
  CHECK(key->owns("ssh:", made->handle, &given) == true);
}

TEST_CASE("A finger does where a PIN would be asked for") {
  KeyBench bench(model("fido-2.1-built-in-uv"));
  const auto key = bench.open();
  auto wanted = request();
  wanted.verify = true;
  CHECK(needed_to_make(key->info(), false, true) == Verification::built_in);
  const auto made = key->make(wanted, nullptr);
  REQUIRE(made.has_value());
  CHECK(judge(*made, wanted, bench).user_verified);
  CHECK(bench.bench.history().verifications_given > 0);
  CHECK(signs(*key, *made, true, nullptr));

  wanted.resident = true;
  CHECK(key->make(wanted, nullptr).has_value());
  CHECK(trouble(key->make(wanted, nullptr)) == "already-there");
}

TEST_CASE("A wrong finger is told apart from somebody who is not there") {
  KeyBench bench(model("fido-2.1-built-in-uv"));
  const auto key = bench.open();
  auto wanted = request();
  wanted.verify = true;
  bench.bench.reply = Reply::no;
  CHECK(trouble(key->make(wanted, nullptr)) == "verification-failed");
  for (int i = 0; i < kVerificationTries; ++i) (void)key->make(wanted, nullptr);
  CHECK(trouble(key->make(wanted, nullptr)) == "verification-blocked");
  bench.bench.reply = Reply::never;
  CHECK(trouble(key->make(request(), nullptr)) == "timed-out");
}

TEST_CASE("A key without a PIN or reader makes nothing that needs them") {
  for (const bool resident : {true, false}) {
    CAPTURE(resident);
    KeyBench bench;
    const auto key = bench.open();
    auto wanted = request();
    wanted.resident = resident;
    wanted.verify = !resident;
    CHECK(trouble(key->make(wanted, nullptr)) == "pin-not-set");
    CHECK(bench.bench.requests.empty());
  }
  KeyBench bench(model("fido-2.1-always-uv"));
  CHECK(trouble(bench.open()->make(request(), nullptr)) == "pin-not-set");
}

TEST_CASE("A key that cannot protect credentials makes none that need it") {
  KeyBench bench(model("fido-2.0"));
  bench.set_pin();
  const auto key = bench.open();
  const auto given = pin();
  auto wanted = request();
  SUBCASE("resident") { wanted.resident = true; }
  SUBCASE("verified") { wanted.verify = true; }
  CHECK(trouble(key->make(wanted, &given)) == "not-supported");
  CHECK(bench.bench.history().pin_tries == 0);
}

TEST_CASE("An attestation by the key itself, and none at all, are passed on as such") {
  for (const auto kind : {AttestationKind::self, AttestationKind::none}) {
    CAPTURE(static_cast<int>(kind));
    auto made_as = model();
    made_as.attestation = kind;
    KeyBench bench(made_as);
    const auto wanted = request();
    const auto made = bench.open()->make(wanted, nullptr);
    REQUIRE(made.has_value());
    CHECK(made->attestation.chain.empty());
    CHECK(made->attestation.signature.empty() == (kind == AttestationKind::none));
    CHECK(judge(*made, wanted, bench).grade ==
          (kind == AttestationKind::none ? attest::Grade::none : attest::Grade::self));
  }
}

TEST_CASE("The attestation holds over the challenge and over no other") {
  KeyBench bench;
  auto wanted = request();
  const auto made = bench.open()->make(wanted, nullptr);
  REQUIRE(made.has_value());
  wanted.challenge.front() ^= 1U;
  CHECK(judge(*made, wanted, bench).grade == attest::Grade::invalid);
}

TEST_CASE("A challenge of any length that can be kept is one") {
  KeyBench bench;
  auto wanted = request();
  for (const std::size_t size : {16U, 256U}) {
    wanted.challenge.assign(size, 0xC4);
    const auto made = bench.open()->make(wanted, nullptr);
    REQUIRE(made.has_value());
    CHECK(judge(*made, wanted, bench).grade != attest::Grade::invalid);
  }
}

TEST_CASE("A request that OpenSSH could not use is refused without asking the key") {
  KeyBench bench;
  const auto key = bench.open();
  auto wanted = request();
  SUBCASE("of another kind of application") { wanted.application = "webauthn.io"; }
  SUBCASE("of an application with a line break") { wanted.application = "ssh:\n"; }
  SUBCASE("of an application that is too long") { wanted.application += std::string(252, 'x'); }
  SUBCASE("of a user that is too long") { wanted.user = std::string(32, 'x'); }
  SUBCASE("of a user with a NUL") { wanted.user = std::string(2, '\0'); }
  SUBCASE("with a challenge that is too short") { wanted.challenge.resize(15); }
  SUBCASE("with a challenge that is too long") { wanted.challenge.resize(257); }
  SUBCASE("without a challenge") { wanted.challenge.clear(); }
  CHECK(trouble(key->make(wanted, nullptr)) == "failed");
  CHECK(bench.bench.requests.empty());
}

TEST_CASE("The longest application and user are taken") {
  KeyBench bench;
  auto wanted = request();
  wanted.application += std::string(251, 'x');
  wanted.user = std::string(31, 'x');
  const auto made = bench.open()->make(wanted, nullptr);
  REQUIRE(made.has_value());
  CHECK(made->key.application() == wanted.application);
}
