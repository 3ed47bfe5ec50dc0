// SPDX-License-Identifier: MIT
#include "core/ssh/openssh_key.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/ssh/armor.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

constexpr std::string_view kLabel = "OPENSSH PRIVATE KEY";

SkPrivateKey sk_key(std::string_view name) {
  return {golden_key(name), sk_flag::kUserPresence, Bytes(64, 0x5a), "anna@laptop"};
}

Result<PrivateFileInfo> read_blob(ByteView blob) {
  return read_private_file(wrap_armor(kLabel, blob));
}

/// The golden files and two of our own.
std::vector<std::string> all_files() {
  std::vector<std::string> files;
  for (const auto* name : {"ed25519", "ecdsa256", "locked-aes256-ctr", "locked-aes256-gcm",
                           "locked-chacha20-poly1305"}) {
    files.push_back(golden(name));
  }
  CountingRandom random;
  files.push_back(write_sk_private_file(sk_key("sk-ed25519"), random).value());
  files.push_back(write_sk_private_file(sk_key("sk-ecdsa"), random).value());
  return files;
}

}  // namespace

TEST_CASE("the public half of a private file is read, locked or not") {
  struct Expected {
    const char* name;
    const char* cipher;
    const char* kdf;
  };
  constexpr Expected kExpected[] = {
      {"ed25519", "none", "none"},
      {"rsa2048", "none", "none"},
      {"rsa3072", "none", "none"},
      {"ecdsa256", "none", "none"},
      {"locked-aes256-ctr", "aes256-ctr", "bcrypt"},
      {"locked-aes256-gcm", "aes256-gcm@openssh.com", "bcrypt"},
      {"locked-chacha20-poly1305", "chacha20-poly1305@openssh.com", "bcrypt"},
  };
  for (const auto& expected : kExpected) {
    CAPTURE(expected.name);
    const auto info = read_private_file(golden(expected.name)).value();
    CHECK(info.public_key == golden_key(expected.name));
    CHECK(info.cipher == expected.cipher);
    CHECK(info.kdf == expected.kdf);
    CHECK(info.is_encrypted() == (info.cipher != "none"));
  }
}

TEST_CASE("an old format is named, with the way out") {
  const auto info = read_private_file(golden("pem"));
  CHECK(info.error().is(Errc::unsupported));
  CHECK(info.error().message().find("ssh-keygen -p") != std::string::npos);
  CHECK(read_private_file(golden("ed25519.pub")).error().is(Errc::malformed));
}

TEST_CASE("what we write for a security key we read back") {
  for (const auto* name : {"sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    CountingRandom random;
    const auto info =
        read_private_file(write_sk_private_file(sk_key(name), random).value()).value();
    CHECK(info.public_key == golden_key(name));
    CHECK_FALSE(info.is_encrypted());
  }
}

TEST_CASE("the private half is padded to its block whatever its length") {
  for (std::size_t size = 1; size <= 16; ++size) {
    auto key = sk_key("sk-ed25519");
    key.key_handle.resize(size);
    CountingRandom random;
    CHECK(read_private_file(write_sk_private_file(key, random).value()));
  }
}

TEST_CASE("only security keys with a handle are written") {
  CountingRandom random;
  CHECK(write_sk_private_file(sk_key("ed25519"), random).error().is(Errc::unsupported));
  auto key = sk_key("sk-ed25519");
  key.key_handle.clear();
  CHECK(write_sk_private_file(key, random).error().is(Errc::malformed));
  key.key_handle.resize(kMaxKeyHandle);
  CHECK(write_sk_private_file(key, random));
  key.key_handle.resize(kMaxKeyHandle + 1);
  CHECK(write_sk_private_file(key, random).error().is(Errc::malformed));
  NoRandom none;
  CHECK(write_sk_private_file(sk_key("sk-ed25519"), none).error().is(Errc::entropy));
}

TEST_CASE("the private half of a security key's file comes back as it was written") {
  for (const auto* name : {"sk-ed25519", "sk-ecdsa"}) {
    for (const std::size_t size : {1U, 2U, 63U, 64U, 65U, 4096U}) {
      auto key = sk_key(name);
      key.key_handle.resize(size);
      key.flags = sk_flag::kUserVerification | sk_flag::kResident;
      CountingRandom random;
      const auto read = read_sk_private_file(write_sk_private_file(key, random).value()).value();
      CHECK(read.public_key == key.public_key);
      CHECK(read.flags == key.flags);
      CHECK(read.key_handle == key.key_handle);
      CHECK(read.comment == key.comment);
    }
  }
}

TEST_CASE("other private files have no key handle to read") {
  CHECK(read_sk_private_file(golden("ed25519")).error().is(Errc::unsupported));
  CHECK(read_sk_private_file(golden("locked-aes256-ctr")).error().is(Errc::unsupported));
  CHECK(read_sk_private_file(golden("pem")).error().is(Errc::unsupported));
}

TEST_CASE("each flipped bit of a security key's file is refused, or shows in what is read") {
  for (const auto* name : {"sk-ed25519", "sk-ecdsa"}) {
    CountingRandom random;
    const auto text = write_sk_private_file(sk_key(name), random).value();
    const auto blob = unwrap_armor(kLabel, text).value();
    each_bit_flip(blob, [&](const Bytes& flipped, std::size_t /*at*/) {
      const auto read = read_sk_private_file(wrap_armor(kLabel, flipped));
      if (!read) return;
      const auto key = sk_key(name);
      REQUIRE((read->flags != key.flags || read->key_handle != key.key_handle ||
               read->comment != key.comment));
      REQUIRE(read->public_key == key.public_key);
    });
  }
}

TEST_CASE("each truncation of a private file is refused") {
  for (const auto& text : all_files()) {
    const auto blob = unwrap_armor(kLabel, text).value();
    each_truncation(blob, [](ByteView cut) { REQUIRE_FALSE(read_blob(cut)); });
    // Without its last line end, and that alone, a file is still whole.
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
      REQUIRE_FALSE(read_private_file(std::string_view(text).substr(0, size)));
    }
    auto longer = blob;
    longer.push_back(0);
    CHECK_FALSE(read_blob(longer));
  }
}

TEST_CASE("each flipped bit is refused, is in the half that is not read, or is another key") {
  for (const auto& text : all_files()) {
    const auto blob = unwrap_armor(kLabel, text).value();
    const auto before = read_blob(blob).value();
    const auto& public_blob = before.public_key.blob();
    const auto start = static_cast<std::size_t>(
        std::search(blob.begin(), blob.end(), public_blob.begin(), public_blob.end()) -
        blob.begin());
    each_bit_flip(blob, [&](const Bytes& flipped, std::size_t at) {
      const auto info = read_blob(flipped);
      if (!info) return;
      REQUIRE(info->cipher == before.cipher);
      REQUIRE(info->kdf == before.kdf);
      const bool in_key = at >= start && at < start + public_blob.size();
      REQUIRE((info->public_key == before.public_key) == !in_key);
    });
  }
}
