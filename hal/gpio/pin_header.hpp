// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The 40-pin header of every Raspberry Pi since the B+: Raspberry Pi's documentation, "GPIO and
/// the 40-pin header". Seen with pin 1 at the upper left, odd pins are in the left column.
namespace latchkey::gpio {

enum class PinKind : std::uint8_t { gpio, ground, volts_3v3, volts_5v };

struct HeaderPin {
  PinKind kind;
  unsigned gpio = 0;  ///< the number of the GPIO, which is its offset on the Pi's own chip
  friend constexpr bool operator==(const HeaderPin&, const HeaderPin&) = default;
};

inline constexpr unsigned kHeaderPins = 40;

/// `number` is 1 to 40.
[[nodiscard]] constexpr HeaderPin header_pin(unsigned number) noexcept {
  constexpr auto kGpio = [](unsigned gpio) { return HeaderPin{PinKind::gpio, gpio}; };
  constexpr HeaderPin kGround{PinKind::ground};
  constexpr HeaderPin k3v3{PinKind::volts_3v3};
  constexpr HeaderPin k5v{PinKind::volts_5v};
  constexpr std::array<HeaderPin, kHeaderPins> kPins{k3v3,      k5v,        //
                                                     kGpio(2),  k5v,        //
                                                     kGpio(3),  kGround,    //
                                                     kGpio(4),  kGpio(14),  //
                                                     kGround,   kGpio(15),  //
                                                     kGpio(17), kGpio(18),  //
                                                     kGpio(27), kGround,    //
                                                     kGpio(22), kGpio(23),  //
                                                     k3v3,      kGpio(24),  //
                                                     kGpio(10), kGround,    //
                                                     kGpio(9),  kGpio(25),  //
                                                     kGpio(11), kGpio(8),   //
                                                     kGround,   kGpio(7),   //
                                                     kGpio(0),  kGpio(1),   //
                                                     kGpio(5),  kGround,    //
                                                     kGpio(6),  kGpio(12),  //
                                                     kGpio(13), kGround,    //
                                                     kGpio(19), kGpio(16),  //
                                                     kGpio(26), kGpio(20),  //
                                                     kGround,   kGpio(21)};
  return kPins[number - 1];
}

/// The pin that a GPIO is on; nullopt: it is not on the header.
[[nodiscard]] constexpr std::optional<unsigned> pin_of_gpio(unsigned gpio) noexcept {
  for (unsigned pin = 1; pin <= kHeaderPins; ++pin) {
    if (header_pin(pin) == HeaderPin{PinKind::gpio, gpio}) return pin;
  }
  return std::nullopt;
}

/// The pin of a kind that is the fewest rows away and not among `taken`; of two, the lower one.
/// There is always one unless `taken` has them all (0).
[[nodiscard]] constexpr unsigned nearest_pin(PinKind kind, unsigned pin,
                                             std::span<const unsigned> taken) noexcept {
  const auto row = [](unsigned number) { return static_cast<int>((number - 1) / 2); };
  const auto size = [](int steps) { return steps < 0 ? -steps : steps; };
  unsigned best = 0;
  for (unsigned number = 1; number <= kHeaderPins; ++number) {
    const bool free = std::find(taken.begin(), taken.end(), number) == taken.end();
    if (header_pin(number).kind != kind || !free) continue;
    if (best == 0 || size(row(number) - row(pin)) < size(row(best) - row(pin))) best = number;
  }
  return best;
}

/// What a pinout calls it: "GPIO17", "ground", "3V3", "5V".
[[nodiscard]] inline std::string pin_name(unsigned number) {
  const auto pin = header_pin(number);
  if (pin.kind == PinKind::gpio) return "GPIO" + std::to_string(pin.gpio);
  if (pin.kind == PinKind::ground) return "ground";
  return pin.kind == PinKind::volts_3v3 ? "3V3" : "5V";
}

/// Labels of the chips whose offsets are the numbers of the GPIOs: of a Pi 3 and before, of a Pi 4,
/// of a Pi 5 (Linux: drivers/pinctrl).
[[nodiscard]] constexpr bool is_pi_chip(std::string_view label) noexcept {
  return label == "pinctrl-bcm2835" || label == "pinctrl-bcm2711" || label == "pinctrl-rp1";
}

}  // namespace latchkey::gpio
