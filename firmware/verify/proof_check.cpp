// SPDX-License-Identifier: MIT
#include "firmware/verify/proof_check.hpp"

#include <fmt/format.h>

#include "core/channel/statement.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/sshsig.hpp"
#include "firmware/verify/public_key_check.hpp"
#include "firmware/verify/signature_check.hpp"

namespace latchkey::verify {
namespace {

using channel::ResultCode;

struct Refusal {
  ResultCode code;
  std::string text;
};

constexpr const char* kSignAgain = "run `latchkey enroll` again with the key that it belongs to";

Refusal refuse_unproved(std::string_view why) {
  return {ResultCode::not_proved,
          fmt::format("The offer does not prove that you own this key: {}; {}.", why, kSignAgain)};
}

Refusal refuse_by_fault(const Error& error) {
  if (error.is(Errc::unauthenticated)) {
    return refuse_unproved(
        "its signature does not hold for this key, account, limits, Pi and pairing window");
  }
  if (error.is(Errc::not_found)) {
    return {ResultCode::internal,
            "The Pi cannot check the proof, because /usr/bin/ssh-keygen is missing there; install "
            "openssh-client on the Pi."};
  }
  return {ResultCode::internal,
          fmt::format("The Pi could not check the proof ({}); try again, and see its "
                      "journal.",
                      ssh::sanitize_comment(error.message()))};
}

/// What the envelope says before anything is verified; nothing when all is as it should be.
std::optional<Refusal> find_fault(const ssh::Sshsig& envelope, ByteView offered) {
  if (as_text(envelope.public_key.blob()) != as_text(offered)) {
    return refuse_unproved("its signature was made with another key");
  }
  if (envelope.name_space != channel::kProofNamespace) {
    return refuse_unproved("its signature was made for another purpose");
  }
  if (envelope.hash_algorithm != "sha256" && envelope.hash_algorithm != "sha512") {
    return refuse_unproved("its signature uses a hash other than SHA-256 and SHA-512");
  }
  return std::nullopt;
}

/// What the security key itself vouches for; only worth something once the signature held.
std::optional<Refusal> find_missing_human(const ssh::Sshsig& envelope, bool must_verify_user) {
  if (!envelope.sk) return std::nullopt;
  if (!envelope.user_present()) {
    return Refusal{ResultCode::no_user_presence,
                   "The security key signed without being touched, and the Pi asks for a touch; "
                   "run `latchkey enroll` again with a key made without no-touch-required."};
  }
  if (must_verify_user && !envelope.user_verified()) {
    return Refusal{ResultCode::no_user_verification,
                   "The security key signed without a PIN or fingerprint, which the Pi's policy "
                   "asks for; make a key with `latchkey keygen --verify-required` and offer that."};
  }
  return std::nullopt;
}

}  // namespace

roles::KeyVerdict check_proof(process::Runner& runner, const roles::ProofQuestion& question) {
  auto verdict = check_blob(question.key.view(), question.comment.view());
  if (verdict.code != ResultCode::added) return verdict;
  const auto refuse = [&](const Refusal& refusal) {
    verdict.code = refusal.code;
    verdict.text.assign_cut(refusal.text);
    return verdict;
  };

  if (question.signature.view().empty()) return refuse(refuse_unproved("it carries no signature"));
  auto envelope = ssh::Sshsig::parse(question.signature.view());
  if (!envelope) return refuse(refuse_unproved("its signature is not a well-formed SSH signature"));
  if (auto fault = find_fault(*envelope, question.key.view())) return refuse(*fault);

  const auto statement =
      channel::enrolment_statement(question.challenge, question.account.str(),
                                   question.limits.limits(), question.host_keys_hash);
  if (auto held = check_signature(runner, envelope->public_key, question.signature.view(),
                                  channel::kProofNamespace, statement);
      !held) {
    return refuse(refuse_by_fault(held.error()));
  }
  verdict.user_present = envelope->user_present() ? 1 : 0;
  verdict.user_verified = envelope->user_verified() ? 1 : 0;
  if (auto missing = find_missing_human(*envelope, question.require_user_verification != 0)) {
    return refuse(*missing);
  }
  verdict.text.assign_cut(
      fmt::format("{}, proved by its signature.", describe(envelope->public_key)));
  return verdict;
}

}  // namespace latchkey::verify
