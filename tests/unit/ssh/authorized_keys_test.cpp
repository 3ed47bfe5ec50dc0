// SPDX-License-Identifier: MIT
#include "core/ssh/authorized_keys.hpp"

#include <doctest/doctest.h>

#include "core/ssh/public_key_line.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;
using Kind = AuthorizedLine::Kind;

namespace {

std::string bare(std::string_view name = "ed25519") {
  return format_public_key(golden_key(name), {});
}

AuthorizedLine only_line(const std::string& text) {
  const auto keys = AuthorizedKeys::parse(as_bytes(text)).value();
  REQUIRE(keys.lines().size() == 1);
  CHECK(as_text(keys.bytes()) == text);
  return keys.lines().front();
}

WallTime wall(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

}  // namespace

TEST_CASE("a file of everything is read line by line and nothing is lost") {
  const std::string text =
      "# mine\n\n \t\r\n" + bare() + " anna@laptop\r\n" + R"(command="echo \"x y\"",no-pty )" +
      bare("rsa2048") + " with options\n" +
      "ssh-ed25519 garbage\n\xff\xfe\n  # indented\nrestrict " + bare("ecdsa256");
  const auto keys = AuthorizedKeys::parse(as_bytes(text)).value();
  CHECK(as_text(keys.bytes()) == text);
  const auto& lines = keys.lines();
  REQUIRE(lines.size() == 9);
  CHECK(lines[0].kind == Kind::comment);
  CHECK(lines[1].kind == Kind::blank);
  CHECK(lines[2].kind == Kind::blank);
  CHECK(lines[3].kind == Kind::entry);
  CHECK(lines[3].comment == "anna@laptop");
  CHECK(lines[3].key == golden_key("ed25519"));
  CHECK(lines[4].kind == Kind::entry);
  CHECK(lines[4].option_text == R"(command="echo \"x y\"",no-pty)");
  CHECK(lines[4].options().front().value == R"(echo "x y")");
  CHECK(lines[4].comment == "with options");
  CHECK(lines[5].kind == Kind::unknown);
  CHECK(lines[6].kind == Kind::unknown);
  CHECK(lines[7].kind == Kind::comment);
  CHECK(lines[8].kind == Kind::entry);
  CHECK(keys.find(golden_key("rsa2048")) == std::vector{&lines[4]});
  CHECK(keys.find(golden_key("rsa3072")).empty());
}

TEST_CASE("an empty file has no lines") {
  CHECK(AuthorizedKeys::parse({}).value().lines().empty());
  CHECK(AuthorizedKeys::parse({}).value().bytes().empty());
}

TEST_CASE("all copies of a key are found, with options or without") {
  const auto text =
      bare() + "\nno-pty " + bare() + "\nbogus-option " + bare() + "\n# " + bare() + "\n";
  const auto keys = AuthorizedKeys::parse(as_bytes(text)).value();
  const auto found = keys.find(golden_key("ed25519"));
  REQUIRE(found.size() == 3);
  CHECK(found[0]->option_text.empty());
  CHECK(found[1]->options_valid);
  CHECK_FALSE(found[2]->options_valid);
  CHECK(found[2]->options().empty());
}

