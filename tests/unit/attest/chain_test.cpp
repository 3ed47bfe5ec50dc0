// SPDX-License-Identifier: MIT
#include "core/attest/chain.hpp"

#include <doctest/doctest.h>

#include "tests/unit/attest/registration.hpp"

using namespace latchkey;
using namespace latchkey::attest;
using namespace latchkey::attest::test;

namespace {

Certificate parsed(const Bytes& der) { return Certificate::parse(der).value(); }

/// Where a leaf leads with these above it sent, or known.
ChainEnd sending(const World& world, const Certified& leaf, const std::vector<Bytes>& above,
                 std::optional<WallTime> now = kNow) {
  std::vector<Certificate> sent;
  for (const auto& der : above) sent.push_back(parsed(der));
  return follow_chain(parsed(leaf.der), sent, world.intermediates, world.roots, now);
}

ChainEnd bundling(const Certified& root, const Certified& leaf, const std::vector<Bytes>& above) {
  World world;
  world.root = root;
  world.roots = World::store({root.der});
  world.intermediates = World::store(above);
  return sending(world, leaf, {});
}

}  // namespace

TEST_CASE("a leaf under a root is trusted") {
  const World world;
  const auto end = sending(world, issue(world.root, {}), {});
  CHECK(end.trusted);
  CHECK(end.root == "Test Root");
  CHECK_FALSE(end.dates);
}

TEST_CASE("intermediates may be sent, known, or both, in any order") {
  World world;
  const auto upper = issue(world.root, authority("Upper"));
  const auto lower = issue(upper, authority("Lower"));
  const auto leaf = issue(lower, {});
  CHECK(sending(world, leaf, {lower.der, upper.der}).trusted);
  CHECK(sending(world, leaf, {upper.der, lower.der}).trusted);
  CHECK(bundling(world.root, leaf, {upper.der, lower.der}).trusted);
  CHECK_FALSE(sending(world, leaf, {lower.der}).trusted);
  CHECK_FALSE(sending(world, leaf, {upper.der}).trusted);
  CHECK_FALSE(sending(world, leaf, {}).trusted);
  world.intermediates = World::store({upper.der});
  CHECK(sending(world, leaf, {lower.der}).trusted);
  CHECK(sending(world, leaf, {lower.der, world.root.der}).trusted);
}

TEST_CASE("an intermediate may be trusted by itself") {
  World world;
  const auto maker = issue(world.root, authority("Maker"));
  world.roots = World::store({maker.der});
  const auto end = sending(world, issue(maker, {}), {});
  CHECK(end.trusted);
  CHECK(end.root == "Maker");
  CHECK_FALSE(sending(world, issue(world.root, {}), {}).trusted);
}

TEST_CASE("a leaf is not its own root") {
  World world;
  const auto leaf = self_signed(authority("Alone"));
  world.roots = World::store({leaf.der});
  CHECK_FALSE(sending(world, leaf, {}).trusted);
}

TEST_CASE("only a CA may issue") {
  const World world;
  for (const auto& constraints :
       {std::optional<std::string>("critical,CA:FALSE"), std::optional<std::string>()}) {
    auto spec = authority("No CA");
    spec.basic_constraints = constraints;
    const auto leaf_as_issuer = issue(world.root, spec);
    CHECK_FALSE(sending(world, issue(leaf_as_issuer, {}), {leaf_as_issuer.der}).trusted);
  }
  auto spec = authority("Wrong usage");
  spec.key_usage = "critical,digitalSignature";
  const auto wrong = issue(world.root, spec);
  CHECK_FALSE(sending(world, issue(wrong, {}), {wrong.der}).trusted);
  spec.key_usage = std::nullopt;
  const auto silent = issue(world.root, spec);
  CHECK(sending(world, issue(silent, {}), {silent.der}).trusted);
}

TEST_CASE("path lengths hold") {
  World world;
  const auto upper = issue(world.root, authority("Upper", "critical,CA:TRUE,pathlen:0"));
  const auto lower = issue(upper, authority("Lower"));
  CHECK(sending(world, issue(upper, {}), {upper.der}).trusted);
  CHECK_FALSE(sending(world, issue(lower, {}), {lower.der, upper.der}).trusted);

  world.root = self_signed(authority("Narrow Root", "critical,CA:TRUE,pathlen:0"));
  world.roots = World::store({world.root.der});
  const auto between = issue(world.root, authority("Between"));
  CHECK(sending(world, issue(world.root, {}), {}).trusted);
  CHECK_FALSE(sending(world, issue(between, {}), {between.der}).trusted);
}

