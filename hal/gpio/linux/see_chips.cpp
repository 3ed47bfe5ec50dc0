// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/see_chips.hpp"

#include <dirent.h>
#include <grp.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::gpio {
namespace {

constexpr std::size_t kMostChips = 256;

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

/// "gpiochip12" gives 12; nullopt: another name.
std::optional<unsigned> number_of(std::string_view name) {
  constexpr std::string_view kPrefix = "gpiochip";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  unsigned number = 0;
  const auto [end, why] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (why != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

/// The group that may read and write the node; empty: none, or nobody knows its name.
std::string group_of(const struct stat& node) {
  if ((node.st_mode & (S_IRGRP | S_IWGRP)) != (S_IRGRP | S_IWGRP)) return {};
  group entry{};
  group* found = nullptr;
  std::array<char, 4096> room{};
  if (::getgrgid_r(node.st_gid, &entry, room.data(), room.size(), &found) != 0) return {};
  return found == nullptr ? std::string() : std::string(found->gr_name);
}

}  // namespace

SeenChips see_chips(const std::string& folder) {
  SeenChips seen;
  const std::unique_ptr<DIR, CloseFolder> entries(::opendir(folder.c_str()));
  if (!entries) return seen;
  std::vector<unsigned> numbers;
  while (const auto* entry = ::readdir(entries.get())) {
    if (const auto number = number_of(&entry->d_name[0])) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  if (numbers.size() > kMostChips) numbers.resize(kMostChips);
  for (const auto number : numbers) {
    const auto path = folder + "/gpiochip" + std::to_string(number);
    struct stat node {};
    if (::lstat(path.c_str(), &node) != 0 || !S_ISCHR(node.st_mode)) continue;
    auto chip = look_at_chip(path);
    if (chip) {
      seen.chips.push_back(*std::move(chip));
    } else {
      seen.closed.push_back({path, chip.error(), group_of(node)});
    }
  }
  return seen;
}

}  // namespace latchkey::gpio
