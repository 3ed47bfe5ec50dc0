// SPDX-License-Identifier: MIT
#include "core/ssh/armor.hpp"

#include <doctest/doctest.h>

#include "core/crypto/base64.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using test::golden;

namespace {

constexpr std::string_view kLabel = "OPENSSH PRIVATE KEY";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

TEST_CASE("armour comes off and goes on again as ssh-keygen made it") {
  for (const auto* name : {"ed25519", "rsa2048", "locked-aes256-gcm"}) {
    CAPTURE(name);
    const auto text = golden(name);
    CHECK(wrap_armor(kLabel, unwrap_armor(kLabel, text).value()) == text);
  }
  for (const auto* name : {"rsa2048.sig", "sk-ecdsa.sig"}) {
    CAPTURE(name);
    const auto text = golden(name);
    CHECK(wrap_armor("SSH SIGNATURE", unwrap_armor("SSH SIGNATURE", text).value()) == text);
  }
}

TEST_CASE("the length of lines and the kind of line ends do not matter") {
  const auto text = golden("ed25519");
  const auto bytes = unwrap_armor(kLabel, text).value();
  CHECK(unwrap_armor(kLabel, replaced(text, "\n", "\r\n")).value() == bytes);
  CHECK(unwrap_armor(kLabel, text + "\n \t\r\n").value() == bytes);
  CHECK(unwrap_armor(kLabel, text.substr(0, text.size() - 1)).value() == bytes);
  const auto one_line = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + crypto::to_base64(bytes) +
                        "\n-----END OPENSSH PRIVATE KEY-----";
  CHECK(unwrap_armor(kLabel, one_line).value() == bytes);
}

TEST_CASE("anything else is refused") {
  const auto text = golden("ed25519");
  CHECK(unwrap_armor("SSH SIGNATURE", text).error().is(Errc::malformed));
  CHECK(unwrap_armor(kLabel, "x" + text).error().is(Errc::malformed));
  CHECK(unwrap_armor(kLabel, text + "x").error().is(Errc::trailing_bytes));
  CHECK(unwrap_armor(kLabel, text + text).error().is(Errc::trailing_bytes));
  CHECK(unwrap_armor(kLabel, replaced(text, "-----END", "-----FIN")).error().is(Errc::truncated));
  CHECK(unwrap_armor(kLabel, replaced(text, "A", "!")).error().is(Errc::malformed));
  CHECK(unwrap_armor(kLabel, std::string(kMaxArmor + 1, '-')).error().is(Errc::too_large));
  CHECK(unwrap_armor(kLabel, "").error().is(Errc::malformed));
}
