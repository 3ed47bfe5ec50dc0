// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::holds;
using test::KeyBench;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

const std::string kText = "what ssh signs";
const ByteView kMessage = as_bytes(kText);

MadeKey made(SecurityKey& key, const MakeRequest& wanted = request(), const Pin* given = nullptr) {
  auto one = key.make(wanted, given);
  REQUIRE(one.has_value());
  return *std::move(one);
}

/// A handle that another key would know.
Bytes stranger() {
  KeyBench other;
  other.bench.state().wrapping_key.fill(0x77);
  return made(*other.open()).handle;
}

}  // namespace

TEST_CASE("A signature carries its flags and counter, and holds over its own message alone") {
  KeyBench bench;
  const auto key = bench.open();
  for (const auto algorithm : {Algorithm::ed25519, Algorithm::ecdsa_p256}) {
    CAPTURE(static_cast<int>(algorithm));
    const auto one = made(*key, request(algorithm));
    const auto first = key->sign("ssh:", one.handle, kMessage, false, nullptr);
    const auto second = key->sign("ssh:", one.handle, kMessage, false, nullptr);
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(first->flags == 0x01);
    CHECK(second->counter > first->counter);
    CHECK(holds(*first, one.key, kMessage));
    CHECK_FALSE(holds(*first, one.key, as_bytes("another")));
  }
}

TEST_CASE("An empty message and a long one are signed") {
  KeyBench bench;
  const auto key = bench.open();
  const auto one = made(*key);
  for (const std::size_t size : {0U, 1U, 20'000U}) {
    CAPTURE(size);
    const Bytes message(size, 0x5A);
    const auto signature = key->sign("ssh:", one.handle, message, false, nullptr);
    if (size == 0) {
      // libfido2 takes no empty client data; SSH signs none.
      CHECK(trouble(signature) == "failed");
      continue;
    }
    REQUIRE(signature.has_value());
    CHECK(holds(*signature, one.key, message));
  }
}

TEST_CASE("A key knows its own handles without a touch, and no others") {
  for (const char* name : {"u2f-only", "fido-2.0", "fido-2.0-no-pin", "fido-2.1",
                           "fido-2.1-built-in-uv", "no-ed25519"}) {
    CAPTURE(std::string(name));
    KeyBench bench(model(name));
    const auto key = bench.open();
    const auto own = made(*key, request(Algorithm::ecdsa_p256)).handle;
    bench.bench.requests.clear();
    CHECK(key->owns("ssh:", own, nullptr) == true);
    CHECK(key->owns("ssh:other", own, nullptr) == false);
    CHECK(key->owns("ssh:", stranger(), nullptr) == false);
    auto changed = own;
    changed.back() ^= 1U;
    CHECK(key->owns("ssh:", changed, nullptr) == false);
    CHECK(key->owns("ssh:", Bytes{}, nullptr) == false);
    CHECK(key->owns("ssh:", Bytes(1023, 0x11), nullptr) == false);
    CHECK(key->owns("ssh:", Bytes(1024, 0x11), nullptr) == false);
    CHECK(bench.bench.requests.empty());
    CHECK(bench.bench.history().pin_tries == 0);
  }
}

TEST_CASE("A handle that was made by U2F is known by CTAP2, and signs") {
  KeyBench bench;
  const auto key = bench.open();
  auto wanted = request(Algorithm::ecdsa_p256);
  wanted.as_u2f = true;
  const auto one = made(*key, wanted);
  CHECK(key->owns("ssh:", one.handle, nullptr) == true);
  const auto signature = key->sign("ssh:", one.handle, kMessage, false, nullptr);
  REQUIRE(signature.has_value());
  CHECK(holds(*signature, one.key, kMessage));
}

TEST_CASE("A U2F key signs, and is given no PIN") {
  KeyBench bench(model("u2f-only"));
  const auto key = bench.open();
  const auto one = made(*key, request(Algorithm::ecdsa_p256));
  const auto given = pin();
  CHECK(key->owns("ssh:", one.handle, &given) == true);
  const auto signature = key->sign("ssh:", one.handle, kMessage, false, &given);
  REQUIRE(signature.has_value());
  CHECK(holds(*signature, one.key, kMessage));
  CHECK(trouble(key->sign("ssh:", one.handle, kMessage, true, nullptr)) == "not-supported");
}

TEST_CASE("A handle of another key is refused without a touch") {
  KeyBench bench;
  const auto key = bench.open();
  CHECK(trouble(key->sign("ssh:", stranger(), kMessage, false, nullptr)) == "not-its-handle");
  CHECK(trouble(key->sign("ssh:", Bytes{}, kMessage, false, nullptr)) == "not-its-handle");
  CHECK(trouble(key->sign("ssh:", Bytes(1024, 1), kMessage, false, nullptr)) == "not-its-handle");
  CHECK(bench.bench.requests.empty());
}

TEST_CASE("A key that always verifies signs with its PIN or its finger, and says what it wants") {
  KeyBench bench(model("fido-2.1-always-uv"));
  bench.set_pin();
  const auto key = bench.open();
  const auto given = pin();
  const auto one = made(*key, request(), &given);
  CHECK(trouble(key->sign("ssh:", one.handle, kMessage, false, nullptr)) == "pin-required");
  const auto signature = key->sign("ssh:", one.handle, kMessage, false, &given);
  REQUIRE(signature.has_value());
  CHECK(signature->flags == 0x05);
  CHECK(holds(*signature, one.key, kMessage));
  CHECK(key->owns("ssh:", one.handle, &given) == true);

  auto with_reader = model("fido-2.1-built-in-uv");
  with_reader.always_uv = true;
  with_reader.make_cred_uv_not_required = false;
  KeyBench finger(with_reader);
  const auto reader = finger.open();
  const auto another = made(*reader);
  const auto by_finger = reader->sign("ssh:", another.handle, kMessage, false, nullptr);
  REQUIRE(by_finger.has_value());
  CHECK(by_finger->flags == 0x05);
}

TEST_CASE("What is signed with a PIN says that it was verified") {
  KeyBench bench;
  bench.set_pin();
  const auto key = bench.open();
  const auto given = pin();
  const auto one = made(*key, request(), &given);
  const auto signature = key->sign("ssh:", one.handle, kMessage, true, &given);
  REQUIRE(signature.has_value());
  CHECK(signature->flags == 0x05);
  CHECK(key->sign("ssh:", one.handle, kMessage, false, nullptr)->flags == 0x01);
}

TEST_CASE("Nobody touching and somebody declining are two things") {
  KeyBench bench;
  const auto key = bench.open();
  const auto one = made(*key);
  bench.bench.reply = Reply::no;
  CHECK(trouble(key->sign("ssh:", one.handle, kMessage, false, nullptr)) == "declined");
  CHECK(trouble(key->make(request(), nullptr)) == "declined");
  bench.bench.reply = Reply::never;
  CHECK(trouble(key->sign("ssh:", one.handle, kMessage, false, nullptr)) == "timed-out");
  CHECK(trouble(key->make(request(), nullptr)) == "timed-out");
  CHECK(bench.bench.history().touches_given == 1);
}
