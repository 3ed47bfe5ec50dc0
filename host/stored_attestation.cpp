// SPDX-License-Identifier: MIT
#include "host/stored_attestation.hpp"

#include <fmt/format.h>

#include "core/attest/judgement.hpp"
#include "host/printable.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxFile = 16UL * 1024;

}  // namespace

std::string attestation_file_of(const std::string& private_file) {
  return private_file + ".attestation";
}
std::string challenge_file_of(const std::string& private_file) {
  return private_file + ".challenge";
}

Result<std::optional<attest::Record>> read_stored_attestation(const std::string& private_file,
                                                              const ssh::PublicKey& key) {
  const auto bytes = read_file(attestation_file_of(private_file), kMaxFile);
  const auto challenge = read_file(challenge_file_of(private_file), attest::kMaxChallenge);
  for (const auto* read : {&bytes, &challenge}) {
    if (*read) continue;
    if (read->error().is(Errc::not_found)) return std::nullopt;
    return tl::make_unexpected(read->error());
  }
  const auto file = attest::read_sk_attest_file(*bytes);
  if (!file) return tl::make_unexpected(file.error());
  if (challenge->empty()) {
    return fail(Errc::malformed, "reading " + challenge_file_of(private_file));
  }
  return attest::Record{attest::attestation_of(*file, *challenge, key), *challenge};
}

std::string claim_of(const attest::Record& record, const ssh::PublicKey& key) {
  const auto judged = attest::judge({record.attestation, record.challenge, key}, {}, {}, {});
  switch (judged.grade) {
    case attest::Grade::hardware:
    case attest::Grade::unknown_root:
      return fmt::format("of {} (unproved)", judged.model.empty()
                                                 ? std::string("a maker without a name")
                                                 : printable(judged.model));
    case attest::Grade::self: return "of no maker, signed by itself";
    case attest::Grade::none: return "that says nothing";
    case attest::Grade::invalid: break;
  }
  return "that does not hold for this key";
}

}  // namespace latchkey::host
