// SPDX-License-Identifier: MIT
#include "core/attest/trust.hpp"

#include <doctest/doctest.h>

#include "core/attest/pem.hpp"
#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

TEST_CASE("a store tells what it holds") {
  const auto root = self_signed(authority("Test Root"));
  const auto maker = issue(root, authority("Maker"));
  CertificateStore store;
  const auto told = store.add_pem(pem(root.der) + "\n" + pem(maker.der)).value();
  REQUIRE(told.size() == 2);
  CHECK(told[1].subject == "Maker");
  CHECK(told[1].issuer == "Test Root");
  CHECK(told[1].not_before == kNow - std::chrono::days{365});
  CHECK(told[1].not_after == kNow + std::chrono::days{365});
  CHECK(told[1].fingerprint == to_hex(sha256(maker.der)));
  CHECK(store.list().size() == 2);
  CHECK(store.certificates().size() == 2);
}

TEST_CASE("a text is added as a whole or not at all") {
  const auto root = self_signed(authority("Test Root"));
  CertificateStore store;
  CHECK(store.add_pem(pem(root.der) + pem(issue(root, {}).der)).error().is(Errc::refused));
  CHECK(store.add_pem(pem(root.der) + pem(text("junk"))).error().is(Errc::malformed));
  CHECK(store.list().empty());
  CHECK(store.certificates().empty());
}

TEST_CASE("the refusal names the certificate that is no CA's") {
  const auto root = self_signed(authority("Test Root"));
  CertificateStore store;
  CHECK(store.add_pem(pem(issue(root, {}).der)).error().doing.find("Test Key Serial 1") !=
        std::string::npos);
}

TEST_CASE("what is there already counts once") {
  const auto root = pem(self_signed(authority("Test Root")).der);
  CertificateStore store;
  CHECK(store.add_pem(root + root).value().size() == 2);
  CHECK(store.add_pem(root).value().size() == 1);
  CHECK(store.list().size() == 1);
  CHECK(store.certificates().size() == 1);
}

TEST_CASE("a store has bounds") {
  const auto key = Key::ec();
  std::string text;
  for (std::size_t i = 0; i < kMaxStore; ++i) text += pem(self_signed(authority("Root"), key).der);
  CertificateStore store;
  CHECK(store.add_pem(text));
  CHECK(store.list().size() == kMaxStore);
  CHECK(store.add_pem(pem(self_signed(authority("More"), key).der)).error().is(Errc::too_large));
  CHECK(store.list().size() == kMaxStore);
  CertificateStore other;
  CHECK(other.add_pem(std::string(kMaxPem + 1, '\n')).error().is(Errc::too_large));
}

TEST_CASE("PEM blocks may have comments around them and any line ends") {
  const auto der = self_signed(authority("Test Root")).der;
  auto crlf = pem(der);
  for (std::size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) {
    crlf.insert(at, 1, '\r');
  }
  CHECK(read_pem_certificates(crlf).value() == std::vector<Bytes>{der});
  CHECK(read_pem_certificates("# a root\n" + pem(der) + "subject: x\n").value().size() == 1);
  auto unended = pem(der);
  unended.pop_back();
  CHECK(read_pem_certificates(unended).value() == std::vector<Bytes>{der});
}

TEST_CASE("texts that are not PEM certificates are malformed") {
  const auto good = pem(self_signed(authority("Test Root")).der);
  const std::string begin = "-----BEGIN CERTIFICATE-----\n";
  for (const auto& bad :
       {std::string(), std::string("no certificate"), begin, begin + good,
        good.substr(0, good.size() - 10), "-----BEGIN PRIVATE KEY-----\nAAAA\n" + good,
        good + "-----BEGIN EC PRIVATE KEY-----\n", begin + "%%%%\n-----END CERTIFICATE-----\n",
        "-----BEGIN TRUSTED CERTIFICATE-----\n" + good}) {
    CAPTURE(bad);
    CHECK(read_pem_certificates(bad).error().is(Errc::malformed));
  }
  CertificateStore store;
  CHECK(store.add_pem(begin + "-----END CERTIFICATE-----\n").error().is(Errc::malformed));
}
