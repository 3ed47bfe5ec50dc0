// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "firmware/token/rhythm.hpp"
#include "hal/descriptor.hpp"
#include "hal/fido/security_keys.hpp"
#include "hal/usb/hotplug.hpp"

namespace latchkey::token {

/// Looks at what is plugged in, in a thread of its own: the role's own is blocked while a key waits
/// for its touch, which a second key must end. (The blocking call could be cut into slices, but
/// each would make the key begin anew, and lose the touch in between.)
///
/// It looks when a USB device has come or gone, and for a while afterwards; else once a second, for
/// what nobody tells. Where nobody tells anything, it looks four times a second.
class Lookout final {
 public:
  /// Both are used in that thread alone: nobody else may have them. No `hotplug`: nobody tells.
  [[nodiscard]] static Result<std::unique_ptr<Lookout>> start(
      std::unique_ptr<fido::SecurityKeys> keys, std::unique_ptr<usb::Hotplug> hotplug,
      Pace pace = {});
  ~Lookout();  ///< blocks until the look that is under way is over
  Lookout(const Lookout&) = delete;
  Lookout& operator=(const Lookout&) = delete;
  Lookout(Lookout&&) = delete;
  Lookout& operator=(Lookout&&) = delete;

  /// Readable while the list differs from what take() gave last; the first always does.
  [[nodiscard]] int descriptor() const noexcept { return events_.news.number(); }
  /// The latest list, if it is news. A look that failed is none: what was there is taken to be
  /// there still.
  [[nodiscard]] std::optional<std::vector<fido::PluggedKey>> take();
  /// Something has become of a key: looks at once, and quickly for a while.
  void stir();

 private:
  /// eventfds
  struct Events {
    hal::Descriptor news;
    hal::Descriptor stop;
    hal::Descriptor stir;
  };
  Lookout(std::unique_ptr<fido::SecurityKeys> keys, std::unique_ptr<usb::Hotplug> hotplug,
          Pace pace, Events events);
  void watch();
  void look();
  /// Until it is time for the next look; false: there will be none.
  [[nodiscard]] bool wait();
  void hear_hotplug();

  std::unique_ptr<fido::SecurityKeys> keys_;
  std::unique_ptr<usb::Hotplug> hotplug_;
  Pace pace_;
  Rhythm rhythm_;
  const Events events_;
  std::mutex mutex_;
  std::vector<fido::PluggedKey> list_;  ///< of the latest look
  std::optional<std::vector<fido::PluggedKey>> taken_;
  bool looked_ = false;
  std::thread thread_;
};

}  // namespace latchkey::token
