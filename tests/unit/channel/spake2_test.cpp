// SPDX-License-Identifier: MIT
#include "core/channel/spake2.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/crypto/hash.hpp"
#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using test::SeededRandom;

namespace {

// RFC 9382, appendix B, first row of SPAKE2-P256-SHA256-HKDF-HMAC.
constexpr auto kIdentities = Identities{.a = "server", .b = "client"};
constexpr auto kPassword = "2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f";
constexpr auto kX = "43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729";
constexpr auto kY = "dcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be";
constexpr auto kShareA =
    "04a56fa807caaa53a4d28dbb9853b9815c61a411118a6fe516a8798434751470f9"
    "010153ac33d0d5f2047ffdb1a3e42c9b4e6be662766e1eeb4116988ede5f912c";
constexpr auto kShareB =
    "0406557e482bd03097ad0cbaa5df82115460d951e3451962f1eaf4367a420676d0"
    "9857ccbc522686c83d1852abfa8ed6e4a1155cf8f1543ceca528afb591a1e0b7";
constexpr auto kShared =
    "0412af7e89717850671913e6b469ace67bd90a4df8ce45c2af19010175e37eed69"
    "f75897996d539356e2fa6a406d528501f907e04d97515fbe83db277b715d3325";
constexpr auto kHash = "0e0672dc86f8e45565d338b0540abe6915bdf72e2b35b5c9e5663168e960a91b";
constexpr auto kKe = "0e0672dc86f8e45565d338b0540abe69";
constexpr auto kKa = "15bdf72e2b35b5c9e5663168e960a91b";
constexpr auto kKcA = "00c12546835755c86d8c0db7851ae86f";
constexpr auto kKcB = "a9fa3406c3b781b93d804485430ca27a";
constexpr auto kConfirmA = "58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0";
constexpr auto kConfirmB = "d3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b";
// M and N of section 4, as the RFC writes them.
constexpr auto kM = "02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f";
constexpr auto kN = "03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49";

p256::Scalar scalar(const char* hex) {
  const auto bytes = from_hex(hex).value();
  return p256::Scalar{std::span<const std::uint8_t, 32>(bytes)};
}

p256::PointView point(const Bytes& bytes) { return ByteView(bytes).first<p256::kPointSize>(); }

std::string compressed(p256::PointView bytes) {
  return (bytes[64] % 2 == 0 ? "02" : "03") + to_hex(bytes.subspan<1, 32>());
}

Spake2 begin(Party party, SeededRandom& random, const char* password = kPassword) {
  return Spake2::begin(party, kIdentities, scalar(password), scalar(party == Party::a ? kX : kY),
                       random)
      .value();
}

/// pA - x*G and pB - y*G: the masks w*M and w*N.
p256::Point mask_of(const char* share, const char* ephemeral, SeededRandom& random) {
  const auto base = p256::multiply_base(scalar(ephemeral), random).value();
  return p256::subtract(point(from_hex(share).value()), base.bytes()).value();
}

Bytes part(ByteView bytes) {
  Bytes out(8, 0);
  out[0] = static_cast<std::uint8_t>(bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

}  // namespace

TEST_CASE("the shares are those of RFC 9382, appendix B") {
  SeededRandom random(1);
  CHECK(to_hex(begin(Party::a, random).share()) == kShareA);
  CHECK(to_hex(begin(Party::b, random).share()) == kShareB);
}

TEST_CASE("M and N are those of RFC 9382, section 4") {
  // A share with w = 1 is x*G + M: what is left without x*G is M itself.
  constexpr auto kOne = "0000000000000000000000000000000000000000000000000000000000000001";
  SeededRandom random(1);
  const auto a = to_hex(begin(Party::a, random, kOne).share());
  const auto b = to_hex(begin(Party::b, random, kOne).share());
  CHECK(compressed(mask_of(a.c_str(), kX, random).bytes()) == kM);
  CHECK(compressed(mask_of(b.c_str(), kY, random).bytes()) == kN);
}

TEST_CASE("the shared point is that of the RFC, from both sides") {
  SeededRandom random(1);
  const auto a = from_hex(kShareA).value();
  const auto b = from_hex(kShareB).value();
  const auto mask_a = mask_of(kShareA, kX, random);
  const auto mask_b = mask_of(kShareB, kY, random);
  const auto bare_b = p256::subtract(point(b), mask_b.bytes()).value();
  const auto bare_a = p256::subtract(point(a), mask_a.bytes()).value();
  CHECK(to_hex(p256::multiply(scalar(kX), bare_b.bytes(), random)->bytes()) == kShared);
  CHECK(to_hex(p256::multiply(scalar(kY), bare_a.bytes(), random)->bytes()) == kShared);
}

TEST_CASE("the transcript's hash and the confirmation keys are those of the RFC") {
  Bytes transcript;
  for (const auto& field :
       {to_bytes(as_bytes("server")), to_bytes(as_bytes("client")), from_hex(kShareA).value(),
        from_hex(kShareB).value(), from_hex(kShared).value(), from_hex(kPassword).value()}) {
    const auto counted = part(field);
    transcript.insert(transcript.end(), counted.begin(), counted.end());
  }
  CHECK(to_hex(crypto::sha256(transcript).value()) == kHash);
  CHECK(std::string(kHash) == std::string(kKe) + kKa);
  Bytes keys(32);
  REQUIRE(crypto::hkdf_sha256({}, from_hex(kKa).value(), as_bytes("ConfirmationKeys"), keys));
  CHECK(to_hex(keys) == std::string(kKcA) + kKcB);
  CHECK(to_hex(crypto::hmac_sha256(from_hex(kKcA).value(), transcript).value()) == kConfirmA);
  CHECK(to_hex(crypto::hmac_sha256(from_hex(kKcB).value(), transcript).value()) == kConfirmB);
}

TEST_CASE("both parties end with the RFC's key and confirmations") {
  SeededRandom random(1);
  auto a = begin(Party::a, random);
  auto b = begin(Party::b, random);
  const auto keys_a = a.finish(b.share(), {}, random).value();
  const auto keys_b = b.finish(a.share(), {}, random).value();
  CHECK(to_hex(keys_a.key.bytes()) == kKe);
  CHECK(to_hex(keys_b.key.bytes()) == kKe);
  CHECK(to_hex(keys_a.own_confirmation.bytes()) == kConfirmA);
  CHECK(to_hex(keys_a.peer_confirmation.bytes()) == kConfirmB);
  CHECK(to_hex(keys_b.own_confirmation.bytes()) == kConfirmB);
  CHECK(to_hex(keys_b.peer_confirmation.bytes()) == kConfirmA);
}

TEST_CASE("another password, identity or additional data gives other confirmations") {
  SeededRandom random(1);
  const auto right = begin(Party::a, random).finish(from_hex(kShareB).value(), {}, random).value();
  const auto differs = [&](Result<SharedKeys> other) {
    return to_hex(other->own_confirmation.bytes()) != to_hex(right.own_confirmation.bytes()) &&
           to_hex(other->peer_confirmation.bytes()) != to_hex(right.peer_confirmation.bytes());
  };
  const auto b = from_hex(kShareB).value();
  CHECK(differs(begin(Party::a, random, kX).finish(b, {}, random)));
  CHECK(differs(begin(Party::a, random).finish(b, as_bytes("x"), random)));
  auto renamed = Spake2::begin(Party::a, {.a = "server", .b = "clienT"}, scalar(kPassword),
                               scalar(kX), random);
  CHECK(differs(renamed->finish(b, {}, random)));
}

TEST_CASE("the same session cannot be finished twice") {
  SeededRandom random(1);
  auto a = begin(Party::a, random);
  const auto b = from_hex(kShareB).value();
  CHECK(a.finish(b, {}, random));
  CHECK(a.finish(b, {}, random).error().is(Errc::out_of_order));
}

TEST_CASE("our own share, reflected, is refused") {
  SeededRandom random(1);
  auto a = begin(Party::a, random);
  const Share reflected = a.share();
  CHECK(a.finish(reflected, {}, random).error().is(Errc::refused));
}

TEST_CASE("a share that masks to the identity is refused") {
  // The peer sends w*N, or w*M: without its mask nothing is left, and K would be known to all.
  SeededRandom random(1);
  const auto a = mask_of(kShareA, kX, random);
  const auto b = mask_of(kShareB, kY, random);
  CHECK(begin(Party::a, random).finish(b.bytes(), {}, random).error().is(Errc::refused));
  CHECK(begin(Party::b, random).finish(a.bytes(), {}, random).error().is(Errc::refused));
}

TEST_CASE("what is not an uncompressed point of the curve is refused") {
  SeededRandom random(1);
  const auto good = from_hex(kShareB).value();
  Bytes off_curve = good;
  off_curve.back() ^= 1U;
  Bytes compressed_share = good;
  compressed_share[0] = 0x02;
  Bytes beyond_prime = from_hex("04" + std::string(128, 'f')).value();
  Bytes origin = from_hex("04" + std::string(128, '0')).value();
  Bytes hybrid = good;
  hybrid[0] = 0x06;
  const Bytes identity(1, 0);
  for (const auto& share :
       {off_curve, compressed_share, beyond_prime, origin, hybrid, identity, Bytes{},
        Bytes(good.begin(), good.end() - 1), Bytes(good.begin(), good.begin() + 33)}) {
    CAPTURE(to_hex(share));
    CHECK(begin(Party::a, random).finish(share, {}, random).error().is(Errc::malformed));
  }
}

TEST_CASE("every single bit flip of a share is off the curve or another share") {
  SeededRandom random(1);
  const auto good = from_hex(kShareB).value();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    CAPTURE(bit);
    // For one x there are two y, the negatives of each other: no single bit apart.
    CHECK(p256::check(point(flipped)).error().is(Errc::malformed));
  }
}

TEST_CASE("the password scalar is never zero") {
  constexpr auto kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  CHECK(p256::reduce(Bytes(48, 0)).error().is(Errc::refused));
  CHECK(p256::reduce(from_hex(std::string(32, '0') + kOrder).value()).error().is(Errc::refused));
  auto one_more = from_hex(kOrder).value();
  one_more.back() = static_cast<std::uint8_t>(one_more.back() + 1);
  CHECK(to_hex(p256::reduce(one_more)->bytes()) == std::string(63, '0') + "1");
}

TEST_CASE("scalars outside 1 to n - 1 do not multiply") {
  SeededRandom random(1);
  CHECK_FALSE(p256::multiply_base(p256::Scalar{}, random));
  CHECK_FALSE(p256::multiply_base(
      scalar("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), random));
}

TEST_CASE("the password scalar depends on every digit and on the nonce") {
  const WindowNonce nonce{};
  WindowNonce other{};
  other[15] = 1;
  const auto base = to_hex(password_scalar("12345123", nonce)->bytes());
  CHECK(to_hex(password_scalar("12345123", nonce)->bytes()) == base);
  CHECK(to_hex(password_scalar("12345124", nonce)->bytes()) != base);
  CHECK(to_hex(password_scalar("22345123", nonce)->bytes()) != base);
  CHECK(to_hex(password_scalar("12345123", other)->bytes()) != base);
}

TEST_CASE("without randomness there is no share") {
  for (int call = 1; call <= 3; ++call) {
    SeededRandom random(1, call);
    auto ephemeral = p256::random_scalar(random);
    if (!ephemeral) {
      CHECK(ephemeral.error().is(Errc::entropy));
      continue;
    }
    CHECK(Spake2::begin(Party::a, {}, scalar(kPassword), std::move(*ephemeral), random)
              .error()
              .is(Errc::entropy));
  }
}
