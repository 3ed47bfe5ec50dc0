// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "firmware/config/board_values.hpp"
#include "hal/gpio/line.hpp"

/// What button and LED hang on: boards/NAME.toml, and what latchkey.toml says otherwise.
namespace latchkey::board {

using Led = std::variant<gpio::LedLine, gpio::SysfsLedName>;

/// Where the two sides of something are on the 40-pin header, 1 to 40. The other side goes to
/// ground; to 3V3 for a button whose line is pulled down, and for an LED that a low level lights.
struct HeaderPins {
  unsigned signal = 0;
  unsigned other = 0;
  friend bool operator==(const HeaderPins&, const HeaderPins&) = default;
};

struct Board {
  std::string name;                     ///< "4b": of its file
  std::string title;                    ///< "Raspberry Pi 4 Model B"
  std::vector<std::string> compatible;  ///< of the device tree; any of them chooses this board
  gpio::ButtonLine button;
  Led led;
  std::optional<HeaderPins> button_pins;  ///< none: not on a 40-pin header
  std::optional<HeaderPins> led_pins;     ///< none: on the board itself, or as above
  std::string pin_1;                      ///< where it is, in words for a person; may be empty
  std::string usb_device_port;            ///< in words for a person; empty: none
  friend bool operator==(const Board&, const Board&) = default;
};

/// Where the facts are.
struct Places {
  std::string boards = "/usr/share/latchkey/boards";
  std::string device_tree = "/proc/device-tree";
};

/// The board that this machine is (or that the configuration names), with the configuration's
/// values in place of its own. Errors say what was looked for, what is there and how to set it:
/// Errc::not_found (no board of this name; device tree unknown or absent), Errc::malformed (values
/// that do not fit together, a line that nothing names, two boards for one device tree) and those
/// of config::parse_board(), errno.
[[nodiscard]] Result<Board> find_board(const config::BoardChoice& choice, const Places& places);

/// The same for looking at: lines that nothing names are allowed; Line::chip is empty then, or
/// neither `name` nor `offset` is there.
[[nodiscard]] Result<Board> read_board(const config::BoardChoice& choice, const Places& places);

/// Where the boards of an installed or built program are: share/latchkey/boards beside the folder
/// that it is in; /usr/share/latchkey/boards if there is none.
[[nodiscard]] std::string default_boards();

/// The names of the boards in a folder, sorted: of its *.toml, at most 256. Errors: errno.
[[nodiscard]] Result<std::vector<std::string>> board_names(const std::string& folder);

/// The strings of DEVICE_TREE/compatible, the most specific first; empty if there is no such file.
/// At most 4 KiB and 32 strings of it are read. Errors: errno.
[[nodiscard]] Result<std::vector<std::string>> read_compatible(const std::string& device_tree);

}  // namespace latchkey::board
