// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/attestation_statement.hpp"

#include <algorithm>
#include <string_view>

#include "core/cbor/cbor_reader.hpp"
#include "hal/fido/libfido2/bytes.hpp"

namespace latchkey::fido {
namespace {

constexpr std::size_t kMaxMembers = 8;
constexpr std::size_t kMaxMemberName = 32;

/// "x5c" of a statement; empty: none, or not readable.
std::vector<Bytes> chain_of(ByteView statement) {
  cbor::CborReader reader(statement);
  std::vector<Bytes> chain;
  const auto members = reader.map(kMaxMembers);
  for (std::size_t i = 0; i < members; ++i) {
    if (reader.text(kMaxMemberName) != "x5c") {
      reader.skip();
      continue;
    }
    const auto count = reader.array(attest::kMaxChain);
    for (std::size_t j = 0; j < count; ++j) {
      chain.push_back(to_bytes(reader.byte_string(attest::kMaxCertificate)));
    }
  }
  if (!reader.end("reading an attestation statement")) return {};
  return chain;
}

std::optional<attest::Format> format_of(const fido_cred_t& cred) {
  const char* said = fido_cred_fmt(&cred);
  const std::string_view format = said != nullptr ? said : "";
  if (format == "fido-u2f") return attest::Format::fido_u2f;
  if (format == "packed" || format == "none") return attest::Format::packed;
  return std::nullopt;
}

}  // namespace

std::optional<attest::Attestation> read_attestation(const fido_cred_t& cred) {
  const auto format = format_of(cred);
  const auto data = view(fido_cred_authdata_raw_ptr(&cred), fido_cred_authdata_raw_len(&cred));
  const auto signature = view(fido_cred_sig_ptr(&cred), fido_cred_sig_len(&cred));
  const auto leaf = view(fido_cred_x5c_ptr(&cred), fido_cred_x5c_len(&cred));
  if (!format || data.empty() || data.size() > attest::kMaxAuthenticatorData ||
      signature.size() > attest::kMaxSignature || leaf.size() > attest::kMaxCertificate) {
    return std::nullopt;
  }
  attest::Attestation read{*format, to_bytes(data), to_bytes(signature), {}};
  if (leaf.empty()) return read;
  read.chain = chain_of(view(fido_cred_attstmt_ptr(&cred), fido_cred_attstmt_len(&cred)));
  const bool agrees = !read.chain.empty() && std::ranges::equal(read.chain.front(), leaf);
  if (!agrees) read.chain = {to_bytes(leaf)};
  return read;
}

}  // namespace latchkey::fido
