// SPDX-License-Identifier: MIT
#include "core/ssh/key_options.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::ssh;

namespace {

/// "name" or "name<value>", with | between.
std::string shown(std::string_view list) {
  const auto options = parse_key_options(list);
  if (!options) return options.error().message();
  std::string text;
  for (const auto& option : *options) {
    if (!text.empty()) text += '|';
    text += option.name;
    if (option.value) text += '<' + *option.value + '>';
  }
  return text;
}

bool is_refused(std::string_view list) { return !parse_key_options(list); }

std::string cut(const std::string& text) {
  std::string_view rest = text;
  const auto list = cut_key_options(rest);
  return list ? std::string(*list) + " + " + std::string(rest) : "open";
}

std::int64_t seconds_of(std::string_view expiry) {
  const auto parsed = Expiry::parse(expiry);
  return parsed ? parsed->time.time_since_epoch().count() : -1;
}

WallTime wall(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

}  // namespace

TEST_CASE("options are read as sshd reads them") {
  CHECK(shown("") == "");
  CHECK(shown("restrict") == "restrict");
  CHECK(shown("no-pty,no-X11-forwarding,PTY") == "no-pty|no-x11-forwarding|pty");
  CHECK(shown("Command=\"ls -l\"") == "command<ls -l>");
  CHECK(shown("from=\"a,b\",permitopen=\"h:22\",permitopen=\"h:23\"") ==
        "from<a,b>|permitopen<h:22>|permitopen<h:23>");
  CHECK(shown("no-touch-required,verify-required") == "no-touch-required|verify-required");
  CHECK(shown("environment=\"\"") == "environment<>");
}

TEST_CASE("a backslash matters only before a quote") {
  CHECK(shown(R"(command="echo \"hi\"")") == R"(command<echo "hi">)");
  CHECK(shown(R"(command="a\b\\c")") == R"(command<a\b\\c>)");
  // sshd knows no escaped backslash: this one escapes the quote.
  CHECK(is_refused(R"(command="a\\")"));
  CHECK(shown(R"(command="a\\"")") == R"(command<a\">)");
}

TEST_CASE("what makes sshd skip the line is refused") {
  for (const auto* list : {"nonsense",
                           "restrict,",
                           ",restrict",
                           "restrict,,pty",
                           "restrictpty",
                           "restrict=\"x\"",
                           "command",
                           "command=",
                           "command=ls",
                           "command=\"ls",
                           "command=\"ls\"x",
                           "command =\"ls\"",
                           "no-restrict",
                           "no-cert-authority",
                           "no-command=\"ls\"",
                           "no-",
                           "=\"x\"",
                           "\"x\"",
                           R"(command="a",command="b")",
                           R"(from="a",FROM="b")",
                           "expiry-time=\"tomorrow\"",
                           "expiry-time=\"\"",
                           "restrict pty"}) {
    CAPTURE(list);
    CHECK(is_refused(list));
  }
  CHECK(is_refused(std::string("restrict\0", 9)));
}

TEST_CASE("the number of options is bounded") {
  std::string list = "pty";
  for (std::size_t i = 1; i < kMaxKeyOptions; ++i) list += ",pty";
  CHECK(parse_key_options(list).value().size() == kMaxKeyOptions);
  CHECK(parse_key_options(list + ",pty").error().is(Errc::too_large));
}

TEST_CASE("the list ends at the first space outside quotes") {
  CHECK(cut("restrict key") == "restrict +  key");
  CHECK(cut("command=\"a b\" key") == "command=\"a b\" +  key");
  CHECK(cut(R"(command="a \" b" key)") == R"(command="a \" b" +  key)");
  CHECK(cut(R"(a\" b)") == R"(a\" +  b)");
  CHECK(cut("a\tb") == "a + \tb");
  CHECK(cut("all") == "all + ");
  CHECK(cut("") == " + ");
}

TEST_CASE("a quote that stays open has no end") {
  CHECK(cut("command=\"a key") == "open");
  CHECK(cut(R"(command="a\" key)") == "open");
  CHECK(cut("a\"") == "open");
  CHECK(cut(R"(a"\)") == "open");
  CHECK(cut(R"(a\)") == R"(a\ + )");
}

TEST_CASE("expiry times have three lengths and may say UTC") {
  CHECK(seconds_of("20260102Z") == 1767312000);
  CHECK(seconds_of("202601020304Z") == 1767323040);
  CHECK(seconds_of("20260102030405Z") == 1767323045);
  CHECK(seconds_of("20260102030405utc") == 1767323045);
  CHECK(seconds_of("20260102030405") == 1767323045);
  CHECK(Expiry::parse("20260102").value().local);
  CHECK_FALSE(Expiry::parse("20260102z").value().local);
  CHECK(seconds_of("20260231Z") == seconds_of("20260303Z"));
  CHECK(seconds_of("99991231235959Z") == 253402300799);
  for (const auto* text :
       {"", "Z", "2026", "2026010", "2026010203", "202601020304055", "20261301", "20260100",
        "20260132", "2026010224000", "202601022400", "202601020060", "19700101Z", "19691231",
        "20260102ZZ", "20260102 Z", "2026-1-2", "0x10000000", "20260102030405ZUTC"}) {
    CAPTURE(text);
    CHECK_FALSE(Expiry::parse(text));
  }
}

TEST_CASE("a key works in the second that its expiry names, and not after") {
  const auto utc = Expiry::parse("20260102030405Z").value();
  CHECK_FALSE(utc.is_over(wall(1767323045), {}));
  CHECK(utc.is_over(wall(1767323046), {}));
  CHECK(utc.is_over(wall(1767323046), std::chrono::hours(5)));
  const auto local = Expiry::parse("20260102030405").value();
  CHECK_FALSE(local.is_over(wall(1767323045 - 3600), std::chrono::hours(1)));
  CHECK(local.is_over(wall(1767323046 - 3600), std::chrono::hours(1)));
}

TEST_CASE("our own options come in one order and are read back") {
  CHECK(LineOptions{}.format().value() == "");
  LineOptions all;
  all.expires = wall(1767323045);
  all.from = "10.0.0.0/8,!10.1.*,*.example.org,fe80::1";
  all.restricted = all.cert_authority = all.no_touch_required = all.verify_required = true;
  const auto text = all.format().value();
  CHECK(text ==
        "cert-authority,restrict,pty,no-touch-required,verify-required,"
        "from=\"10.0.0.0/8,!10.1.*,*.example.org,fe80::1\",expiry-time=\"20260102030405Z\"");
  CHECK(parse_key_options(text).value().size() == 7);
}

TEST_CASE("an expiry that sshd could not read is not written") {
  const auto format = [](std::int64_t seconds) {
    LineOptions options;
    options.expires = wall(seconds);
    return options.format();
  };
  CHECK(format(1).value() == "expiry-time=\"19700101000001Z\"");
  CHECK(format(253402300799).value() == "expiry-time=\"99991231235959Z\"");
  CHECK_FALSE(format(0));
  CHECK_FALSE(format(-1));
  CHECK_FALSE(format(253402300800));
}

TEST_CASE("nothing gets out of the quotes of from=") {
  for (const std::string from :
       {"a\"", "a\\", "a b", "a\nb", "a,", ",a", "a,,b", "a\x1b", "\xc3\xa9", "a\",command=\"sh"}) {
    CAPTURE(from);
    LineOptions options;
    options.from = from;
    CHECK(options.format().error().is(Errc::malformed));
  }
}
