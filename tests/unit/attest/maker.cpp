// SPDX-License-Identifier: MIT
#include "tests/unit/attest/maker.hpp"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace latchkey::attest::test {
namespace {

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refused what a test asked for");
}

template <class T, void (*kFree)(T*)>
struct Free {
  void operator()(T* thing) const { kFree(thing); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX, EVP_MD_CTX_free>>;
using X509Owner = std::unique_ptr<X509, Free<X509, X509_free>>;
using Name = std::unique_ptr<X509_NAME, Free<X509_NAME, X509_NAME_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION, X509_EXTENSION_free>>;

const unsigned char* chars(const std::string& text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return reinterpret_cast<const unsigned char*>(text.data());
}

Name name_of(const CertificateSpec& spec) {
  Name name(X509_NAME_new());
  const auto add = [&](const char* field, const std::optional<std::string>& value) {
    if (!value) return;
    must(X509_NAME_add_entry_by_txt(name.get(), field, MBSTRING_UTF8, chars(*value),
                                    static_cast<int>(value->size()), -1, 0) == 1);
  };
  add("C", spec.country);
  add("O", spec.organization);
  add("OU", spec.unit);
  add("CN", spec.common_name);
  return name;
}

void add_extension(X509* crt, int nid, const std::optional<std::string>& value) {
  if (!value) return;
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value->c_str()));
  must(extension != nullptr && X509_add_ext(crt, extension.get(), -1) == 1);
}

void add_aaguid(X509* crt, const CertificateSpec& spec) {
  if (!spec.aaguid) return;
  auto* const oid = OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1);
  auto* const value = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(value, spec.aaguid->data(), static_cast<int>(spec.aaguid->size()));
  const Extension extension(
      X509_EXTENSION_create_by_OBJ(nullptr, oid, spec.aaguid_critical ? 1 : 0, value));
  must(X509_add_ext(crt, extension.get(), -1) == 1);
  if (spec.aaguid_twice) must(X509_add_ext(crt, extension.get(), -1) == 1);
  ASN1_OCTET_STRING_free(value);
  ASN1_OBJECT_free(oid);
}

/// In days and seconds since 1970, since time_t ends in 2038 on 32-bit systems.
void set_time(ASN1_TIME* field, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  must(ASN1_TIME_adj(field, 0, static_cast<int>(day.time_since_epoch().count()),
                     static_cast<long>((time - day).count())) != nullptr);
}

Bytes make(const CertificateSpec& spec, EVP_PKEY* subject_key, const X509_NAME* issuer,
           EVP_PKEY* issuer_key) {
  static long serial = 0;
  const X509Owner crt(X509_new());
  must(X509_set_version(crt.get(), spec.version_3 ? X509_VERSION_3 : X509_VERSION_1) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(crt.get()), ++serial);
  const auto subject = name_of(spec);
  X509_set_subject_name(crt.get(), subject.get());
  X509_set_issuer_name(crt.get(), issuer != nullptr ? issuer : subject.get());
  set_time(X509_getm_notBefore(crt.get()), spec.not_before);
  set_time(X509_getm_notAfter(crt.get()), spec.not_after);
  X509_set_pubkey(crt.get(), subject_key);
  if (spec.version_3) {
    add_extension(crt.get(), NID_basic_constraints, spec.basic_constraints);
    add_extension(crt.get(), NID_key_usage, spec.key_usage);
    add_aaguid(crt.get(), spec);
  }
  must(X509_sign(crt.get(), issuer_key, EVP_get_digestbyname(spec.hash)) > 0);
  Bytes der(static_cast<std::size_t>(i2d_X509(crt.get(), nullptr)));
  auto* out = der.data();
  i2d_X509(crt.get(), &out);
  return der;
}

}  // namespace

Key::Key(EVP_PKEY* key) : key_(key, EVP_PKEY_free) { must(key != nullptr); }
Key Key::ec(const char* curve) { return Key(EVP_EC_gen(curve)); }
Key Key::rsa(unsigned bits) { return Key(EVP_RSA_gen(bits)); }
Key Key::ed25519() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

Bytes Key::sign(ByteView message, const char* hash) const {
  const Context context(EVP_MD_CTX_new());
  const bool own_hash = EVP_PKEY_get_id(get()) == EVP_PKEY_ED25519;
  must(EVP_DigestSignInit(context.get(), nullptr, own_hash ? nullptr : EVP_get_digestbyname(hash),
                          nullptr, get()) == 1);
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1);
  Bytes signature(size);
  must(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

Bytes Key::point() const {
  std::array<unsigned char, 256> out{};
  std::size_t size = out.size();
  if (EVP_PKEY_get_id(get()) == EVP_PKEY_ED25519) {
    must(EVP_PKEY_get_raw_public_key(get(), out.data(), &size) == 1);
  } else {
    must(EVP_PKEY_get_octet_string_param(get(), OSSL_PKEY_PARAM_PUB_KEY, out.data(), out.size(),
                                         &size) == 1);
  }
  return {out.data(), out.data() + size};
}

Bytes aaguid_value(ByteView aaguid) {
  Bytes value(2 + aaguid.size(), 0x04);
  value[1] = static_cast<std::uint8_t>(aaguid.size());
  std::ranges::copy(aaguid, value.begin() + 2);
  return value;
}

CertificateSpec authority(const std::string& common_name, const std::string& constraints) {
  CertificateSpec spec;
  spec.unit = std::nullopt;
  spec.common_name = common_name;
  spec.basic_constraints = constraints;
  spec.key_usage = "critical,keyCertSign,cRLSign";
  return spec;
}

Certified self_signed(const CertificateSpec& spec, const Key& key) {
  return {key, make(spec, key.get(), nullptr, key.get())};
}

Certified issue(const Certified& issuer, const CertificateSpec& spec, const Key& key) {
  const auto* der = issuer.der.data();
  const X509Owner crt(d2i_X509(nullptr, &der, static_cast<long>(issuer.der.size())));
  must(crt != nullptr);
  return {key, make(spec, key.get(), X509_get_subject_name(crt.get()), issuer.key.get())};
}

std::string pem(ByteView der) {
  std::string base64(4 * (der.size() / 3 + 1) + 1, '\0');
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(),
                                    static_cast<int>(der.size()));
  base64.resize(static_cast<std::size_t>(size));
  std::string text = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t i = 0; i < base64.size(); i += 64) text += base64.substr(i, 64) + "\n";
  return text + "-----END CERTIFICATE-----\n";
}

}  // namespace latchkey::attest::test
