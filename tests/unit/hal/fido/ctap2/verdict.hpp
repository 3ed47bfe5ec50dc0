// SPDX-License-Identifier: MIT
#pragma once

#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

/// What the real libfido2 says to answers of a simulated key.
namespace latchkey::fido::sim::test {

/// fido_cred_verify, or fido_cred_verify_self where no certificate is given; FIDO_OK or FIDO_ERR_….
/// For the requests of bare_key.hpp. `protection`: what fido_cred_set_prot has to be told.
[[nodiscard]] int verify_credential(const Bytes& answer, int protection = 0);

/// fido_assert_verify with the key of a makeCredential's answer, user presence and verification
/// asked for as said.
struct Expected {
  bool user_present = true;
  bool user_verified = false;
};
[[nodiscard]] int verify_assertion(const Bytes& made, const Bytes& answer, Expected expected = {});

}  // namespace latchkey::fido::sim::test
