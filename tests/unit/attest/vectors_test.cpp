// SPDX-License-Identifier: MIT
// What OpenSSH wrote, and what the U2F specification shows: data/SOURCES.md.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>

#include "core/attest/chain.hpp"
#include "core/attest/judgement.hpp"
#include "core/attest/leaf_rules.hpp"
#include "core/attest/signature.hpp"
#include "core/attest/signed_message.hpp"
#include "core/ssh/public_key_line.hpp"

using namespace latchkey;
using namespace latchkey::attest;

namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(LATCHKEY_ATTEST_DATA "/") + name, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Lines "name hex".
std::map<std::string, Bytes> fields(const std::string& name) {
  std::ifstream file(std::string(LATCHKEY_ATTEST_DATA "/") + name);
  std::map<std::string, Bytes> fields;
  for (std::string field, hex; file >> field >> hex;) fields[field] = from_hex(hex).value();
  return fields;
}

ssh::PublicKey golden_key(const std::string& name) {
  return ssh::PublicKeyLine::parse(golden(name)).value().key;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(const Bytes& bytes) {
  std::array<std::uint8_t, Size> array{};
  REQUIRE(bytes.size() == Size);
  std::ranges::copy(bytes, array.begin());
  return array;
}

CertificateStore store_of(const std::string& name) {
  CertificateStore store;
  REQUIRE(store.add_pem(golden(name)));
  return store;
}

struct Made {
  std::string name;
  std::string application;
};
const std::array kMade{Made{"ecdsa", "ssh:"}, Made{"ed25519", "ssh:"},
                       Made{"verify", "ssh:fixture"}};

}  // namespace

TEST_CASE("what ssh-keygen wrote is read, kept and understood") {
  for (const auto& [name, application] : kMade) {
    CAPTURE(name);
    const auto written = golden(name + ".attest");
    const auto file = read_sk_attest_file(as_bytes(written)).value();
    CHECK(as_text(write_sk_attest_file(file)) == written);

    const auto data = parse_authenticator_data(file.authenticator_data, application).value();
    CHECK(data.key == golden_key(name + ".pub"));
    CHECK(format_aaguid(data.aaguid) == "6c617463-686b-6579-2d73-696d2d303034");
    CHECK(data.user_present);
    CHECK_FALSE(data.user_verified);
    const auto leaf = Certificate::parse(file.certificate).value();
    CHECK_FALSE(break_of_leaf_rules(Format::packed, leaf, data.aaguid));
  }
}

TEST_CASE("what ssh-keygen wrote proves hardware to who trusts the root and has the rest") {
  const auto roots = store_of("root.pem");
  const auto intermediates = store_of("intermediate.pem");
  const auto challenge = golden("challenge");
  for (const auto& [name, application] : kMade) {
    CAPTURE(name);
    const auto file = read_sk_attest_file(as_bytes(golden(name + ".attest"))).value();
    const auto key = golden_key(name + ".pub");
    const auto judge = [&](const std::string& asked, const CertificateStore& trusted,
                           const CertificateStore& between) {
      return judge_file(file, as_bytes(asked), key, trusted, between, std::nullopt).grade;
    };
    CHECK(judge(challenge, roots, intermediates) == Grade::hardware);
    CHECK(judge(challenge, intermediates, {}) == Grade::hardware);
    CHECK(judge(challenge, roots, {}) == Grade::unknown_root);
    CHECK(judge(challenge, {}, intermediates) == Grade::unknown_root);
    CHECK(judge(challenge + "!", roots, intermediates) == Grade::invalid);
  }
}

TEST_CASE("the example of docs/reference/attestation.md is what ssh-keygen wrote") {
  std::ifstream page(LATCHKEY_ATTESTATION_PAGE);
  std::string digits;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) inside = line == "```hex";
    if (!inside || line.starts_with("```")) continue;
    for (const char c : line.substr(0, line.find('#'))) {
      if (c != ' ') digits += c;
    }
  }
  const auto file = golden("ecdsa.attest");
  REQUIRE(digits.size() > 300);
  CHECK(to_hex(as_bytes(file)).find(digits) != std::string::npos);
}

TEST_CASE("the example of the U2F specification is signed over the registration's layout") {
  const auto vector = fields("fido-u2f.txt");
  const auto leaf = Certificate::parse(vector.at("certificate")).value();
  CHECK_FALSE(break_of_leaf_rules(Format::fido_u2f, leaf, {}));
  const AuthenticatorData data{
      .rp_id_hash = array_of<32>(vector.at("application_hash")),
      .user_present = false,
      .user_verified = false,
      .counter = 0,
      .aaguid = {},
      .credential_id = vector.at("key_handle"),
      .key = ssh::PublicKey::make_sk_ecdsa_p256(vector.at("public_key"), "ssh:").value()};
  Attestation attestation;
  attestation.format = Format::fido_u2f;
  const auto hash = array_of<32>(vector.at("client_data_hash"));
  CHECK(verify_signature(leaf, signed_message(attestation, data, hash), vector.at("signature")));
  attestation.format = Format::packed;
  CHECK_FALSE(
      verify_signature(leaf, signed_message(attestation, data, hash), vector.at("signature")));
}
