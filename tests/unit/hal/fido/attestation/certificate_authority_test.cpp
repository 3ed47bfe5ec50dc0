// SPDX-License-Identifier: MIT
#include "hal/fido/sim/attestation/certificate_authority.hpp"

#include <doctest/doctest.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <memory>

#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/pairing/seeded_random.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;
using latchkey::test::SeededRandom;
using latchkey::test::TempFolder;
using AaguidExtension = LeafOptions::AaguidExtension;

namespace {

const WallTime kMade{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
constexpr std::string_view kAaguid = "00112233445566778899aabbccddeeff";

Model make_model() {
  Model model;
  const auto aaguid = from_hex(kAaguid).value();
  std::copy(aaguid.begin(), aaguid.end(), model.aaguid.begin());
  return model;
}

/// A chain, and its files for other programs.
struct Chain {
  SeededRandom random{1};
  CertificateAuthority authority = CertificateAuthority::make(random, kMade).value();
  Factory factory;
  TempFolder folder;

  explicit Chain(const LeafOptions& options = {}, const Model& model = make_model())
      : factory(authority.manufacture(model, random, options).value()) {
    constexpr const char* kNames[] = {"leaf", "intermediate", "root"};
    REQUIRE(factory.chain.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      write_file(folder.file(kNames[i]), as_bytes(to_pem(factory.chain[i])));
    }
    write_file(folder.file("leaf.der"), factory.chain[0]);
  }

  [[nodiscard]] std::string text(const std::string& name) const {
    const auto seen = run(
        {"openssl", "x509", "-noout", "-text", "-nameopt", "RFC2253", "-in", folder.file(name)});
    CHECK(seen.status == 0);
    return seen.output;
  }
  /// As on a day after the authority was made.
  [[nodiscard]] process::Finished verify(int days = 1) const {
    const auto at = (kMade + std::chrono::days(days)).time_since_epoch().count();
    return run({"openssl", "verify", "-x509_strict", "-attime", std::to_string(at), "-CAfile",
                folder.file("root"), "-untrusted", folder.file("intermediate"),
                folder.file("leaf")});
  }
  /// Empty: python3-fido2 takes the leaf.
  [[nodiscard]] std::string complaint() const {
    const auto seen = run(
        {"/usr/bin/python3", LATCHKEY_LEAF_RULES, folder.file("leaf.der"), std::string(kAaguid)});
    CHECK((seen.status == 0) == seen.errors.empty());
    return seen.errors;
  }
};

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

struct FreeCertificate {
  void operator()(mbedtls_x509_crt* certificate) const {
    mbedtls_x509_crt_free(certificate);
    std::default_delete<mbedtls_x509_crt>()(certificate);
  }
};
using MbedCertificate = std::unique_ptr<mbedtls_x509_crt, FreeCertificate>;

MbedCertificate parse(std::initializer_list<Bytes> chain) {
  MbedCertificate certificate(new mbedtls_x509_crt);
  mbedtls_x509_crt_init(certificate.get());
  for (const auto& der : chain) {
    REQUIRE(mbedtls_x509_crt_parse_der(certificate.get(), der.data(), der.size()) == 0);
  }
  return certificate;
}

}  // namespace

TEST_CASE("openssl finds a chain from leaf to root, for thirty years") {
  const Chain chain;
  CHECK(chain.verify().status == 0);
  CHECK(chain.verify(0).status == 0);
  CHECK(chain.verify(30 * 365).status == 0);
  CHECK(chain.verify(-1).status != 0);
  CHECK(chain.verify(31 * 366).status != 0);
}

TEST_CASE("the root alone vouches for no leaf, nor does another root") {
  const Chain chain;
  const auto alone =
      run({"openssl", "verify", "-CAfile", chain.folder.file("root"), chain.folder.file("leaf")});
  CHECK(alone.status != 0);
  SeededRandom random(2);
  const auto other = CertificateAuthority::make(random, kMade).value();
  write_file(chain.folder.file("root"), as_bytes(to_pem(other.root_der())));
  CHECK(chain.verify().status != 0);
}

TEST_CASE("the leaf says what WebAuthn asks for, and openssl shows it") {
  const Chain chain;
  const auto text = chain.text("leaf");
  CHECK(has(text, "Version: 3 (0x2)"));
  CHECK(has(text, "Signature Algorithm: ecdsa-with-SHA256"));
  CHECK(has(text,
            "Subject: CN=Simulated security key fido-2.1,OU=Authenticator Attestation,"
            "O=latchkey\\, SIMULATED\\, for tests only,C=ZZ\n"));
  CHECK(has(text,
            "Issuer: CN=Simulated security key intermediate,"
            "O=latchkey\\, SIMULATED\\, for tests only,C=ZZ\n"));
  CHECK(has(text, "X509v3 Basic Constraints: critical\n                CA:FALSE"));
  CHECK(has(text, "X509v3 Key Usage: critical\n                Digital Signature\n"));
  CHECK(has(text, "X509v3 Subject Key Identifier"));
  CHECK(has(text, "X509v3 Authority Key Identifier"));
  CHECK(has(text, "1.3.6.1.4.1.45724.1.1.4:"));
  CHECK(has(text, "Not Before: Mar  1 00:00:00 2026 GMT"));
  CHECK(has(text, "Not After : Feb 29 00:00:00 2056 GMT"));
  CHECK(chain.complaint().empty());
}

TEST_CASE("root and intermediate may sign certificates, as deep as the chain is") {
  const Chain chain;
  for (const auto& [name, path_length] : {std::pair{"root", "1"}, {"intermediate", "0"}}) {
    const auto text = chain.text(name);
    CHECK(has(text, std::string("X509v3 Basic Constraints: critical\n                CA:TRUE, ") +
                        "pathlen:" + path_length));
    CHECK(has(text, "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n"));
    CHECK(has(text, "X509v3 Subject Key Identifier"));
    CHECK(has(text, "X509v3 Authority Key Identifier"));
    CHECK_FALSE(has(text, "45724"));
  }
  CHECK(chain.factory.chain[2] == chain.authority.root_der());
}

TEST_CASE("mbedTLS reads the chain, and the leaf holds the key that signs") {
  const Chain chain;
  const auto leaf = parse({chain.factory.chain[0], chain.factory.chain[1]});
  const auto root = parse({chain.factory.chain[2]});
  std::uint32_t flags = 0;
  static_cast<void>(
      mbedtls_x509_crt_verify(leaf.get(), root.get(), nullptr, nullptr, &flags, nullptr, nullptr));
  // mbedTLS reads the machine's clock, which may say anything.
  CHECK((flags & ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED |
                                             MBEDTLS_X509_BADCERT_FUTURE)) == 0);
  const auto& key = chain.factory.attestation_key;
  const auto signature = key.sign(as_bytes("attested")).value();
  CHECK(mbedtls_verifies(key.public_key(), as_bytes("attested"), signature));
  const auto& der = chain.factory.chain[0];
  CHECK(std::search(der.begin(), der.end(), key.public_key().begin(), key.public_key().end()) !=
        der.end());
}

