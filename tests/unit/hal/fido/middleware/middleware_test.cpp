// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/libfido2/handles.hpp"
#include "tests/unit/hal/fido/middleware/key_server.hpp"
#include "tests/unit/hal/fido/middleware/loaded.hpp"
#include "tests/unit/hal/fido/middleware/ssh_signature.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::Bench;
using test::EnrollCall;
using test::SignCall;
using test::sk_enroll;
using test::sk_residents;
using test::sk_sign;

namespace {

constexpr int kGeneral = static_cast<int>(SkError::general);
constexpr int kUnsupported = static_cast<int>(SkError::unsupported);
constexpr int kPinRequired = static_cast<int>(SkError::pin_required);
constexpr int kNotFound = static_cast<int>(SkError::device_not_found);
constexpr int kExists = static_cast<int>(SkError::credential_exists);

constexpr std::uint8_t kPresence = sk_flag::kUserPresence;
constexpr std::uint8_t kVerification = sk_flag::kUserPresence | sk_flag::kUserVerification;
constexpr std::uint8_t kResident = sk_flag::kUserPresence | sk_flag::kResident;

/// A key that the environment names, with a PIN where `pin` is given.
struct Plugged {
  explicit Plugged(const std::string& model = "fido-2.1", const char* pin = nullptr)
      : Plugged(test::model(model), pin) {}
  Plugged(const Model& model, const char* pin) : server(folder.path(), model) {
    REQUIRE(::setenv("LATCHKEY_SIMULATED_KEY", folder.path().c_str(), 1) == 0);
    if (pin == nullptr) return;
    server.with([&](Bench& bench) {
      REQUIRE(fido_dev_set_pin(bench.open().get(), pin, nullptr) == FIDO_OK);
    });
  }
  ~Plugged() { ::unsetenv("LATCHKEY_SIMULATED_KEY"); }
  Plugged(const Plugged&) = delete;
  Plugged& operator=(const Plugged&) = delete;
  Plugged(Plugged&&) = delete;
  Plugged& operator=(Plugged&&) = delete;

  void reply(Reply reply) {
    server.with([&](Bench& bench) { bench.reply = reply; });
  }
  History history() {
    return server.with([](Bench& bench) { return bench.history(); });
  }
  std::size_t stored() {
    return server.with([](Bench& bench) { return bench.state().credentials.size(); });
  }

  test::TempFolder folder;
  test::KeyServer server;
};

/// What OpenSSH would store as attestation, verified by libfido2 as a registrar would.
int attestation_error(const test::Enrolled& made, const EnrollCall& call, int protection = 0) {
  const FidoCredential cred(fido_cred_new());
  auto* raw = cred.get();
  const auto challenge = as_bytes(call.challenge);
  const bool ecdsa = call.algorithm == SkAlgorithm::ecdsa;
  REQUIRE(fido_cred_set_type(raw, ecdsa ? COSE_ES256 : COSE_EDDSA) == FIDO_OK);
  REQUIRE(fido_cred_set_clientdata(raw, challenge.data(), challenge.size()) == FIDO_OK);
  REQUIRE(fido_cred_set_rp(raw, call.application.c_str(), nullptr) == FIDO_OK);
  REQUIRE(fido_cred_set_fmt(raw, "packed") == FIDO_OK);
  if (protection != 0) REQUIRE(fido_cred_set_prot(raw, protection) == FIDO_OK);
  REQUIRE(fido_cred_set_authdata(raw, made.authenticator_data.data(),
                                 made.authenticator_data.size()) == FIDO_OK);
  REQUIRE(fido_cred_set_x509(raw, made.certificate.data(), made.certificate.size()) == FIDO_OK);
  REQUIRE(fido_cred_set_sig(raw, made.signature.data(), made.signature.size()) == FIDO_OK);
  return fido_cred_verify(raw);
}

}  // namespace

TEST_CASE("The middleware speaks the version of OpenSSH 9.1 to 10") {
  CHECK(test::sk_version() == 0x000A0000);
}

TEST_CASE("A key of either kind is enrolled, attested and signs") {
  for (const auto algorithm : {SkAlgorithm::ed25519, SkAlgorithm::ecdsa}) {
    CAPTURE(static_cast<int>(algorithm));
    Plugged key;
    const EnrollCall call{.algorithm = algorithm};
    const auto made = sk_enroll(call);
    REQUIRE(made.error == 0);
    CHECK(made.flags == kPresence);
    CHECK(made.public_key.size() == (algorithm == SkAlgorithm::ecdsa ? 65 : 32));
    CHECK(attestation_error(made, call) == FIDO_OK);

    SignCall sign{.algorithm = algorithm, .key_handle = made.key_handle};
    const auto first = sk_sign(sign);
    REQUIRE(first.error == 0);
    CHECK(first.flags == kPresence);
    CHECK(verifies(first, sign, made));
    const auto second = sk_sign(sign);
    REQUIRE(second.error == 0);
    CHECK(second.counter > first.counter);
    sign.data = "other data";
    CHECK_FALSE(verifies(second, sign, made));
    CHECK(key.history().touches_given == 3);
    CHECK(key.history().pin_tries == 0);
  }
}

