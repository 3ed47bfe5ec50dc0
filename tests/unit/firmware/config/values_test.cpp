// SPDX-License-Identifier: MIT
#include "firmware/config/values.hpp"

#include <doctest/doctest.h>

#include <array>

#include "firmware/config/nesting.hpp"

using namespace latchkey::config;

TEST_CASE("accounts are login names or the first regular user") {
  for (const auto* name :
       {"@first", "pi", "root", "_apt", "www-data", "a.b", "U2", "systemd-x_1"}) {
    CAPTURE(name);
    CHECK(is_account(name));
  }
  for (const auto* name : {"", "@second", "@", "-pi", ".pi", "1pi", "p i", "pi\n", "../root",
                           "pi:x", "p\xc3\xa9", "pi$", "pi/", "pi,root"}) {
    CAPTURE(name);
    CHECK_FALSE(is_account(name));
  }
  CHECK(is_account(std::string(32, 'a')));
  CHECK_FALSE(is_account(std::string(33, 'a')));
}

TEST_CASE("fingerprints are what ssh-keygen -l prints") {
  const std::string good = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
  CHECK(is_fingerprint(good));
  CHECK_FALSE(is_fingerprint(good + "="));
  CHECK_FALSE(is_fingerprint(good.substr(0, good.size() - 1)));
  CHECK_FALSE(is_fingerprint("sha256:" + good.substr(7)));
  CHECK_FALSE(is_fingerprint("SHA256:" + std::string(42, 'A') + "*"));
  // 43 characters hold 258 bits: the last 2 must be zero.
  CHECK_FALSE(is_fingerprint("SHA256:" + std::string(42, 'A') + "B"));
  CHECK_FALSE(is_fingerprint(""));
}

TEST_CASE("a validity is days or weeks, up to a hundred years") {
  CHECK(parse_validity_days("") == 0U);
  CHECK(parse_validity_days("1d") == 1U);
  CHECK(parse_validity_days("90d") == 90U);
  CHECK(parse_validity_days("12w") == 84U);
  CHECK(parse_validity_days("36500d") == 36'500U);
  CHECK(parse_validity_days("5214w") == 36'498U);
  for (const auto* text : {"0d", "36501d", "5215w", "90", "d", "w", "-1d", "+1d", " 90d", "90d ",
                           "9 0d", "1.5d", "90D", "1y", "613566757w", "99999999999d"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_validity_days(text).has_value());
  }
}

TEST_CASE("a device name cannot forge or turn a line on somebody's terminal") {
  for (const auto* name : {"", "raspberrypi", "Küche 2", "居間", "🍓", "…", "it’s", "€"}) {
    CAPTURE(name);
    CHECK(is_device_name(name));
  }
  for (const auto* name :
       {"a\nb", "\t", "\x7f", "\x1b[31m", "\xc2\x80", "\xc2\x9b", "a\xe2\x80\xae", "\xe2\x80\x8f",
        "\xe2\x80\xa8", "\xe2\x81\xa6x", "\xe2\x81\xa9"}) {
    CAPTURE(name);
    CHECK_FALSE(is_device_name(name));
  }
  CHECK_FALSE(is_device_name(std::string(65, 'a')));
}

TEST_CASE("a mistyped word finds its neighbour, a strange one does not") {
  constexpr std::array<std::string_view, 4> kWords{"port", "name", "policy", "enable_ssh"};
  CHECK(nearest("prot", kWords) == "port");
  CHECK(nearest("Port", kWords) == "port");
  CHECK(nearest("ports", kWords) == "port");
  CHECK(nearest("por", kWords) == "port");
  CHECK(nearest("poilcy", kWords) == "policy");
  CHECK(nearest("enable-ssh", kWords) == "enable_ssh");
  CHECK(nearest("enablessh", kWords) == "enable_ssh");
  CHECK_FALSE(nearest("", kWords).has_value());
  CHECK_FALSE(nearest("x", kWords).has_value());
  CHECK_FALSE(nearest("colour", kWords).has_value());
  CHECK_FALSE(nearest(std::string(100'000, 'p'), kWords).has_value());
}

TEST_CASE("what goes into a message is printable and short") {
  CHECK(printable("plain") == "plain");
  CHECK(printable("a\x1b[0m\nb") == "a?[0m?b");
  CHECK(printable(std::string(65, 'x')) == std::string(64, 'x') + "…");
  CHECK(printable("aé", 2) == "a…");
  CHECK(printable("aé", 3) == "aé");
}

TEST_CASE("dots count outside of strings and comments only") {
  const std::string dots(kMaxDots + 1, '.');
  CHECK_FALSE(line_of_excess_dots(dots.substr(1)).has_value());
  CHECK(line_of_excess_dots(dots) == 1U);
  CHECK(line_of_excess_dots("\n# c\n" + dots) == 3U);
  for (const auto& quiet :
       {"#" + dots, "\"" + dots + "\"", "'" + dots + "'", "\"\"\"\n\"" + dots + "\\\"\"\"\"",
        "'''\n" + dots + "'''", "\"\\\"" + dots + "\"", "'" + dots, "\"\"\"" + dots}) {
    CAPTURE(quiet);
    CHECK_FALSE(line_of_excess_dots(quiet).has_value());
  }
  for (const auto& loud : {"#\n" + dots, "\"\"" + dots, "'\\'" + dots + "'", "'x\n" + dots,
                           "'''\n'''" + dots, "\"\"\"a\\\"\"\"\"" + dots}) {
    CAPTURE(loud);
    CHECK(line_of_excess_dots(loud).has_value());
  }
}
