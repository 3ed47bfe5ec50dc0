// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/cose_key.hpp"

#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kKeyType = 1;
constexpr int kAlgorithm = 3;
constexpr int kCurve = -1;
constexpr int kX = -2;
constexpr int kY = -3;
constexpr int kOkp = 1;
constexpr int kEc2 = 2;
constexpr int kCurveP256 = 1;
constexpr int kCurveEd25519 = 6;

}  // namespace

std::int32_t cose_algorithm(SigningKey::Kind kind) {
  return kind == SigningKey::Kind::p256 ? kEs256 : kEdDsa;
}

Value cose_key(const SigningKey& key) {
  const ByteView point = key.public_key();
  if (key.kind() == SigningKey::Kind::ed25519) {
    return Value::Map{{kKeyType, kOkp}, {kAlgorithm, kEdDsa}, {kCurve, kCurveEd25519}, {kX, point}};
  }
  return Value::Map{{kKeyType, kEc2},
                    {kAlgorithm, kEs256},
                    {kCurve, kCurveP256},
                    {kX, point.subspan(1, 32)},
                    {kY, point.subspan(33, 32)}};
}

}  // namespace latchkey::fido::sim
