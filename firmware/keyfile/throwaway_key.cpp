// SPDX-License-Identifier: MIT
#include "firmware/keyfile/throwaway_key.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace latchkey::keyfile {

Result<ThrowawayKey> ThrowawayKey::make(process::Runner& runner) {
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  if (error) return fail_errno(error.value(), "looking for a temporary folder");
  auto pattern = (temporary / "latchkey-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return fail_errno(errno, "making a temporary folder");
  ThrowawayKey key(std::move(pattern));
  process::Command command;
  command.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key.path()};
  const auto made = runner.run(command);
  if (!made) return tl::make_unexpected(made.error());
  if (made->status != 0) return fail(Errc::outside, "making a host key: " + made->errors);
  return key;
}

ThrowawayKey::~ThrowawayKey() {
  if (folder_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(path(), ignored);
  std::filesystem::remove(path() + ".pub", ignored);
  std::filesystem::remove(folder_, ignored);
}

ThrowawayKey::ThrowawayKey(ThrowawayKey&& other) noexcept
    : folder_(std::exchange(other.folder_, {})) {}

ThrowawayKey& ThrowawayKey::operator=(ThrowawayKey&& other) noexcept {
  std::swap(folder_, other.folder_);
  return *this;
}

}  // namespace latchkey::keyfile
