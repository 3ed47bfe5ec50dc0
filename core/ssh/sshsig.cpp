// SPDX-License-Identifier: MIT
#include "core/ssh/sshsig.hpp"

#include "core/crypto/hash.hpp"
#include "core/ssh/armor.hpp"
#include "core/ssh/ecdsa_der.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::ssh {
namespace {

constexpr std::string_view kDoing = "reading an SSH signature";
constexpr std::string_view kMagic = "SSHSIG";
constexpr std::string_view kLabel = "SSH SIGNATURE";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMaxNamespace = 255;
constexpr std::size_t kEd25519SignatureSize = 64;
constexpr unsigned kBitsPerByte = 8;
constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;

bool is_hash_name(std::string_view name) noexcept { return name == "sha256" || name == "sha512"; }

bool fits_key(std::string_view algorithm, const PublicKey& key) noexcept {
  if (key.type() == KeyType::rsa) {
    return algorithm == "rsa-sha2-256" || algorithm == "rsa-sha2-512";
  }
  return algorithm == key.type_name();
}

std::size_t key_bytes(const PublicKey& key) noexcept {
  return (key.bits() + kBitsPerByte - 1) / kBitsPerByte;
}

/// RFC 5656 section 3.1.2: two numbers, neither zero nor larger than the curve's.
bool is_ecdsa_signature(ByteView signature, const PublicKey& key) {
  Reader in(signature, kDoing);
  for (int i = 0; i < 2; ++i) {
    const auto number = in.mpint();
    if (number.empty() || number.size() > key_bytes(key)) in.reject(Errc::malformed);
  }
  return in.end().has_value();
}

bool has_shape(ByteView signature, const PublicKey& key) {
  switch (key.type()) {
    case KeyType::rsa: return !signature.empty() && signature.size() <= key_bytes(key);
    case KeyType::ed25519:
    case KeyType::sk_ed25519: return signature.size() == kEd25519SignatureSize;
    default: return is_ecdsa_signature(signature, key);
  }
}

Result<void> check_key(const PublicKey& key) {
  const auto type = key.type();
  if (type == KeyType::dsa || type == KeyType::certificate || type == KeyType::unknown) {
    return fail(Errc::unsupported, "reading a signature by a key of type " + key.type_name());
  }
  return {};
}

Result<void> read_signature(Sshsig& sig, ByteView blob) {
  Reader in(blob, kDoing);
  sig.signature_algorithm = as_text(in.string());
  sig.signature = to_bytes(in.string());
  if (auto read = in.status(); !read) return read;
  if (sig.signature_algorithm.starts_with("webauthn-")) {
    return fail(Errc::unsupported, "reading a webauthn signature");
  }
  if (is_security_key(sig.public_key.type())) {
    const auto flags = in.uint8();
    sig.sk = SkAssertion{flags, in.uint32()};
  }
  if (!fits_key(sig.signature_algorithm, sig.public_key) ||
      !has_shape(sig.signature, sig.public_key)) {
    in.reject(Errc::malformed);
  }
  return in.end();
}

}  // namespace

Result<Sshsig> Sshsig::parse(ByteView blob) {
  Reader in(blob, kDoing);
  if (as_text(in.raw(kMagic.size())) != kMagic) in.reject(Errc::malformed);
  const auto version = in.uint32();
  const auto key_blob = in.string(kMaxBlob);
  const auto name_space = as_text(in.string(kMaxNamespace));
  static_cast<void>(in.string());  // reserved
  const auto hash_algorithm = as_text(in.string());
  const auto signature = in.string();
  if (!in.failed() && version != kVersion) {
    return fail(Errc::unsupported, "reading an SSH signature of another version");
  }
  if (name_space.empty() || name_space.find('\0') != std::string_view::npos) {
    in.reject(Errc::malformed);
  }
  if (!is_hash_name(hash_algorithm)) in.reject(Errc::unsupported);
  if (auto end = in.end(); !end) return fail(std::move(end));

  auto key = PublicKey::parse(key_blob);
  if (!key) return fail(std::move(key));
  if (auto good = check_key(*key); !good) return fail(std::move(good));
  Sshsig sig{*std::move(key), std::string(name_space), std::string(hash_algorithm), {}, {}, {}};
  if (auto read = read_signature(sig, signature); !read) return fail(std::move(read));
  return sig;
}

bool Sshsig::user_present() const noexcept { return sk && (sk->flags & kUserPresent) != 0; }
bool Sshsig::user_verified() const noexcept { return sk && (sk->flags & kUserVerified) != 0; }

std::string armor(ByteView blob) { return wrap_armor(kLabel, blob); }

Result<Bytes> dearmor(std::string_view text) { return unwrap_armor(kLabel, text); }

Result<Bytes> signed_data(std::string_view name_space, std::string_view hash_algorithm,
                          ByteView message) {
  if (!is_hash_name(hash_algorithm)) return fail(Errc::unsupported, "hashing a message");
  Writer out;
  out.raw(as_bytes(kMagic)).string(name_space).string(std::string_view{}).string(hash_algorithm);
  const auto append = [&out](const auto& hash) -> Result<Bytes> {
    if (!hash) return tl::make_unexpected(hash.error());
    return std::move(out.string(ByteView(*hash))).take();
  };
  return hash_algorithm == "sha256" ? append(crypto::sha256(message))
                                    : append(crypto::sha512(message));
}

Result<Bytes> compose_sk_signature(const PublicKey& key, std::string_view name_space,
                                   const SkAssertion& assertion, ByteView signature) {
  if (!is_security_key(key.type())) {
    return fail(Errc::unsupported, "writing a signature by a key of type " + key.type_name());
  }
  auto raw = key.type() == KeyType::sk_ecdsa_p256 ? mpints_of_der(signature)
                                                  : Result<Bytes>(to_bytes(signature));
  if (!raw) return raw;
  Writer inner;
  inner.string(key.type_name()).string(*raw).uint8(assertion.flags).uint32(assertion.counter);
  Writer out;
  out.raw(as_bytes(kMagic)).uint32(kVersion).string(key.blob()).string(name_space);
  out.string(std::string_view{}).string(kSkHashAlgorithm).string(inner.bytes());
  auto blob = std::move(out).take();
  // Whatever the key said, nothing leaves here that would not be read again.
  if (auto read = Sshsig::parse(blob); !read) return fail(std::move(read));
  return blob;
}

}  // namespace latchkey::ssh
