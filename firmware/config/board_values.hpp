// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "hal/gpio/line.hpp"

/// What boards/NAME.toml and the table [board] of latchkey.toml say of a board: the same keys in
/// both, each of which may be absent. docs/reference/boards.md describes every key.
namespace latchkey::config {

inline constexpr std::size_t kMaxBoardFile = 16'384;

/// `line` and `offset` are never both there.
struct WireValues {
  std::optional<std::string> chip;  ///< label
  std::optional<std::string> line;  ///< the kernel's name of the line
  std::optional<unsigned> offset;   ///< or where it is on the chip
  std::optional<gpio::Active> active;
  std::optional<unsigned> pin;     ///< of the 40-pin header: 1 to 40, one that is a GPIO
  std::optional<unsigned> ground;  ///< one that is ground
  friend bool operator==(const WireValues&, const WireValues&) = default;
};

struct ButtonValues {
  WireValues wire;
  std::optional<gpio::Bias> bias;
  friend bool operator==(const ButtonValues&, const ButtonValues&) = default;
};

/// Where `sysfs` is there, nothing of `wire` is.
struct LedValues {
  WireValues wire;
  std::optional<std::string> sysfs;  ///< a name in /sys/class/leds
  friend bool operator==(const LedValues&, const LedValues&) = default;
};

struct BoardValues {
  std::optional<std::string> title;
  std::optional<std::string> pin_1;            ///< where it is, in words
  std::optional<std::string> usb_device_port;  ///< in words; empty: there is none
  ButtonValues button;
  LedValues led;
  friend bool operator==(const BoardValues&, const BoardValues&) = default;
};

/// The table [board]: which board this is, and what is wired otherwise.
struct BoardChoice {
  std::string use{};     ///< "4b", a file of the boards' folder; empty: as the device tree says
  BoardValues values{};  ///< absent ones are the board's own
  friend bool operator==(const BoardChoice&, const BoardChoice&) = default;
};

struct BoardFile {
  std::vector<std::string> compatible;  ///< of the device tree; any of them is this board
  BoardValues values;
  friend bool operator==(const BoardFile&, const BoardFile&) = default;
};

/// Reads the text of boards/NAME.toml as strictly as parse_config() reads a configuration, with the
/// same errors; Errc::too_large beyond kMaxBoardFile.
[[nodiscard]] Result<BoardFile> parse_board(std::string_view text, std::string_view file_name);

/// "4b" and the like: letters, digits, `-` and `_`, at most 32, the first a letter or digit. Never
/// a path.
[[nodiscard]] bool is_board_name(std::string_view text);

}  // namespace latchkey::config
