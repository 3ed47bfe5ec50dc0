// SPDX-License-Identifier: MIT
#include "core/attest/judgement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/chain.hpp"
#include "core/attest/leaf_rules.hpp"
#include "core/attest/signature.hpp"
#include "core/attest/signed_message.hpp"

namespace latchkey::attest {
namespace {

constexpr auto kWrongSignature =
    "its signature does not hold: it is damaged, or was made for another challenge";

Judgement graded(Grade grade, std::string why) {
  Judgement judgement;
  judgement.grade = grade;
  judgement.why = std::move(why);
  return judgement;
}

Judgement invalid(std::string why) { return graded(Grade::invalid, std::move(why)); }

bool within_bounds(const Attestation& attestation) noexcept {
  return attestation.authenticator_data.size() <= kMaxAuthenticatorData &&
         attestation.signature.size() <= kMaxSignature && attestation.chain.size() <= kMaxChain &&
         std::ranges::all_of(attestation.chain,
                             [](const Bytes& der) { return der.size() <= kMaxCertificate; });
}

std::string sentence(const Error& error) {
  if (error.is(Errc::refused)) return error.doing;
  if (error.is(Errc::unsupported)) return "its key is of a kind that SSH does not know";
  return fmt::format("its authenticator data cannot be read ({})", error.code.message());
}

/// What the signature covers and who made it, once it has been found to hold.
void note_signed(Judgement& judgement, Format format, const AuthenticatorData& data) {
  const bool packed = format == Format::packed;
  judgement.user_present = !packed || data.user_present;
  judgement.user_verified = packed && data.user_verified;
  if (packed) judgement.aaguid = data.aaguid;
}

Judgement judge_self(const Evidence& evidence, const AuthenticatorData& data, ByteView message) {
  if (evidence.attestation.format == Format::fido_u2f) {
    return invalid("a U2F attestation has one certificate, and this has none");
  }
  if (data.key != evidence.key) return invalid("it is about another key than the one offered");
  if (data.key.type() == ssh::KeyType::sk_ed25519) {
    return graded(Grade::self,
                  "it is signed by the key itself, which proves no hardware (and its Ed25519 "
                  "signature was not checked)");
  }
  if (!verify_es256(data.key.point(), message, evidence.attestation.signature)) {
    return invalid(kWrongSignature);
  }
  auto judgement = graded(Grade::self, "it is signed by the key itself, which proves no hardware");
  note_signed(judgement, Format::packed, data);
  return judgement;
}

Judgement judge_chain(const Evidence& evidence, const AuthenticatorData& data, ByteView message,
                      const CertificateStore& roots, const CertificateStore& intermediates,
                      std::optional<WallTime> now) {
  const auto& attestation = evidence.attestation;
  if (attestation.format == Format::fido_u2f && attestation.chain.size() != 1) {
    return invalid("a U2F attestation has one certificate, and this has several");
  }
  std::vector<Certificate> chain;
  for (const auto& der : attestation.chain) {
    auto certificate = Certificate::parse(der);
    if (!certificate) return invalid("one of its certificates cannot be read");
    chain.push_back(*std::move(certificate));
  }
  const auto& leaf = chain.front();

  if (auto verified = verify_signature(leaf, message, attestation.signature); !verified) {
    return invalid(verified.error().is(Errc::unsupported)
                       ? "its certificate's key is of a kind that cannot be checked here"
                       : kWrongSignature);
  }
  if (data.key != evidence.key) return invalid("it is about another key than the one offered");
  if (auto broken = break_of_leaf_rules(attestation.format, leaf, data.aaguid)) {
    return invalid(*std::move(broken));
  }
  auto end = follow_chain(leaf, std::span(chain).subspan(1), intermediates, roots, now);
  if (end.dates) return invalid(*std::move(end.dates));

  auto judgement = graded(Grade::hardware, "");
  if (!end.trusted) {
    judgement = graded(Grade::unknown_root,
                       fmt::format("its certificate, issued by \"{}\", leads to no trusted root",
                                   leaf.issuer_common_name()));
  }
  judgement.root = std::move(end.root);
  judgement.model = leaf.common_name();
  note_signed(judgement, attestation.format, data);
  return judgement;
}

}  // namespace

Judgement judge(const Evidence& evidence, const CertificateStore& roots,
                const CertificateStore& intermediates, std::optional<WallTime> now) {
  const auto& attestation = evidence.attestation;
  if (attestation.chain.empty() && attestation.signature.empty()) {
    return graded(Grade::none, "the key came without an attestation");
  }
  if (!within_bounds(attestation)) return invalid("it is larger than any attestation is");
  if (!ssh::is_security_key(evidence.key.type())) {
    return invalid("it comes with a key that is of no security key's kind");
  }
  const auto data =
      parse_authenticator_data(attestation.authenticator_data, evidence.key.application());
  if (!data) return invalid(sentence(data.error()));
  if (attestation.format == Format::packed && !data->user_present) {
    return invalid("it was made without a touch");
  }
  const auto client_data_hash = crypto::sha256(evidence.challenge);
  if (!client_data_hash) return invalid("its challenge could not be hashed");
  const auto message = signed_message(attestation, *data, *client_data_hash);
  if (attestation.chain.empty()) return judge_self(evidence, *data, message);
  return judge_chain(evidence, *data, message, roots, intermediates, now);
}

Judgement judge_file(const SkAttestFile& file, ByteView challenge, const ssh::PublicKey& key,
                     const CertificateStore& roots, const CertificateStore& intermediates,
                     std::optional<WallTime> now) {
  Attestation attestation{.format = Format::packed,
                          .authenticator_data = file.authenticator_data,
                          .signature = file.signature,
                          .chain = {}};
  if (!file.certificate.empty()) attestation.chain.push_back(file.certificate);
  auto as_packed = judge({attestation, challenge, key}, roots, intermediates, now);
  if (as_packed.grade != Grade::invalid) return as_packed;
  attestation.format = Format::fido_u2f;
  auto as_u2f = judge({attestation, challenge, key}, roots, intermediates, now);
  return as_u2f.grade == Grade::invalid ? as_packed : as_u2f;
}

}  // namespace latchkey::attest
