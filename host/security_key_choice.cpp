// SPDX-License-Identifier: MIT
#include "host/security_key_choice.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>
#include <vector>

#include "host/key_failure.hpp"

namespace latchkey::host {
namespace {

using Opened = std::unique_ptr<fido::SecurityKey>;

constexpr Millis kGlance{100};   // at each of several keys, to see whether it is touched
constexpr int kSettleLooks = 8;  // udev hands a new device to its user a moment after it is there

auto cancelled() { return give_up(Reason::cancelled, "Cancelled."); }

/// One choice among the security keys that are plugged in.
class Chooser final {
 public:
  Chooser(const KeyChoice& choice, const Context& context, const Interrupt& interrupt)
      : choice_(choice), context_(context), interrupt_(interrupt) {}

  Attempt<Opened> run() {
    auto plugged = look();
    if (!plugged) return give_up(std::move(plugged));
    if (plugged->empty()) plugged = wait_for_one();
    if (!plugged) return give_up(std::move(plugged));
    if (auto opened = open_all(*plugged); !opened) return give_up(std::move(opened));
    if (keys_.size() == 1) return std::move(keys_.front());
    return wait_for_touch();
  }

 private:
  Attempt<std::vector<fido::PluggedKey>> look() {
    auto plugged = context_.security_keys.list();
    if (!plugged) return tl::make_unexpected(key_failure(plugged.error()));
    if (choice_.device.empty()) return std::move(*plugged);
    const auto named = std::ranges::find(*plugged, choice_.device, &fido::PluggedKey::path);
    if (named != plugged->end()) return std::vector{*named};
    std::string others;
    for (const auto& key : *plugged) {
      others += fmt::format("{}{} ({})", others.empty() ? "" : ", ", key.path, key.name);
    }
    return give_up(Reason::no_security_key,
                   fmt::format("There is no security key at {}.", choice_.device),
                   others.empty() ? "None is plugged in."
                                  : fmt::format("Name one of these with --device: {}", others));
  }

  Attempt<std::vector<fido::PluggedKey>> wait_for_one() {
    const auto none = [] {
      return tl::make_unexpected(key_failure({fido::Trouble::no_key, {}, {}, {}, {}}));
    };
    if (!context_.terminal.interactive()) return none();
    context_.terminal.touch("Plug in a security key.");
    waited_ = true;
    const auto end = context_.clock.now() + choice_.patience;
    while (context_.clock.now() < end) {
      if (pause()) return cancelled();
      auto plugged = look();
      if (!plugged || !plugged->empty()) return plugged;
    }
    return none();
  }

  /// Until the next look; true: Ctrl-C came.
  [[nodiscard]] bool pause() const {
    return interrupt_.came(static_cast<int>(choice_.look_again.count()));
  }

  [[nodiscard]] fido::Attempt<Opened> open(const fido::PluggedKey& key) const {
    auto opened = context_.security_keys.open(key, interrupt_.descriptor());
    for (int looks = 0; waited_ && looks < kSettleLooks && !opened &&
                        opened.error().trouble == fido::Trouble::not_readable && !pause();
         ++looks) {
      opened = context_.security_keys.open(key, interrupt_.descriptor());
    }
    return opened;
  }

  /// All that can be opened; the others are named, and only none at all is a failure.
  Attempt<> open_all(const std::vector<fido::PluggedKey>& plugged) {
    Failure last;
    for (const auto& key : plugged) {
      auto opened = open(key);
      if (opened) {
        keys_.push_back(std::move(*opened));
        continue;
      }
      last = key_failure(opened.error());
      if (last.reason == Reason::cancelled) return tl::make_unexpected(last);
      if (plugged.size() > 1) context_.terminal.warn(fmt::format("{}: {}", key.name, last.what));
    }
    if (keys_.empty()) return tl::make_unexpected(std::move(last));
    return {};
  }

  Attempt<Opened> wait_for_touch() {
    const auto& terminal = context_.terminal;
    Failure last;
    const auto drop = [&](Opened& key, const fido::Problem& problem) {
      last = key_failure(problem);
      terminal.warn(fmt::format("{}: {}", key->plugged().name, last.what));
      key.reset();
    };
    for (const auto& key : keys_) {
      terminal.line(fmt::format("  {}  {}", key->plugged().name, key->plugged().path));
    }
    for (auto& key : keys_) {
      if (auto blinks = key->begin_touch(); !blinks) drop(key, blinks.error());
    }
    terminal.touch("Touch the security key to use.");
    const auto end = context_.clock.now() + choice_.patience;
    while (std::erase(keys_, nullptr), !keys_.empty()) {
      for (auto& key : keys_) {
        const auto touched = key->touched(kGlance);
        if (!touched && touched.error().trouble == fido::Trouble::cancelled) {
          end_touches();
          return cancelled();
        }
        if (!touched) {
          drop(key, touched.error());
        } else if (*touched) {
          end_touches();
          return std::move(key);
        }
      }
      if (context_.clock.now() >= end) {
        end_touches();
        return tl::make_unexpected(key_failure({fido::Trouble::timed_out, {}, {}, {}, {}}));
      }
    }
    return tl::make_unexpected(std::move(last));
  }

  void end_touches() {
    for (auto& key : keys_) {
      if (key) key->end_touch();
    }
  }

  const KeyChoice& choice_;
  const Context& context_;
  const Interrupt& interrupt_;
  std::vector<Opened> keys_;
  bool waited_ = false;
};

}  // namespace

Attempt<Opened> choose_security_key(const KeyChoice& choice, const Context& context,
                                    const Interrupt& interrupt) {
  return Chooser(choice, context, interrupt).run();
}

}  // namespace latchkey::host
