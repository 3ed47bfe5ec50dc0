// SPDX-License-Identifier: MIT
#include "docs/generate/wiring_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "firmware/board/make_board.hpp"
#include "hal/gpio/pin_header.hpp"

namespace latchkey::pages {
namespace {

// All in pixels.
constexpr double kWidth = 760;
constexpr double kHeight = 430;
constexpr double kPitch = 32;  // between two pins
constexpr double kFirstColumn = 76;
constexpr double kUpperRow = 116;  // pins 2 to 40
constexpr double kLowerRow = kUpperRow + kPitch;
constexpr double kEdge = kLowerRow + 22;  // lower edge of header or chip
constexpr double kFirstLane = kEdge + 20;
constexpr double kLane = 16;
constexpr double kTerminals = 290;  // where wires end
constexpr double kButton = 202;     // middles of the things
constexpr double kLed = 500;
constexpr double kSpread = 34;  // from a middle to each terminal

constexpr std::string_view kButtonColour = "#1971c2";
constexpr std::string_view kLedColour = "#e8590c";
constexpr std::string_view kGroundColour = "#343a40";
constexpr std::string_view kPowerColour = "#c92a2a";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else {
      safe += c;
    }
  }
  return safe;
}

/// A wire from the header or chip down to a thing.
struct Wire {
  double from_x = 0;
  double from_y = 0;
  double to_x = 0;
  std::string_view colour{};
  std::string label{};  // at its end
};

/// Both sides of a thing. `first` is the one that stands left.
struct Pair {
  Wire line;
  Wire other;
};

std::string_view colour_of(gpio::PinKind kind) {
  return kind == gpio::PinKind::ground ? kGroundColour : kPowerColour;
}

/// Where a wire goes down: from the upper row between two pins of the lower one.
double down_x(const Wire& wire) {
  return wire.from_y == kUpperRow ? wire.from_x + kPitch / 2 : wire.from_x;
}

double column_x(unsigned pin) { return kFirstColumn + kPitch * ((pin - 1) / 2); }
bool upper(unsigned pin) { return pin % 2 == 0; }

