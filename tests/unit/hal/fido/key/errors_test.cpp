// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/errors.hpp"

#include <doctest/doctest.h>
#include <fido.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

using namespace latchkey::fido;

namespace {

/// Those that a person can do something about; every other one is failed, not_supported, nonsense,
/// busy, or of our own making.
const std::map<int, Trouble> kTold{
    {FIDO_ERR_CREDENTIAL_EXCLUDED, Trouble::already_there},
    {FIDO_ERR_INVALID_CREDENTIAL, Trouble::not_its_handle},
    {FIDO_ERR_NO_CREDENTIALS, Trouble::not_its_handle},
    {FIDO_ERR_UNSUPPORTED_ALGORITHM, Trouble::no_such_algorithm},
    {FIDO_ERR_OPERATION_DENIED, Trouble::declined},
    {FIDO_ERR_KEY_STORE_FULL, Trouble::store_full},
    {FIDO_ERR_KEEPALIVE_CANCEL, Trouble::cancelled},
    {FIDO_ERR_USER_ACTION_TIMEOUT, Trouble::timed_out},
    {FIDO_ERR_ACTION_TIMEOUT, Trouble::timed_out},
    {FIDO_ERR_PIN_TOKEN_EXPIRED, Trouble::timed_out},
    {FIDO_ERR_PIN_INVALID, Trouble::pin_wrong},
    {FIDO_ERR_PIN_BLOCKED, Trouble::pin_blocked},
    {FIDO_ERR_PIN_AUTH_BLOCKED, Trouble::pin_needs_replug},
    {FIDO_ERR_PIN_NOT_SET, Trouble::pin_not_set},
    {FIDO_ERR_PIN_REQUIRED, Trouble::pin_required},
    {FIDO_ERR_PIN_POLICY_VIOLATION, Trouble::pin_refused},
    {FIDO_ERR_UV_BLOCKED, Trouble::verification_blocked},
    {FIDO_ERR_UV_INVALID, Trouble::verification_failed},
};

}  // namespace

TEST_CASE("Every number that libfido2 could give has a trouble and a word") {
  for (int error = -255; error <= 0xFF; ++error) {
    if (error == 0) continue;
    CAPTURE(error);
    const auto trouble = trouble_of(error);
    const auto told = kTold.find(error);
    if (told != kTold.end()) {
      CHECK(name(trouble) == name(told->second));
    } else {
      const std::set<Trouble> rest{Trouble::failed, Trouble::not_supported, Trouble::nonsense,
                                   Trouble::busy};
      CHECK(rest.contains(trouble));
    }
    CHECK_FALSE(word_for(error).empty());
  }
}

TEST_CASE("A number that has no name is told as a number") {
  CHECK(word_for(FIDO_ERR_PIN_INVALID) == "FIDO_ERR_PIN_INVALID");
  CHECK(word_for(0xF1) == "CTAP status 0xf1");
  CHECK(word_for(-200) == "libfido2's error -200");
}

TEST_CASE("The table has a line for every error of the header that is installed") {
  std::ifstream header("/usr/include/fido/err.h");
  REQUIRE(header.good());
  std::ifstream source(LATCHKEY_ERRORS_CPP);
  REQUIRE(source.good());
  const std::string table((std::istreambuf_iterator<char>(source)), {});
  const std::regex definition("#define (FIDO_ERR_[A-Z0-9_]+)\\s+(0x[0-9a-f]+|-[0-9]+)\\s*");
  int seen = 0;
  for (std::string line; std::getline(header, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, definition) || match[1] == "FIDO_ERR_SUCCESS") continue;
    ++seen;
    CAPTURE(match[1].str());
    CHECK(table.find("Row{" + match[1].str() + ",") != std::string::npos);
  }
  CHECK(seen > 50);
}
