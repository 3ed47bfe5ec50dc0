// SPDX-License-Identifier: MIT
// No byte of a file is lost, our line is added to any file and found in it, and taken out again.
#include <algorithm>

#include "core/ssh/authorized_keys.hpp"
#include "core/ssh/public_key_line.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

namespace {

const ssh::PublicKey& our_key() {
  static const auto key = ssh::PublicKey::make_sk_ed25519(Bytes(32, 7), "ssh:fuzz").value();
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto keys = ssh::AuthorizedKeys::parse(file);
  if (!keys) return 0;
  const auto bytes = keys->bytes();
  require(std::equal(bytes.begin(), bytes.end(), file.begin(), file.end()));
  for (const auto& line : keys->lines()) {
    const bool is_entry = line.kind == ssh::AuthorizedLine::Kind::entry;
    require(line.key.has_value() == is_entry);
    require(line.options_valid || line.options().empty());
    static_cast<void>(line.is_expired(WallTime{}));
  }
  const auto ours = ssh::compose_line({}, our_key(), "fuzz").value();
  const auto longer = ssh::append_line(file, ours);
  require(std::equal(file.begin(), file.end(), longer.begin()));
  const auto added = ssh::AuthorizedKeys::parse(longer);
  if (!added) return 0;
  require(added->find(our_key()).size() == keys->find(our_key()).size() + 1);
  require(added->lines().back().raw == ours + '\n');
  const auto shorter = ssh::remove_line(longer, ours);
  require(shorter && std::equal(file.begin(), file.end(), shorter->begin()));
  require(shorter->size() <= file.size() + 1);
  return 0;
}