TEST_CASE("An ECDSA signature crosses the seam whatever its numbers look like") {
  Plugged key;
  const auto made = sk_enroll({.algorithm = SkAlgorithm::ecdsa});
  REQUIRE(made.error == 0);
  for (int i = 0; i < 64; ++i) {
    const SignCall sign{
        .algorithm = SkAlgorithm::ecdsa, .data = std::to_string(i), .key_handle = made.key_handle};
    const auto signature = sk_sign(sign);
    REQUIRE(signature.error == 0);
    CHECK(signature.r.size() <= 32);
    CHECK(signature.s.size() <= 32);
    CHECK(verifies(signature, sign, made));
  }
}

TEST_CASE("A U2F key is enrolled and signs") {
  Plugged key("u2f-only");
  const auto made = sk_enroll({.algorithm = SkAlgorithm::ecdsa});
  REQUIRE(made.error == 0);
  const SignCall sign{.algorithm = SkAlgorithm::ecdsa, .key_handle = made.key_handle};
  const auto signature = sk_sign(sign);
  REQUIRE(signature.error == 0);
  CHECK(verifies(signature, sign, made));
  CHECK(sk_enroll({.algorithm = SkAlgorithm::ed25519}).error != 0);
  CHECK(sk_enroll({.algorithm = SkAlgorithm::ecdsa, .flags = kResident}).error == kUnsupported);
}

TEST_CASE("What needs no touch gets none") {
  Plugged key;
  const auto made = sk_enroll({.flags = 0});
  REQUIRE(made.error == 0);
  CHECK(made.flags == 0);
  key.reply(Reply::never);
  const SignCall sign{.key_handle = made.key_handle, .flags = 0};
  const auto signature = sk_sign(sign);
  REQUIRE(signature.error == 0);
  CHECK(signature.flags == 0);
  CHECK(verifies(signature, sign, made));
  CHECK(key.history().touches_asked == 1);
}

TEST_CASE("A key that does not hold the credential is not asked to be touched") {
  Plugged key("fido-2.1", "1234");
  auto made = sk_enroll();
  REQUIRE(made.error == 0);
  made.key_handle.front() ^= 1U;
  CHECK(sk_sign({.key_handle = made.key_handle}).error == kNotFound);
  CHECK(sk_sign({.key_handle = made.key_handle, .pin = "0000"}).error == kNotFound);
  CHECK(key.history().touches_asked == 1);
  CHECK(key.history().pin_tries == 0);
}

TEST_CASE("Nobody touching and somebody declining are errors") {
  Plugged key;
  const auto made = sk_enroll();
  REQUIRE(made.error == 0);
  key.reply(Reply::never);
  CHECK(sk_enroll().error == kGeneral);
  CHECK(sk_sign({.key_handle = made.key_handle}).error == kGeneral);
  CHECK(key.history().timed_out == 2);
  key.reply(Reply::no);
  // As OpenSSH has it: some keys decline where they want a PIN.
  CHECK(sk_enroll().error == kPinRequired);
}

TEST_CASE("A resident key of the same user is overwritten only by force") {
  Plugged key("fido-2.1", "1234");
  EnrollCall call{.flags = kResident};
  CHECK(sk_enroll(call).error == kPinRequired);
  CHECK(key.history().touches_asked == 0);
  call.pin = "1234";
  const auto first = sk_enroll(call);
  REQUIRE(first.error == 0);
  CHECK(first.flags == kResident);
  CHECK(attestation_error(first, call, FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID) == FIDO_OK);
  CHECK(sk_enroll(call).error == kExists);
  CHECK(key.stored() == 1);
  CHECK(key.history().touches_given == 1);

  call.flags = kResident | sk_flag::kForce;
  const auto second = sk_enroll(call);
  REQUIRE(second.error == 0);
  CHECK(key.stored() == 1);
  CHECK(sk_sign({.key_handle = first.key_handle}).error == kNotFound);
  CHECK(sk_sign({.key_handle = second.key_handle}).error == 0);

  call.flags = kResident;
  call.options = {{"user", "alice"}};
  REQUIRE(sk_enroll(call).error == 0);
  call.options = {};
  call.application = "ssh:other";
  REQUIRE(sk_enroll(call).error == 0);
  CHECK(key.stored() == 3);
}

