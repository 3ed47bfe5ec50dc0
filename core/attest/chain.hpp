// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/attest/trust.hpp"

namespace latchkey::attest {

/// Where the certificates above a leaf lead.
struct ChainEnd {
  bool trusted = false;  ///< to a root, and all are valid at the time asked for
  std::string root;      ///< the root's common name, where trusted
  /// Where all but the dates is well: which certificate is not valid, and why.
  std::optional<std::string> dates;
};

/// Looks for a path from `leaf` over any of `sent` and `intermediates` to one of `roots`, RFC 5280
/// section 6 without policies, names and revocation: issuers match, signatures hold (SHA-2; NIST
/// curves or RSA of 2048 bits at least), CA bits, key usages and path lengths allow it. The leaf
/// itself is never a root. Names must match byte by byte. At most 4 intermediates deep; 64 steps
/// are taken in all, so that no set of look-alikes makes it long. `now` is nullopt: dates do not
/// count.
[[nodiscard]] ChainEnd follow_chain(const Certificate& leaf, std::span<const Certificate> sent,
                                    const CertificateStore& intermediates,
                                    const CertificateStore& roots, std::optional<WallTime> now);

}  // namespace latchkey::attest
