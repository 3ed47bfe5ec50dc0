// SPDX-License-Identifier: MIT
// A line that is taken is one line without control characters, and is read back as the same.
#include <algorithm>

#include "core/ssh/public_key_line.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto line = ssh::PublicKeyLine::parse(as_text({data, size}));
  if (!line) {
    require(!line.error().message().empty());
    return 0;
  }
  const auto text = line->format();
  require(std::none_of(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f;
  }));
  require(line->comment.size() <= 128);
  const auto again = ssh::PublicKeyLine::parse(text);
  require(again && again->key == line->key && again->comment == line->comment);
  require(again->format() == text);
  require(ssh::PublicKey::parse(line->key.blob()).value() == line->key);
  static_cast<void>(ssh::check_strength(line->key));
  return 0;
}
