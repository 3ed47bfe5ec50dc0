// SPDX-License-Identifier: MIT
#include "core/ssh/public_key.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "core/crypto/ec_point.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::ssh {
namespace {

constexpr std::string_view kDoing = "reading a public key";
constexpr std::string_view kCertificateSuffix = "-cert-v01@openssh.com";
constexpr std::size_t kMaxTypeName = 64;  // RFC 4251 section 6
constexpr std::size_t kEd25519Size = 32;
constexpr unsigned kEd25519Bits = 256;
constexpr unsigned kMinRsaBits = 2048;
constexpr unsigned kMaxRsaBits = 16384;

struct Kind {
  std::string_view name;
  KeyType type;
};

constexpr std::array<Kind, 8> kKinds{{
    {"ssh-rsa", KeyType::rsa},
    {"ssh-dss", KeyType::dsa},
    {"ecdsa-sha2-nistp256", KeyType::ecdsa_p256},
    {"ecdsa-sha2-nistp384", KeyType::ecdsa_p384},
    {"ecdsa-sha2-nistp521", KeyType::ecdsa_p521},
    {"ssh-ed25519", KeyType::ed25519},
    {"sk-ecdsa-sha2-nistp256@openssh.com", KeyType::sk_ecdsa_p256},
    {"sk-ssh-ed25519@openssh.com", KeyType::sk_ed25519},
}};

struct CurveFacts {
  crypto::Curve curve;
  std::string_view name;
  unsigned bits;
};

CurveFacts curve_of(KeyType type) noexcept {
  switch (type) {
    case KeyType::ecdsa_p384: return {crypto::Curve::p384, "nistp384", 384};
    case KeyType::ecdsa_p521: return {crypto::Curve::p521, "nistp521", 521};
    default: return {crypto::Curve::p256, "nistp256", 256};
  }
}

bool is_printable(ByteView text) noexcept {
  return std::all_of(text.begin(), text.end(), [](auto c) { return c >= 0x20 && c <= 0x7e; });
}

/// RFC 4251 section 6: no white space, no commas, at most 64 characters.
bool is_type_name(ByteView name) noexcept {
  return !name.empty() && name.size() <= kMaxTypeName &&
         std::all_of(name.begin(), name.end(),
                     [](auto c) { return c > 0x20 && c <= 0x7e && c != ','; });
}

unsigned bit_length(ByteView magnitude) noexcept {
  if (magnitude.empty()) return 0;
  return static_cast<unsigned>((magnitude.size() - 1) * 8) +
         static_cast<unsigned>(std::bit_width(magnitude.front()));
}

/// A number of a key is never zero. The first one read gives the size of the key.
unsigned read_positive(Reader& in) noexcept {
  const auto number = in.mpint();
  if (number.empty()) in.reject(Errc::malformed);
  return bit_length(number);
}

}  // namespace

KeyType key_type(std::string_view name) noexcept {
  const auto* const kind =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == name; });
  if (kind != kKinds.end()) return kind->type;
  return name.ends_with(kCertificateSuffix) ? KeyType::certificate : KeyType::unknown;
}

bool is_security_key(KeyType type) noexcept {
  return type == KeyType::sk_ecdsa_p256 || type == KeyType::sk_ed25519;
}

Result<PublicKey> PublicKey::parse(ByteView blob) {
  if (blob.size() > kMaxBlob) return fail(Errc::too_large, std::string(kDoing));
  Reader in(blob, kDoing);
  const auto name = in.string();
  if (auto read = in.status(); !read) return fail(std::move(read));
  if (!is_type_name(name)) return fail(Errc::malformed, "reading the type of a public key");

  PublicKey key;
  key.blob_ = to_bytes(blob);
  key.type_name_ = as_text(name);
  key.type_ = key_type(key.type_name_);
  const auto note_point = [&](ByteView point) {
    key.point_offset_ = point.empty() ? 0 : static_cast<std::size_t>(point.data() - blob.data());
    key.point_size_ = point.size();
  };

  switch (key.type_) {
    case KeyType::certificate:
    case KeyType::unknown: return key;
    case KeyType::rsa:
      read_positive(in);  // the exponent
      key.bits_ = read_positive(in);
      break;
    case KeyType::dsa:
      key.bits_ = read_positive(in);
      for (int i = 0; i < 3; ++i) read_positive(in);
      break;
    case KeyType::ed25519:
    case KeyType::sk_ed25519: {
      const auto point = in.string();
      if (point.size() != kEd25519Size) in.reject(Errc::malformed);
      note_point(point);
      key.bits_ = kEd25519Bits;
      break;
    }
    case KeyType::ecdsa_p256:
    case KeyType::ecdsa_p384:
    case KeyType::ecdsa_p521:
    case KeyType::sk_ecdsa_p256: {
      const auto facts = curve_of(key.type_);
      if (as_text(in.string()) != facts.name) in.reject(Errc::malformed);
      const auto point = in.string();
      if (auto read = in.status(); !read) return fail(std::move(read));
      if (auto on_curve = crypto::check_ec_point(facts.curve, point); !on_curve) {
        return fail(std::move(on_curve));
      }
      note_point(point);
      key.bits_ = facts.bits;
      break;
    }
  }
  if (is_security_key(key.type_)) {
    const auto application = in.string(kMaxApplication);
    if (application.empty() || !is_printable(application)) in.reject(Errc::malformed);
    key.application_ = as_text(application);
  }
  if (auto end = in.end(); !end) return fail(std::move(end));
  return key;
}

Result<PublicKey> PublicKey::make_sk_ed25519(ByteView key, std::string_view application) {
  Writer out;
  out.string("sk-ssh-ed25519@openssh.com").string(key).string(application);
  return parse(out.bytes());
}

Result<PublicKey> PublicKey::make_sk_ecdsa_p256(ByteView point, std::string_view application) {
  Writer out;
  out.string("sk-ecdsa-sha2-nistp256@openssh.com").string("nistp256").string(point);
  return parse(out.string(application).bytes());
}

ByteView PublicKey::point() const noexcept {
  return ByteView(blob_).subspan(point_offset_, point_size_);
}

Result<void> check_strength(const PublicKey& key) {
  switch (key.type()) {
    case KeyType::dsa:
      return fail(Errc::refused,
                  "DSA keys are broken and no current sshd accepts them; make an Ed25519 key");
    case KeyType::rsa:
      if (key.bits() < kMinRsaBits) {
        return fail(Errc::refused, "an RSA key of " + std::to_string(key.bits()) +
                                       " bits is too weak (at least 2048); make an Ed25519 key");
      }
      if (key.bits() > kMaxRsaBits) {
        return fail(Errc::refused, "an RSA key of " + std::to_string(key.bits()) +
                                       " bits is more than sshd takes (at most 16384)");
      }
      return {};
    case KeyType::certificate:
      return fail(Errc::unsupported,
                  "a certificate (" + key.type_name() + ") is not a key; offer the key it is for");
    case KeyType::unknown: return fail(Errc::unsupported, "keys of type " + key.type_name());
    default: return {};
  }
}

}  // namespace latchkey::ssh
