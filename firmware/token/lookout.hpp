// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::token {

inline constexpr Millis kLookEvery{250};

/// Looks at what is plugged in, four times a second, in a thread of its own: the role's own is
/// blocked while a key waits for its touch, which a second key must end. (The blocking call could
/// be cut into slices, but each would make the key begin anew, and lose the touch in between.)
class Lookout final {
 public:
  /// `keys` is used in that thread alone: nobody else may have it.
  [[nodiscard]] static Result<std::unique_ptr<Lookout>> start(
      std::unique_ptr<fido::SecurityKeys> keys);
  ~Lookout();  ///< blocks until the look that is under way is over
  Lookout(const Lookout&) = delete;
  Lookout& operator=(const Lookout&) = delete;
  Lookout(Lookout&&) = delete;
  Lookout& operator=(Lookout&&) = delete;

  /// Readable while the list differs from what take() gave last; the first always does.
  [[nodiscard]] int descriptor() const noexcept { return news_; }
  /// The latest list, if it is news. A look that failed is none: what was there is taken to be
  /// there still.
  [[nodiscard]] std::optional<std::vector<fido::PluggedKey>> take();

 private:
  Lookout(std::unique_ptr<fido::SecurityKeys> keys, int news, int stop);
  void watch();
  void look();

  std::unique_ptr<fido::SecurityKeys> keys_;
  const int news_;  ///< eventfd
  const int stop_;  ///< eventfd
  std::mutex mutex_;
  std::vector<fido::PluggedKey> list_;  ///< of the latest look
  std::optional<std::vector<fido::PluggedKey>> taken_;
  bool looked_ = false;
  std::thread thread_;
};

}  // namespace latchkey::token
