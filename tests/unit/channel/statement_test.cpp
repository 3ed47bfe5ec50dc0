// SPDX-License-Identifier: MIT
#include "core/channel/statement.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace latchkey;
using namespace latchkey::channel;

namespace {

Challenge challenge() {
  Challenge bytes{};
  bytes.fill(0x5a);
  return bytes;
}

}  // namespace

TEST_CASE("the statement has the layout of the protocol page") {
  crypto::Sha256 hash{};
  hash.fill(0x77);
  const Limits limits{.expires = WallTime(std::chrono::seconds(1767225600)),
                      .from = "10.0.0.0/8",
                      .restrict = true};
  std::string expected = "00000015" + to_hex(as_bytes("latchkey enrolment v1"));
  for (int i = 0; i < 32; ++i) expected += i == 0 ? "000000205a" : "5a";
  expected += "00000002" + to_hex(as_bytes("pi"));
  expected += "01000000006955b900";
  expected += "0000000a" + to_hex(as_bytes("10.0.0.0/8"));
  expected += "01";
  for (int i = 0; i < 32; ++i) expected += i == 0 ? "0000002077" : "77";
  CHECK(to_hex(enrolment_statement(challenge(), "pi", limits, hash)) == expected);
}

TEST_CASE("everything that is agreed on is in the statement") {
  std::set<Bytes> statements;
  const auto add = [&](const Challenge& c, const char* account, const Limits& limits,
                       const crypto::Sha256& hash) {
    CHECK(statements.insert(enrolment_statement(c, account, limits, hash)).second);
  };
  const Limits none;
  const WallTime epoch{};
  crypto::Sha256 other_hash{};
  other_hash[31] = 1;
  auto other_challenge = challenge();
  other_challenge[0] = 0;
  add(challenge(), "pi", none, {});
  add(other_challenge, "pi", none, {});
  add(challenge(), "root", none, {});
  add(challenge(), "pi", {epoch, "", false}, {});
  add(challenge(), "pi", {epoch + std::chrono::seconds(1), "", false}, {});
  add(challenge(), "pi", {std::nullopt, "*", false}, {});
  add(challenge(), "pi", {std::nullopt, "", true}, {});
  add(challenge(), "pi", none, other_hash);
}

TEST_CASE("the hash of host keys depends on their borders and their order") {
  const Bytes a{1};
  const Bytes b{2, 3};
  const Bytes ab{1, 2};
  const Bytes c{3};
  const auto hash = hash_host_keys({a, b}).value();
  CHECK(to_hex(hash) == to_hex(crypto::sha256(from_hex("00000001010000000202"
                                                       "03")
                                                  .value())
                                   .value()));
  CHECK(hash != hash_host_keys({b, a}).value());
  CHECK(hash != hash_host_keys({ab, c}).value());
  CHECK(hash_host_keys({}).value() == crypto::sha256({}).value());
}
