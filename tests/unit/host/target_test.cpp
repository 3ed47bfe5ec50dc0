// SPDX-License-Identifier: MIT
#include "host/target.hpp"

#include <doctest/doctest.h>

using namespace latchkey::host;

namespace {

void check(std::string_view text, std::string_view user, std::string_view host, int port) {
  const auto target = Target::parse(text);
  REQUIRE_MESSAGE(target.has_value(), text);
  CHECK(target->user == user);
  CHECK(target->host == host);
  CHECK(target->port == port);
}

}  // namespace

TEST_CASE("a Pi is called [user@]host[:port]") {
  check("raspberrypi", "", "raspberrypi", 7822);
  check("pi@raspberrypi.local", "pi", "raspberrypi.local", 7822);
  check("pi@192.168.1.7:1234", "pi", "192.168.1.7", 1234);
  check("pi@[::1]:99", "pi", "::1", 99);
  check("[fe80::1%eth0]", "", "fe80::1%eth0", 7822);
  check("pi@fe80::1%eth0", "pi", "fe80::1%eth0", 7822);
  check("::1", "", "::1", 7822);
}

TEST_CASE("what is no Pi, or would be an option to ssh, is refused") {
  for (const auto* text :
       {"", "@host", "-oProxyCommand=x", "pi@-oProxyCommand=x", "-l@host", "host:", "host:0",
        "host:65536", "host:22x", "host:-1", "a b", "pi@ho\nst", "[::1", "[::1]x", "[host]:1",
        "pi@host/path", "a:b:c", "ho$t", "us er@host"}) {
    const auto target = Target::parse(text);
    REQUIRE_FALSE_MESSAGE(target.has_value(), text);
    CHECK(target.error().reason == Reason::usage);
  }
  CHECK_FALSE(Target::parse(std::string(300, 'a')).has_value());
}

TEST_CASE("an address is told from a name") {
  CHECK(Target::parse("10.0.0.1")->is_address());
  CHECK(Target::parse("[::1]")->is_address());
  CHECK_FALSE(Target::parse("pi.local")->is_address());
  CHECK(Target::parse("pi.local")->for_ssh("ada") == "ada@pi.local");
}
