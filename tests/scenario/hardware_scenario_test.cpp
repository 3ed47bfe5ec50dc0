// SPDX-License-Identifier: MIT
// What verify found out about a key's hardware, against every rule of policy.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using attest::Grade;
using channel::ResultCode;
using config::Hardware;
using pairing::Phase;
using roles::ProvedBy;
using scenario::MonitorWorld;

namespace {

constexpr attest::Aaguid kModel{1, 2, 3};
constexpr auto kRules = {Hardware::any, Hardware::prefer, Hardware::require};
constexpr auto kSecurityKey = "sk-ssh-ed25519@openssh.com";

config::Config asking(Hardware rule, std::vector<attest::Aaguid> models = {}) {
  config::Config config;
  config.policy.hardware = rule;
  config.policy.aaguid_allow = std::move(models);
  return config;
}

roles::KeyVerdict verdict_of(Grade grade, ProvedBy proved_by) {
  roles::KeyVerdict verdict;
  verdict.code = ResultCode::added;
  verdict.proved_by = proved_by;
  verdict.user_present = proved_by == ProvedBy::nothing ? 0 : 1;
  verdict.grade = grade;
  verdict.grade_why.assign_cut(grade == Grade::hardware ? "" : "it is of its grade");
  if (grade == Grade::hardware) {
    verdict.root.assign_cut("Test Root");
    verdict.model.assign_cut("Test Key Serial 1");
    verdict.has_aaguid = 1;
    verdict.aaguid = kModel;
  }
  verdict.key_type.assign_cut(kSecurityKey);
  verdict.fingerprint.assign_cut("SHA256:0000");
  (void)verdict.key.assign(as_bytes("a key"));
  return verdict;
}

struct Pairing {
  explicit Pairing(const config::Config& config) : world(config) {
    world.tap();
    world.prove_code();
    world.offer();
  }
  void verify_says(const roles::KeyVerdict& verdict) const {
    const auto tell = world.crew.verdict;
    REQUIRE(tell);
    tell(verdict);
  }
  [[nodiscard]] bool writing() const { return !world.crew.orders.empty(); }
  [[nodiscard]] bool asks_for_signature() const {
    return world.phase() == Phase::code_proved && world.monitor->state().signature_asked;
  }
  /// Why it was refused; added where it was not.
  [[nodiscard]] ResultCode refused() const {
    const auto* answer = world.crew.last<roles::AnswerPeer>();
    if (answer == nullptr) return ResultCode::added;
    CHECK_FALSE(writing());
    CHECK(answer->text.view().ends_with('.'));
    return answer->code;
  }
  [[nodiscard]] std::string log() const {
    std::ifstream file(world.folder / "log.jsonl");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] bool logged(std::string_view words) const {
    return log().find(words) != std::string::npos;
  }

  MonitorWorld world;
};

}  // namespace

TEST_CASE("attested hardware is written under every rule, with no second touch") {
  for (const auto rule : kRules) {
    Pairing pairing(asking(rule));
    pairing.verify_says(verdict_of(Grade::hardware, ProvedBy::attestation));
    CHECK(pairing.writing());
    pairing.world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
    CHECK(pairing.world.crew.last<roles::AnswerPeer>()->hardware.view() ==
          "Test Key Serial 1, attested by Test Root");
    CHECK(pairing.logged(R"("proved_by":"attestation","attestation":"hardware","root":"Test Root",)"
                         R"("model":"Test Key Serial 1",)"
                         R"("aaguid":"01020300-0000-0000-0000-000000000000")"));
  }
}

TEST_CASE("an older attestation needs a signature, and counts as hardware with it") {
  for (const auto rule : kRules) {
    for (const bool sent_along : {true, false}) {
      Pairing pairing(asking(rule));
      if (!sent_along) {
        pairing.verify_says(verdict_of(Grade::hardware, ProvedBy::nothing));
        CHECK(pairing.asks_for_signature());
        CHECK_FALSE(pairing.writing());
        pairing.world.offer();
      }
      pairing.verify_says(verdict_of(Grade::hardware, ProvedBy::signature));
      CHECK(pairing.writing());
      pairing.world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
      CHECK(pairing.logged(R"("proved_by":"signature","attestation":"hardware")"));
    }
  }
}

TEST_CASE("none, self and unknown roots are asked to sign where hardware is not required, once") {
  for (const auto rule : {Hardware::any, Hardware::prefer}) {
    for (const auto grade : {Grade::none, Grade::self, Grade::unknown_root}) {
      for (const bool signs : {true, false}) {
        Pairing pairing(asking(rule));
        pairing.verify_says(verdict_of(grade, ProvedBy::nothing));
        CHECK(pairing.asks_for_signature());
        CHECK_FALSE(pairing.writing());
        pairing.world.offer();
        pairing.verify_says(verdict_of(grade, signs ? ProvedBy::signature : ProvedBy::nothing));
        CHECK(pairing.writing() == signs);
        if (!signs) {
          CHECK(pairing.refused() == ResultCode::not_proved);
          CHECK(pairing.world.led() == "refused");
          continue;
        }
        pairing.world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
        CHECK(pairing.world.crew.last<roles::AnswerPeer>()->hardware.view().empty());
        CHECK_FALSE(pairing.logged("\"root\""));
      }
    }
  }
}

