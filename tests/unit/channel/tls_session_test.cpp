// SPDX-License-Identifier: MIT
#include "core/channel/tls_session.hpp"

#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using test::SeededRandom;

namespace {

Psk psk_of(std::uint8_t byte) {
  crypto::Secret<32> psk;
  for (auto& one : psk.bytes()) one = byte;
  return psk;
}

struct Pair {
  explicit Pair(std::uint8_t client_psk = 1, std::uint8_t server_psk = 1)
      : client(
            TlsSession::open(TlsSession::Role::client, psk_of(client_psk), client_random).value()),
        server(
            TlsSession::open(TlsSession::Role::server, psk_of(server_psk), server_random).value()) {
  }

  /// The first error, if any.
  std::optional<Error> shake_hands() {
    for (int round = 0; round < 4; ++round) {
      if (auto received = server.receive(client.take_output()); !received) return received.error();
      if (auto received = client.receive(server.take_output()); !received) return received.error();
    }
    return std::nullopt;
  }

  SeededRandom client_random{1};
  SeededRandom server_random{2};
  TlsSession client;
  TlsSession server;
};

}  // namespace

TEST_CASE("with the same key both ends talk") {
  Pair pair;
  CHECK_FALSE(pair.client.established());
  CHECK(pair.client.send(as_bytes("early")).error().is(Errc::out_of_order));
  REQUIRE_FALSE(pair.shake_hands());
  CHECK(pair.client.established());
  CHECK(pair.server.established());
  REQUIRE(pair.client.send(as_bytes("ping")));
  REQUIRE(pair.server.receive(pair.client.take_output()));
  CHECK(as_text(pair.server.take_plaintext()) == "ping");
  const Bytes large(40000, 0x42);
  REQUIRE(pair.server.send(large));
  REQUIRE(pair.client.receive(pair.server.take_output()));
  CHECK(to_bytes(pair.client.take_plaintext()) == large);
}

TEST_CASE("another key is not authentic") {
  Pair pair(1, 2);
  const auto error = pair.shake_hands();
  REQUIRE(error);
  CHECK(error->is(Errc::unauthenticated));
  CHECK_FALSE(pair.client.established());
  CHECK_FALSE(pair.server.established());
}

TEST_CASE("an error is the end: nothing works afterwards") {
  Pair pair;
  REQUIRE_FALSE(pair.shake_hands());
  REQUIRE(pair.client.send(as_bytes("ping")));
  auto record = pair.client.take_output();
  record.back() ^= 1U;
  CHECK(pair.server.receive(record).error().is(Errc::unauthenticated));
  CHECK_FALSE(pair.server.established());
  record.back() ^= 1U;
  CHECK(pair.server.receive(record).error().is(Errc::closed));
  CHECK(pair.server.take_plaintext().empty());
  CHECK(pair.server.send(as_bytes("pong")).error().is(Errc::closed));
  // The alert reaches the client.
  CHECK(pair.client.receive(pair.server.take_output()).error().is(Errc::closed));
}

TEST_CASE("a record that comes again is refused") {
  Pair pair;
  REQUIRE_FALSE(pair.shake_hands());
  REQUIRE(pair.client.send(as_bytes("ping")));
  const auto record = pair.client.take_output();
  REQUIRE(pair.server.receive(record));
  CHECK(pair.server.receive(record).error().is(Errc::unauthenticated));
}

TEST_CASE("the end of a session is told") {
  Pair pair;
  REQUIRE_FALSE(pair.shake_hands());
  pair.server.close();
  CHECK_FALSE(pair.server.established());
  CHECK(pair.client.receive(pair.server.take_output()).error().is(Errc::closed));
}

TEST_CASE("only the one suite, version and curve are spoken") {
  Pair pair;
  const auto hello = pair.client.take_output();
  // Record: handshake, TLS 1.2 or its compatible 1.0/1.1; ClientHello 3.3; no session id; suites.
  REQUIRE(hello.size() > 50);
  CHECK(hello[0] == 0x16);
  CHECK(to_hex(ByteView(hello).subspan(9, 2)) == "0303");
  CHECK(hello[43] == 0);
  // ECDHE-PSK-CHACHA20-POLY1305, and the signalling value of RFC 5746.
  CHECK(to_hex(ByteView(hello).subspan(44, 6)) == "0004ccac00ff");
  CHECK(to_hex(hello).find("000a000400020017") != std::string::npos);  // secp256r1 alone
  CHECK(to_hex(hello).find("0023") == std::string::npos);              // no ticket extension
}

TEST_CASE("what is not TLS is refused") {
  for (const char* text : {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"}) {
    Pair pair;
    CHECK(pair.server.receive(as_bytes(text)).error().is(Errc::malformed));
  }
}

TEST_CASE("the key of TLS depends on the key of SPAKE2") {
  crypto::Secret<16> one;
  crypto::Secret<16> other;
  other.bytes()[15] = 1;
  CHECK(to_hex(derive_psk(one)->bytes()) != to_hex(derive_psk(other)->bytes()));
  CHECK(to_hex(derive_psk(one)->bytes()) == to_hex(derive_psk(one)->bytes()));
}
