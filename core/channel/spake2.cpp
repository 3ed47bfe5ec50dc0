// SPDX-License-Identifier: MIT
#include "core/channel/spake2.hpp"

#include <algorithm>
#include <utility>

#include "core/crypto/constant_time.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::channel {
namespace {

// RFC 9382, section 4, for P-256; there compressed, here as mbedTLS 2.28 reads them.
constexpr Share kM{0x04, 0x88, 0x6e, 0x2f, 0x97, 0xac, 0xe4, 0x6e, 0x55, 0xba, 0x9d, 0xd7, 0x24,
                   0x25, 0x79, 0xf2, 0x99, 0x3b, 0x64, 0xe1, 0x6e, 0xf3, 0xdc, 0xab, 0x95, 0xaf,
                   0xd4, 0x97, 0x33, 0x3d, 0x8f, 0xa1, 0x2f, 0x5f, 0xf3, 0x55, 0x16, 0x3e, 0x43,
                   0xce, 0x22, 0x4e, 0x0b, 0x0e, 0x65, 0xff, 0x02, 0xac, 0x8e, 0x5c, 0x7b, 0xe0,
                   0x94, 0x19, 0xc7, 0x85, 0xe0, 0xca, 0x54, 0x7d, 0x55, 0xa1, 0x2e, 0x2d, 0x20};
constexpr Share kN{0x04, 0xd8, 0xbb, 0xd6, 0xc6, 0x39, 0xc6, 0x29, 0x37, 0xb0, 0x4d, 0x99, 0x7f,
                   0x38, 0xc3, 0x77, 0x07, 0x19, 0xc6, 0x29, 0xd7, 0x01, 0x4d, 0x49, 0xa2, 0x4b,
                   0x4f, 0x98, 0xba, 0xa1, 0x29, 0x2b, 0x49, 0x07, 0xd6, 0x0a, 0xa6, 0xbf, 0xad,
                   0xe4, 0x50, 0x08, 0xa6, 0x36, 0x33, 0x7f, 0x51, 0x68, 0xc6, 0x4d, 0x9b, 0xd3,
                   0x60, 0x34, 0x80, 0x8c, 0xd5, 0x64, 0x49, 0x0b, 0x1e, 0x65, 0x6e, 0xdb, 0xe7};

constexpr std::string_view kPasswordLabel = "latchkey code v1";
constexpr std::string_view kConfirmationLabel = "ConfirmationKeys";
constexpr std::size_t kHalf = 16;

/// RFC 9382, section 3.3: each part with its length before it, 8 bytes, little-endian.
void put_part(Bytes& transcript, ByteView part) {
  const std::uint64_t size = part.size();
  for (unsigned shift = 0; shift < 64; shift += 8) {
    transcript.push_back(static_cast<std::uint8_t>((size >> shift) & 0xffU));
  }
  transcript.insert(transcript.end(), part.begin(), part.end());
}

/// Bytes that are wiped at the end of their scope.
class Wiped final {
 public:
  explicit Wiped(std::size_t capacity) { bytes.reserve(capacity); }
  ~Wiped() { crypto::wipe(bytes); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  Wiped(Wiped&&) = delete;
  Wiped& operator=(Wiped&&) = delete;
  Bytes bytes;
};

Result<SharedKeys> derive(Party party, ByteView transcript, ByteView additional_data) {
  auto hash = crypto::sha256(transcript);
  if (!hash) return fail(std::move(hash));
  const crypto::Secret<32> hashed{*hash};
  crypto::wipe(*hash);
  const auto encryption = hashed.bytes().first<kHalf>();
  const auto authentication = hashed.bytes().last<kHalf>();

  Bytes info = to_bytes(as_bytes(kConfirmationLabel));
  info.insert(info.end(), additional_data.begin(), additional_data.end());
  crypto::Secret<2 * kHalf> keys;
  if (auto derived = crypto::hkdf_sha256({}, authentication, info, keys.bytes()); !derived) {
    return fail(std::move(derived));
  }
  auto a = crypto::hmac_sha256(keys.bytes().first<kHalf>(), transcript);
  if (!a) return fail(std::move(a));
  auto b = crypto::hmac_sha256(keys.bytes().last<kHalf>(), transcript);
  if (!b) return fail(std::move(b));
  if (party == Party::b) std::swap(*a, *b);
  SharedKeys shared{crypto::Secret<kHalf>{encryption}, crypto::Secret<kConfirmationSize>{*a},
                    crypto::Secret<kConfirmationSize>{*b}};
  crypto::wipe(*a);
  crypto::wipe(*b);
  return shared;
}

}  // namespace

Result<p256::Scalar> password_scalar(std::string_view digits, const WindowNonce& nonce) {
  crypto::Secret<48> wide;
  if (auto derived =
          crypto::hkdf_sha256(nonce, as_bytes(digits), as_bytes(kPasswordLabel), wide.bytes());
      !derived) {
    return fail(std::move(derived));
  }
  return p256::reduce(wide.bytes());
}

Spake2::Spake2(Party party, const Identities& identities, Scalars scalars, const Share& share)
    : party_(party),
      identity_a_(identities.a),
      identity_b_(identities.b),
      scalars_(std::move(scalars)),
      share_(share) {}

Result<Spake2> Spake2::begin(Party party, const Identities& identities, p256::Scalar password,
                             p256::Scalar ephemeral, crypto::Random& random) {
  auto mask = p256::multiply(password, party == Party::a ? kM : kN, random);
  if (!mask) return fail(std::move(mask));
  auto point = p256::multiply_base(ephemeral, random);
  if (!point) return fail(std::move(point));
  auto masked = p256::add(point->bytes(), mask->bytes());
  if (!masked) return fail(std::move(masked));
  Share share{};
  std::ranges::copy(masked->bytes(), share.begin());
  return Spake2(party, identities, Scalars{std::move(password), std::move(ephemeral)}, share);
}

Result<SharedKeys> Spake2::finish(ByteView peer_share, ByteView additional_data,
                                  crypto::Random& random) {
  if (!scalars_) return fail(Errc::out_of_order, "finishing SPAKE2");
  const Scalars scalars = std::move(*scalars_);
  scalars_.reset();
  if (peer_share.size() != p256::kPointSize) return fail(Errc::malformed, "reading a share");
  if (crypto::equal(peer_share, share_)) return fail(Errc::refused, "reading our own share");

  // RFC 9382, section 3.3: K = h * x * (pB - w * N), with cofactor h = 1 on P-256.
  auto mask = p256::multiply(scalars.password, party_ == Party::a ? kN : kM, random);
  if (!mask) return fail(std::move(mask));
  auto unmasked = p256::subtract(peer_share.first<p256::kPointSize>(), mask->bytes());
  if (!unmasked) return fail(std::move(unmasked));
  auto key = p256::multiply(scalars.ephemeral, unmasked->bytes(), random);
  if (!key) return fail(std::move(key));

  constexpr std::size_t kLengths = std::size_t{6} * 8;
  Wiped transcript(kLengths + identity_a_.size() + identity_b_.size() + 3 * p256::kPointSize + 32);
  put_part(transcript.bytes, as_bytes(identity_a_));
  put_part(transcript.bytes, as_bytes(identity_b_));
  put_part(transcript.bytes, party_ == Party::a ? ByteView(share_) : peer_share);
  put_part(transcript.bytes, party_ == Party::a ? peer_share : ByteView(share_));
  put_part(transcript.bytes, key->bytes());
  put_part(transcript.bytes, scalars.password.bytes());
  return derive(party_, transcript.bytes, additional_data);
}

}  // namespace latchkey::channel
