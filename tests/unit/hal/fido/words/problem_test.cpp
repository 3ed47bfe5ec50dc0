// SPDX-License-Identifier: MIT
#include "hal/fido/problem.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/text.hpp"

using namespace latchkey;
using namespace latchkey::fido;

namespace {

Problem problem(Trouble trouble) { return {trouble, "making a key", {}, "/dev/hidraw3", {}}; }

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Each trouble has a name, and one sentence each of what happened and what to do") {
  std::set<std::string> names;
  std::set<std::string> happened;
  std::set<std::string> next;
  for (std::size_t i = 0; i < kTroubleCount; ++i) {
    CAPTURE(i);
    const auto each = problem(static_cast<Trouble>(i));
    const std::string said(name(each.trouble));
    CAPTURE(said);
    CHECK(std::ranges::all_of(said, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }));
    names.insert(said);
    for (const auto& sentence : {what_happened(each), what_to_do(each)}) {
      CAPTURE(sentence);
      CHECK(is_printable(sentence));
      CHECK(sentence.size() > 15);
      CHECK(sentence.ends_with('.'));
      CHECK_FALSE(contains(sentence, "DEVICE"));
    }
    happened.insert(what_happened(each));
    next.insert(what_to_do(each));
  }
  CHECK(names.size() == kTroubleCount);
  CHECK(happened.size() == kTroubleCount);
  CHECK(next.size() == kTroubleCount);
}

TEST_CASE("A number that is no trouble has the words of a failure") {
  CHECK(name(static_cast<Trouble>(200)) == "failed");
}

TEST_CASE("The node is named where it helps, and its absence leaves no hole") {
  auto each = problem(Trouble::not_readable);
  CHECK(contains(what_happened(each), "/dev/hidraw3"));
  CHECK(contains(what_to_do(each), "ID_FIDO_TOKEN"));
  CHECK(contains(what_to_do(problem(Trouble::pin_not_set)), "fido2-token -S /dev/hidraw3"));
  CHECK(contains(what_to_do(problem(Trouble::busy)), "fuser -v /dev/hidraw3"));
  CHECK(contains(what_to_do(problem(Trouble::store_full)), "--delete-resident"));
  each.device.clear();
  CHECK(what_happened(each) ==
        "The security key is there, but this user may not open it, while making a key.");
  each = problem(Trouble::pin_not_set);
  each.device = "simulated:/tmp/key";
  CHECK(contains(what_to_do(each), "fido2-token -S DEVICE"));
}

TEST_CASE("Tries left and the reason are told in brackets") {
  auto each = problem(Trouble::pin_wrong);
  each.detail = "FIDO_ERR_PIN_INVALID";
  each.tries_left = 7;
  CHECK(what_happened(each) ==
        "The PIN is not the one of this security key, while making a key (7 tries left).");
  each.tries_left = 1;
  CHECK(contains(what_happened(each), "(1 try left)"));
  each.tries_left = 0;
  CHECK(contains(what_happened(each), "(no tries left)"));
  each = problem(Trouble::failed);
  each.doing.clear();
  each.detail = "FIDO_ERR_INTERNAL";
  CHECK(what_happened(each) == "The security key could not do this (FIDO_ERR_INTERNAL).");
}

TEST_CASE("What a device or a library says cannot turn the terminal upside down") {
  Problem each{Trouble::failed, "doing\n", "\x1b[2J" + std::string(1'000, 'x'), "/dev/\x07", {}};
  CHECK(is_printable(what_happened(each)));
  CHECK(what_happened(each).size() < 400);
  each.trouble = Trouble::busy;
  CHECK(is_printable(what_happened(each)));
  CHECK(is_printable(what_to_do(each)));
}

TEST_CASE("Giving up makes a problem, and hands one on unchanged") {
  const Attempt<int> attempt = give_up(Trouble::busy, "opening", "EBUSY");
  REQUIRE_FALSE(attempt.has_value());
  CHECK(attempt.error().trouble == Trouble::busy);
  CHECK(attempt.error().doing == "opening");
  CHECK(attempt.error().detail == "EBUSY");
  Attempt<> other = give_up(Trouble::removed, "looking");
  const Attempt<int> handed = give_up(std::move(other));
  CHECK(handed.error().trouble == Trouble::removed);
}
