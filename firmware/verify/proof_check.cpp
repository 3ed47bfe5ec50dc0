// SPDX-License-Identifier: MIT
#include "firmware/verify/proof_check.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/attest/policy.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/sshsig.hpp"
#include "firmware/verify/attestation_check.hpp"
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

/// The SSHSIG in the question: why it does not prove that its sender owns the key.
std::optional<Refusal> find_fault_of_signature(process::Runner& runner,
                                               const roles::ProofQuestion& question,
                                               const Result<ssh::Sshsig>& envelope,
                                               ByteView statement) {
  if (!envelope) return refuse_unproved("its signature is not a well-formed SSH signature");
  if (auto fault = find_fault(*envelope, question.key.view())) return fault;
  const auto held = check_signature(runner, envelope->public_key, question.signature.view(),
                                    channel::kProofNamespace, statement);
  if (held) return std::nullopt;
  return refuse_by_fault(held.error());
}

/// What the proof says of the person at the security key.
std::optional<Refusal> find_missing_human(const roles::KeyVerdict& verdict, bool must_verify_user) {
  if (verdict.user_present == 0) {
    return Refusal{ResultCode::no_user_presence,
                   "The security key signed without being touched, and the Pi asks for a touch; "
                   "run `latchkey enroll` again with a key made without no-touch-required."};
  }
  if (must_verify_user && verdict.user_verified == 0) {
    return Refusal{ResultCode::no_user_verification,
                   "The security key worked without a PIN or fingerprint, which the Pi's policy "
                   "asks for; make a key with `latchkey keygen --verify-required` and offer that."};
  }
  return std::nullopt;
}

void note(roles::KeyVerdict& verdict, const AttestationCheck& check) {
  const auto& judgement = check.judgement;
  verdict.grade = judgement.grade;
  verdict.grade_why.assign_cut(judgement.why);
  verdict.root.assign_cut(judgement.root);
  verdict.model.assign_cut(judgement.model);
  verdict.has_aaguid = judgement.aaguid ? 1 : 0;
  verdict.aaguid = judgement.aaguid.value_or(attest::Aaguid{});
  verdict.trust_trouble.assign_cut(check.trouble);
  // One that its challenge made too large is not kept: it proves no less here.
  (void)verdict.attestation.assign(check.kept);
}

void note_proof(roles::KeyVerdict& verdict, roles::ProvedBy by, bool present, bool verified) {
  verdict.proved_by = by;
  verdict.user_present = present ? 1 : 0;
  verdict.user_verified = verified ? 1 : 0;
}

const char* words_for(roles::ProvedBy by) {
  switch (by) {
    case roles::ProvedBy::signature: return "proved by its signature";
    case roles::ProvedBy::attestation: return "proved by its attestation";
    case roles::ProvedBy::nothing: break;
  }
  return "not proved yet";
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
  const auto key = ssh::PublicKey::parse(question.key.view());
  if (!key) return refuse({ResultCode::internal, "The Pi could not read the key twice."});
  const bool security_key = ssh::is_security_key(key->type());
  const auto statement =
      channel::enrolment_statement(question.challenge, question.account.str(),
                                   question.limits.limits(), question.host_keys_hash);
  const auto attestation = check_attestation(question, *key, statement);
  note(verdict, attestation);

  if (!question.signature.view().empty()) {
    // One that is there must hold, whatever the attestation says.
    const auto envelope = ssh::Sshsig::parse(question.signature.view());
    if (auto fault = find_fault_of_signature(runner, question, envelope, statement))
      return refuse(*fault);
    note_proof(verdict, roles::ProvedBy::signature, envelope->user_present(),
               envelope->user_verified());
  } else if (attestation.proves_possession()) {
    note_proof(verdict, roles::ProvedBy::attestation, attestation.judgement.user_present,
               attestation.judgement.user_verified);
  }
  // The policy that asks for nothing refuses what every policy does: a false attestation.
  if (auto refused = attest::refuse({}, attestation.judgement)) {
    return refuse({ResultCode::attestation_invalid, std::move(refused->text)});
  }
  if (verdict.proved_by == roles::ProvedBy::nothing) {
    // A key in a file can always sign; a security key may be waiting to be asked.
    if (!security_key) return refuse(refuse_unproved("it carries no signature"));
  } else if (security_key) {
    const bool must_verify = question.require_user_verification != 0;
    if (auto missing = find_missing_human(verdict, must_verify)) return refuse(*missing);
  }
  verdict.text.assign_cut(fmt::format("{}, {}.", describe(*key), words_for(verdict.proved_by)));
  return verdict;
}

}  // namespace latchkey::verify
