// SPDX-License-Identifier: MIT
#include "core/ssh/public_key_line.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "core/crypto/base64.hpp"
#include "core/ssh/fingerprint.hpp"
#include "core/ssh/wire.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

constexpr const char* kAll[] = {"rsa1024",       "rsa2048",    "rsa3072",  "dsa",
                                "ecdsa256",      "ecdsa384",   "ecdsa521", "ed25519",
                                "ecdsa256-cert", "sk-ed25519", "sk-ecdsa"};

std::string bare() { return format_public_key(golden_key("ed25519"), {}); }

Errc error_of(const std::string& text) {
  const auto line = PublicKeyLine::parse(text);
  REQUIRE_FALSE(line);
  return static_cast<Errc>(line.error().code.value());
}

}  // namespace

TEST_CASE("a .pub file comes out as it went in") {
  for (const auto* name : kAll) {
    CAPTURE(name);
    const auto text = golden(std::string(name) + ".pub");
    CHECK(PublicKeyLine::parse(text).value().format() + '\n' == text);
  }
}

TEST_CASE("fingerprints are those of ssh-keygen") {
  const auto list = golden("fingerprints");
  for (const auto* name : kAll) {
    if (name == std::string("ecdsa256-cert")) continue;  // there it is that of the key inside
    CAPTURE(name);
    const auto key = golden_key(name);
    const auto expected = std::to_string(key.bits()) + ' ' + fingerprint(key.blob()).value() + ' ' +
                          std::string(name) + "@golden";
    CHECK(list.find(expected) != std::string::npos);
  }
}

TEST_CASE("line ends, tabs and spaces around are no obstacle") {
  const auto key = golden_key("ed25519");
  for (const auto& text :
       {bare(), bare() + "\n", bare() + "\r\n", "  " + bare(), "\t" + bare() + " "}) {
    const auto line = PublicKeyLine::parse(text).value();
    CHECK(line.key == key);
    CHECK(line.comment.empty());
    CHECK(line.format() == bare());
  }
  auto tabbed = bare();
  tabbed.replace(tabbed.find(' '), 1, "\t \t");
  CHECK(PublicKeyLine::parse(tabbed + "\ta comment").value().comment == "a comment");
}

TEST_CASE("a second line is refused, whatever it holds") {
  CHECK(error_of(bare() + "\n" + bare()) == Errc::trailing_bytes);
  CHECK(error_of(bare() + "\n\n") == Errc::trailing_bytes);
  CHECK(error_of("\n" + bare()) == Errc::trailing_bytes);
  CHECK(error_of(bare() + " x\nssh-rsa AAAA") == Errc::trailing_bytes);
}

TEST_CASE("control characters are refused anywhere in the line") {
  for (const char c : {'\0', '\r', '\x1b', '\x07', '\x7f', '\v'}) {
    CAPTURE(static_cast<int>(c));
    CHECK(error_of(bare() + " com" + c + "ment") == Errc::malformed);
    CHECK(error_of(bare() + c) == Errc::malformed);
    CHECK(error_of(c + bare()) == Errc::malformed);
  }
  CHECK(error_of(bare() + "\r\r\n") == Errc::malformed);
}

TEST_CASE("options in front of a key are refused and named") {
  for (const std::string options : {"command=\"sh\"", "cert-authority", "restrict,pty", "no-pty"}) {
    const auto line = PublicKeyLine::parse(options + ' ' + bare());
    REQUIRE_FALSE(line);
    CHECK(line.error().message().find("options") != std::string::npos);
  }
}

TEST_CASE("the type in the text and the type in the key agree") {
  const auto base64 = crypto::to_base64(golden_key("ed25519").blob());
  CHECK(error_of("ssh-rsa " + base64) == Errc::malformed);
  CHECK(error_of("SSH-ED25519 " + base64) == Errc::malformed);
  CHECK(error_of("sk-ssh-ed25519@openssh.com " + base64) == Errc::malformed);
}

TEST_CASE("base64 is exact") {
  auto text = bare();
  CHECK(error_of(text + "=") == Errc::malformed);
  CHECK(error_of(text.substr(0, text.size() - 1)) == Errc::malformed);
  CHECK(error_of(text.substr(0, text.size() - 4)) == Errc::truncated);
  CHECK(error_of(text + "AAAA") == Errc::trailing_bytes);
  text[30] = '!';
  CHECK(error_of(text) == Errc::malformed);
  CHECK(error_of("ssh-ed25519") == Errc::malformed);
  CHECK(error_of("") == Errc::malformed);
}

TEST_CASE("unknown types are carried by name") {
  const auto blob = Writer().string("ssh-future@example.org").string("x").bytes();
  const auto text = "ssh-future@example.org " + crypto::to_base64(blob) + " tomorrow";
  const auto line = PublicKeyLine::parse(text).value();
  CHECK(line.key.type() == KeyType::unknown);
  CHECK(line.format() == text);
}

TEST_CASE("a huge comment is cut, a huge line refused") {
  const auto line = PublicKeyLine::parse(bare() + ' ' + std::string(10'000, 'x')).value();
  CHECK(line.comment == std::string(128, 'x'));
  CHECK(error_of(bare() + ' ' + std::string(kMaxPublicKeyLine, 'x')) == Errc::too_large);
}

TEST_CASE("bad UTF-8 in a comment does not get through") {
  CHECK(PublicKeyLine::parse(bare() + " a\xff\xc3[b").value().comment == "a??[b");
}