TEST_CASE("Resident keys come back with all that OpenSSH needs") {
  Plugged key("fido-2.1", "1234");
  const auto plain = sk_enroll({.flags = kResident, .pin = "1234"});
  const auto strict = sk_enroll({.algorithm = SkAlgorithm::ecdsa,
                                 .flags = kResident | sk_flag::kUserVerification,
                                 .pin = "1234",
                                 .options = {{"user", "alice"}}});
  const auto web = sk_enroll({.application = "example.org", .flags = kResident, .pin = "1234"});
  REQUIRE(plain.error == 0);
  REQUIRE(strict.error == 0);
  REQUIRE(web.error == 0);

  CHECK(sk_residents(nullptr).error == kPinRequired);
  CHECK(sk_residents("").error == kPinRequired);
  CHECK(sk_residents("0000").error == kPinRequired);
  auto found = sk_residents("1234");
  REQUIRE(found.error == 0);
  REQUIRE(found.keys.size() == 2);
  std::ranges::sort(found.keys, {}, &test::Resident::algorithm);
  const auto& ecdsa = found.keys[0];
  CHECK(ecdsa.algorithm == static_cast<std::uint32_t>(SkAlgorithm::ecdsa));
  CHECK(ecdsa.application == "ssh:");
  CHECK(ecdsa.flags == sk_flag::kUserVerification);
  CHECK(ecdsa.public_key == strict.public_key);
  CHECK(ecdsa.key_handle == strict.key_handle);
  CHECK(as_text(ecdsa.user_id) == "alice" + std::string(27, '\0'));
  const auto& ed25519 = found.keys[1];
  CHECK(ed25519.flags == 0);
  CHECK(ed25519.public_key == plain.public_key);
  CHECK(ed25519.key_handle == plain.key_handle);
  CHECK(as_text(ed25519.user_id) == std::string(32, '\0'));
}

TEST_CASE("A key without resident keys has none to give") {
  Plugged empty("fido-2.1", "1234");
  CHECK(sk_residents("1234").error == 0);
  Plugged unable("fido-2.0", "1234");
  const auto found = sk_residents("1234");
  CHECK(found.error == 0);
  CHECK(found.keys.empty());
}

TEST_CASE("A key that is to verify its user signs with the PIN alone") {
  Plugged key("fido-2.1", "1234");
  const auto made = sk_enroll({.flags = kVerification, .pin = "1234"});
  REQUIRE(made.error == 0);
  SignCall sign{.key_handle = made.key_handle, .flags = kVerification};
  CHECK(sk_sign(sign).error == kPinRequired);
  CHECK(key.history().touches_asked == 1);
  sign.pin = "4321";
  CHECK(sk_sign(sign).error == kPinRequired);
  sign.pin = "1234";
  const auto signature = sk_sign(sign);
  REQUIRE(signature.error == 0);
  CHECK(signature.flags == kVerification);
  CHECK(verifies(signature, sign, made));
  CHECK(key.history().pin_tries == 3);
  CHECK(key.history().wrong_pins == 1);
}

TEST_CASE("A fingerprint does where a PIN would be asked for") {
  Plugged key("fido-2.1-built-in-uv");
  const auto made = sk_enroll({.flags = kVerification});
  REQUIRE(made.error == 0);
  const SignCall sign{.key_handle = made.key_handle, .flags = kVerification};
  const auto signature = sk_sign(sign);
  REQUIRE(signature.error == 0);
  CHECK(signature.flags == kVerification);
  CHECK(verifies(signature, sign, made));
  CHECK(key.history().verifications_given >= 1);
}

TEST_CASE("A key that always verifies has its PIN asked for") {
  Plugged key("fido-2.1-always-uv", "1234");
  CHECK(sk_enroll().error == kPinRequired);
  const auto made = sk_enroll({.pin = "1234"});
  REQUIRE(made.error == 0);
  CHECK(sk_sign({.key_handle = made.key_handle}).error == kPinRequired);
  CHECK(sk_sign({.key_handle = made.key_handle, .pin = "1234"}).error == 0);
}

TEST_CASE("A blocked PIN is not asked for again") {
  Plugged key("fido-2.1", "1234");
  CHECK(sk_enroll({.pin = "0000"}).error == kPinRequired);
  CHECK(sk_enroll({.pin = "0000"}).error == kPinRequired);
  CHECK(sk_enroll({.pin = "0000"}).error == kGeneral);
  CHECK(sk_enroll({.pin = "1234"}).error == kGeneral);
}

