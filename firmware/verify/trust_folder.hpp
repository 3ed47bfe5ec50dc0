// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/attest/trust.hpp"

namespace latchkey::verify {

inline constexpr std::size_t kMaxTrustFiles = 64;

/// The certificates of one folder, and which of its files gave none.
struct TrustFolder {
  attest::CertificateStore certificates;
  std::vector<std::string> troubles;  ///< "reading /etc/latchkey/roots.d/a.pem: …", one a file
};

/// Reads every regular file *.pem of a folder, links followed, in the order of their names: at most
/// kMaxTrustFiles of at most attest::kMaxPem bytes. What cannot be read is passed over, as a whole
/// file, and told: one bad file must not switch the others off. A folder that is missing is empty.
[[nodiscard]] TrustFolder read_trust_folder(const std::string& path);

}  // namespace latchkey::verify
