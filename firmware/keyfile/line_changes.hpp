// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace latchkey::keyfile {

/// What another program did to a file of lines, to be done again to a newer version of it.
/// Pure. A line is compared without its line feed, so that a missing one at the end of the file
/// is no change.
struct LineChanges {
  std::vector<std::string> added;  ///< in the order of the file
  std::vector<std::string> removed;

  /// What leads from `before` to `after`. Lines that only changed places are no change.
  [[nodiscard]] static LineChanges between(ByteView before, ByteView after);

  [[nodiscard]] bool empty() const noexcept { return added.empty() && removed.empty(); }
  /// `file` with the same done to it: removed lines taken out where they are there, added ones
  /// put at its end; all other bytes verbatim.
  [[nodiscard]] Bytes applied_to(ByteView file) const;
};

}  // namespace latchkey::keyfile
