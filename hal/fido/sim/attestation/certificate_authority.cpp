// SPDX-License-Identifier: MIT
#include "hal/fido/sim/attestation/certificate_authority.hpp"

#include <algorithm>

#include "core/crypto/base64.hpp"
#include "hal/fido/sim/attestation/certificate.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr auto kValidity = std::chrono::days(30 * 365 + 7);
constexpr auto kDay = std::chrono::days(1);
constexpr const char* kAaguidOid = "1.3.6.1.4.1.45724.1.1.4";  // id-fido-gen-ce-aaguid
constexpr std::size_t kMaxModelName = 32;                      // a CN has at most 64 characters

Certificate authority(std::string common_name, int path_length, WallTime now) {
  Certificate certificate;
  certificate.common_name = std::move(common_name);
  certificate.not_before = now;
  certificate.not_after = now + kValidity;
  certificate.basic_constraints = "critical,CA:TRUE,pathlen:" + std::to_string(path_length);
  certificate.key_usage = "critical,keyCertSign,cRLSign";
  return certificate;
}

std::vector<Certificate::Extension> aaguid_extension(const Model& model,
                                                     LeafOptions::AaguidExtension how) {
  using How = LeafOptions::AaguidExtension;
  if (how == How::missing || (how == How::right && !model.fido_2_0)) return {};
  Bytes value;
  if (how != How::bare) value = {0x04, static_cast<std::uint8_t>(model.aaguid.size())};
  value.insert(value.end(), model.aaguid.begin(), model.aaguid.end());
  if (how == How::other) value.back() = static_cast<std::uint8_t>(value.back() ^ 1U);
  return {{kAaguidOid, how == How::critical, std::move(value)}};
}

Certificate leaf(const Model& model, const LeafOptions& options, WallTime made) {
  Certificate certificate;
  certificate.common_name = "Simulated security key " + model.name.substr(0, kMaxModelName);
  certificate.organizational_unit = options.organizational_unit;
  certificate.not_before = options.expired ? made - kValidity : made;
  certificate.not_after = options.expired ? made - kDay : made + kValidity;
  if (options.authority) {
    certificate.basic_constraints = "critical,CA:TRUE";
    certificate.key_usage = "critical,digitalSignature,keyCertSign";
  }
  if (options.version_1) certificate.version = 1;
  certificate.extensions = aaguid_extension(model, options.aaguid_extension);
  return certificate;
}

}  // namespace

CertificateAuthority::CertificateAuthority(SigningKey intermediate, Bytes root_der,
                                           Bytes intermediate_der, WallTime made)
    : intermediate_(std::move(intermediate)),
      root_der_(std::move(root_der)),
      intermediate_der_(std::move(intermediate_der)),
      made_(made) {}

Result<CertificateAuthority> CertificateAuthority::make(crypto::Random& random, WallTime now) {
  auto root = SigningKey::generate(SigningKey::Kind::p256, random);
  if (!root) return fail(std::move(root));
  auto intermediate = SigningKey::generate(SigningKey::Kind::p256, random);
  if (!intermediate) return fail(std::move(intermediate));
  auto root_der =
      issue(authority("Simulated security key root", 1, now), *root, {*root, {}}, random);
  if (!root_der) return fail(std::move(root_der));
  auto intermediate_der = issue(authority("Simulated security key intermediate", 0, now),
                                *intermediate, {*root, *root_der}, random);
  if (!intermediate_der) return fail(std::move(intermediate_der));
  return CertificateAuthority(*std::move(intermediate), *std::move(root_der),
                              *std::move(intermediate_der), now);
}

Result<Factory> CertificateAuthority::manufacture(const Model& model, crypto::Random& random,
                                                  const LeafOptions& options) const {
  auto key = SigningKey::generate(SigningKey::Kind::p256, random);
  if (!key) return fail(std::move(key));
  auto der = issue(leaf(model, options, made_), *key, {intermediate_, intermediate_der_}, random);
  if (!der) return fail(std::move(der));
  return Factory{*std::move(key), {*std::move(der), intermediate_der_, root_der_}};
}

std::optional<Aaguid> aaguid_of(ByteView leaf) {
  Aaguid aaguid{};
  const auto value = extension_of(leaf, kAaguidOid);
  if (!value || value->size() != 2 + aaguid.size()) return std::nullopt;
  std::copy(value->begin() + 2, value->end(), aaguid.begin());
  return aaguid;
}

std::string to_pem(ByteView der) {
  constexpr std::size_t kColumns = 64;
  const auto base64 = crypto::to_base64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += kColumns) {
    pem += base64.substr(at, kColumns) + '\n';
  }
  return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace latchkey::fido::sim