TEST_CASE("the AAGUID lies in an OCTET STRING inside the extension's") {
  const Chain chain;
  // SEQUENCE { OID 1.3.6.1.4.1.45724.1.1.4, OCTET STRING { OCTET STRING AAGUID } }, not critical
  const auto expected =
      from_hex("3021060b2b0601040182e51c01010404120410" + std::string(kAaguid)).value();
  const auto& der = chain.factory.chain[0];
  CHECK(std::search(der.begin(), der.end(), expected.begin(), expected.end()) != der.end());
}

TEST_CASE("a key that speaks U2F alone has no AAGUID in its leaf") {
  auto model = make_model();
  model.fido_2_0 = model.fido_2_1 = false;
  const Chain chain({}, model);
  CHECK_FALSE(has(chain.text("leaf"), "45724"));
  CHECK(chain.verify().status == 0);
}

TEST_CASE("each key has its own key pair and serial number") {
  Chain chain;
  const auto other = chain.authority.manufacture(make_model(), chain.random).value();
  CHECK(other.attestation_key.public_key() != chain.factory.attestation_key.public_key());
  const auto serial = [](const Bytes& der) {
    const auto certificate = parse({der});
    const auto& number = certificate->serial;
    return Bytes(number.p, number.p + number.len);
  };
  std::vector<Bytes> serials{serial(other.chain[0])};
  for (const auto& der : chain.factory.chain) serials.push_back(serial(der));
  for (const auto& number : serials) {
    CHECK(number.size() == 16);
    CHECK((number[0] & 0x80U) == 0);
    CHECK(std::count(serials.begin(), serials.end(), number) == 1);
  }
}

