// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpio_lines.hpp"

#include <cerrno>
#include <utility>

#include "hal/gpio/linux/gpiod_button.hpp"
#include "hal/gpio/linux/gpiod_led.hpp"
#include "hal/gpio/linux/gpiod_lines.hpp"
#include "hal/gpio/linux/polled_button.hpp"
#include "hal/gpio/linux/see_chips.hpp"

namespace latchkey::gpio {
namespace {

/// What the line is now, after a request failed; nothing known: the chip is gone.
SeenLine look_again(const Spot& spot) {
  const auto chip = look_at_chip(spot.path);
  if (!chip || spot.offset >= chip->lines.size()) return {};
  return chip->lines[spot.offset];
}

tl::unexpected<Error> refused(int error, const Spot& spot) {
  return tl::make_unexpected(request_error(error, spot, look_again(spot)));
}

}  // namespace

Result<std::unique_ptr<Button>> open_button(const ButtonLine& wanted, const clock::Clock& clock,
                                            clock::Alarm& alarm) {
  auto spot = find_line(wanted.line, see_chips());
  if (!spot) return fail(std::move(spot));
  auto line = request_input(*spot, wanted.bias, wanted.active, Edges::both);
  if (line) return std::make_unique<GpiodButton>(*std::move(line), clock, std::move(spot->words));
  if (!may_lack_edges(line.error(), look_again(*spot))) return refused(line.error(), *spot);
  auto plain = request_input(*spot, wanted.bias, wanted.active, Edges::none);
  if (!plain) return refused(plain.error(), *spot);
  return PolledButton::open(*std::move(plain), clock, alarm, std::move(spot->words), line.error());
}

Result<std::unique_ptr<StatusLed>> open_led(const LedLine& wanted) {
  auto spot = find_line(wanted.line, see_chips());
  if (!spot) return fail(std::move(spot));
  auto line = request_output(*spot, wanted.active);
  if (!line) return refused(line.error(), *spot);
  return std::make_unique<GpiodLed>(*std::move(line), std::move(spot->words));
}

}  // namespace latchkey::gpio
