// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "firmware/roles/token_messages.hpp"
#include "hal/fido/key_info.hpp"
#include "hal/fido/problem.hpp"
#include "hal/fido/security_keys.hpp"

/// How an order is carried out on the key that is there. Pure.
namespace latchkey::token {

/// Why nothing comes of an order.
struct Refusal {
  fido::Trouble trouble = fido::Trouble::failed;
  std::string text;  ///< what happened and what to do
};
[[nodiscard]] Refusal refusal_of(const fido::Problem& problem);

/// What a key turned out to be, whatever it says of itself.
struct Learned {
  bool no_ed25519 = false;
  bool wants_pin = false;
};

struct Plan {
  fido::Algorithm algorithm = fido::Algorithm::ed25519;
  bool as_u2f = false;
  bool wants_pin = false;  ///< nothing can be started without it
};

/// How to make a credential.
/// - Unattended: by touch alone. CTAP2 where the key needs nothing but a touch or its own reader,
///   else U2F registration, which takes a touch even where a PIN is set; not on keys without U2F,
///   nor with alwaysUv, nor with `no_u2f`. `verify` is for its own reader alone.
/// - Attended: with the PIN where the key needs it.
[[nodiscard]] tl::expected<Plan, Refusal> plan_to_make(const fido::KeyInfo& info,
                                                       const roles::MakeKey& order,
                                                       const Learned& learned);

/// Whether the resident credentials can be read at all: with the PIN, attended, and where the key
/// has a list of them.
[[nodiscard]] tl::expected<void, Refusal> check_to_import(const fido::KeyInfo& info,
                                                          const roles::MakeKey& order);

/// The one resident credential that an order means: of its application and user. An order without
/// a user means the one without a name, else whichever is the only one of the application.
/// A refusal says which users there are.
[[nodiscard]] tl::expected<fido::ResidentKey, Refusal> choose_resident(
    const std::vector<fido::ResidentKey>& residents, const roles::MakeKey& order);

}  // namespace latchkey::token