TEST_CASE("nasty options neither hide a key nor make one up") {
  const auto key = bare();
  struct Case {
    std::string line;
    Kind kind;
    bool valid;
  };
  const Case cases[] = {
      {"command=\"a # b\" " + key, Kind::entry, true},
      {"command=\"" + key + "\" " + key, Kind::entry, true},
      {"command=\"" + key + "\"", Kind::unknown, true},
      {"command=\"open " + key, Kind::unknown, true},
      {R"(command="open\" )" + key, Kind::unknown, true},
      {R"(command="end\\" )" + key, Kind::unknown, true},
      {"command=\"\" " + key, Kind::entry, true},
      {"command= " + key, Kind::entry, false},
      {"command=\"a\",, " + key, Kind::entry, false},
      {"command=\"a\" ,no-pty " + key, Kind::unknown, true},
      {"no-pty, no-x11-forwarding " + key, Kind::unknown, true},
      {"no-pty\t" + key, Kind::entry, true},
      {"NO-PTY " + key, Kind::entry, true},
      {"environment=\"A=\xff\" " + key, Kind::entry, true},
      {"ssh-rsa " + key, Kind::entry, false},  // to sshd the first word is an option
      {"ssh-rsa" + key.substr(key.find(' ')), Kind::unknown, true},
      {"cert-authority " + key, Kind::entry, true},
      {"\xef\xbb\xbf" + key, Kind::unknown, true},  // an editor's byte order mark
      {'"' + key + '"', Kind::unknown, true},
  };
  for (const auto& expected : cases) {
    CAPTURE(expected.line);
    const auto line = only_line(expected.line);
    CHECK(line.kind == expected.kind);
    CHECK(line.options_valid == expected.valid);
    CHECK(line.key.has_value() == (expected.kind == Kind::entry));
  }
}

TEST_CASE("a NUL ends what sshd reads of a line, and the bytes behind it stay") {
  CHECK(only_line(bare() + std::string("\0 x\n", 4)).kind == Kind::entry);
  CHECK(only_line(std::string("\0", 1) + bare() + "\n").kind == Kind::blank);
  CHECK(only_line(std::string("no-pty\0 ", 8) + bare()).kind == Kind::unknown);
}

TEST_CASE("comments of others are shown without their escapes") {
  CHECK(only_line(bare() + " \x1b]0;evil\x07").comment == "?]0;evil?");
}

TEST_CASE("an entry says when it is expired") {
  const auto line = only_line("expiry-time=\"20260102030405Z\" " + bare());
  CHECK_FALSE(line.is_expired(wall(1767323045)));
  CHECK(line.is_expired(wall(1767323046)));
  const auto earliest =
      only_line(R"(expiry-time="20300101Z",EXPIRY-TIME="20260102030405Z" )" + bare());
  CHECK(earliest.is_expired(wall(1767323046)));
  const auto local = only_line("expiry-time=\"20260102030405\" " + bare());
  CHECK_FALSE(local.is_expired(wall(1767323045 - 3600), std::chrono::hours(1)));
  CHECK(local.is_expired(wall(1767323046 - 3600), std::chrono::hours(1)));
  CHECK_FALSE(only_line(bare()).is_expired(wall(253402300799)));
  CHECK_FALSE(only_line("# x").is_expired(wall(253402300799)));
}

TEST_CASE("our line is options, type, base64, comment, and is read back as written") {
  const auto key = golden_key("sk-ed25519");
  LineOptions options;
  options.restricted = true;
  options.expires = wall(1767323045);
  const auto text = compose_line(options, key, "anna@laptop\nssh-rsa AAAA").value();
  CHECK(text == "restrict,expiry-time=\"20260102030405Z\" " + bare("sk-ed25519") +
                    " anna@laptop?ssh-rsa AAAA");
  const auto line = only_line(text);
  CHECK(line.key == key);
  CHECK(line.options_valid);
  CHECK(compose_line({}, key, "").value() == bare("sk-ed25519"));
}

TEST_CASE("a certificate is never written as a key, nor anything with bad options") {
  CHECK(compose_line({}, golden_key("ecdsa256-cert"), "").error().is(Errc::unsupported));
  LineOptions options;
  options.from = "\"";
  CHECK(compose_line(options, golden_key("ed25519"), "").error().is(Errc::malformed));
}

TEST_CASE("a file beyond the bounds is refused") {
  CHECK(AuthorizedKeys::parse(Bytes(kMaxTextFile + 1, 'a')).error().is(Errc::too_large));
  CHECK(AuthorizedKeys::parse(Bytes(kMaxTextLines + 1, '\n')).error().is(Errc::too_large));
  CHECK(AuthorizedKeys::parse(Bytes(kMaxTextFile, 'a')));
}
