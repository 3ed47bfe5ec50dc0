// SPDX-License-Identifier: MIT
// Any bytes as a board's file: an answer, never a crash; what is accepted keeps its bounds, becomes
// a board or a sentence, and its drawing fits a terminal.
#include <cstdint>

#include "core/bytes.hpp"
#include "firmware/board/make_board.hpp"
#include "firmware/board/wiring.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

namespace {

void check_sentence(const std::string& text) {
  require(!text.empty() && text.size() <= 1024);
  for (const char c : text) {
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

void check_pins(const std::optional<board::HeaderPins>& pins) {
  if (!pins) return;
  require(pins->signal >= 1 && pins->signal <= gpio::kHeaderPins);
  require(gpio::header_pin(pins->signal).kind == gpio::PinKind::gpio);
  require(pins->other >= 1 && pins->other <= gpio::kHeaderPins);
  const auto other = gpio::header_pin(pins->other).kind;
  require(other == gpio::PinKind::ground || other == gpio::PinKind::volts_3v3);
}

void check_drawing(const std::string& drawing) {
  std::size_t width = 0;
  for (const char c : drawing) {
    const bool goes_on = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    width = c == '\n' ? 0 : width + (goes_on ? 0 : 1);
    // One word may be as long as its value may be.
    require(width <= 200);
    require(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = config::parse_board(as_text(ByteView(data, size)), "fuzz.toml");
  if (!file) {
    check_sentence(file.error().message());
    return 0;
  }
  require(file->compatible.size() <= 16);
  const auto made = board::make_board("fuzz", *file);
  if (!made) {
    check_sentence(made.error().doing);
    return 0;
  }
  check_pins(made->button_pins);
  check_pins(made->led_pins);
  if (made->button_pins && made->led_pins) {
    require(made->button_pins->signal != made->led_pins->signal);
    require(made->button_pins->other != made->led_pins->other);
  }
  check_drawing(board::drawn(*made, board::Colours::none));
  if (const auto lines = board::check_lines(*made); !lines) check_sentence(lines.error().doing);
  // Changed by itself it is itself, but for pins that follow from its lines.
  const auto same = board::changed(file->values, file->values);
  require(same.title == file->values.title && same.led.sysfs == file->values.led.sysfs);
  return 0;
}
