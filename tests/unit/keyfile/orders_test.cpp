// SPDX-License-Identifier: MIT
#include "firmware/keyfile/orders.hpp"

#include <doctest/doctest.h>
#include <functional>

#include "tests/unit/keyfile/scratch_home.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;

namespace {

Target full_target() {
  Target target;
  target.user = 1234;
  target.private_group = 1235;
  target.home = "/home/anna";
  target.path = "/home/anna/.ssh/authorized_keys";
  target.others = {"/home/anna/.ssh/authorized_keys2", "/home/anna/.ssh/b", "/home/anna/.ssh/c"};
  target.strict_modes = false;
  target.allow_volatile = true;
  return target;
}

Line full_line() {
  auto line = test::line_for(5, "anna@laptop");
  line.options.expires = WallTime(std::chrono::seconds(1'900'000'000));
  line.options.from = "10.0.0.0/8";
  line.options.restricted = true;
  line.options.cert_authority = true;
  line.options.no_touch_required = true;
  line.options.verify_required = true;
  line.utc_offset = std::chrono::hours(-7);
  return line;
}

}  // namespace

TEST_CASE("an order arrives as it was sent") {
  const auto target = full_target();
  const auto line = full_line();
  const auto packed_target = pack(target, 1236);
  const auto packed_line = pack(line);
  REQUIRE(packed_target);
  REQUIRE(packed_line);
  const auto order = unpack(*packed_target, *packed_line);
  REQUIRE(order);
  CHECK(order->group == 1236);
  CHECK(order->target.user == target.user);
  CHECK(order->target.private_group == target.private_group);
  CHECK(order->target.home == target.home);
  CHECK(order->target.path == target.path);
  CHECK(order->target.others == target.others);
  CHECK(order->target.strict_modes == target.strict_modes);
  CHECK(order->target.allow_volatile == target.allow_volatile);
  CHECK(order->line.key == line.key);
  CHECK(order->line.comment == line.comment);
  CHECK(order->line.options.expires == line.options.expires);
  CHECK(order->line.options.from == line.options.from);
  CHECK(order->line.options.restricted);
  CHECK(order->line.options.cert_authority);
  CHECK(order->line.options.no_touch_required);
  CHECK(order->line.options.verify_required);
  CHECK(order->line.now == line.now);
  CHECK(order->line.utc_offset == line.utc_offset);
}

TEST_CASE("what does not fit its place is not sent") {
  auto target = full_target();
  target.path = "/" + std::string(roles::kMaxPath, 'a');
  CHECK(pack(target, 0).error().is(Errc::too_large));
  target = full_target();
  target.others.emplace_back("/one/too/many");
  CHECK(pack(target, 0).error().is(Errc::too_large));
  auto line = full_line();
  line.comment.assign(roles::kMaxComment + 1, 'c');
  CHECK(pack(line).error().is(Errc::too_large));
  line = full_line();
  line.key.resize(roles::kMaxKey + 1);
  CHECK(pack(line).error().is(Errc::too_large));
}

TEST_CASE("a length, count or flag out of its range is refused") {
  const auto good_target = pack(full_target(), 0).value();
  const auto good_line = pack(full_line()).value();
  REQUIRE(unpack(good_target, good_line));
  const std::function<void(roles::KeyfileTarget&)> bad_targets[] = {
      [](auto& target) { target.other_count = roles::kMaxOtherFiles + 1; },
      [](auto& target) { target.strict_modes = 2; },
      [](auto& target) { target.allow_volatile = 255; },
      [](auto& target) { target.home.raw.length = roles::kMaxPath + 1; },
      [](auto& target) { target.path.raw.length = UINT16_MAX; },
      [](auto& target) { target.others[2].raw.length = roles::kMaxPath + 1; },
  };
  for (const auto& spoil : bad_targets) {
    auto target = good_target;
    spoil(target);
    CHECK(unpack(target, good_line).error().is(Errc::malformed));
  }
  const std::function<void(roles::KeyfileLine&)> bad_lines[] = {
      [](auto& line) { line.key.length = roles::kMaxKey + 1; },
      [](auto& line) { line.comment.raw.length = roles::kMaxComment + 1; },
      [](auto& line) { line.limits.from.raw.length = roles::kMaxFrom + 1; },
      [](auto& line) { line.limits.has_expires = 2; },
      [](auto& line) { line.limits.restrict = 3; },
      [](auto& line) { line.cert_authority = 9; },
      [](auto& line) { line.no_touch_required = 2; },
      [](auto& line) { line.verify_required = 2; },
      [](auto& line) { line.utc_offset = 24 * 60 * 60; },
      [](auto& line) { line.utc_offset = INT32_MIN; },
  };
  for (const auto& spoil : bad_lines) {
    auto line = good_line;
    spoil(line);
    CHECK(unpack(good_target, line).error().is(Errc::malformed));
  }
}

TEST_CASE("an answer arrives, cut where it is too long, refused where it is none") {
  const Answer answer{Outcome::refused, Reason::no_space, std::string(1000, 't'), "/p"};
  auto packed = pack(answer);
  const auto arrived = unpack(packed);
  REQUIRE(arrived);
  CHECK(arrived->outcome == Outcome::refused);
  CHECK(arrived->reason == Reason::no_space);
  CHECK(arrived->text == std::string(roles::kMaxText, 't'));
  CHECK(arrived->path == "/p");
  packed.outcome = 7;
  CHECK(unpack(packed).error().is(Errc::malformed));
  packed = pack(answer);
  packed.reason = 13;
  CHECK(unpack(packed).error().is(Errc::malformed));
}
