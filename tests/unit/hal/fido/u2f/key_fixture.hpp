// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "hal/fido/sim/device/credential_id.hpp"
#include "hal/fido/sim/u2f/messages.hpp"
#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::fido::sim::test {

inline constexpr std::uint8_t kRegister = 0x01;
inline constexpr std::uint8_t kAuthenticate = 0x02;
inline constexpr std::uint8_t kVersion = 0x03;
inline constexpr std::uint8_t kEnforce = 0x03;
inline constexpr std::uint8_t kCheckOnly = 0x07;
inline constexpr std::uint8_t kDoNotEnforce = 0x08;

inline Bytes join(std::initializer_list<ByteView> parts) {
  Bytes joined;
  for (const auto part : parts) joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

/// With extended lengths, as over USB.
inline Bytes extended(std::uint8_t instruction, std::uint8_t parameter, ByteView data) {
  const Bytes header{0,
                     instruction,
                     parameter,
                     0,
                     0,
                     static_cast<std::uint8_t>(data.size() >> 8U),
                     static_cast<std::uint8_t>(data.size())};
  const Bytes expected{0, 0};
  return join({header, data, expected});
}

inline SigningKey::Seed seed_of(std::string_view hex) {
  SigningKey::Seed seed{};
  const auto bytes = from_hex(hex).value();
  REQUIRE(bytes.size() == seed.size());
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return seed;
}

/// The parts of an answer to U2F_REGISTER, taken apart by the book (section 4.3).
struct Registration {
  ByteView public_key, handle, certificate, signature;

  explicit Registration(ByteView data) {
    REQUIRE(data.size() > 67);
    REQUIRE(data[0] == 0x05);
    public_key = data.subspan(1, 65);
    const std::size_t handle_size = data[66];
    REQUIRE(data.size() > 67 + handle_size + 4);
    handle = data.subspan(67, handle_size);
    const auto rest = data.subspan(67 + handle_size);
    REQUIRE(rest[0] == 0x30);
    REQUIRE(rest[1] == 0x82);
    const auto size = 4 + static_cast<std::size_t>((rest[2] << 8U) | rest[3]);
    REQUIRE(rest.size() > size);
    certificate = rest.first(size);
    signature = rest.subspan(size);
  }
};

/// A key that is plugged in, and a person before it.
struct Key {
  latchkey::test::SeededRandom random;
  Model model;
  State state;
  Session session;
  History history;
  Reply reply = Reply::yes;
  unsigned asked = 0;  ///< how often the person was
  Instant now{};

  explicit Key(std::uint32_t seed = 1)
      : random(seed),
        state{.factory = {SigningKey::generate(SigningKey::Kind::p256, random).value(),
                          {from_hex("3082000412345678").value()}}} {
    REQUIRE(random.fill(state.wrapping_key));
  }

  Bytes send(ByteView apdu) { return send(apdu, random); }
  Bytes send(ByteView apdu, crypto::Random& from) {
    Environment env{model, state, session, history, from};
    return answer_u2f(
        env, apdu,
        [this](const Request& request) {
          CHECK(request.gesture == Gesture::touch);
          CHECK(request.rp_id.empty());
          ++asked;
          return reply;
        },
        now);
  }
  /// The status word alone, where nothing else is answered.
  unsigned refusal(ByteView apdu) {
    const auto answer = send(apdu);
    CHECK(answer.size() == 2);
    return status(answer);
  }
  static unsigned status(ByteView answer) {
    REQUIRE(answer.size() >= 2);
    return (static_cast<unsigned>(answer[answer.size() - 2]) << 8U) | answer.back();
  }
  /// The data of an answer that is 9000.
  Bytes data(ByteView apdu) {
    auto answer = send(apdu);
    REQUIRE(status(answer) == 0x9000);
    answer.erase(answer.end() - 2, answer.end());
    return answer;
  }

  /// A handle as CTAP2's makeCredential gives it.
  Bytes handle(ByteView application, SigningKey::Kind kind = SigningKey::Kind::p256,
               CredProtect protection = CredProtect::optional) {
    return wrap(state, application, {SigningKey::generate(kind, random).value(), protection},
                random)
        .value();
  }
};

inline const Bytes kApplication(32, 0xAA);
inline const Bytes kChallenge(32, 0xCC);

inline Bytes register_request() { return extended(kRegister, 0, join({kChallenge, kApplication})); }
inline Bytes authenticate_request(ByteView handle, std::uint8_t control = kEnforce,
                                  ByteView challenge = kChallenge) {
  const Bytes size{static_cast<std::uint8_t>(handle.size())};
  return extended(kAuthenticate, control, join({challenge, kApplication, size, handle}));
}

}  // namespace latchkey::fido::sim::test
