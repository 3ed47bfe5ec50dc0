// SPDX-License-Identifier: MIT
#include "firmware/verify/signature_check.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "core/ssh/public_key_line.hpp"

namespace latchkey::verify {
namespace {

constexpr const char* kSshKeygen = "/usr/bin/ssh-keygen";
// The account is bound by the message. Here it would be a pattern in a file and an argument of a
// program, both chosen by the peer: a fixed word stands in its place.
constexpr const char* kSigner = "peer";
constexpr int kDoesNotHold = 255;
constexpr int kFailure = 1;

/// A file without a name, which a program started by us can open by its path.
class MemoryFile final {
 public:
  [[nodiscard]] static Result<MemoryFile> make(const char* name, std::string_view content) {
    MemoryFile file(::memfd_create(name, 0));  // not close-on-exec: it is for another program
    if (file.descriptor_ < 0) return fail_errno(errno, "making a file in memory");
    while (!content.empty()) {
      const auto wrote = ::write(file.descriptor_, content.data(), content.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return fail_errno(errno, "filling a file in memory");
      content.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return file;
  }
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  MemoryFile& operator=(MemoryFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  explicit MemoryFile(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace

Result<void> check_signature(process::Runner& runner, const ssh::PublicKey& key, ByteView signature,
                             std::string_view name_space, ByteView message) {
  const auto signers = MemoryFile::make(
      "allowed_signers",
      fmt::format("{} namespaces=\"{}\" {}\n", kSigner, name_space, format_public_key(key, {})));
  if (!signers) return tl::make_unexpected(signers.error());
  const auto armored = MemoryFile::make("signature", ssh::armor(signature));
  if (!armored) return tl::make_unexpected(armored.error());

  process::Command command;
  command.arguments = {kSshKeygen,
                       "-Y",
                       "verify",
                       "-f",
                       signers->path(),
                       "-I",
                       kSigner,
                       "-n",
                       std::string(name_space),
                       "-s",
                       armored->path()};
  command.environment = {"LC_ALL=C"};
  command.input = to_bytes(message);
  // The whole process has an alarm, and the sandbox does not allow to kill anybody.
  command.deadline = Millis::zero();
  auto finished = runner.run(command);
  if (!finished) return fail(std::move(finished));
  if (finished->status == 0) return {};
  if (finished->status == kDoesNotHold || finished->status == kFailure) {
    return fail(Errc::unauthenticated, "verifying the signature");
  }
  return fail(Errc::outside, fmt::format("{} ended with {}", kSshKeygen, finished->status));
}

}  // namespace latchkey::verify
