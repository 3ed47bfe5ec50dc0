// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/sim_security_keys.hpp"

#include <string_view>
#include <system_error>
#include <utility>

#include "core/text.hpp"
#include "hal/fido/libfido2/libfido2_key.hpp"
#include "hal/fido/sim/socket/folders.hpp"
#include "hal/fido/sim/socket/socket_stream.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::string_view kScheme = "simulated:";
constexpr std::string_view kOpening = "opening the security key";
constexpr std::size_t kMaxName = 64;

std::string name_of(std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  const auto last = folder.substr(folder.rfind('/') + 1);
  return "simulated security key " + make_printable(last, kMaxName);
}

Trouble trouble_of(const Error& error) {
  if (error.code == std::errc::permission_denied) return Trouble::not_readable;
  const bool not_there = error.code == std::errc::no_such_file_or_directory ||
                         error.code == std::errc::connection_refused;
  return not_there ? Trouble::removed : Trouble::failed;
}

}  // namespace

SimSecurityKeys::SimSecurityKeys(std::vector<std::string> folders, const clock::Clock& clock,
                                 Patience patience)
    : folders_(std::move(folders)), clock_(clock), patience_(patience) {}

SimSecurityKeys SimSecurityKeys::below(std::string folder, const clock::Clock& clock,
                                       Patience patience) {
  SimSecurityKeys made({}, clock, patience);
  made.above_ = std::move(folder);
  return made;
}

Attempt<std::vector<PluggedKey>> SimSecurityKeys::list() {
  std::vector<PluggedKey> found;
  for (const auto& folder : above_.empty() ? folders_ : folders_below(above_)) {
    if (open_socket_stream(folder))
      found.push_back({std::string(kScheme) + folder, name_of(folder)});
  }
  return found;
}

Attempt<std::unique_ptr<SecurityKey>> SimSecurityKeys::open(const PluggedKey& key, int interrupt) {
  std::string_view folder = key.path;
  if (!folder.starts_with(kScheme)) {
    return give_up(Trouble::failed, std::string(kOpening), key.path + " is no simulated one");
  }
  folder.remove_prefix(kScheme.size());
  auto stream = open_socket_stream(std::string(folder), interrupt);
  if (!stream) {
    return tl::make_unexpected(Problem{trouble_of(stream.error()), std::string(kOpening),
                                       stream.error().message(), key.path, std::nullopt});
  }
  return open_libfido2_key(key, *std::move(stream), {clock_, interrupt, true, patience_});
}

}  // namespace latchkey::fido::sim
