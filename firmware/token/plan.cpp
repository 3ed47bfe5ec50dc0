// SPDX-License-Identifier: MIT
#include "firmware/token/plan.hpp"

#include <algorithm>

namespace latchkey::token {
namespace {

using channel::TokenAlgorithm;
using fido::Algorithm;
using fido::PinState;
using fido::Trouble;
using fido::Verification;

constexpr const char* kMaking = "making a credential";
constexpr const char* kReading = "reading its resident credentials";
/// `latchkey enroll --on-pi` asks for the PIN on the computer; without the option the security key
/// is plugged in there.
constexpr const char* kOtherWays =
    " Run `latchkey enroll --on-pi` on your computer and type the PIN there, or plug the security "
    "key into your computer.";

tl::unexpected<Refusal> refuse(Trouble trouble, const char* doing) {
  return tl::make_unexpected(refusal_of({trouble, doing, {}, {}, {}}));
}

tl::unexpected<Refusal> refuse(Trouble trouble, std::string text) {
  return tl::make_unexpected(Refusal{trouble, std::move(text)});
}

tl::unexpected<Refusal> refuse_u2f() {
  return refuse(Trouble::not_supported,
                std::string("This security key speaks U2F alone, and this Pi takes no key that is "
                            "made so: see `aaguid_allow` and `key_types` in its latchkey.toml. Use "
                            "a security key that speaks FIDO2."));
}

tl::expected<Algorithm, Refusal> algorithm_of(const fido::KeyInfo& info, TokenAlgorithm wanted,
                                              const Learned& learned, bool as_u2f) {
  const bool ed25519 =
      !as_u2f && !learned.no_ed25519 && fido::may_support(info, Algorithm::ed25519);
  const bool ecdsa = as_u2f || fido::may_support(info, Algorithm::ecdsa_p256);
  if (wanted != TokenAlgorithm::ecdsa_p256 && ed25519) return Algorithm::ed25519;
  if (wanted != TokenAlgorithm::ed25519 && ecdsa) return Algorithm::ecdsa_p256;
  return refuse(Trouble::no_such_algorithm, kMaking);
}

tl::expected<Plan, Refusal> with_algorithm(Plan plan, const fido::KeyInfo& info,
                                           const roles::MakeKey& order, const Learned& learned) {
  auto algorithm = algorithm_of(info, order.algorithm, learned, plan.as_u2f);
  if (!algorithm) return tl::make_unexpected(std::move(algorithm).error());
  plan.algorithm = *algorithm;
  return plan;
}

bool touch_is_enough(const fido::KeyInfo& info, const Learned& learned) {
  if (!info.ctap2 || learned.wants_pin) return false;
  const auto needed = fido::needed_to_make(info, false, false);
  return needed == Verification::none || needed == Verification::built_in;
}

tl::expected<Plan, Refusal> plan_unattended(const fido::KeyInfo& info, const roles::MakeKey& order,
                                            const Learned& learned) {
  Plan plan;
  if (order.verify != 0) {
    if (!info.ctap2 || !info.built_in_verification || !info.protects_credentials ||
        learned.wants_pin) {
      return refuse(Trouble::not_supported,
                    std::string("This Pi wants a security key that verifies its user, and this one "
                                "cannot do it by itself.") +
                        kOtherWays);
    }
  } else if (!touch_is_enough(info, learned)) {
    if (!info.ctap2 && order.no_u2f != 0) return refuse_u2f();
    if (!info.u2f || info.always_verifies || order.no_u2f != 0) {
      return refuse(Trouble::pin_required,
                    std::string("This security key makes nothing that this Pi takes without its "
                                "PIN, which nobody can type here.") +
                        kOtherWays);
    }
    plan.as_u2f = true;
  }
  return with_algorithm(plan, info, order, learned);
}

tl::expected<Plan, Refusal> plan_attended(const fido::KeyInfo& info, const roles::MakeKey& order,
                                          const Learned& learned) {
  const bool resident = order.resident != 0;
  const bool verify = order.verify != 0;
  Plan plan;
  if (!info.ctap2) {
    if (resident || verify) return refuse(Trouble::not_supported, kMaking);
    if (order.no_u2f != 0) return refuse_u2f();
    plan.as_u2f = true;
    return with_algorithm(plan, info, order, learned);
  }
  if ((resident && !info.resident_keys) || ((resident || verify) && !info.protects_credentials)) {
    return refuse(Trouble::not_supported, kMaking);
  }
  auto needed = fido::needed_to_make(info, resident, verify);
  if (learned.wants_pin) {
    needed = info.pin == PinState::set ? Verification::pin : Verification::not_possible;
  }
  if (needed == Verification::not_possible) {
    return refuse(info.pin == PinState::not_set ? Trouble::pin_not_set : Trouble::not_supported,
                  kMaking);
  }
  plan.wants_pin = needed == Verification::pin;
  return with_algorithm(plan, info, order, learned);
}

/// A name that a security key gave: what a terminal can show of it, and no more than a line has
/// room for.
std::string shown(const std::string& user) {
  constexpr std::size_t kMost = 24;
  std::string text = "\"";
  for (const char c : user.substr(0, kMost)) text += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  return text + (user.size() > kMost ? "...\"" : "\"");
}

std::string names_of(const std::vector<fido::ResidentKey>& residents) {
  constexpr std::size_t kMost = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(kMost, residents.size()); ++i) {
    names += (i == 0 ? "" : ", ") + shown(residents[i].user);
  }
  return names + (residents.size() > kMost ? ", ..." : "");
}

}  // namespace

