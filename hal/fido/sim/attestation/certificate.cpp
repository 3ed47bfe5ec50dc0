// SPDX-License-Identifier: MIT
#include "hal/fido/sim/attestation/certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>

#include "hal/fido/sim/crypto/evp_key.hpp"

namespace latchkey::fido::sim {
namespace {

using X509Handle = Handle<X509, X509_free>;

/// Country ZZ is nobody's (ISO 3166, user-assigned).
constexpr const char* kCountry = "ZZ";
constexpr const char* kOrganization = "latchkey, SIMULATED, for tests only";

bool add_name(X509_NAME* name, const char* field, const std::string& text) {
  return text.empty() || X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                                    reinterpret_cast<const unsigned char*>(
                                                        text.data()),  // NOLINT: libcrypto's bytes
                                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool set_subject(X509* x509, const Certificate& certificate) {
  auto* const name = X509_get_subject_name(x509);
  return add_name(name, "C", kCountry) && add_name(name, "O", kOrganization) &&
         add_name(name, "OU", certificate.organizational_unit) &&
         add_name(name, "CN", certificate.common_name);
}

/// In days and seconds since 1970, since time_t ends in 2038 on 32-bit systems.
bool set_time(ASN1_TIME* field, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return ASN1_TIME_adj(field, 0, static_cast<int>(day.time_since_epoch().count()),
                       static_cast<long>((time - day).count())) != nullptr;
}

bool set_validity(X509* x509, const Certificate& certificate) {
  return set_time(X509_getm_notBefore(x509), certificate.not_before) &&
         set_time(X509_getm_notAfter(x509), certificate.not_after);
}

/// 16 bytes; the first makes it positive and of one length always (RFC 5280 section 4.1.2.2).
Result<void> set_serial(X509* x509, crypto::Random& random) {
  std::array<std::uint8_t, 16> serial{};
  if (auto filled = random.fill(serial); !filled) return filled;
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3FU) | 0x40U);
  const Handle<BIGNUM, BN_free> number{
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)};
  if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) == nullptr) {
    return crypto_failed("numbering a certificate");
  }
  return {};
}

bool add(X509* x509, X509_EXTENSION* extension) {
  const Handle<X509_EXTENSION, X509_EXTENSION_free> owned{extension};
  return owned && X509_add_ext(x509, owned.get(), -1) == 1;
}

bool add(X509* x509, const Certificate::Extension& extension) {
  const Handle<ASN1_OBJECT, ASN1_OBJECT_free> oid{OBJ_txt2obj(extension.oid.c_str(), 1)};
  const Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> value{ASN1_OCTET_STRING_new()};
  return oid && value &&
         ASN1_OCTET_STRING_set(value.get(), extension.value.data(),
                               static_cast<int>(extension.value.size())) == 1 &&
         add(x509, X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), extension.critical ? 1 : 0,
                                                value.get()));
}

bool add_extensions(X509* x509, X509* issuer, const Certificate& certificate) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  const auto add_text = [&](int nid, const char* text) {
    return add(x509, X509V3_EXT_conf_nid(nullptr, &context, nid, text));
  };
  // The subject's key identifier comes first: one who signs itself finds its issuer's there.
  bool good = add_text(NID_subject_key_identifier, "hash") &&
              add_text(NID_authority_key_identifier, "keyid:always") &&
              add_text(NID_basic_constraints, certificate.basic_constraints.c_str()) &&
              add_text(NID_key_usage, certificate.key_usage.c_str());
  for (const auto& extension : certificate.extensions) good = good && add(x509, extension);
  return good;
}

Bytes encode(X509* x509) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(x509, &der);
  if (size <= 0) return {};
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

Result<Bytes> issue(const Certificate& certificate, const SigningKey& subject, const Issuer& issuer,
                    crypto::Random& random) {
  auto subject_key = evp_private_key(subject);
  if (!subject_key) return fail(std::move(subject_key));
  auto issuer_key = evp_private_key(issuer.key);
  if (!issuer_key) return fail(std::move(issuer_key));

  const X509Handle x509{X509_new()};
  if (!x509 || X509_set_version(x509.get(), certificate.version - 1) != 1 ||
      !set_subject(x509.get(), certificate) || !set_validity(x509.get(), certificate) ||
      X509_set_pubkey(x509.get(), subject_key->get()) != 1) {
    return crypto_failed("describing a certificate");
  }
  if (auto numbered = set_serial(x509.get(), random); !numbered) return fail(std::move(numbered));

  const auto* der = issuer.certificate.data();
  const X509Handle parent{
      issuer.certificate.empty()
          ? nullptr
          : d2i_X509(nullptr, &der, static_cast<long>(issuer.certificate.size()))};
  if (!issuer.certificate.empty() && !parent) return crypto_failed("reading the issuer");
  auto* const signer = parent ? parent.get() : x509.get();
  if (X509_set_issuer_name(x509.get(), X509_get_subject_name(signer)) != 1 ||
      (certificate.version == 3 && !add_extensions(x509.get(), signer, certificate)) ||
      X509_sign(x509.get(), issuer_key->get(), EVP_sha256()) == 0) {
    return crypto_failed("issuing a certificate");
  }
  auto encoded = encode(x509.get());
  if (encoded.empty()) return crypto_failed("encoding a certificate");
  return encoded;
}

std::optional<Bytes> extension_of(ByteView der, const std::string& oid) {
  const auto* begin = der.data();
  const X509Handle x509{d2i_X509(nullptr, &begin, static_cast<long>(der.size()))};
  const Handle<ASN1_OBJECT, ASN1_OBJECT_free> name{OBJ_txt2obj(oid.c_str(), 1)};
  if (!x509 || !name) return std::nullopt;
  const int at = X509_get_ext_by_OBJ(x509.get(), name.get(), -1);
  if (at < 0) return std::nullopt;
  const auto* value = X509_EXTENSION_get_data(X509_get_ext(x509.get(), at));
  const auto* data = ASN1_STRING_get0_data(value);
  return Bytes(data, data + ASN1_STRING_length(value));
}

}  // namespace latchkey::fido::sim
