// SPDX-License-Identifier: MIT
#include "firmware/config/board_values.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "firmware/config/board_keys.hpp"
#include "hal/gpio/pin_header.hpp"

namespace latchkey::config {
namespace {

constexpr std::size_t kMaxKernelName = 31;  // Linux: GPIO_MAX_NAME_SIZE with its NUL
constexpr std::size_t kMaxLedName = 63;     // Linux: LED_MAX_NAME_SIZE with its NUL
constexpr std::size_t kMaxTitle = 48;       // a line of a terminal, with what stands around it
constexpr std::size_t kMaxWords = 160;
constexpr std::size_t kMaxBoardName = 32;
constexpr std::size_t kMaxCompatible = 63;
constexpr std::size_t kMostCompatible = 16;
constexpr unsigned kMaxOffset = 1023;

// Of our own, since those of <cctype> depend on the locale.
bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_kernel_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKernelName && is_printable(text);
}

bool is_led_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLedName && is_printable(text) && text != "." &&
         text != ".." && text.find('/') == std::string_view::npos;
}

bool is_compatible(std::string_view text) {
  return !text.empty() && text.size() <= kMaxCompatible &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void read_title(const Value& value, std::optional<std::string>& into) {
  read_text(value, into, "1 to 48 bytes of printable text", [](std::string_view text) {
    return !text.empty() && text.size() <= kMaxTitle && is_printable(text);
  });
}

void read_words(const Value& value, std::optional<std::string>& into) {
  read_text(value, into, "at most 160 bytes of printable text",
            [](std::string_view text) { return text.size() <= kMaxWords && is_printable(text); });
}

void read_kernel_name(const Value& value, std::optional<std::string>& into,
                      std::string_view wanted) {
  read_text(value, into, wanted, is_kernel_name);
}

void read_active(const Value& value, std::optional<gpio::Active>& into) {
  read_choice(value, into, {{"low", gpio::Active::low}, {"high", gpio::Active::high}});
}

void read_bias(const Value& value, std::optional<gpio::Bias>& into) {
  read_choice(value, into,
              {{"pull-up", gpio::Bias::pull_up},
               {"pull-down", gpio::Bias::pull_down},
               {"disabled", gpio::Bias::disabled},
               {"as-is", gpio::Bias::as_is}});
}

void read_pin(const Value& value, std::optional<unsigned>& into, gpio::PinKind kind,
              std::string_view wanted) {
  const auto* number = value.node.as_integer();
  const auto pin = number == nullptr ? 0 : number->get();
  if (pin < 1 || pin > gpio::kHeaderPins ||
      gpio::header_pin(static_cast<unsigned>(pin)).kind != kind) {
    return value.refuse(wanted);
  }
  into = static_cast<unsigned>(pin);
}

/// What a button and an LED have in common.
template <class Part>
constexpr std::array<KeyOf<Part>, 6> kWireKeys{{
    {"chip", [](const Value& v,
                Part& p) { read_kernel_name(v, p.wire.chip, "a chip's label, 1 to 31 bytes"); }},
    {"line", [](const Value& v,
                Part& p) { read_kernel_name(v, p.wire.line, "a line's name, 1 to 31 bytes"); }},
    {"offset", [](const Value& v, Part& p) { read_number(v, p.wire.offset, 0, kMaxOffset); }},
    {"active", [](const Value& v, Part& p) { read_active(v, p.wire.active); }},
    {"pin",
     [](const Value& v, Part& p) {
       read_pin(v, p.wire.pin, gpio::PinKind::gpio,
                "a pin of the 40-pin header that is a GPIO, 1 to 40");
     }},
    {"ground",
     [](const Value& v, Part& p) {
       read_pin(v, p.wire.ground, gpio::PinKind::ground,
                "a ground pin of the 40-pin header: 6, 9, 14, 20, 25, 30, 34 or 39");
     }},
}};

template <class Into, std::size_t kFirst, std::size_t kSecond>
constexpr auto both(const std::array<KeyOf<Into>, kFirst>& first,
                    const std::array<KeyOf<Into>, kSecond>& second) {
  std::array<KeyOf<Into>, kFirst + kSecond> keys{};
  std::copy(first.begin(), first.end(), keys.begin());
  std::copy(second.begin(), second.end(), keys.begin() + kFirst);
  return keys;
}

constexpr auto kButtonKeys = both<ButtonValues>(
    kWireKeys<ButtonValues>,
    std::array<KeyOf<ButtonValues>, 1>{
        {{"bias", [](const Value& v, ButtonValues& b) { read_bias(v, b.bias); }}}});

constexpr auto kLedKeys = both<LedValues>(
    kWireKeys<LedValues>, std::array<KeyOf<LedValues>, 1>{
                              {{"sysfs", [](const Value& v, LedValues& l) {
                                  read_text(v, l.sysfs, "a name in /sys/class/leds", is_led_name);
                                }}}});

void check_wire(const Value& value, const WireValues& wire) {
  if (wire.line && wire.offset) {
    value.say(Errc::malformed, "has `line` and `offset`: one of them says which line it is");
  }
}

void read_button(const Value& value, ButtonValues& into) {
  read_subtable<ButtonValues>(value, kButtonKeys, into);
  check_wire(value, into.wire);
}

void read_led(const Value& value, LedValues& into) {
  read_subtable<LedValues>(value, kLedKeys, into);
  check_wire(value, into.wire);
  if (into.sysfs && into.wire != WireValues{}) {
    value.say(Errc::malformed,
              "has `sysfs` and keys of a GPIO line: the LED is the kernel's or on a line");
  }
}

/// What a board's file and [board] have in common.
template <class Into>
constexpr std::array<KeyOf<Into>, 5> kValueKeys{{
    {"title", [](const Value& v, Into& i) { read_title(v, i.values.title); }},
    {"pin_1", [](const Value& v, Into& i) { read_words(v, i.values.pin_1); }},
    {"usb_device_port", [](const Value& v, Into& i) { read_words(v, i.values.usb_device_port); }},
    {"button", [](const Value& v, Into& i) { read_button(v, i.values.button); }},
    {"led", [](const Value& v, Into& i) { read_led(v, i.values.led); }},
}};

void read_use(const Value& value, std::string& into) {
  read_text(value, into, R"(a board's name like "4b", or "")",
            [](std::string_view text) { return text.empty() || is_board_name(text); });
}

void read_compatible(const Value& value, std::vector<std::string>& into) {
  read_list(value, into,
            {.of = "strings as in the device tree, like \"raspberrypi,4-model-b\"",
             .most = kMostCompatible},
            as_written(is_compatible));
}

constexpr auto kChoiceKeys = both<BoardChoice>(
    std::array<KeyOf<BoardChoice>, 1>{
        {{"use", [](const Value& v, BoardChoice& c) { read_use(v, c.use); }}}},
    kValueKeys<BoardChoice>);

constexpr auto kFileKeys = both<BoardFile>(
    std::array<KeyOf<BoardFile>, 1>{
        {{"compatible", [](const Value& v, BoardFile& f) { read_compatible(v, f.compatible); }}}},
    kValueKeys<BoardFile>);

}  // namespace

void read_board_choice(const Value& value, BoardChoice& into) {
  read_subtable<BoardChoice>(value, kChoiceKeys, into);
}

Result<BoardFile> parse_board(std::string_view text, std::string_view file_name) {
  BoardFile board;
  const auto read = read_document<BoardFile>({text, file_name, kMaxBoardFile}, kFileKeys, board);
  if (!read) return tl::make_unexpected(read.error());
  return board;
}

bool is_board_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBoardName && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace latchkey::config
