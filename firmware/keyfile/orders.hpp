// SPDX-License-Identifier: MIT
#pragma once

#include "firmware/keyfile/line_writer.hpp"
#include "firmware/roles/keyfile_messages.hpp"

/// Between what the writer works with and the structs that travel between monitor and writer.
namespace latchkey::keyfile {

/// An order as it arrived.
struct Order {
  Target target;
  Line line;
  std::uint32_t group =
      0;  ///< the account's; the process may be in root's group only if this is it
};

/// Errc::too_large when a field does not fit its place.
[[nodiscard]] Result<roles::KeyfileTarget> pack(const Target& target, std::uint32_t group);
[[nodiscard]] Result<roles::KeyfileLine> pack(const Line& line);
/// Text and path are cut where they do not fit.
[[nodiscard]] roles::KeyfileAnswer pack(const Answer& answer);

/// Errc::malformed for any length, count, flag or number that is out of its range.
[[nodiscard]] Result<Order> unpack(const roles::KeyfileTarget& target,
                                   const roles::KeyfileLine& line);
[[nodiscard]] Result<Answer> unpack(const roles::KeyfileAnswer& answer);

}  // namespace latchkey::keyfile
