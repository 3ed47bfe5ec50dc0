// SPDX-License-Identifier: MIT
#include "core/attest/record.hpp"

#include <doctest/doctest.h>

#include "core/cbor/cbor_writer.hpp"
#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

Record sample() {
  return {.attestation = {.format = Format::fido_u2f,
                          .authenticator_data = Bytes(196, 0x11),
                          .signature = Bytes(71, 0x22),
                          .chain = {Bytes(300, 0x33), Bytes(40, 0x44)}},
          .challenge = Bytes(32, 0x55)};
}

template <class Change>
Result<Bytes> changed(Change change) {
  auto record = sample();
  change(record);
  return encode(record);
}

SkAttestFile file_of(const Attestation& attestation) {
  return {.certificate = attestation.chain.empty() ? Bytes() : attestation.chain.front(),
          .signature = attestation.signature,
          .authenticator_data = attestation.authenticator_data};
}

}  // namespace

TEST_CASE("a record survives the way there, with each kind of attestation") {
  auto fresh = sample();
  fresh.challenge.clear();
  auto self = sample();
  self.attestation.format = Format::packed;
  self.attestation.chain.clear();
  auto none = self;
  none.attestation.signature.clear();
  for (const auto& record : {sample(), fresh, self, none, Record{}}) {
    const auto bytes = encode(record).value();
    CHECK(decode_record(bytes).value() == record);
  }
}

TEST_CASE("the layout is the protocol page's") {
  const Record record{.attestation = {.format = Format::packed,
                                      .authenticator_data = {0xaa},
                                      .signature = {0xbb, 0xbc},
                                      .chain = {{0xcc}}},
                      .challenge = {}};
  CHECK(to_hex(encode(record).value()) ==
        "a50100"
        "0241aa"
        "0342bbbc"
        "048141cc"
        "0540");
}

TEST_CASE("each truncation of a record is refused, and each bit flip, or it says what it is") {
  const auto bytes = encode(sample()).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_record(ByteView(bytes).first(size)));
  }
  auto longer = bytes;
  longer.push_back(0);
  CHECK(decode_record(longer).error().is(Errc::trailing_bytes));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const auto record = decode_record(flipped);
    if (!record) continue;
    CHECK(*record != sample());
    CHECK(encode(*record).value() == flipped);
  }
}

TEST_CASE("records keep their bounds, both ways") {
  CHECK(changed([](Record& r) { r.attestation.authenticator_data = Bytes(2048); }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.authenticator_data = Bytes(2049); }));
  CHECK(changed([](Record& r) { r.attestation.signature = Bytes(512); }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.signature = Bytes(513); }));
  CHECK(changed([](Record& r) { r.attestation.chain.assign(4, Bytes(1)); }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.chain.assign(5, Bytes(1)); }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.chain = {Bytes()}; }));
  CHECK(changed([](Record& r) { r.attestation.chain = {Bytes(4096)}; }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.chain = {Bytes(4097)}; }));
  CHECK(changed([](Record& r) { r.challenge = Bytes(16); }));
  CHECK_FALSE(changed([](Record& r) { r.challenge = Bytes(15); }));
  CHECK(changed([](Record& r) { r.challenge = Bytes(256); }));
  CHECK_FALSE(changed([](Record& r) { r.challenge = Bytes(257); }));
  CHECK_FALSE(changed([](Record& r) { r.attestation.format = Format{2}; }));
  // Each within its bound, all together beyond the record's.
  CHECK(changed([](Record& r) { r.attestation.chain.assign(2, Bytes(4096)); })
            .error()
            .is(Errc::too_large));
  CHECK(decode_record(Bytes(kMaxRecord + 1, 0)).error().is(Errc::too_large));

  const auto refused = [](const std::string& hex) { return !decode_record(from_hex(hex).value()); };
  CHECK_FALSE(
      refused("a50100"
              "0240"
              "0340"
              "0480"
              "0540"));
  CHECK(
      refused("a50102"
              "0240"
              "0340"
              "0480"
              "0540"));  // a third format
  CHECK(
      refused("a50100"
              "0240"
              "0340"
              "048140"
              "0540"));  // an empty certificate
  CHECK(
      refused("a50100"
              "0240"
              "0340"
              "0480"
              "0541aa"));  // a challenge of one byte
  CHECK(
      refused("a40100"
              "0240"
              "0340"
              "0480"));  // none
  CHECK(
      refused("a60100"
              "0240"
              "0340"
              "0480"
              "0540"
              "0600"));  // a field more
  CHECK(
      refused("a50240"
              "0100"
              "0340"
              "0480"
              "0540"));  // another order
  CHECK(
      refused("a50100"
              "0240"
              "0340"
              "0480"
              "0640"));  // another key
  CHECK(
      refused("a50100"
              "025800"
              "0340"
              "0480"
              "0540"));  // a longer head than needed
}

TEST_CASE("OpenSSH's file becomes the attestation that it was made from") {
  const World world;
  const Registration registration;
  const auto leaf = issue(world.root, {});
  for (const auto& made :
       {registration.packed(leaf), registration.u2f(leaf), registration.self()}) {
    const auto read = attestation_of(file_of(made), registration.challenge, registration.ssh_key());
    CHECK(read == made);
    // What was judged one way is judged the same way after it was stored.
    CHECK(world.judge(read, registration).grade == world.judge(made, registration).grade);
  }
  const Registration ed25519{.key = Key::ed25519(), .ed25519 = true};
  const auto made = ed25519.packed(leaf);
  CHECK(attestation_of(file_of(made), ed25519.challenge, ed25519.ssh_key()) == made);
}

TEST_CASE("a file whose signature holds in neither format is called packed") {
  const World world;
  const Registration registration;
  const auto made = registration.u2f(issue(world.root, {}));
  const auto key = registration.ssh_key();
  const auto format_of = [&](const SkAttestFile& file, ByteView challenge) {
    return attestation_of(file, challenge, key).format;
  };
  const auto file = file_of(made);
  REQUIRE(format_of(file, registration.challenge) == Format::fido_u2f);
  CHECK(format_of(file, Bytes(32, 0)) == Format::packed);
  auto damaged = file;
  damaged.signature.back() ^= 1;
  CHECK(format_of(damaged, registration.challenge) == Format::packed);
  damaged = file;
  damaged.authenticator_data.pop_back();
  CHECK(format_of(damaged, registration.challenge) == Format::packed);
  damaged = file;
  damaged.certificate.pop_back();
  CHECK(format_of(damaged, registration.challenge) == Format::packed);
  CHECK(attestation_of({}, registration.challenge, key).chain.empty());
}
