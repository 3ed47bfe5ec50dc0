// SPDX-License-Identifier: MIT
// What latchkey-verify says about the line of a .pub file, and what becomes of bad questions.
#include <doctest/doctest.h>
#include <signal.h>

#include "core/crypto/base64.hpp"
#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/wire.hpp"
#include "tests/unit/firmware/verify/key_maker.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using channel::ResultCode;

namespace {

roles::KeyVerdict ask_line(std::string_view line) {
  roles::LineQuestion question;
  REQUIRE(question.line.assign(line));
  const auto verdict = ask(question);
  REQUIRE(verdict.has_value());
  CHECK_FALSE(verdict->text.view().empty());
  return *verdict;
}

std::string line_of(ByteView blob, std::string_view type, std::string_view comment = "c") {
  return std::string(type) + " " + crypto::to_base64(blob) + " " + std::string(comment);
}

}  // namespace

TEST_CASE("a sound line of each kind is taken, with type, fingerprint and blob") {
  KeyMaker maker;
  const auto check = [&](const MadeKey& key, std::string_view type, std::string_view words) {
    const auto verdict = ask_line(maker.public_line(key));
    CHECK(verdict.code == ResultCode::added);
    CHECK(verdict.key_type.view() == type);
    CHECK(verdict.fingerprint.view() == ssh::fingerprint(key.blob).value());
    CHECK(verdict.key.bytes() == key.blob);
    CHECK(verdict.comment.view() == "ann@laptop");
    CHECK(verdict.text.view().find(words) != std::string_view::npos);
  };
  check(maker.make("ed25519"), "ssh-ed25519", "Ed25519 key");
  check(maker.make("rsa", "2048"), "ssh-rsa", "RSA key of 2048 bits");
  check(maker.make("ecdsa", "384"), "ecdsa-sha2-nistp384", "ECDSA key of 384 bits");
}

TEST_CASE("weak, unknown and certified keys are refused, each with its reason") {
  KeyMaker maker;
  const auto weak = ask_line(maker.public_line(maker.make("rsa", "1024")));
  CHECK(weak.code == ResultCode::key_too_weak);
  CHECK(weak.text.view().find("RSA key of 1024 bits") != std::string_view::npos);

  ssh::Writer dsa;  // p of 1024 bits, q of 160, g, y: all of the right shape
  Bytes p(128, 0xff);
  Bytes q(20, 0xff);
  dsa.string(std::string_view("ssh-dss")).mpint(p).mpint(q).mpint(Bytes{2}).mpint(Bytes{4});
  const auto old = ask_line(line_of(dsa.bytes(), "ssh-dss"));
  CHECK(old.code == ResultCode::key_too_weak);
  CHECK(old.text.view().find("DSA") != std::string_view::npos);

  const auto certificate = maker.certify(maker.make("ed25519"));
  const auto certified = ask_line(line_of(certificate, "ssh-ed25519-cert-v01@openssh.com"));
  CHECK(certified.code == ResultCode::key_invalid);
  CHECK(certified.text.view().find("certificate") != std::string_view::npos);

  ssh::Writer strange;
  strange.string(std::string_view("ssh-\x1b[2Jjunk")).string(std::string_view("whatever"));
  const auto unknown = ask(question_about(strange.bytes()));
  REQUIRE(unknown.has_value());
  CHECK((unknown->code == ResultCode::key_type_not_allowed ||
         unknown->code == ResultCode::key_invalid));
  CHECK(unknown->text.view().find('\x1b') == std::string_view::npos);
  CHECK(unknown->key_type.view().find('\x1b') == std::string_view::npos);

  ssh::Writer future;
  future.string(std::string_view("ssh-mldsa65")).string(std::string_view("whatever"));
  const auto later = ask_line(line_of(future.bytes(), "ssh-mldsa65"));
  CHECK(later.code == ResultCode::key_type_not_allowed);
  CHECK(later.text.view().find("ssh-mldsa65") != std::string_view::npos);
}

TEST_CASE("a line that is more than a key, or less, is refused") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto line = maker.public_line(key);
  line.pop_back();
  const auto other = maker.public_line(maker.make("ed25519"));
  const auto trailing = [&] {
    auto blob = key.blob;
    blob.push_back(0);
    return line_of(blob, "ssh-ed25519");
  }();
  for (const auto& bad : std::vector<std::string>{
           "", "\n", "ssh-ed25519", "command=\"reboot\" " + line, "cert-authority " + line,
           line + "\n" + other, line + "\r" + other, line + std::string(1, '\0') + "x",
           line + "\x1b[2J", "ssh-rsa" + line.substr(line.find(' ')), trailing,
           line_of(ByteView(key.blob).first(key.blob.size() - 1), "ssh-ed25519"),
           std::string(8192, 'A'), std::string(8192, '\xff')}) {
    CAPTURE(bad);
    const auto verdict = ask_line(bad);
    CHECK(verdict.code == ResultCode::key_invalid);
    CHECK(verdict.key.view().empty());
  }
}

TEST_CASE("a comment comes back printable and short") {
  KeyMaker maker;
  const auto key = maker.make("ed25519");
  auto question = question_about(key.blob);
  REQUIRE(question.comment.assign("a\nssh-ed25519 AAAA\x1b[2J\xff" + std::string(100, 'x')));
  REQUIRE(question.signature.assign(maker.sign(key, statement_of(question))));
  const auto verdict = ask(question);
  REQUIRE(verdict.has_value());
  CHECK(verdict->code == ResultCode::added);
  for (const char byte : verdict->comment.view()) CHECK(static_cast<unsigned char>(byte) >= 0x20);
}

TEST_CASE("an invalid point is refused") {
  KeyMaker maker;
  auto blob = maker.make("ecdsa", "256").blob;
  blob.back() ^= 1;
  const auto verdict = ask(question_about(blob));
  REQUIRE(verdict.has_value());
  CHECK(verdict->code == ResultCode::key_invalid);
}

TEST_CASE("garbage of every size as a key is refused") {
  KeyMaker maker;
  for (std::size_t size : {0U, 1U, 3U, 4U, 5U, 15U, 50U, 51U, 52U, 500U, 4095U, 4096U}) {
    for (const char fill : {'\0', 'S', '\xff'}) {
      auto question = question_about(to_bytes(as_bytes(std::string(size, fill))));
      REQUIRE(question.signature.assign(to_bytes(as_bytes(std::string(size, fill)))));
      const auto verdict = ask(question);
      REQUIRE(verdict.has_value());
      CHECK(verdict->code == ResultCode::key_invalid);
    }
  }
}

TEST_CASE("a packet that is no question gets no answer, and the process ends") {
  RoleProcess verify({LATCHKEY_VERIFY, {}, {}, false});
  REQUIRE(verify.channel().send_packet(Bytes(100, 7)));
  CHECK_FALSE(verify.receive<roles::FromVerify>().has_value());
  CHECK(verify.wait_for_end() == 2);
}

TEST_CASE("it ends by itself when nobody asks") {
  RoleProcess verify({LATCHKEY_VERIFY, {}, {}, false});
  SUBCASE("because the monitor has gone") {
    verify.close_channel();
    CHECK(verify.wait_for_end() == 2);
  }
  SUBCASE("because its time is over") { CHECK(verify.wait_for_end() == 128 + SIGALRM); }
}
