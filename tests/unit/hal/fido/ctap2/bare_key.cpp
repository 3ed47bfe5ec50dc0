// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

#include <doctest/doctest.h>

#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "hal/fido/sim/ctap2/token.hpp"

namespace latchkey::fido::sim::test {
namespace {

const WallTime kMade{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

Factory make_factory(const Model& model, crypto::Random& random) {
  return CertificateAuthority::make(random, kMade)->manufacture(model, random).value();
}

}  // namespace

BareKey::BareKey(Model chosen)
    : model(std::move(chosen)), state{.factory = make_factory(model, random)} {
  REQUIRE(reset(state, random));
  REQUIRE(power_up(session, random, now));
}

Bytes BareKey::finish(Outcome outcome, Reply reply) {
  asked.reset();
  if (auto* answered = std::get_if<Bytes>(&outcome)) return std::move(*answered);
  auto& wait = std::get<Wait>(outcome);
  asked = wait.request;
  return wait.then(reply, now);
}

Bytes BareKey::make(const Value::Map& request, Reply reply) {
  auto env = environment();
  return finish(make_credential(env, request, now), reply);
}

Bytes BareKey::assertion(const Value::Map& request, Reply reply) {
  auto env = environment();
  return finish(get_assertion(env, request, now), reply);
}

Bytes BareKey::next_assertion() {
  auto env = environment();
  return finish(get_next_assertion(env, now));
}

Value BareKey::info() { return body_of(finish(get_info(environment()))); }

Bytes BareKey::token_param(std::uint8_t permissions, bool user_present) {
  auto& token = token_of(session, PinProtocol::two);
  token.in_use = true;
  token.permissions = permissions;
  token.user_present = user_present;
  token.user_verified = true;
  token.issued = now;
  return authenticate(PinProtocol::two, token.value, client_data_hash()).value();
}

Bytes client_data_hash() { return Bytes(32, 0xC1); }

Value::Map credential_request() {
  return {{1, client_data_hash()},
          {2, Value::Map{{"id", kRpId}}},
          {3, Value::Map{{"id", Bytes(32, 0)}, {"name", "pi"}, {"displayName", "Pi"}}},
          {4, Value::Array{Value::Map{{"alg", kEs256}, {"type", "public-key"}}}}};
}

Value::Map credential_request(int parameter, Value value) {
  return with(credential_request(), parameter, std::move(value));
}

Value::Map resident_request(const std::string& user) {
  const auto entity =
      Value::Map{{"id", as_bytes(user)}, {"name", user}, {"displayName", "Mx " + user}};
  return with(credential_request(3, entity), 7, Value::Map{{"rk", true}});
}

Value::Map assertion_request(const std::vector<Bytes>& allowed) {
  Value::Map request{{1, kRpId}, {2, client_data_hash()}};
  if (!allowed.empty()) request.emplace(3, descriptors(allowed));
  return request;
}

Value descriptors(const std::vector<Bytes>& ids) {
  Value::Array list;
  for (const auto& id : ids) list.emplace_back(Value::Map{{"id", id}, {"type", "public-key"}});
  return list;
}

Value::Map with(Value::Map request, int parameter, Value value) {
  request.insert_or_assign(parameter, std::move(value));
  return request;
}

Status status_of(const Bytes& answer) {
  REQUIRE_FALSE(answer.empty());
  return static_cast<Status>(answer.front());
}

Value body_of(const Bytes& answer) {
  REQUIRE(status_of(answer) == Status::ok);
  return Value::decode(ByteView(answer).subspan(1)).value();
}

AuthenticatorData data_of(const Bytes& answer) {
  const auto body = body_of(answer);
  const ByteView data = *body.find(2)->bytes();
  const auto part = [&](std::size_t from, std::size_t size) {
    REQUIRE(data.size() >= from + size);
    return to_bytes(data.subspan(from, size));
  };
  AuthenticatorData parts;
  parts.rp_id_hash = part(0, 32);
  parts.flags = part(32, 1)[0];
  for (const auto byte : part(33, 4)) parts.counter = parts.counter << 8U | byte;
  std::size_t end = 37;
  if ((parts.flags & 0x40U) != 0) {
    parts.aaguid = part(37, 16);
    const auto size = part(53, 2);
    parts.id = part(55, static_cast<std::size_t>(size[0] << 8U | size[1]));
    end = 55 + parts.id.size();
    // A map of five is a P-256 key of 77 bytes, one of four an Ed25519 key of 42.
    const std::size_t key_size = part(end, 1)[0] == 0xA5 ? 77 : 42;
    parts.key = Value::decode(part(end, key_size)).value();
    end += key_size;
  }
  if ((parts.flags & 0x80U) != 0) parts.extensions = Value::decode(data.subspan(end)).value();
  if ((parts.flags & 0x80U) == 0) CHECK(data.size() == end);
  return parts;
}

Bytes id_of(const Bytes& answer) { return data_of(answer).id; }

}  // namespace latchkey::fido::sim::test