TEST_CASE("a leaf can be forged in each way, and is refused for it") {
  const auto with = [](auto change) {
    LeafOptions options;
    change(options);
    return options;
  };
  SUBCASE("another AAGUID") {
    const Chain chain(with([](auto& o) { o.aaguid_extension = AaguidExtension::other; }));
    CHECK(has(chain.complaint(), "AAGUID in Authenticator data does not match"));
    CHECK(chain.verify().status == 0);
  }
  SUBCASE("the AAGUID without its own OCTET STRING") {
    const Chain chain(with([](auto& o) { o.aaguid_extension = AaguidExtension::bare; }));
    CHECK(has(chain.complaint(), "AAGUID in Authenticator data does not match"));
  }
  SUBCASE("a critical extension") {
    const Chain chain(with([](auto& o) { o.aaguid_extension = AaguidExtension::critical; }));
    CHECK(has(chain.complaint(), "must not be marked as critical"));
    CHECK(has(chain.verify().errors, "unhandled critical extension"));
  }
  SUBCASE("no extension: allowed where the root serves one model") {
    const Chain chain(with([](auto& o) { o.aaguid_extension = AaguidExtension::missing; }));
    CHECK_FALSE(has(chain.text("leaf"), "45724"));
    CHECK(chain.verify().status == 0);
  }
  SUBCASE("a CA") {
    const Chain chain(with([](auto& o) { o.authority = true; }));
    CHECK(has(chain.text("leaf"), "CA:TRUE"));
    CHECK(has(chain.complaint(), "CA"));
  }
  SUBCASE("expired") {
    const Chain chain(with([](auto& o) { o.expired = true; }));
    CHECK(has(chain.verify().errors, "certificate has expired"));
    CHECK(has(chain.text("leaf"), "Not After : Feb 28 00:00:00 2026 GMT"));
  }
  SUBCASE("X.509 version 1") {
    const Chain chain(with([](auto& o) { o.version_1 = true; }));
    CHECK(has(chain.text("leaf"), "Version: 1 (0x0)"));
    CHECK_FALSE(has(chain.text("leaf"), "X509v3 extensions"));
    CHECK(has(chain.complaint(), "version"));
  }
  SUBCASE("another organizational unit") {
    const Chain chain(with([](auto& o) { o.organizational_unit = "Some Department"; }));
    CHECK(has(chain.complaint(), "Authenticator Attestation"));
  }
}

TEST_CASE("a model's name is cut to what a certificate holds") {
  auto model = make_model();
  model.name = std::string(200, 'x');
  const Chain chain({}, model);
  CHECK(has(chain.text("leaf"),
            "Subject: CN=Simulated security key " + std::string(32, 'x') + ",OU="));
}

TEST_CASE("PEM has lines of 64 columns, and openssl reads it") {
  const Chain chain;
  const auto pem = to_pem(chain.authority.root_der());
  CHECK(pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(pem.find('\n', 28) == 28 + 64);
  const auto seen = run({"openssl", "x509", "-outform", "PEM"}, as_bytes(pem));
  CHECK(seen.output == pem);
}

TEST_CASE("without randomness no certificate is made") {
  SeededRandom random(1);
  latchkey::test::ScriptedRandom nothing({});
  CHECK(CertificateAuthority::make(nothing, kMade).error().is(Errc::entropy));
  const auto authority = CertificateAuthority::make(random, kMade).value();
  CHECK(authority.manufacture(make_model(), nothing).error().is(Errc::entropy));
  latchkey::test::ScriptedRandom keys_only(Bytes(32, 1));
  CHECK(authority.manufacture(make_model(), keys_only).error().is(Errc::entropy));
}