TEST_CASE("four intermediates are followed, five are not") {
  const World world;
  auto issuer = world.root;
  std::vector<Bytes> above;
  for (int i = 1; i <= 5; ++i) {
    issuer = issue(issuer, authority("Level " + std::to_string(i)));
    above.push_back(issuer.der);
    CHECK(sending(world, issue(issuer, {}), above).trusted == (i <= 4));
  }
}

TEST_CASE("a wrong certificate of the right name does not hide the right one") {
  const World world;
  const auto right = issue(world.root, authority("Maker"));
  const auto leaf = issue(right, {});
  const auto stranger = self_signed(authority("Stranger"));
  const auto same_key = issue(stranger, authority("Maker"), right.key);
  const auto same_name = issue(world.root, authority("Maker"));
  CHECK(sending(world, leaf, {same_key.der, same_name.der, right.der}).trusted);
  CHECK_FALSE(sending(world, leaf, {same_key.der, same_name.der}).trusted);
}

TEST_CASE("circles end, and so does patience with look-alikes") {
  const World world;
  const auto key = Key::ec();
  std::vector<Bytes> circle;
  for (int i = 0; i < 4; ++i) circle.push_back(self_signed(authority("Circle"), key).der);
  const Certified issuer{key, circle.front()};
  CHECK_FALSE(sending(world, issue(issuer, {}), circle).trusted);

  const auto right = issue(world.root, authority("Maker"));
  const auto leaf = issue(right, {});
  const auto stranger = self_signed(authority("Stranger"), key);
  std::vector<Bytes> crowd;
  for (int i = 0; i < 60; ++i) crowd.push_back(issue(stranger, authority("Maker"), key).der);
  crowd.push_back(right.der);
  CHECK(sending(world, leaf, crowd).trusted);
  crowd.pop_back();
  for (int i = 0; i < 4; ++i) crowd.push_back(issue(stranger, authority("Maker"), key).der);
  crowd.push_back(right.der);
  CHECK_FALSE(sending(world, leaf, crowd).trusted);
}

TEST_CASE("weak signatures and keys do not count") {
  World world;
  CertificateSpec sha1;
  sha1.hash = "SHA1";
  CHECK_FALSE(sending(world, issue(world.root, sha1), {}).trusted);
  CHECK_FALSE(sending(world, issue(world.root, {}, Key::rsa(1024)), {}).trusted);
  CHECK_FALSE(sending(world, issue(world.root, {}, Key::ec("secp256k1")), {}).trusted);
  world.root = self_signed(authority("Weak Root"), Key::rsa(1024));
  world.roots = World::store({world.root.der});
  CHECK_FALSE(sending(world, issue(world.root, {}), {}).trusted);
  world.root = self_signed(authority("RSA Root"), Key::rsa(2048));
  world.roots = World::store({world.root.der});
  CHECK(sending(world, issue(world.root, {}), {}).trusted);
}

TEST_CASE("dates count at each step, and only where the time is known") {
  World world;
  auto spec = authority("Old Maker");
  spec.not_after = kNow - std::chrono::days{1};
  const auto old = issue(world.root, spec);
  const auto leaf = issue(old, {});
  const auto end = sending(world, leaf, {old.der});
  CHECK_FALSE(end.trusted);
  CHECK(end.dates.value() == "the certificate \"Old Maker\" expired on 2030-06-14");
  CHECK(sending(world, leaf, {old.der}, std::nullopt).trusted);

  spec.not_after = kNow;
  const auto renewed = issue(world.root, spec, old.key);
  CHECK(sending(world, leaf, {old.der, renewed.der}).trusted);
  CHECK(sending(world, leaf, {renewed.der}).trusted);

  auto root = authority("Future Root");
  root.not_before = kNow + std::chrono::days{1};
  world.root = self_signed(root);
  world.roots = World::store({world.root.der});
  CHECK(sending(world, issue(world.root, {}), {}).dates.value() ==
        "the certificate \"Future Root\" is valid only from 2030-06-16");
}

TEST_CASE("certificates that are over by this computer's clock are judged by the time given") {
  World world;
  CertificateSpec spec;
  spec.not_before = std::chrono::sys_days{std::chrono::year{2001} / 1 / 1};
  spec.not_after = std::chrono::sys_days{std::chrono::year{2001} / 12 / 31};
  auto root = authority("Old Root");
  root.not_before = spec.not_before;
  root.not_after = spec.not_after;
  world.root = self_signed(root);
  world.roots = World::store({world.root.der});
  const auto leaf = issue(world.root, spec);
  const WallTime then = std::chrono::sys_days{std::chrono::year{2001} / 6 / 1};
  CHECK(sending(world, leaf, {}, then).trusted);
  CHECK(sending(world, leaf, {}, std::nullopt).trusted);
  CHECK(sending(world, leaf, {}, kNow).dates);
}
