// SPDX-License-Identifier: MIT
#include "firmware/token/credential.hpp"

#include "core/channel/statement.hpp"
#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"

namespace latchkey::token {
namespace {

constexpr const char* kDoing = "passing on what a security key made";

}  // namespace

Credential credential_of(fido::MadeKey made) {
  return {std::move(made.key), std::move(made.handle), made.flags, std::move(made.attestation)};
}

Credential credential_of(fido::ResidentKey resident) {
  namespace flag = ssh::sk_flag;
  const auto verify = resident.verify ? flag::kUserVerification : std::uint8_t{0};
  return {std::move(resident.key), std::move(resident.handle),
          static_cast<std::uint8_t>(flag::kUserPresence | flag::kResident | verify), std::nullopt};
}

Result<Bytes> to_be_signed(ByteView statement) {
  return ssh::signed_data(channel::kProofNamespace, ssh::kSkHashAlgorithm, statement);
}

Result<roles::KeyMade> answer_with(const Credential& credential, const fido::Assertion* assertion) {
  roles::KeyMade answer;
  if (!answer.made.key.assign(credential.key.blob()) ||
      !answer.made.handle.assign(credential.handle)) {
    return fail(Errc::too_large, kDoing);
  }
  answer.made.flags = credential.flags;
  if (credential.attestation) {
    const auto record = attest::encode(attest::Record{*credential.attestation, {}});
    if (record && !answer.made.attestation.assign(*record)) return fail(Errc::too_large, kDoing);
  }
  if (assertion != nullptr) {
    auto signature = ssh::compose_sk_signature(
        credential.key, channel::kProofNamespace,
        ssh::SkAssertion{assertion->flags, assertion->counter}, assertion->signature);
    if (!signature) return fail(std::move(signature));
    if (!answer.signature.assign(*signature)) return fail(Errc::too_large, kDoing);
  }
  return answer;
}

}  // namespace latchkey::token