Refusal refusal_of(const fido::Problem& problem) {
  // What else helps is for people at a computer of theirs; here it is our own rule's doing.
  const auto next =
      problem.trouble == Trouble::not_readable
          ? "udev has not given it to latchkey: see whether 70-latchkey.rules is "
            "installed, and whether a later rule takes it away; then plug it in again."
          : fido::what_to_do(problem);
  return {problem.trouble, fido::what_happened(problem) + " " + next};
}

tl::expected<Plan, Refusal> plan_to_make(const fido::KeyInfo& info, const roles::MakeKey& order,
                                         const Learned& learned) {
  return order.unattended != 0 ? plan_unattended(info, order, learned)
                               : plan_attended(info, order, learned);
}

tl::expected<void, Refusal> check_to_import(const fido::KeyInfo& info,
                                            const roles::MakeKey& order) {
  if (order.unattended != 0) return refuse(Trouble::pin_required, kReading);
  if (!info.ctap2 || info.pin == PinState::cannot || !info.manages_credentials) {
    return refuse(Trouble::not_supported, kReading);
  }
  if (info.pin == PinState::not_set) return refuse(Trouble::pin_not_set, kReading);
  return {};
}

tl::expected<fido::ResidentKey, Refusal> choose_resident(
    const std::vector<fido::ResidentKey>& residents, const roles::MakeKey& order) {
  std::vector<fido::ResidentKey> of_application;
  std::copy_if(residents.begin(), residents.end(), std::back_inserter(of_application),
               [&](const auto& one) { return one.key.application() == order.application.view(); });
  std::vector<fido::ResidentKey> of_user;
  std::copy_if(of_application.begin(), of_application.end(), std::back_inserter(of_user),
               [&](const auto& one) { return one.user == order.user.view(); });
  if (of_user.size() == 1) return of_user.front();
  const bool any_user = order.user.view().empty();
  if (of_user.empty() && any_user && of_application.size() == 1) return of_application.front();
  if (of_application.empty()) {
    return refuse(Trouble::not_its_handle, "This security key holds no resident credential for " +
                                               shown(order.application.str()) +
                                               ". Let it make a new one.");
  }
  if (of_user.empty() && !any_user) {
    return refuse(Trouble::not_its_handle,
                  "This security key holds no resident credential of user " +
                      shown(order.user.str()) + ", only of " + names_of(of_application) +
                      ". Say with --user which you mean.");
  }
  return refuse(Trouble::not_its_handle,
                "This security key holds several resident credentials that could be meant: of " +
                    names_of(of_application) + ". Say with --user which you mean.");
}

}  // namespace latchkey::token
