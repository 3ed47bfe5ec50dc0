// SPDX-License-Identifier: MIT
#include "firmware/verify/trust_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "core/text.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::verify {
namespace {

constexpr std::size_t kMaxShownPath = 160;

std::string doing(const std::string& path) {
  return "reading " + make_printable(path, kMaxShownPath);
}

/// Whole, or one byte more than allowed, which the store then refuses.
Result<std::string> read_pem(const std::string& path) {
  // O_NONBLOCK: a FIFO must not keep us waiting.
  const hal::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat found {};
  if (!file.open() || ::fstat(file.number(), &found) != 0) return fail_errno(errno, doing(path));
  if (!S_ISREG(found.st_mode)) return fail(Errc::unsupported, doing(path));
  std::string text(attest::kMaxPem + 1, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = ::read(file.number(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, doing(path));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

Result<std::vector<std::string>> list_pem(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    if (entries->path().extension() == ".pem") paths.push_back(entries->path().string());
  }
  if (error == std::errc::no_such_file_or_directory) return paths;
  if (error) return tl::make_unexpected(Error{error, doing(folder)});
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

TrustFolder read_trust_folder(const std::string& path) {
  TrustFolder folder;
  auto files = list_pem(path);
  if (!files) {
    folder.troubles.push_back(files.error().message());
    return folder;
  }
  if (files->size() > kMaxTrustFiles) {
    folder.troubles.push_back(
        Error{make_error_code(Errc::too_large), doing(files->at(kMaxTrustFiles))}.message());
    files->resize(kMaxTrustFiles);
  }
  for (const auto& file : *files) {
    const auto text = read_pem(file);
    if (!text) {
      folder.troubles.push_back(text.error().message());
    } else if (const auto added = folder.certificates.add_pem(*text); !added) {
      folder.troubles.push_back(Error{added.error().code, doing(file)}.message());
    }
  }
  return folder;
}

}  // namespace latchkey::verify
