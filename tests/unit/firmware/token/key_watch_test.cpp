// SPDX-License-Identifier: MIT
#include "firmware/token/key_watch.hpp"

#include <doctest/doctest.h>

using latchkey::fido::PluggedKey;
using latchkey::token::Change;
using latchkey::token::KeyWatch;

namespace {

using Changes = std::vector<Change>;

const PluggedKey kOne{"/dev/hidraw0", "Key"};
const PluggedKey kTwin{"/dev/hidraw1", "Key"};

}  // namespace

TEST_CASE("a key that is there at the first look has arrived") {
  KeyWatch watch;
  CHECK(watch.see({kOne}) == Changes{Change::arrived});
  CHECK(watch.key() == kOne);
  CHECK(watch.see({kOne}).empty());
}

TEST_CASE("a key comes and goes, and comes again") {
  KeyWatch watch;
  CHECK(watch.see({}).empty());
  CHECK(watch.see({kOne}) == Changes{Change::arrived});
  CHECK(watch.see({}) == Changes{Change::left});
  CHECK_FALSE(watch.key().has_value());
  CHECK(watch.see({}).empty());
  CHECK(watch.see({kOne}) == Changes{Change::arrived});
}

TEST_CASE("a second key is told once, whatever it calls itself") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  CHECK(watch.see({kOne, kTwin}) == Changes{Change::second});
  CHECK(watch.crowded());
  CHECK(watch.key() == kOne);
  CHECK(watch.see({kTwin, kOne}).empty());
  CHECK(watch.see({kOne, kTwin, {"/dev/hidraw2", "Third"}}).empty());
}

TEST_CASE("two keys at the first look are two keys") {
  KeyWatch watch;
  CHECK(watch.see({kOne, kTwin}) == Changes{Change::second});
  CHECK_FALSE(watch.key().has_value());
}

TEST_CASE("after a second key left, the first is still there") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  REQUIRE(watch.see({kOne, kTwin}) == Changes{Change::second});
  CHECK(watch.see({kOne}).empty());
  CHECK_FALSE(watch.crowded());
  CHECK(watch.see({kOne, kTwin}) == Changes{Change::second});
}

TEST_CASE("when the first of two left, the other has arrived") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  REQUIRE(watch.see({kOne, kTwin}) == Changes{Change::second});
  CHECK(watch.see({kTwin}) == Changes{Change::left, Change::arrived});
  CHECK(watch.key() == kTwin);
}

TEST_CASE("a node that changes its name is another key") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  const PluggedKey changed{kOne.path, "Other"};
  CHECK(watch.see({changed}) == Changes{Change::left, Change::arrived});
  CHECK(watch.key() == changed);
}

TEST_CASE("a key that moves to another node has left and arrived") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  CHECK(watch.see({kTwin}) == Changes{Change::left, Change::arrived});
}

TEST_CASE("one that is swapped for two has left, and there are two") {
  KeyWatch watch;
  REQUIRE(watch.see({kOne}) == Changes{Change::arrived});
  CHECK(watch.see({kTwin, {"/dev/hidraw2", "Third"}}) == Changes{Change::left, Change::second});
  CHECK_FALSE(watch.key().has_value());
}