TEST_CASE("where hardware is required they are refused, whoever owns them, each in its words") {
  for (const auto proof : {ProvedBy::nothing, ProvedBy::signature}) {
    for (const auto& [grade, words] :
         std::vector<std::pair<Grade, std::string>>{{Grade::none, "without an attestation"},
                                                    {Grade::self, "nobody but itself"},
                                                    {Grade::unknown_root, "roots.d"}}) {
      Pairing pairing(asking(Hardware::require));
      pairing.verify_says(verdict_of(grade, proof));
      CHECK(pairing.refused() == ResultCode::not_attested);
      CHECK(pairing.world.crew.last<roles::AnswerPeer>()->text.view().find(words) !=
            std::string_view::npos);
      CHECK(pairing.world.led() == "refused");
      CHECK_FALSE(pairing.world.monitor->state().signature_asked);
      CHECK(pairing.logged("\"event\":\"refused\""));
    }
  }
}

TEST_CASE("a key in a file is refused where hardware is required, and only there") {
  for (const auto rule : kRules) {
    Pairing pairing(asking(rule));
    pairing.world.proof_holds("ssh-ed25519");
    if (rule != Hardware::require) {
      CHECK(pairing.writing());
      continue;
    }
    CHECK(pairing.refused() == ResultCode::not_attested);
    CHECK(pairing.world.crew.last<roles::AnswerPeer>()->text.view().find(
              "ssh-ed25519 lies in a file") != std::string_view::npos);
    CHECK_FALSE(pairing.logged("\"proved_by\""));
  }
}

TEST_CASE("a false attestation is refused under every rule, whatever verify made of the rest") {
  for (const auto rule : kRules) {
    for (const auto proof : {ProvedBy::nothing, ProvedBy::signature, ProvedBy::attestation}) {
      Pairing pairing(asking(rule));
      pairing.verify_says(verdict_of(Grade::invalid, proof));
      CHECK(pairing.refused() == ResultCode::attestation_invalid);
      CHECK(pairing.logged("\"attestation\":\"invalid\""));
    }
  }
}

TEST_CASE("a list of models lets no other in, and nothing that proves none") {
  for (const auto rule : kRules) {
    const auto refusal = [&](const roles::KeyVerdict& verdict) {
      Pairing pairing(asking(rule, {kModel}));
      pairing.verify_says(verdict);
      return pairing.refused();
    };
    CHECK(refusal(verdict_of(Grade::hardware, ProvedBy::attestation)) == ResultCode::added);
    auto other = verdict_of(Grade::hardware, ProvedBy::attestation);
    other.aaguid = {9};
    CHECK(refusal(other) == ResultCode::model_not_allowed);
    other.has_aaguid = 0;  // fido-u2f
    CHECK(refusal(other) == ResultCode::model_not_allowed);
    for (const auto grade : {Grade::none, Grade::self, Grade::unknown_root}) {
      auto claims = verdict_of(grade, ProvedBy::signature);
      claims.has_aaguid = 1;
      claims.aaguid = kModel;
      CHECK(refusal(claims) == ResultCode::not_attested);
    }
    Pairing software(asking(rule, {kModel}));
    software.world.proof_holds("ssh-ed25519");
    CHECK(software.refused() == ResultCode::not_attested);
  }
}

TEST_CASE("the proof that counts must show a verified user, and the line asks for one for ever") {
  auto config = asking(Hardware::any);
  config.policy.user_verification = true;
  for (const auto proof : {ProvedBy::attestation, ProvedBy::signature}) {
    auto verdict = verdict_of(Grade::hardware, proof);
    Pairing touched(config);
    touched.verify_says(verdict);
    CHECK(touched.refused() == ResultCode::no_user_verification);
    verdict.user_verified = 1;
    Pairing verified(config);
    verified.verify_says(verdict);
    REQUIRE(verified.writing());
    CHECK(std::get<roles::AddLine>(verified.world.crew.orders.front()).line.verify_required == 1);
  }
}

TEST_CASE("verify is asked with the attestation, the time, and the folders of this Pi") {
  for (const bool synchronised : {true, false}) {
    MonitorWorld world;
    world.clock.set_synchronised(synchronised);
    world.tap();
    world.prove_code();
    roles::OfferArrived offered;
    offered.account.assign_cut("pi");
    REQUIRE(offered.key.assign(as_bytes("a key")));
    REQUIRE(offered.attestation.assign(as_bytes("an attestation")));
    world.net_says(offered);
    REQUIRE(world.crew.questions.size() == 1);
    const auto& question = std::get<roles::ProofQuestion>(world.crew.questions.front());
    CHECK(as_text(question.attestation.view()) == "an attestation");
    CHECK(question.now == world.clock.wall().time_since_epoch().count());
    CHECK(question.clock_synchronised == (synchronised ? 1 : 0));
    CHECK(question.roots.view() == world.trust.roots);
    CHECK(question.intermediates.view() == world.trust.intermediates);
  }
}

TEST_CASE("the peer is told what is asked of hardware") {
  for (const auto rule : kRules) {
    const Pairing pairing(asking(rule));
    CHECK(std::get<roles::ServeWindow>(pairing.world.crew.told.front()).hardware == rule);
  }
}

TEST_CASE("a file of roots that verify could not read is on record, and refuses nobody by itself") {
  Pairing pairing(asking(Hardware::any));
  auto verdict = verdict_of(Grade::hardware, ProvedBy::attestation);
  verdict.trust_trouble.assign_cut("reading /roots.d/a.pem: malformed");
  pairing.verify_says(verdict);
  CHECK(pairing.writing());
  CHECK(pairing.logged(R"("event":"fault","doing":"reading /roots.d/a.pem: malformed")"));
}
