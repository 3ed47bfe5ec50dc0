// SPDX-License-Identifier: MIT
#include "core/crypto/secret.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <concepts>
#include <memory>
#include <new>
#include <type_traits>

#include "core/bytes.hpp"

using namespace latchkey;
using crypto::Secret;

namespace {

bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

Secret<4> sample() {
  const std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  return Secret<4>{bytes};
}

}  // namespace

TEST_CASE("a secret cannot be copied or compared") {
  static_assert(!std::is_copy_constructible_v<Secret<4>>);
  static_assert(!std::is_copy_assignable_v<Secret<4>>);
  static_assert(std::is_nothrow_move_constructible_v<Secret<4>>);
  static_assert(!std::equality_comparable<Secret<4>>);
}

TEST_CASE("a moved secret leaves nothing behind") {
  auto first = sample();
  const auto second = std::move(first);
  CHECK(all_zero(first.bytes()));  // NOLINT(bugprone-use-after-move): that is the question
  CHECK(to_hex(second.bytes()) == "01020304");

  auto third = sample();
  Secret<4> fourth;
  fourth = std::move(third);
  CHECK(all_zero(third.bytes()));  // NOLINT(bugprone-use-after-move): that is the question
  CHECK(to_hex(fourth.bytes()) == "01020304");
}

TEST_CASE("a secret is wiped at the end of its life") {
  // The memory outlives the object, so that looking at it afterwards is allowed.
  alignas(Secret<4>) std::array<std::uint8_t, sizeof(Secret<4>)> memory{};
  auto* secret = new (memory.data()) Secret<4>(sample());
  CHECK_FALSE(all_zero(memory));
  std::destroy_at(secret);
  CHECK(all_zero(memory));
}

TEST_CASE("wiping overwrites everything") {
  Bytes memory(100, 0xff);
  crypto::wipe(memory);
  CHECK(all_zero(memory));
  crypto::wipe({});
}
