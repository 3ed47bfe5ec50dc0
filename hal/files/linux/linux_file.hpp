// SPDX-License-Identifier: MIT
#pragma once

#include "hal/descriptor.hpp"
#include "hal/files/key_files.hpp"

struct stat;

namespace latchkey::files {

/// A descriptor of a file, and its name for messages.
class LinuxFile final : public File {
 public:
  LinuxFile(hal::Descriptor descriptor, std::string name) noexcept
      : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  [[nodiscard]] Result<Status> status() override;
  [[nodiscard]] Result<Bytes> read_all(std::size_t limit) override;
  [[nodiscard]] Result<void> write_all(ByteView bytes) override;
  /// `model` must be a LinuxFile.
  [[nodiscard]] Result<void> copy_attributes(File& model) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> wait_for_writers(Millis limit) override;

 private:
  hal::Descriptor descriptor_;
  std::string name_;
};

[[nodiscard]] Status to_status(const struct stat& found);

/// Copies the extended attributes of an open file, POSIX ACL included, and takes away those
/// that only `to` has.
[[nodiscard]] Result<void> copy_extended_attributes(int from, int to);

}  // namespace latchkey::files
