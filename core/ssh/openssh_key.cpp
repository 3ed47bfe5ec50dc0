// SPDX-License-Identifier: MIT
#include "core/ssh/openssh_key.hpp"

#include <algorithm>
#include <array>

#include "core/ssh/armor.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/wire.hpp"

namespace latchkey::ssh {
namespace {

constexpr std::string_view kDoing = "reading an OpenSSH private key file";
constexpr std::string_view kLabel = "OPENSSH PRIVATE KEY";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
constexpr std::string_view kNone = "none";
constexpr std::string_view kBcrypt = "bcrypt";
constexpr std::size_t kMaxName = 64;

struct Cipher {
  std::string_view name;
  std::size_t block;
  std::size_t tag;  ///< stands behind the private half, without a length
};

constexpr std::array<Cipher, 11> kCiphers{{
    {kNone, 8, 0},
    {"aes256-ctr", 16, 0},
    {"aes192-ctr", 16, 0},
    {"aes128-ctr", 16, 0},
    {"aes256-cbc", 16, 0},
    {"aes192-cbc", 16, 0},
    {"aes128-cbc", 16, 0},
    {"3des-cbc", 8, 0},
    {"aes256-gcm@openssh.com", 16, 16},
    {"aes128-gcm@openssh.com", 16, 16},
    {"chacha20-poly1305@openssh.com", 8, 16},
}};

/// bcrypt takes a salt and rounds, none takes nothing.
Result<void> check_kdf(std::string_view kdf, ByteView options) {
  Reader in(options, kDoing);
  if (kdf == kBcrypt) {
    if (in.string().empty()) in.reject(Errc::malformed);
    if (in.uint32() == 0) in.reject(Errc::malformed);
  } else if (kdf != kNone) {
    return fail(Errc::unsupported, "reading a private key file protected by " + std::string(kdf));
  }
  return in.end();
}

Result<Bytes> unwrap(std::string_view text) {
  if (text.starts_with("-----BEGIN ") && !text.starts_with("-----BEGIN OPENSSH")) {
    return fail(Errc::unsupported,
                "reading a private key file of an old format (ssh-keygen -p -f FILE rewrites it)");
  }
  return unwrap_armor(kLabel, text);
}

/// `half`: the private half, encrypted or not, unread; points into `blob`.
Result<PrivateFileInfo> read_blob(ByteView blob, ByteView& half) {
  Reader in(blob, kDoing);
  if (as_text(in.raw(kMagic.size())) != kMagic) in.reject(Errc::malformed);
  const auto cipher_name = as_text(in.string(kMaxName));
  const auto kdf = as_text(in.string(kMaxName));
  const auto kdf_options = in.string();
  if (in.uint32() != 1) in.reject(Errc::malformed);
  const auto public_blob = in.string(kMaxBlob);
  half = in.string();
  if (auto read = in.status(); !read) return fail(std::move(read));

  const auto* const cipher = std::find_if(kCiphers.begin(), kCiphers.end(),
                                          [&](const Cipher& c) { return c.name == cipher_name; });
  if (cipher == kCiphers.end()) {
    return fail(Errc::unsupported, "reading a private key file with an unknown cipher");
  }
  if ((cipher_name == kNone) != (kdf == kNone)) in.reject(Errc::malformed);
  if (half.empty() || half.size() % cipher->block != 0) in.reject(Errc::malformed);
  static_cast<void>(in.raw(cipher->tag));
  if (auto end = in.end(); !end) return fail(std::move(end));
  if (auto good = check_kdf(kdf, kdf_options); !good) return fail(std::move(good));
  auto key = PublicKey::parse(public_blob);
  if (!key) return fail(std::move(key));
  return PrivateFileInfo{*std::move(key), std::string(cipher_name), std::string(kdf)};
}

/// 1, 2, 3 … up to the block, and never a whole one.
bool pads_well(ByteView padding) noexcept {
  if (padding.size() >= kCiphers.front().block) return false;
  for (std::size_t i = 0; i < padding.size(); ++i) {
    if (padding[i] != i + 1) return false;
  }
  return true;
}

}  // namespace

Result<PrivateFileInfo> read_private_file(std::string_view text) {
  const auto blob = unwrap(text);
  if (!blob) return tl::make_unexpected(blob.error());
  ByteView half;
  return read_blob(*blob, half);
}

Result<SkPrivateKey> read_sk_private_file(std::string_view text) {
  const auto blob = unwrap(text);
  if (!blob) return tl::make_unexpected(blob.error());
  ByteView half;
  auto info = read_blob(*blob, half);
  if (!info) return fail(std::move(info));
  if (!is_security_key(info->public_key.type()))
    return fail(Errc::unsupported, "reading the private file of a key without a security key");
  if (info->is_encrypted()) {
    return fail(Errc::refused, "reading a key handle that is behind a passphrase");
  }

  Reader in(half, kDoing);
  const auto check = in.uint32();
  if (in.uint32() != check) in.reject(Errc::malformed);
  const auto& key = info->public_key;
  if (to_bytes(in.raw(key.blob().size())) != key.blob()) in.reject(Errc::malformed);
  const auto flags = in.uint8();
  const auto handle = in.string(kMaxKeyHandle);
  if (!in.string().empty()) in.reject(Errc::malformed);  // reserved
  const auto comment = in.string();
  if (handle.empty() || !pads_well(in.rest())) in.reject(Errc::malformed);
  if (auto read = in.status(); !read) return fail(std::move(read));
  return SkPrivateKey{key, flags, to_bytes(handle), std::string(as_text(comment))};
}

Result<std::string> write_sk_private_file(const SkPrivateKey& key, crypto::Random& random) {
  if (!is_security_key(key.public_key.type())) {
    return fail(Errc::unsupported, "writing a private file for a key without a security key");
  }
  if (key.key_handle.empty() || key.key_handle.size() > kMaxKeyHandle) {
    return fail(Errc::malformed, "writing a key handle");
  }
  std::array<std::uint8_t, 4> check{};
  if (auto filled = random.fill(check); !filled) return fail(std::move(filled));

  // The public fields and their order are those of the public blob, type name included.
  Writer half;
  half.raw(check).raw(check).raw(key.public_key.blob());
  half.uint8(key.flags).string(key.key_handle).string(std::string_view{});
  half.string(sanitize_comment(key.comment));
  for (std::uint8_t pad = 1; half.bytes().size() % kCiphers.front().block != 0; ++pad) {
    half.uint8(pad);
  }
  Writer file;
  file.raw(as_bytes(kMagic)).string(kNone).string(kNone).string(std::string_view{}).uint32(1);
  file.string(key.public_key.blob()).string(half.bytes());
  return wrap_armor(kLabel, file.bytes());
}

}  // namespace latchkey::ssh
