// SPDX-License-Identifier: MIT
#include "hal/fido/linux/linux_security_keys.hpp"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/text.hpp"
#include "hal/fido/libfido2/libfido2_key.hpp"
#include "hal/fido/linux/hidraw_stream.hpp"
#include "hal/fido/linux/report_descriptor.hpp"

namespace latchkey::fido {
namespace {

constexpr auto kListing = "looking for security keys";
constexpr std::size_t kMaxKeys = 64;
constexpr std::size_t kMaxName = 128;
constexpr std::string_view kNodePrefix = "hidraw";

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

/// At most `max` bytes; empty where it cannot be read.
std::string read_file(const std::string& path, std::size_t max) {
  std::ifstream file(path, std::ios::binary);
  std::string text(max, '\0');
  file.read(text.data(), static_cast<std::streamsize>(max));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// "hidraw12" gives 12; nullopt: another name.
std::optional<unsigned> number_of(std::string_view name) {
  if (!name.starts_with(kNodePrefix)) return std::nullopt;
  name.remove_prefix(kNodePrefix.size());
  unsigned number = 0;
  if (name.empty() || name.size() > 6) return std::nullopt;
  for (const char digit : name) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return number;
}

std::string name_of(const std::string& device) {
  constexpr std::string_view kField = "HID_NAME=";
  const auto uevent = read_file(device + "/uevent", 4096);
  std::string_view rest = uevent;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    if (line.starts_with(kField)) return make_printable(line.substr(kField.size()), kMaxName);
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return "security key";
}

}  // namespace

LinuxSecurityKeys::LinuxSecurityKeys(const clock::Clock& clock, HidrawFolders folders,
                                     Patience patience)
    : clock_(clock), folders_(std::move(folders)), patience_(patience) {}

Attempt<std::vector<PluggedKey>> LinuxSecurityKeys::list() {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(folders_.classes.c_str()));
  // No such folder: a kernel in which no HID device has been seen.
  if (!folder && errno == ENOENT) return std::vector<PluggedKey>{};
  if (!folder) {
    return give_up(Trouble::failed, kListing,
                   folders_.classes + ": " + std::generic_category().message(errno));
  }
  std::vector<unsigned> numbers;
  while (const auto* entry = ::readdir(folder.get())) {
    if (const auto number = number_of(&entry->d_name[0])) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());

  std::vector<PluggedKey> found;
  for (const auto number : numbers) {
    if (found.size() == kMaxKeys) break;
    const auto node = std::string(kNodePrefix) + std::to_string(number);
    const auto device = folders_.classes + '/' + node + "/device";
    const auto descriptor = read_file(device + "/report_descriptor", kMaxReportDescriptor + 1);
    if (!is_fido_descriptor(as_bytes(descriptor))) continue;
    found.push_back({folders_.nodes + '/' + node, name_of(device)});
  }
  return found;
}

Attempt<std::unique_ptr<SecurityKey>> LinuxSecurityKeys::open(const PluggedKey& key,
                                                              int interrupt) {
  auto stream = open_hidraw_stream(key.path, interrupt);
  if (!stream) return give_up(std::move(stream));
  return open_libfido2_key(key, *std::move(stream), {clock_, interrupt, false, patience_});
}

}  // namespace latchkey::fido
