// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpio_chips.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/text.hpp"

namespace latchkey::gpio {
namespace {

constexpr std::size_t kKernelName = 31;  // GPIO_MAX_NAME_SIZE without its NUL
constexpr std::size_t kMostNames = 30;
constexpr auto kToSet =
    "set chip = \"LABEL\" and offset = NUMBER in [board.button] or [board.led] of latchkey.toml, "
    "or "
    "[board] use = \"NAME\" (latchkeyctl board --list)";

bool same_name(std::string_view wanted, std::string_view seen) {
  return !wanted.empty() && wanted.substr(0, kKernelName) == seen;
}

std::string shown(std::string_view name) { return make_printable(name, 2 * kKernelName); }

std::string node_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string chip_words(const SeenChip& chip) {
  return fmt::format("{} ({})", chip.label.empty() ? "one without a label" : shown(chip.label),
                     node_of(chip.path));
}

/// "a, b, c and 4 more"
std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), kMostNames); ++i) {
    if (i > 0) text += ", ";
    text += words[i];
  }
  if (words.size() > kMostNames) text += fmt::format(" and {} more", words.size() - kMostNames);
  return text;
}

std::string wanted_words(const Line& wanted) {
  return wanted.name.empty() ? fmt::format("line {}", wanted.offset.value_or(0))
                             : "line " + shown(wanted.name);
}

Error no_access(const ClosedChip& chip, const std::string& label) {
  const std::error_code code(chip.error, std::system_category());
  if (chip.error != EACCES && chip.error != EPERM) {
    return {code,
            fmt::format("opening {} to see whether it is {}", node_of(chip.path), shown(label))};
  }
  const auto who =
      chip.group.empty() || chip.group == "root"
          ? std::string("run this as root")
          : fmt::format("run this as root, or as a member of the group {}", shown(chip.group));
  return {code, fmt::format("the GPIO chip {} was looked for, but {} may not be opened; {}",
                            shown(label), node_of(chip.path), who)};
}

tl::unexpected<Error> no_chip(const std::string& label, const SeenChips& seen) {
  if (!seen.closed.empty()) return tl::make_unexpected(no_access(seen.closed.front(), label));
  if (seen.chips.empty()) {
    return fail(Errc::not_found,
                fmt::format("there is no GPIO chip labelled {}: this machine has no GPIO chips "
                            "that programs can use (/dev/gpiochip*); once there is one, {}",
                            shown(label), kToSet));
  }
  std::vector<std::string> there;
  for (const auto& chip : seen.chips) there.push_back(chip_words(chip));
  return fail(Errc::not_found, fmt::format("there is no GPIO chip labelled {}; there are {}; {}",
                                           shown(label), list(there), kToSet));
}

std::optional<unsigned> offset_on(const SeenChip& chip, const Line& wanted) {
  if (wanted.name.empty()) {
    return *wanted.offset < chip.lines.size() ? wanted.offset : std::nullopt;
  }
  for (unsigned offset = 0; offset < chip.lines.size(); ++offset) {
    if (same_name(wanted.name, chip.lines[offset].name)) return offset;
  }
  return std::nullopt;
}

tl::unexpected<Error> no_line(const Line& wanted, const SeenChip& chip) {
  std::vector<std::string> names;
  for (const auto& line : chip.lines) {
    if (!line.name.empty()) names.push_back(shown(line.name));
  }
  auto there = fmt::format("it has {} lines, numbered from 0", chip.lines.size());
  if (!wanted.name.empty()) {
    there = names.empty() ? there + ", and none has a name" : "its lines are " + list(names);
  }
  return fail(Errc::not_found, fmt::format("the GPIO chip {} has no {}; {}; {}", chip_words(chip),
                                           wanted_words(wanted), there, kToSet));
}

}  // namespace

Result<Spot> find_line(const Line& wanted, const SeenChips& seen) {
  if (wanted.name.empty() && !wanted.offset) {
    return fail(Errc::malformed, fmt::format("a line of the GPIO chip {} has neither name nor "
                                             "number; {}",
                                             shown(wanted.chip), kToSet));
  }
  const SeenChip* labelled = nullptr;
  const SeenChip* holder = nullptr;
  std::optional<unsigned> offset;
  for (const auto& chip : seen.chips) {
    if (!same_name(wanted.chip, chip.label)) continue;
    labelled = &chip;
    const auto found = offset_on(chip, wanted);
    if (!found) continue;
    if (holder != nullptr) {
      return fail(Errc::refused,
                  fmt::format("{} and {} both have {}, so it is not clear which is meant; in the "
                              "table [board] of latchkey.toml say `line` with a name that one of "
                              "them alone has, or take a line of another chip",
                              chip_words(*holder), chip_words(chip), wanted_words(wanted)));
    }
    holder = &chip;
    offset = found;
  }
  if (labelled == nullptr) return no_chip(wanted.chip, seen);
  if (holder == nullptr) return no_line(wanted, *labelled);
  return Spot{holder->path, *offset,
              fmt::format("{} of {}", wanted_words(wanted), chip_words(*holder))};
}

Error request_error(int error, const Spot& spot, const SeenLine& line) {
  const std::error_code code(error, std::system_category());
  if (error == EBUSY && line.consumer == kConsumer) {
    return {code, fmt::format("{} is in use by latchkey itself: by another latchkeyd, which has to "
                              "end first, or as this one's button, and then the LED needs a line "
                              "of its own; {}",
                              spot.words, kToSet)};
  }
  if (error == EBUSY) {
    const auto holder = line.consumer.empty()
                            ? std::string("a program or driver that gives no name")
                            : fmt::format("\"{}\"", shown(line.consumer));
    return {code, fmt::format("{} is in use by {}; end that, or take another line: {}", spot.words,
                              holder, kToSet)};
  }
  if (error == EACCES || error == EPERM) {
    return {code, fmt::format("{} may not be used; run this as root, where neither DevicePolicy= "
                              "of a unit nor a container keeps it away",
                              spot.words)};
  }
  return {code,
          fmt::format("asking for {} as the table [board] of latchkey.toml wants it (a driver "
                      "may lack its `bias`; \"as-is\" asks for none)",
                      spot.words)};
}

bool may_lack_edges(int error, const SeenLine& line) {
  switch (error) {
    case EACCES:
    case EPERM:
    case ENOMEM:
    case EMFILE:
    case ENFILE: return false;
    case EBUSY: return !line.used;
    default: return true;
  }
}

Error lost_line_error(int error, const std::string& doing, const std::string& words) {
  const std::error_code code(error, std::system_category());
  if (error != ENODEV) return {code, fmt::format("{} {}", doing, words)};
  return {code, fmt::format("{} {}, whose GPIO chip is gone; its driver was unloaded or its device "
                            "unplugged",
                            doing, words)};
}

}  // namespace latchkey::gpio
