// SPDX-License-Identifier: MIT
#include "tests/unit/channel/freed_memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

std::span<const unsigned char> watched;
int found = 0;

void give_back(void* memory) noexcept {
  if (memory != nullptr && !watched.empty()) {
    const std::span block(static_cast<const unsigned char*>(memory), ::malloc_usable_size(memory));
    if (!std::ranges::search(block, watched).empty()) ++found;
  }
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { give_back(memory); }

namespace latchkey::test {

void watch_freed_memory(std::span<const unsigned char> secret) noexcept {
  watched = secret;
  found = 0;
}

int blocks_with_secret() noexcept { return found; }

}  // namespace latchkey::test