TEST_CASE("What a key cannot do is said to be unsupported") {
  Plugged plain("no-ed25519");
  CHECK(sk_enroll({.algorithm = SkAlgorithm::ed25519}).error == kUnsupported);
  Plugged old("fido-2.0");
  CHECK(sk_enroll({.flags = kResident}).error == kUnsupported);
  CHECK(sk_enroll({.flags = kVerification}).error == kUnsupported);
  Plugged full("full");
  CHECK(sk_enroll({.flags = kResident}).error == kGeneral);
}

TEST_CASE("A self-attested credential and one without attestation are taken") {
  for (const auto kind : {AttestationKind::self, AttestationKind::none}) {
    CAPTURE(static_cast<int>(kind));
    auto model = test::model("fido-2.1");
    model.attestation = kind;
    Plugged key(model, nullptr);
    const auto made = sk_enroll();
    REQUIRE(made.error == 0);
    CHECK(made.certificate.empty());
    CHECK(made.signature.empty() == (kind == AttestationKind::none));
    const SignCall sign{.key_handle = made.key_handle};
    CHECK(verifies(sk_sign(sign), sign, made));
  }
}

TEST_CASE("A key that lies about what it made is refused") {
  auto model = test::model("fido-2.1");
  SUBCASE("by a wrong signature") { model.misbehaviour.wrong_signature = true; }
  SUBCASE("by a wrong relying party") { model.misbehaviour.wrong_rp = true; }
  SUBCASE("by garbage") { model.misbehaviour.bad_cbor = true; }
  Plugged key(model, nullptr);
  CHECK(sk_enroll().error == kGeneral);
}

TEST_CASE("The option device names a key, whatever the environment says") {
  const test::TempFolder folder;
  Plugged named;
  Plugged key;
  REQUIRE(sk_enroll({.options = {{"device", named.folder.path()}}}).error == 0);
  CHECK(named.history().touches_given == 1);
  CHECK(key.history().touches_given == 0);
  CHECK(sk_enroll({.options = {{"device", folder.path()}}}).error == kNotFound);
}

TEST_CASE("Of several folders the first where a key answers is the one") {
  const test::TempFolder empty;
  Plugged second;
  Plugged first;
  const auto folders = ':' + empty.path() + ':' + first.folder.path() + ':' + second.folder.path();
  REQUIRE(::setenv("LATCHKEY_SIMULATED_KEY", folders.c_str(), 1) == 0);
  REQUIRE(sk_enroll().error == 0);
  CHECK(first.history().touches_given == 1);
  CHECK(second.history().touches_given == 0);
  REQUIRE(::setenv("LATCHKEY_SIMULATED_KEY", (empty.path() + ':').c_str(), 1) == 0);
  CHECK(sk_enroll().error == kNotFound);
}

TEST_CASE("Without a key there is none to find") {
  ::unsetenv("LATCHKEY_SIMULATED_KEY");
  CHECK(sk_enroll().error == kNotFound);
  CHECK(sk_sign({.key_handle = {1, 2, 3}}).error == kNotFound);
  CHECK(sk_residents("1234").error == kNotFound);
}

TEST_CASE("Where no key is named, a sentence says what to set") {
  const test::TempFolder folder;
  ::unsetenv("LATCHKEY_SIMULATED_KEY");
  std::fflush(stderr);
  const hal::Descriptor kept(::dup(STDERR_FILENO));
  const hal::Descriptor file(
      ::open(folder.file("stderr").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  REQUIRE(::dup2(file.number(), STDERR_FILENO) == STDERR_FILENO);
  const int error = sk_enroll().error;
  REQUIRE(::dup2(kept.number(), STDERR_FILENO) == STDERR_FILENO);
  CHECK(error == kNotFound);
  std::string said(1000, '\0');
  const auto size = ::pread(file.number(), said.data(), said.size(), 0);
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  CHECK(said ==
        "sk-simulated-key: no key: LATCHKEY_SIMULATED_KEY is not set; set it to the folder of a "
        "running latchkey-simulated-key\n");
}

TEST_CASE("A call that makes no sense is an error") {
  Plugged key;
  CHECK(sk_enroll({.algorithm = static_cast<SkAlgorithm>(7)}).error == kGeneral);
  CHECK(sk_enroll({.challenge = ""}).error != 0);
  CHECK(sk_enroll({.options = {{"user", std::string(32, 'u')}}}).error == kGeneral);
  CHECK(sk_sign({.algorithm = static_cast<SkAlgorithm>(7), .key_handle = {1}}).error == kGeneral);
  CHECK(sk_sign({.key_handle = {}}).error != 0);
}