class Picture {
 public:
  explicit Picture(const board::Board& board) : board_(board) {
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
        "height=\"{1:g}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n"
        "<title>{2}: how button and LED are wired</title>\n"
        "<rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#fff\"/>\n"
        "<text x=\"44\" y=\"36\" font-size=\"20\" font-weight=\"bold\">{2}</text>\n",
        kWidth, kHeight, escaped(board.title));
  }

  [[nodiscard]] std::string finish() && {
    const bool header = board_.button_pins || board_.led_pins;
    if (header && !board_.pin_1.empty()) text(44, 60, "Pin 1: " + board_.pin_1, "fill=\"#495057\"");
    header ? draw_header() : draw_chip();
    const auto button =
        pair_of(board_.button_pins, kButton, kButtonColour, board::other_side(board_.button));
    const auto* led = std::get_if<gpio::LedLine>(&board_.led);
    Pair lit;
    std::vector<const Wire*> wires{&button.line, &button.other};
    if (led != nullptr) {
      lit = pair_of(board_.led_pins, kLed, kLedColour, board::other_side(*led));
      wires.push_back(&lit.line);
      wires.push_back(&lit.other);
    }
    draw_wires(wires);
    draw_button();
    if (led == nullptr) {
      text(kLed - 80, kTerminals + 40,
           "LED: the board's own, " + std::get<gpio::SysfsLedName>(board_.led).name);
    } else {
      const bool high = led->active == gpio::Active::high;
      draw_led((high ? lit.line : lit.other).to_x, (high ? lit.other : lit.line).to_x);
    }
    return std::move(svg_) + "</svg>\n";
  }

 private:
  void text(double x, double y, std::string_view words, std::string_view how = {}) {
    svg_ += fmt::format("<text x=\"{:g}\" y=\"{:g}\"{}{}>{}</text>\n", x, y, how.empty() ? "" : " ",
                        how, escaped(words));
  }

  void draw_header() {
    svg_ += fmt::format(
        "<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" rx=\"6\" fill=\"#e9ecef\" "
        "stroke=\"#868e96\"/>\n",
        kFirstColumn - 22, kUpperRow - 22, 19 * kPitch + 44, kPitch + 44);
    for (unsigned pin = 1; pin <= gpio::kHeaderPins; ++pin) draw_pin(pin);
  }

  void draw_pin(unsigned pin) {
    const auto used = [&](const std::optional<board::HeaderPins>& pins) {
      return pins && (pins->signal == pin || pins->other == pin);
    };
    std::string_view fill = "#ced4da";
    if (used(board_.button_pins)) fill = "#74c0fc";
    if (used(board_.led_pins)) fill = "#ffa94d";
    const double x = column_x(pin);
    const double y = upper(pin) ? kUpperRow : kLowerRow;
    // Pin 1 is the square one.
    svg_ += fmt::format(
        "<rect x=\"{:g}\" y=\"{:g}\" width=\"24\" height=\"24\" rx=\"{}\" fill=\"{}\"/>\n", x - 12,
        y - 12, pin == 1 ? 1 : 12, fill);
    text(x, y + 4, std::to_string(pin), "text-anchor=\"middle\" font-size=\"11\"");
  }

  void draw_chip() {
    svg_ += fmt::format(
        "<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" rx=\"6\" fill=\"#e9ecef\" "
        "stroke=\"#868e96\"/>\n",
        kFirstColumn - 22, kUpperRow - 22, 19 * kPitch + 44, kPitch + 44);
    const auto& chip = board_.button.line.chip;
    text(kWidth / 2, kUpperRow + 20,
         chip.empty() ? std::string("the GPIO chip that latchkey.toml names") : chip,
         "text-anchor=\"middle\"");
  }

  /// Where both wires of a thing begin, and where it takes them: the left one to its left.
  Pair pair_of(const std::optional<board::HeaderPins>& pins, double middle, std::string_view colour,
               gpio::PinKind kind) {
    Pair pair;
    pair.line = {middle + kSpread, kEdge, 0, colour};
    pair.other = {middle - kSpread, kEdge, 0, colour_of(kind)};
    const std::string side = kind == gpio::PinKind::ground ? "ground" : "3V3";
    if (pins) {
      start(pair.line, pins->signal);
      start(pair.other, pins->other);
    } else {
      pair.line.label = line_name(middle == kButton);
      pair.other.label = side;
    }
    const bool line_left = down_x(pair.line) < down_x(pair.other);
    pair.line.to_x = middle + (line_left ? -kSpread : kSpread);
    pair.other.to_x = middle + (line_left ? kSpread : -kSpread);
    return pair;
  }

  static void start(Wire& wire, unsigned pin) {
    wire.from_x = column_x(pin);
    wire.from_y = upper(pin) ? kUpperRow : kLowerRow;
    wire.label = fmt::format("{}, pin {}", gpio::pin_name(pin), pin);
  }

  [[nodiscard]] std::string line_name(bool button) const {
    const auto& line = button ? board_.button.line : std::get<gpio::LedLine>(board_.led).line;
    if (!line.name.empty()) return line.name;
    return line.offset ? fmt::format("line {}", *line.offset) : "a line";
  }

  /// What goes right turns off the higher the further right it comes from, and so what goes left:
  /// no wire crosses another of its direction.
  void draw_wires(std::vector<const Wire*> wires) {
    std::array<double, 2> lanes{kFirstLane, kFirstLane};  // next free: to the left, to the right
    std::sort(wires.begin(), wires.end(), [](const Wire* a, const Wire* b) {
      const bool a_right = a->to_x > down_x(*a);
      const bool b_right = b->to_x > down_x(*b);
      if (a_right != b_right) return b_right;
      return a_right ? down_x(*a) > down_x(*b) : down_x(*a) < down_x(*b);
    });
    for (const auto* wire : wires) {
      const double x = down_x(*wire);
      double& lane = lanes[wire->to_x > x ? 1 : 0];
      std::string path = fmt::format("M{:g} {:g}", wire->from_x, wire->from_y + 12);
      if (wire->from_y == kUpperRow) path += fmt::format("V{:g}H{:g}", kUpperRow + kPitch / 2, x);
      if (wire->from_y == kEdge) path = fmt::format("M{:g} {:g}", x, kEdge);
      path += fmt::format("V{:g}H{:g}V{:g}", lane, wire->to_x, kTerminals);
      lane += kLane;
      svg_ += fmt::format(
          "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"3\" "
          "stroke-linejoin=\"round\"/>\n",
          path, wire->colour);
      const bool left = wire->to_x == kButton - kSpread || wire->to_x == kLed - kSpread;
      text(wire->to_x + (left ? -8 : 8), kTerminals - 10, wire->label,
           left ? "text-anchor=\"end\"" : "");
    }
  }

  void draw_button() {
    const double top = kTerminals;
    svg_ += fmt::format(
        "<rect x=\"{0:g}\" y=\"{1:g}\" width=\"92\" height=\"64\" rx=\"8\" fill=\"#dee2e6\" "
        "stroke=\"#495057\"/>\n<circle cx=\"{2:g}\" cy=\"{3:g}\" r=\"20\" fill=\"{4}\"/>\n",
        kButton - 46, top, kButton, top + 32, kButtonColour);
    text(kButton, top + 88, "button", "text-anchor=\"middle\" font-weight=\"bold\"");
  }

  /// `anode` is where the long leg is, and its resistor.
  void draw_led(double anode, double cathode) {
    const double top = kTerminals;
    svg_ += fmt::format(
        "<path d=\"M{0:g} {2:g}v60H{3:g}M{1:g} {2:g}v60H{4:g}\" fill=\"none\" stroke=\"#868e96\" "
        "stroke-width=\"3\"/>\n",
        anode, cathode, top, kLed + (anode < kLed ? -14 : 14), kLed + (cathode < kLed ? -14 : 14));
    svg_ += fmt::format(
        "<rect x=\"{:g}\" y=\"{:g}\" width=\"16\" height=\"40\" rx=\"5\" fill=\"#e9cfa5\" "
        "stroke=\"#8d6e3f\"/>\n",
        anode - 8, top + 6);
    // 330 ohm: orange, orange, brown.
    constexpr std::array<std::string_view, 3> kBands{"#f76707", "#f76707", "#7f4f24"};
    for (std::size_t band = 0; band < kBands.size(); ++band) {
      svg_ += fmt::format("<rect x=\"{:g}\" y=\"{:g}\" width=\"16\" height=\"4\" fill=\"{}\"/>\n",
                          anode - 8, top + 13 + 9 * static_cast<double>(band), kBands[band]);
    }
    svg_ += fmt::format(
        "<path d=\"M{0:g} {1:g}v-14a20 20 0 0 1 40 0v14z\" fill=\"#ffa94d\" stroke=\"{2}\"/>\n",
        kLed - 20, top + 74, kLedColour);
    text(anode + (anode < kLed ? -14 : 14), top + 31, "330 Ω",
         anode < kLed ? "text-anchor=\"end\"" : "");
    text(anode + (anode < kLed ? -14 : 14), top + 64, "long leg",
         anode < kLed ? "text-anchor=\"end\" fill=\"#495057\"" : "fill=\"#495057\"");
    text(cathode + (cathode < kLed ? -8 : 8), top + 64, "short leg",
         cathode < kLed ? "text-anchor=\"end\" fill=\"#495057\"" : "fill=\"#495057\"");
    text(kLed, top + 96, "LED", "text-anchor=\"middle\" font-weight=\"bold\"");
  }

  const board::Board& board_;
  std::string svg_;
};

}  // namespace

std::string wiring_picture(const board::Board& board) { return Picture(board).finish(); }

}  // namespace latchkey::pages
