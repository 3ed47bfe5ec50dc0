// SPDX-License-Identifier: MIT
#pragma once

#include "core/attest/attestation.hpp"
#include "core/attest/sk_attest_file.hpp"
#include "core/ssh/public_key.hpp"

namespace latchkey::attest {

inline constexpr std::size_t kMaxRecord = 8192;
inline constexpr std::size_t kMinChallenge = 16;
inline constexpr std::size_t kMaxChallenge = 256;

/// An attestation on its way to who judges it, with the challenge that it was made over. Every
/// program in between passes its bytes on unread. Layout: docs/reference/protocol.md.
struct Record {
  Attestation attestation;
  Bytes challenge;  ///< empty: channel::attestation_challenge() of this enrolment; else
                    ///< an older one, of kMinChallenge to kMaxChallenge bytes
  friend bool operator==(const Record&, const Record&) = default;
};

/// CBOR, exact: decode() takes nothing but what encode() writes. Errc::too_large beyond a bound,
/// malformed, truncated, trailing_bytes.
[[nodiscard]] Result<Bytes> encode(const Record& record);
[[nodiscard]] Result<Record> decode_record(ByteView bytes);

/// OpenSSH's file as an attestation. The file does not say its format: it is the one in which the
/// signature over `challenge` holds, packed where neither does.
[[nodiscard]] Attestation attestation_of(const SkAttestFile& file, ByteView challenge,
                                         const ssh::PublicKey& key);

}  // namespace latchkey::attest
