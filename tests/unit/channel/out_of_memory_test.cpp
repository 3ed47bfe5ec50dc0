// SPDX-License-Identifier: MIT
// A program of its own, because it replaces the allocator: memory that runs out at every single
// allocation, in mbedTLS (calloc) and in our own code (operator new).
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>
#include <optional>

#include "tests/unit/channel/conversation.hpp"

namespace {

/// The allocation that fails, counted while armed; 0: none. Only one fails: what comes after it
/// must not be taken for success.
struct Shortage {
  long fails_at = 0;
  long calls = 0;
  bool armed = false;
  [[nodiscard]] bool strikes() noexcept { return armed && ++calls == fails_at; }
};

Shortage callocs;
Shortage news;

}  // namespace

// mbedTLS is linked statically here, so that the linker's --wrap reaches its calls.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the names are ld's
extern "C" void* __real_calloc(std::size_t count, std::size_t size);
extern "C" void* __wrap_calloc(std::size_t count, std::size_t size) {
  return callocs.strikes() ? nullptr : __real_calloc(count, size);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

void* operator new(std::size_t size) {
  if (news.strikes()) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace latchkey::channel::test;

namespace {

/// A whole conversation with the failing allocator; true if memory ran out as an exception.
bool run(Conversation& talk, Shortage& shortage, long fails_at) {
  shortage.fails_at = fails_at;
  shortage.calls = 0;
  shortage.armed = true;
  bool thrown = false;
  try {
    talk.run();
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  shortage.armed = false;
  return thrown;
}

/// What must never be: one side believes in the other although the other had stopped before.
void check_sane(const Conversation& talk) {
  CHECK_FALSE(talk.code_wrong);
  if (talk.welcome) CHECK(talk.code_proved);
  if (talk.offered) CHECK(talk.welcome);
  if (!talk.outcomes.empty()) CHECK(talk.offered);
}

}  // namespace

TEST_CASE("mbedTLS without memory ends the session, whichever allocation fails") {
  Conversation whole;
  REQUIRE_FALSE(run(whole, callocs, 0));
  REQUIRE(whole.outcomes.size() == 2);
  const long calls = callocs.calls;
  REQUIRE(calls > 100);
  // The setup one by one; then thousands of small numbers, where a prime stride meets every place.
  long failed = 0;
  for (long call = 1; call <= calls; call += call < 100 ? 1 : 97) {
    CAPTURE(call);
    Conversation talk;
    REQUIRE_FALSE(run(talk, callocs, call));
    check_sane(talk);
    if (talk.outcomes.size() == 2) continue;  // mbedTLS could do without
    CHECK((talk.owner_failed || talk.host_error || talk.pi_error));
    ++failed;
  }
  CHECK(failed > 100);
}

TEST_CASE("our own code without memory throws or ends, and never authenticates") {
  Conversation whole;
  REQUIRE_FALSE(run(whole, news, 0));
  const long calls = news.calls;
  REQUIRE(calls > 100);
  for (long call = 1; call <= calls; ++call) {
    CAPTURE(call);
    std::optional<Conversation> talk(std::in_place);
    const bool thrown = run(*talk, news, call);
    check_sane(*talk);
    const bool ended = talk->owner_failed || talk->host_error || talk->pi_error;
    CHECK((thrown || ended));
    CHECK(talk->outcomes.size() < 2);
    talk.reset();  // a session that threw can still be destroyed
  }
}
