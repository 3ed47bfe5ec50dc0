// SPDX-License-Identifier: MIT
#include "firmware/verify/public_key_check.hpp"

#include <fmt/format.h>

#include "core/ssh/comment.hpp"
#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key_line.hpp"

namespace latchkey::verify {
namespace {

using channel::ResultCode;
using roles::KeyVerdict;

constexpr const char* kStrongerKey =
    "make another with `latchkey keygen --software` or `ssh-keygen -t ed25519` and offer that";

void say(KeyVerdict& verdict, ResultCode code, std::string_view text) {
  verdict.code = code;
  verdict.text.assign_cut(text);
}

std::string not_well_formed(const Error& error) {
  const char* why = "its bytes do not follow the format";
  if (error.is(Errc::truncated)) why = "it ends too early";
  if (error.is(Errc::trailing_bytes)) why = "more bytes or a second line follow it";
  if (error.is(Errc::too_large)) why = "it is larger than any real key";
  return fmt::format(
      "This is not a public key that can be enrolled: {}; offer the line of a .pub file as "
      "ssh-keygen wrote it, without options.",
      why);
}

/// Why check_strength said no, in words that name the next step.
void say_too_weak(KeyVerdict& verdict, const ssh::PublicKey& key) {
  switch (key.type()) {
    case ssh::KeyType::certificate:
      say(verdict, ResultCode::key_invalid,
          "This is a certificate, and only plain public keys are enrolled; offer the .pub file "
          "next to it whose name does not end in -cert.pub.");
      return;
    case ssh::KeyType::unknown:
      say(verdict, ResultCode::key_type_not_allowed,
          fmt::format("Keys of the type {} are not known here; {}.", verdict.key_type.view(),
                      kStrongerKey));
      return;
    case ssh::KeyType::dsa:
      say(verdict, ResultCode::key_too_weak,
          fmt::format("DSA keys are too weak and sshd refuses them; {}.", kStrongerKey));
      return;
    default:
      say(verdict, ResultCode::key_too_weak,
          fmt::format("The {} is outside the sizes that are accepted (2048 to 16384 bits for RSA); "
                      "{}.",
                      describe(key), kStrongerKey));
  }
}

KeyVerdict check_key(const ssh::PublicKey& key, std::string_view comment) {
  KeyVerdict verdict;
  verdict.key_type.assign_cut(ssh::sanitize_comment(key.type_name()));
  verdict.comment.assign_cut(ssh::sanitize_comment(comment));
  auto fingerprint = ssh::fingerprint(key.blob());
  if (!fingerprint) {
    say(verdict, ResultCode::internal,
        "The Pi could not compute the key's fingerprint; try again, and see its journal.");
    return verdict;
  }
  verdict.fingerprint.assign_cut(*fingerprint);
  if (!ssh::check_strength(key)) {
    say_too_weak(verdict, key);
    return verdict;
  }
  if (!verdict.key.assign(key.blob())) {
    say(verdict, ResultCode::key_invalid,
        fmt::format("The key takes more than {} bytes; {}.", roles::kMaxKey, kStrongerKey));
    return verdict;
  }
  say(verdict, ResultCode::added, fmt::format("{}, well formed.", describe(key)));
  return verdict;
}

}  // namespace

std::string describe(const ssh::PublicKey& key) {
  switch (key.type()) {
    case ssh::KeyType::rsa: return fmt::format("RSA key of {} bits", key.bits());
    case ssh::KeyType::dsa: return fmt::format("DSA key of {} bits", key.bits());
    case ssh::KeyType::ecdsa_p256:
    case ssh::KeyType::ecdsa_p384:
    case ssh::KeyType::ecdsa_p521: return fmt::format("ECDSA key of {} bits", key.bits());
    case ssh::KeyType::ed25519: return "Ed25519 key";
    case ssh::KeyType::sk_ecdsa_p256: return "ECDSA security key";
    case ssh::KeyType::sk_ed25519: return "Ed25519 security key";
    case ssh::KeyType::certificate: return "certificate";
    case ssh::KeyType::unknown: break;
  }
  return "key of an unknown type";
}

KeyVerdict check_blob(ByteView blob, std::string_view comment) {
  auto key = ssh::PublicKey::parse(blob);
  if (key) return check_key(*key, comment);
  KeyVerdict verdict;
  say(verdict, ResultCode::key_invalid, not_well_formed(key.error()));
  return verdict;
}

KeyVerdict check_line(const roles::LineQuestion& question) {
  auto line = ssh::PublicKeyLine::parse(question.line.view());
  if (line) return check_key(line->key, line->comment);
  KeyVerdict verdict;
  say(verdict, ResultCode::key_invalid, not_well_formed(line.error()));
  return verdict;
}

}  // namespace latchkey::verify
