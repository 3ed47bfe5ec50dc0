// SPDX-License-Identifier: MIT
#include "core/attest/cose_key.hpp"

#include <limits>

namespace latchkey::attest {
namespace {

using cbor::CborReader;

// IANA "CBOR Object Signing and Encryption (COSE)".
constexpr std::int64_t kKeyType = 1;
constexpr std::int64_t kAlgorithm = 3;
constexpr std::int64_t kCurve = -1;
constexpr std::int64_t kX = -2;
constexpr std::int64_t kY = -3;

struct Kind {
  Algorithm algorithm;
  std::size_t members;
  std::int64_t key_type;
  std::int64_t number;  ///< of the algorithm
  std::int64_t curve;
};
constexpr Kind kEs256{Algorithm::es256, 5, 2, -7, 1};  // EC2, P-256
constexpr Kind kEddsa{Algorithm::eddsa, 4, 1, -8, 6};  // OKP, Ed25519

constexpr std::size_t kMaxMembers = 8;
constexpr std::size_t kCoordinate = 32;
constexpr std::uint8_t kUncompressed = 0x04;

std::int64_t any_integer(CborReader& reader) {
  return reader.integer(std::numeric_limits<std::int64_t>::min(),
                        std::numeric_limits<std::int64_t>::max());
}

void label(CborReader& reader, std::int64_t expected) {
  if (any_integer(reader) != expected) reader.refuse(Errc::malformed);
}

void coordinate(CborReader& reader, std::int64_t expected, Bytes& point) {
  label(reader, expected);
  const auto bytes = reader.byte_string(kCoordinate);
  if (bytes.size() != kCoordinate) reader.refuse(Errc::malformed);
  point.insert(point.end(), bytes.begin(), bytes.end());
}

}  // namespace

CoseKey read_cose_key(CborReader& reader) {
  const auto members = reader.map(kMaxMembers);
  label(reader, kKeyType);
  const auto key_type = any_integer(reader);
  label(reader, kAlgorithm);
  const auto number = any_integer(reader);

  const auto& kind = number == kEddsa.number ? kEddsa : kEs256;
  if (number != kind.number) reader.refuse(Errc::unsupported);
  if (key_type != kind.key_type || members != kind.members) reader.refuse(Errc::malformed);
  label(reader, kCurve);
  if (any_integer(reader) != kind.curve) reader.refuse(Errc::unsupported);

  CoseKey key{kind.algorithm, {}};
  if (key.algorithm == Algorithm::es256) key.point.push_back(kUncompressed);
  coordinate(reader, kX, key.point);
  if (key.algorithm == Algorithm::es256) coordinate(reader, kY, key.point);
  return key;
}

}  // namespace latchkey::attest
