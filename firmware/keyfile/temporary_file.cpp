// SPDX-License-Identifier: MIT
#include "firmware/keyfile/temporary_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace latchkey::keyfile {
namespace {

constexpr std::string_view kPrefix = ".latchkey-";
constexpr std::size_t kRandomBytes = 16;
constexpr std::size_t kMaxStale = 64;

struct Named {
  std::string name;
  std::unique_ptr<files::File> file;
};

Step<Named> create(files::Directory& directory, crypto::Random& random) {
  constexpr int kTries = 8;
  for (int i = 0; i < kTries; ++i) {
    std::array<std::uint8_t, kRandomBytes> bytes{};
    if (auto filled = random.fill(bytes); !filled) {
      return refuse(filled.error(), "naming a temporary file");
    }
    auto name = std::string(kPrefix) + to_hex(bytes);
    auto file = directory.create_file(name);
    if (file) return Named{std::move(name), std::move(*file)};
    if (file.error().code != std::errc::file_exists) {
      return refuse(file.error(), "making a temporary file");
    }
  }
  return refuse(Reason::changed_meanwhile, "every name for a temporary file was taken already");
}

Result<void> fill(files::File& file, ByteView content, files::File* model) {
  if (auto written = file.write_all(content); !written) return written;
  if (model != nullptr) {
    if (auto copied = file.copy_attributes(*model); !copied) return copied;
  }
  return file.sync();
}

}  // namespace

bool is_temporary_name(const std::string& name) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return name.size() == kPrefix.size() + 2 * kRandomBytes && name.starts_with(kPrefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(kPrefix.size()), name.end(),
                     is_digit);
}

Step<std::string> make_temporary(files::Directory& directory, crypto::Random& random,
                                 ByteView content, files::File* model) {
  auto made = create(directory, random);
  if (!made) return tl::make_unexpected(std::move(made).error());
  if (auto filled = fill(*made->file, content, model); !filled) {
    (void)directory.remove_file(made->name);
    return refuse(filled.error(), "the new file");
  }
  return std::move(made->name);
}

void remove_stale(files::Directory& directory, std::uint32_t user, WallTime now) {
  const auto names = directory.list(std::string(kPrefix), kMaxStale);
  if (!names) return;
  const auto oldest = std::chrono::nanoseconds((now - kStaleAge).time_since_epoch()).count();
  for (const auto& name : *names) {
    if (!is_temporary_name(name)) continue;
    const auto found = directory.status(name);
    if (!found || found->kind != files::Kind::regular || found->owner != user) continue;
    if (found->written < oldest) (void)directory.remove_file(name);
  }
}

}  // namespace latchkey::keyfile
