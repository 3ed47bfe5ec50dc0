// SPDX-License-Identifier: MIT
// The text as it is, and the bytes as the inside of a file, so that the fuzzer need not learn
// base64 first.
#include "core/ssh/armor.hpp"
#include "core/ssh/openssh_key.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

namespace {

void read(std::string_view text) {
  const auto info = ssh::read_private_file(text);
  if (!info) return;
  require(info->is_encrypted() == (info->kdf == "bcrypt"));
  require(ssh::PublicKey::parse(info->public_key.blob()).value() == info->public_key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  read(as_text(bytes));
  const auto text = ssh::wrap_armor("OPENSSH PRIVATE KEY", bytes);
  read(text);
  const auto inside = ssh::unwrap_armor("OPENSSH PRIVATE KEY", text);
  require(!inside || *inside == to_bytes(bytes));
  return 0;
}
