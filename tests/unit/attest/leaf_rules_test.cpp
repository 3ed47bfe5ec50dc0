// SPDX-License-Identifier: MIT
#include "core/attest/leaf_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

const Bytes kModel(16, 0xa1);

Aaguid model() {
  Aaguid aaguid{};
  std::ranges::copy(kModel, aaguid.begin());
  return aaguid;
}

std::string broken(const CertificateSpec& spec, Format format = Format::packed) {
  const World world;
  const auto leaf = Certificate::parse(issue(world.root, spec).der).value();
  return break_of_leaf_rules(format, leaf, model()).value_or("");
}

bool contains(const std::string& text, std::string_view words) {
  CAPTURE(text);
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a leaf as WebAuthn asks for it breaks no rule") {
  CHECK(broken({}).empty());
  CHECK(broken({.aaguid = aaguid_value(kModel)}).empty());
  CHECK(broken({.basic_constraints = "CA:FALSE"}).empty());
  CHECK(broken({.key_usage = "critical,digitalSignature"}).empty());
}

TEST_CASE("a packed leaf is a version 3 certificate with basic constraints") {
  CHECK(contains(broken({.version_3 = false}), "version 3"));
  CHECK(contains(broken({.basic_constraints = std::nullopt}), "basic constraints"));
}

TEST_CASE("a leaf is no CA, in either format") {
  for (const auto format : {Format::packed, Format::fido_u2f}) {
    CHECK(contains(broken({.basic_constraints = "critical,CA:TRUE"}, format), "CA"));
    CHECK(contains(broken({.basic_constraints = "CA:TRUE,pathlen:0"}, format), "CA"));
  }
}

TEST_CASE("a leaf may sign, in either format") {
  for (const auto format : {Format::packed, Format::fido_u2f}) {
    CHECK(contains(broken({.key_usage = "critical,keyCertSign"}, format), "key usage"));
    CHECK(contains(broken({.key_usage = "keyAgreement"}, format), "key usage"));
    CHECK(broken({.key_usage = "digitalSignature,keyAgreement"}, format).empty());
  }
}

TEST_CASE("a packed leaf's subject names country, maker, purpose and model") {
  CHECK(contains(broken({.country = std::nullopt}), "country"));
  CHECK(contains(broken({.organization = std::nullopt}), "maker"));
  CHECK(contains(broken({.common_name = std::nullopt}), "common name"));
  for (const auto* unit : {"authenticator attestation", "Authenticator Attestation ", "Sales"}) {
    CHECK(contains(broken({.unit = unit}), "OU"));
  }
  CHECK(contains(broken({.unit = std::nullopt}), "OU"));
}

TEST_CASE("a packed leaf's AAGUID is the authenticator data's") {
  CHECK(contains(broken({.aaguid = aaguid_value(Bytes(16, 0xa2))}), "another model"));
  CHECK(contains(broken({.aaguid = aaguid_value(Bytes(15, 0xa1))}), "malformed"));
  CHECK(contains(broken({.aaguid = aaguid_value(Bytes(17, 0xa1))}), "malformed"));
  CHECK(contains(broken({.aaguid = kModel}), "malformed"));
  CHECK(contains(broken({.aaguid = Bytes{}}), "malformed"));
  CHECK(contains(broken({.aaguid = Bytes{0x04}}), "malformed"));
  CHECK(contains(broken({.aaguid = aaguid_value(kModel), .aaguid_twice = true}), "malformed"));
  auto trailing = aaguid_value(kModel);
  trailing.push_back(0);
  CHECK(contains(broken({.aaguid = trailing}), "malformed"));
}

TEST_CASE("a critical AAGUID extension makes a certificate unreadable") {
  const World world;
  const auto leaf = issue(world.root, {.aaguid = aaguid_value(kModel), .aaguid_critical = true});
  CHECK(Certificate::parse(leaf.der).error().is(Errc::malformed));
}

TEST_CASE("a fido-u2f leaf's AAGUID extension is not held against what is not signed") {
  CHECK(broken({.aaguid = aaguid_value(Bytes(16, 0xa2))}, Format::fido_u2f).empty());
}

TEST_CASE("a certificate tells its facts") {
  const World world;
  const CertificateSpec spec{.common_name = "Zoë\n\x1b[31m"};
  const auto leaf = Certificate::parse(issue(world.root, spec).der).value();
  CHECK(leaf.common_name() == "Zoë??[31m");
  CHECK(leaf.issuer_common_name() == "Test Root");
  CHECK(leaf.version() == 3);
  CHECK(leaf.key() == CertificateKey::p256);
  CHECK(leaf.not_before() == spec.not_before);
  CHECK(leaf.not_after() == spec.not_after);
  CHECK(leaf.valid_at(spec.not_before));
  CHECK(leaf.valid_at(spec.not_after));
  CHECK_FALSE(leaf.valid_at(spec.not_before - std::chrono::seconds{1}));
  CHECK_FALSE(leaf.valid_at(spec.not_after + std::chrono::seconds{1}));
}
