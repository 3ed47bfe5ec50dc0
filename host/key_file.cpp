// SPDX-License-Identifier: MIT
#include "host/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "core/ssh/openssh_key.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxKeyFile = 256UL * 1024;
constexpr std::string_view kBegin = "-----BEGIN ";

}  // namespace

bool KeyFile::looks_like_one(std::string_view text) noexcept {
  const auto line = text.substr(0, text.find('\n'));
  return line.starts_with(kBegin) && line.find("PRIVATE KEY-----") != std::string_view::npos;
}

Result<ssh::PublicKeyLine> read_public_file(const std::string& path) {
  const auto bytes = read_file(path, ssh::kMaxPublicKeyLine);
  if (!bytes) return tl::make_unexpected(bytes.error());
  return ssh::PublicKeyLine::parse(as_text(*bytes));
}

Result<KeyFile> KeyFile::read(const std::string& path) {
  const auto bytes = read_file(path, kMaxKeyFile);
  if (!bytes) return tl::make_unexpected(bytes.error());
  const auto text = as_text(*bytes);
  if (!looks_like_one(text)) return fail(Errc::malformed, "it is no private key");

  struct stat state {};
  constexpr unsigned kOthers = 077;
  if (::stat(path.c_str(), &state) == 0 && state.st_uid == ::getuid() &&
      (state.st_mode & kOthers) != 0) {
    return fail(Errc::refused, "others may read it, so ssh ignores it (chmod 600 " + path + ")");
  }

  const auto beside = read_public_file(path + ".pub");
  const auto info = ssh::read_private_file(text);
  if (info) {
    const bool same = beside && beside->key == info->public_key;
    return KeyFile{info->public_key, same ? beside->comment : "", info->is_encrypted()};
  }
  if (!info.error().is(Errc::unsupported)) return tl::make_unexpected(info.error());
  if (!beside) {
    return fail(Errc::not_found,
                "its format keeps no public half, and there is no .pub beside it "
                "(ssh-keygen -y -f " +
                    path + " > " + path + ".pub)");
  }
  return KeyFile{beside->key, beside->comment, text.find("ENCRYPTED") != std::string_view::npos};
}

}  // namespace latchkey::host
