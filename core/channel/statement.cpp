// SPDX-License-Identifier: MIT
#include "core/channel/statement.hpp"

#include "core/channel/fields.hpp"

namespace latchkey::channel {
namespace {

constexpr std::string_view kTag = "latchkey enrolment v1";

/// RFC 4251, section 5: a string is its length in four bytes, then its bytes.
void put_string(Bytes& out, ByteView bytes) {
  put_u32(out, static_cast<std::uint32_t>(bytes.size()));
  put_bytes(out, bytes);
}

}  // namespace

Result<crypto::Sha256> hash_host_keys(const std::vector<Bytes>& host_keys) {
  Bytes all;
  for (const auto& key : host_keys) put_string(all, key);
  return crypto::sha256(all);
}

Bytes enrolment_statement(const Challenge& challenge, const std::string& account,
                          const Limits& limits, const crypto::Sha256& host_keys) {
  Bytes out;
  put_string(out, as_bytes(kTag));
  put_string(out, challenge);
  put_string(out, as_bytes(account));
  put_u8(out, limits.expires ? 1 : 0);
  const auto expires = limits.expires ? limits.expires->time_since_epoch().count() : 0;
  put_u64(out, static_cast<std::uint64_t>(expires));
  put_string(out, as_bytes(limits.from));
  put_u8(out, limits.restrict ? 1 : 0);
  put_string(out, host_keys);
  return out;
}

Result<Challenge> attestation_challenge(ByteView statement) { return crypto::sha256(statement); }

}  // namespace latchkey::channel
