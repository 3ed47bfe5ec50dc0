// SPDX-License-Identifier: MIT
#include "firmware/verify/attestation_check.hpp"

#include "core/channel/statement.hpp"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "firmware/verify/trust_folder.hpp"

namespace latchkey::verify {
namespace {

/// The first, and how many more: it has to fit into a message.
std::string summarise(const std::vector<std::string>& troubles) {
  if (troubles.empty()) return {};
  if (troubles.size() == 1) return troubles.front();
  return fmt::format("{} (and {} more)", troubles.front(), troubles.size() - 1);
}

std::optional<WallTime> time_of(const roles::ProofQuestion& question) {
  if (question.clock_synchronised == 0) return std::nullopt;
  return WallTime(std::chrono::seconds(question.now));
}

}  // namespace

AttestationCheck check_attestation(const roles::ProofQuestion& question, const ssh::PublicKey& key,
                                   ByteView statement) {
  AttestationCheck check;
  check.judgement.why = "the key came without an attestation";
  if (question.attestation.view().empty()) return check;
  auto record = attest::decode_record(question.attestation.view());
  if (!record) {
    check.judgement.grade = attest::Grade::invalid;
    check.judgement.why = fmt::format("it cannot be read ({})", record.error().code.message());
    return check;
  }
  check.fresh = record->challenge.empty();
  if (check.fresh) {
    const auto challenge = channel::attestation_challenge(statement);
    if (!challenge) {
      check.judgement.why =
          fmt::format("it could not be checked ({})", challenge.error().message());
      return check;
    }
    record->challenge = to_bytes(*challenge);
  }
  auto roots = read_trust_folder(question.roots.str());
  auto intermediates = read_trust_folder(question.intermediates.str());
  check.judgement = attest::judge({record->attestation, record->challenge, key}, roots.certificates,
                                  intermediates.certificates, time_of(question));
  check.kept = attest::encode(*record).value_or(Bytes());
  std::ranges::move(intermediates.troubles, std::back_inserter(roots.troubles));
  check.trouble = summarise(roots.troubles);
  return check;
}

}  // namespace latchkey::verify
