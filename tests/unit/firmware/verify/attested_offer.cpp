// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/verify/attested_offer.hpp"

#include <openssl/pem.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/channel/statement.hpp"
#include "firmware/verify/proof_check.hpp"

namespace latchkey::testing {
namespace {

using attest::test::authority;
using attest::test::issue;
using attest::test::self_signed;

void put(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  REQUIRE(file.good());
}

void write_private_key(const attest::test::Key& key, const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  REQUIRE(file != nullptr);
  const int done = PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  REQUIRE(std::fclose(file) == 0);
  REQUIRE(done == 1);
}

}  // namespace

AttestedOffer::AttestedOffer()
    : root(self_signed(authority("Test Root"))),
      leaf(issue(root, {.aaguid = attest::test::aaguid_value(registration.aaguid)})),
      question(question_about(registration.ssh_key().blob())) {
  const auto challenge = channel::attestation_challenge(statement_of(question)).value();
  registration.challenge = to_bytes(challenge);
  question.now = attest::test::kNow.time_since_epoch().count();
  question.clock_synchronised = 1;
  for (const auto* name : {"roots.d", "intermediates.d"}) {
    std::filesystem::create_directory(folder.file(name));
  }
  REQUIRE(question.roots.assign(folder.file("roots.d")));
  REQUIRE(question.intermediates.assign(folder.file("intermediates.d")));
  put_root("test.pem", attest::test::pem(root.der));
}

void AttestedOffer::attest(const attest::Attestation& attestation, Bytes challenge) {
  attest_with(attest::encode({attestation, std::move(challenge)}).value());
}

void AttestedOffer::attest_with(ByteView bytes) { REQUIRE(question.attestation.assign(bytes)); }

void AttestedOffer::make_older() { registration.challenge = Bytes(32, 0x77); }

void AttestedOffer::sign(std::uint8_t flags) {
  const SoftToken token{folder.file("token"), registration.ssh_key().blob()};
  write_private_key(registration.key, token.file.string());
  REQUIRE(question.signature.assign(maker_.assert_with(token, statement_of(question), flags)));
}

roles::KeyVerdict AttestedOffer::judge() const {
  process::PosixRunner runner;
  const auto verdict = verify::check_proof(runner, question);
  CHECK_FALSE(verdict.text.view().empty());
  return verdict;
}

roles::KeyVerdict AttestedOffer::judge_by_program(const AskHow& how) const {
  const auto verdict = ask(question, how);
  REQUIRE(verdict.has_value());
  return *verdict;
}

void AttestedOffer::put_root(const std::string& name, std::string_view text) const {
  put(folder.file("roots.d/" + name), text);
}

void AttestedOffer::put_intermediate(const std::string& name, std::string_view text) const {
  put(folder.file("intermediates.d/" + name), text);
}

}  // namespace latchkey::testing
