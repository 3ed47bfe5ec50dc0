// SPDX-License-Identifier: MIT
#include "core/ssh/public_key_line.hpp"

#include <algorithm>

#include "core/crypto/base64.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/words.hpp"

namespace latchkey::ssh {
namespace {

void drop_line_end(std::string_view& text) noexcept {
  if (!text.ends_with('\n')) return;
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
}

bool is_control(char c) noexcept {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t') || code == 0x7f;
}

}  // namespace

Result<PublicKeyLine> PublicKeyLine::parse(std::string_view text) {
  if (text.size() > kMaxPublicKeyLine) return fail(Errc::too_large, "reading a public key line");
  drop_line_end(text);
  if (text.find('\n') != std::string_view::npos) {
    return fail(Errc::trailing_bytes, "reading a public key: more than one line");
  }
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return fail(Errc::malformed, "reading a public key line: it holds a control character");
  }
  skip_spaces(text);
  const auto type = cut_word(text);
  const auto base64 = cut_word(text);
  if (type.find_first_of("=\",") != std::string_view::npos ||
      key_type(base64) != KeyType::unknown) {
    return fail(Errc::malformed, "reading a public key line: options in front of the key");
  }
  if (base64.empty()) {
    return fail(Errc::malformed, "reading a public key line (type, base64, comment)");
  }
  auto blob = crypto::from_base64(base64);
  if (!blob) return fail(Errc::malformed, "reading the base64 of a public key line");
  auto key = PublicKey::parse(*blob);
  if (!key) return fail(std::move(key));
  if (key->type_name() != type) {
    return fail(Errc::malformed, "reading a public key line: it names another type than its key");
  }
  return PublicKeyLine{std::move(*key), sanitize_comment(text)};
}

std::string PublicKeyLine::format() const { return format_public_key(key, comment); }

std::string format_public_key(const PublicKey& key, std::string_view comment) {
  auto line = key.type_name() + ' ' + crypto::to_base64(key.blob());
  if (const auto clean = sanitize_comment(comment); !clean.empty()) line += ' ' + clean;
  return line;
}

}  // namespace latchkey::ssh
