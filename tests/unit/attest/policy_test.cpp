// SPDX-License-Identifier: MIT
#include "core/attest/policy.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::attest;

namespace {

constexpr Aaguid kModel{1, 2, 3};
constexpr Aaguid kOther{9, 9, 9};

Judgement graded(Grade grade) {
  Judgement judgement;
  judgement.grade = grade;
  judgement.why = "of its reason";
  if (grade == Grade::hardware) judgement.aaguid = kModel;
  return judgement;
}

Policy policy(HardwareRule rule, std::vector<Aaguid> allow = {}) {
  Policy policy;
  policy.hardware = rule;
  policy.aaguid_allow = std::move(allow);
  return policy;
}

bool refused(const Policy& policy, const Judgement& judgement, Ground ground,
             std::string_view words) {
  const auto refusal = refuse(policy, judgement);
  if (!refusal) return false;
  CAPTURE(refusal->text);
  CHECK(refusal->text.ends_with('.'));
  CHECK(refusal->ground == ground);
  return refusal->text.find(words) != std::string::npos;
}

constexpr auto kLesser = {Grade::unknown_root, Grade::self, Grade::none};
constexpr auto kRules = {HardwareRule::any, HardwareRule::prefer, HardwareRule::require};

}  // namespace

TEST_CASE("an invalid attestation is refused under every rule, and so is no other") {
  for (const auto rule : kRules) {
    CHECK(
        refused(policy(rule), graded(Grade::invalid), Ground::invalid, "not valid: of its reason"));
    CHECK(refused(policy(rule, {kModel}), graded(Grade::invalid), Ground::invalid, "not valid"));
    CHECK_FALSE(refuse(policy(rule), graded(Grade::hardware)));
  }
  for (const auto rule : {HardwareRule::any, HardwareRule::prefer}) {
    for (const auto grade : kLesser) CHECK_FALSE(refuse(policy(rule), graded(grade)));
  }
}

TEST_CASE("require wants proof, and says of each grade what to do") {
  const auto require = policy(HardwareRule::require);
  CHECK(refused(require, graded(Grade::none), Ground::not_attested, "without an attestation"));
  CHECK(refused(require, graded(Grade::self), Ground::not_attested, "nobody but itself"));
  CHECK(refused(require, graded(Grade::unknown_root), Ground::not_attested,
                "of its reason; add the maker's root"));
}

TEST_CASE("a list of models wants proof of one of them, under every rule") {
  for (const auto rule : kRules) {
    CHECK_FALSE(refuse(policy(rule, {kOther, kModel}), graded(Grade::hardware)));
    CHECK(refused(policy(rule, {kOther}), graded(Grade::hardware), Ground::model,
                  "AAGUID 01020300-0000-0000-0000-000000000000"));
    auto u2f = graded(Grade::hardware);
    u2f.aaguid = std::nullopt;
    CHECK(refused(policy(rule, {kModel}), u2f, Ground::model, "U2F"));
    for (const auto grade : kLesser) {
      auto claimed = graded(grade);
      claimed.aaguid = kModel;
      CHECK(refused(policy(rule, {kModel}), claimed, Ground::not_attested, "prove their hardware"));
    }
  }
}

TEST_CASE("what is asked of hardware is proof, where a rule or a list says so") {
  CHECK_FALSE(policy(HardwareRule::any).wants_proof());
  CHECK_FALSE(policy(HardwareRule::prefer).wants_proof());
  CHECK(policy(HardwareRule::require).wants_proof());
  CHECK(policy(HardwareRule::any, {kModel}).wants_proof());
}

TEST_CASE("the longest sentences fit into a message between processes") {
  constexpr std::size_t kMaxText = 256;
  auto judgement = graded(Grade::unknown_root);
  judgement.why =
      "its certificate, issued by \"" + std::string(64, 'c') + "\", leads to no trusted root";
  CHECK(refuse(policy(HardwareRule::require), judgement)->text.size() <= kMaxText);
  judgement = graded(Grade::hardware);
  judgement.model = std::string(64, 'm');
  CHECK(refuse(policy(HardwareRule::any, {kOther}), judgement)->text.size() <= kMaxText);
}
