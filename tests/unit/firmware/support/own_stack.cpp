// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/support/own_stack.hpp"

#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <algorithm>
#include <array>
#include <cstddef>

namespace latchkey::testing {
namespace {

constexpr std::size_t kStack = std::size_t{1} << 20;

/// Deep down, where the thread's end does not come to write over what is left.
void* call(void* work) {
  std::array<std::uint8_t, std::size_t{64} * 1024> distance;
  asm volatile("" : : "r"(distance.data()) : "memory");
  (*static_cast<const std::function<void()>*>(work))();
  asm volatile("" : : "r"(distance.data()) : "memory");
  return nullptr;
}

}  // namespace

bool leaves_on_stack(std::span<const std::uint8_t> secret, const std::function<void()>& work) {
  void* const memory =
      ::mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  pthread_attr_t attributes;
  REQUIRE(::pthread_attr_init(&attributes) == 0);
  REQUIRE(::pthread_attr_setstack(&attributes, memory, kStack) == 0);
  pthread_t thread{};
  auto copy = work;
  REQUIRE(::pthread_create(&thread, &attributes, call, &copy) == 0);
  ::pthread_join(thread, nullptr);
  ::pthread_attr_destroy(&attributes);
  const std::span stack(static_cast<const std::uint8_t*>(memory), kStack);
  const bool found = !std::ranges::search(stack, secret).empty();
  ::munmap(memory, kStack);
  return found;
}

}  // namespace latchkey::testing
