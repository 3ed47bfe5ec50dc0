// SPDX-License-Identifier: MIT
#include "core/attest/certificate.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include "core/attest/attestation.hpp"
#include "core/attest/curve_of.hpp"
#include "core/text.hpp"

namespace latchkey::attest {
namespace {

constexpr std::size_t kMaxCommonName = 64;  // RFC 5280 appendix A, ub-common-name

std::string_view as_view(const mbedtls_asn1_buf& buffer) noexcept {
  return as_text(ByteView{buffer.p, buffer.len});
}

std::optional<std::string_view> attribute(const mbedtls_x509_name& name, std::string_view oid) {
  for (const auto* part = &name; part != nullptr; part = part->next) {
    if (as_view(part->oid) == oid) return as_view(part->val);
  }
  return std::nullopt;
}

std::string common_name_of(const mbedtls_x509_name& name) {
  return make_printable(attribute(name, MBEDTLS_OID_AT_CN).value_or(""), kMaxCommonName);
}

WallTime as_time(const mbedtls_x509_time& time) noexcept {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): for the calendar alone
  const year_month_day day{year{time.year}, month{static_cast<unsigned>(time.mon)},
                           std::chrono::day{static_cast<unsigned>(time.day)}};
  return sys_days{day} + hours{time.hour} + minutes{time.min} + seconds{time.sec};
}

/// Goes through DER that mbedTLS has found well formed; ends early where it is not.
class Der final {
 public:
  explicit Der(ByteView bytes) noexcept : rest_(bytes) {}

  /// The content of the next element if it is of this tag.
  std::optional<ByteView> take(int tag) noexcept {
    // mbedTLS asks for a pointer to change, but changes nothing behind it.
    auto* at = const_cast<unsigned char*>(rest_.data());  // NOLINT(*-const-cast)
    const auto* const end = rest_.data() + rest_.size();
    std::size_t size = 0;
    if (mbedtls_asn1_get_tag(&at, end, &size, tag) != 0) return std::nullopt;
    const ByteView content(at, size);
    rest_ = {at + size, end};
    return content;
  }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

 private:
  ByteView rest_;
};

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;

/// Calls `visit` with the OID, whether critical, and the value of each extension.
template <class Visit>
void for_each_extension(const mbedtls_x509_crt& crt, Visit visit) {
  Der outer(ByteView{crt.v3_ext.p, crt.v3_ext.len});
  Der list(outer.take(kSequence).value_or(ByteView{}));
  while (!list.empty()) {
    Der extension(list.take(kSequence).value_or(ByteView{}));
    const auto oid = extension.take(MBEDTLS_ASN1_OID);
    const auto critical = extension.take(MBEDTLS_ASN1_BOOLEAN);
    const auto value = extension.take(MBEDTLS_ASN1_OCTET_STRING);
    if (!oid || !value) return;
    visit(as_text(*oid), critical && !critical->empty() && critical->front() != 0, *value);
  }
}

}  // namespace

void Certificate::Free::operator()(mbedtls_x509_crt* crt) const noexcept {
  mbedtls_x509_crt_free(crt);
  delete crt;
}

Certificate::Certificate() : crt_(new mbedtls_x509_crt) { mbedtls_x509_crt_init(crt_.get()); }
Certificate::~Certificate() = default;
Certificate::Certificate(Certificate&&) noexcept = default;
Certificate& Certificate::operator=(Certificate&&) noexcept = default;

Result<Certificate> Certificate::parse(ByteView der) {
  constexpr auto kDoing = "reading a certificate";
  if (der.size() > kMaxCertificate) return fail(Errc::too_large, kDoing);
  Certificate certificate;
  auto& crt = *certificate.crt_;
  if (der.empty() || mbedtls_x509_crt_parse_der(&crt, der.data(), der.size()) != 0) {
    return fail(Errc::malformed, kDoing);
  }
  if (crt.raw.len != der.size()) return fail(Errc::malformed, kDoing);
  return certificate;
}

ByteView Certificate::der() const noexcept { return {crt_->raw.p, crt_->raw.len}; }
ByteView Certificate::subject() const noexcept {
  return {crt_->subject_raw.p, crt_->subject_raw.len};
}
ByteView Certificate::issuer() const noexcept { return {crt_->issuer_raw.p, crt_->issuer_raw.len}; }

std::string Certificate::common_name() const { return common_name_of(crt_->subject); }
std::string Certificate::issuer_common_name() const { return common_name_of(crt_->issuer); }

std::optional<std::string_view> Certificate::subject_attribute(std::string_view oid) const {
  return attribute(crt_->subject, oid);
}

int Certificate::version() const noexcept { return crt_->version; }

CertificateKey Certificate::key() const noexcept {
  if (mbedtls_pk_can_do(&crt_->pk, MBEDTLS_PK_RSA) != 0) return CertificateKey::rsa;
  if (mbedtls_pk_can_do(&crt_->pk, MBEDTLS_PK_ECDSA) == 0) return CertificateKey::other;
  switch (curve_of(crt_->pk)) {
    case MBEDTLS_ECP_DP_SECP256R1: return CertificateKey::p256;
    case MBEDTLS_ECP_DP_SECP384R1: return CertificateKey::p384;
    case MBEDTLS_ECP_DP_SECP521R1: return CertificateKey::p521;
    default: return CertificateKey::other;
  }
}

WallTime Certificate::not_before() const noexcept { return as_time(crt_->valid_from); }
WallTime Certificate::not_after() const noexcept { return as_time(crt_->valid_to); }
bool Certificate::valid_at(WallTime now) const noexcept {
  return not_before() <= now && now <= not_after();
}

std::optional<Certificate::Extension> Certificate::extension(std::string_view oid) const {
  std::optional<Extension> found;
  for_each_extension(*crt_, [&](std::string_view id, bool critical, ByteView value) {
    if (id == oid && !found) found = Extension{critical, value};
  });
  return found;
}

bool Certificate::has_twice(std::string_view oid) const {
  int count = 0;
  for_each_extension(*crt_, [&](std::string_view id, bool, ByteView) {
    if (id == oid) ++count;
  });
  return count > 1;
}

bool Certificate::is_ca() const {
  const auto constraints = extension(MBEDTLS_OID_BASIC_CONSTRAINTS);
  if (!constraints) return false;
  Der outer(constraints->value);
  Der members(outer.take(kSequence).value_or(ByteView{}));
  const auto ca = members.take(MBEDTLS_ASN1_BOOLEAN);
  return ca && !ca->empty() && ca->front() != 0;
}

bool Certificate::may_sign() const noexcept {
  return mbedtls_x509_crt_check_key_usage(crt_.get(), MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0;
}

}  // namespace latchkey::attest
