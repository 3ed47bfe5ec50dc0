// SPDX-License-Identifier: MIT
#include "firmware/monitor/hardware.hpp"

#include <fmt/format.h>

namespace latchkey::monitor {
namespace {

using attest::Grade;
using channel::ResultCode;

attest::Judgement judgement_of(const roles::KeyVerdict& key) {
  attest::Judgement judgement;
  judgement.grade = key.grade;
  judgement.why = key.grade_why.str();
  judgement.root = key.root.str();
  judgement.model = key.model.str();
  if (key.has_aaguid != 0) judgement.aaguid = key.aaguid;
  return judgement;
}

ResultCode code_of(attest::Ground ground) {
  switch (ground) {
    case attest::Ground::invalid: return ResultCode::attestation_invalid;
    case attest::Ground::not_attested: return ResultCode::not_attested;
    case attest::Ground::model: return ResultCode::model_not_allowed;
  }
  return ResultCode::internal;
}

/// In the log. Any other number came from a verify that is not ours.
const char* name(Grade grade) {
  switch (grade) {
    case Grade::hardware: return "hardware";
    case Grade::unknown_root: return "unknown-root";
    case Grade::self: return "self";
    case Grade::none: return "none";
    case Grade::invalid: return "invalid";
  }
  return "unknown";
}

const char* name(roles::ProvedBy proof) {
  switch (proof) {
    case roles::ProvedBy::nothing: return "nothing";
    case roles::ProvedBy::signature: return "signature";
    case roles::ProvedBy::attestation: return "attestation";
  }
  return "unknown";
}

}  // namespace

bool is_security_key(std::string_view key_type) { return key_type.starts_with("sk-"); }

std::optional<HardwareRefusal> refuse_hardware(const config::Policy& policy,
                                               const roles::KeyVerdict& key, bool vouched) {
  const attest::Policy asked{policy.hardware, policy.aaguid_allow};
  const auto type = key.key_type.view();
  if (asked.wants_proof() && !is_security_key(type)) {
    return HardwareRefusal{
        ResultCode::not_attested,
        fmt::format("This Pi enrols only keys that prove their hardware, and a key of type {} lies "
                    "in a file; plug in a security key and run `latchkey enroll` again.",
                    type)};
  }
  auto refused = attest::refuse(vouched ? attest::Policy{} : asked, judgement_of(key));
  if (!refused) return std::nullopt;
  return HardwareRefusal{code_of(refused->ground), std::move(refused->text)};
}

std::string describe_hardware(const roles::KeyVerdict& key) {
  if (key.grade != Grade::hardware) return {};
  const auto model = key.model.view().empty() ? "security key" : key.model.view();
  const auto root = key.root.view().empty() ? "a trusted root" : key.root.view();
  return fmt::format("{}, attested by {}", model, root);
}

std::string why_signature(const roles::KeyVerdict& key) {
  if (key.grade == Grade::hardware) return "its attestation was made for another pairing";
  return key.grade_why.str();
}

std::vector<std::pair<std::string, std::string>> hardware_fields(const roles::KeyVerdict& key) {
  if (!is_security_key(key.key_type.view())) return {};
  std::vector<std::pair<std::string, std::string>> fields{{"proved_by", name(key.proved_by)},
                                                          {"attestation", name(key.grade)}};
  if (key.grade != Grade::hardware) return fields;
  fields.emplace_back("root", key.root.str());
  fields.emplace_back("model", key.model.str());
  if (key.has_aaguid != 0) fields.emplace_back("aaguid", attest::format_aaguid(key.aaguid));
  return fields;
}

}  // namespace latchkey::monitor
