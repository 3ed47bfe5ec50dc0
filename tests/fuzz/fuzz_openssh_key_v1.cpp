// SPDX-License-Identifier: MIT
// The text as it is, and the bytes as the inside of a file, so that the fuzzer need not learn
// base64 first.
#include "core/ssh/armor.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/openssh_key.hpp"
#include "tests/fuzz/fixed_random.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

namespace {

/// What is read of a security key's file, written again, is read as the same.
void read_and_write(std::string_view text) {
  const auto key = ssh::read_sk_private_file(text);
  if (!key) return;
  FixedRandom random(1);
  const auto written = ssh::write_sk_private_file(*key, random).value();
  const auto again = ssh::read_sk_private_file(written).value();
  require(again.public_key == key->public_key && again.flags == key->flags);
  require(again.key_handle == key->key_handle);
  require(again.comment == ssh::sanitize_comment(key->comment));
  FixedRandom same(1);
  require(ssh::write_sk_private_file(again, same).value() == written);
}

void read(std::string_view text) {
  read_and_write(text);
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
