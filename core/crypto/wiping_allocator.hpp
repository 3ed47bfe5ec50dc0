// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/crypto/secret.hpp"

namespace latchkey::crypto {

/// For containers whose contents give a secret away: memory is wiped before it is given back.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class Other>
  explicit(false) WipingAllocator(const WipingAllocator<Other>& /*same*/) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe({reinterpret_cast<std::uint8_t*>(memory), count * sizeof(T)});
    std::allocator<T>{}.deallocate(memory, count);
  }

  friend bool operator==(const WipingAllocator& /*a*/, const WipingAllocator& /*b*/) {
    return true;
  }
};

/// Bytes that leave nothing behind, also where they grew or were moved to another place. What an
/// erase() or a clear() leaves beyond the end stays until then.
using WipingBytes = std::vector<std::uint8_t, WipingAllocator<std::uint8_t>>;

}  // namespace latchkey::crypto
