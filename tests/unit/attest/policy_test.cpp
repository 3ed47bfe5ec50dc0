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

bool refused(const Policy& policy, const Judgement& judgement, std::string_view words) {
  const auto sentence = refuse(policy, judgement);
  CAPTURE(sentence.value_or(""));
  return sentence && sentence->find(words) != std::string::npos;
}

constexpr auto kLesser = {Grade::unknown_root, Grade::self, Grade::none};

}  // namespace

TEST_CASE("any and prefer refuse nothing but what is invalid") {
  for (const auto rule : {HardwareRule::any, HardwareRule::prefer}) {
    CHECK_FALSE(refuse(policy(rule), graded(Grade::hardware)));
    for (const auto grade : kLesser) CHECK_FALSE(refuse(policy(rule), graded(grade)));
    CHECK(refused(policy(rule), graded(Grade::invalid), "not valid: of its reason"));
  }
}

TEST_CASE("require wants proof") {
  CHECK_FALSE(refuse(policy(HardwareRule::require), graded(Grade::hardware)));
  for (const auto grade : kLesser) {
    CHECK(refused(policy(HardwareRule::require), graded(grade), "of its reason"));
  }
  CHECK(refused(policy(HardwareRule::require), graded(Grade::invalid), "not valid"));
}

TEST_CASE("a list of models wants proof of one of them, under every rule") {
  for (const auto rule : {HardwareRule::any, HardwareRule::prefer, HardwareRule::require}) {
    CHECK_FALSE(refuse(policy(rule, {kOther, kModel}), graded(Grade::hardware)));
    CHECK(refused(policy(rule, {kOther}), graded(Grade::hardware),
                  "AAGUID 01020300-0000-0000-0000-000000000000"));
    auto u2f = graded(Grade::hardware);
    u2f.aaguid = std::nullopt;
    CHECK(refused(policy(rule, {kModel}), u2f, "U2F"));
    for (const auto grade : kLesser) {
      auto claimed = graded(grade);
      claimed.aaguid = kModel;
      CHECK(refused(policy(rule, {kModel}), claimed, "prove their hardware"));
    }
  }
}

TEST_CASE("user verification is wanted as signed") {
  Policy verified;
  verified.user_verification = true;
  auto judgement = graded(Grade::hardware);
  CHECK(refused(verified, judgement, "PIN"));
  judgement.user_verified = true;
  CHECK_FALSE(refuse(verified, judgement));
  CHECK(refused(verified, graded(Grade::none), "PIN"));
}
