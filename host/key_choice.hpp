// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/channel/messages.hpp"
#include "host/failure.hpp"
#include "host/local_keys.hpp"

namespace latchkey::host {

/// Where the key that is enrolled comes from.
enum class KeySource : std::uint8_t {
  kept,   ///< this computer has it
  file,   ///< a new one in a file, made before anybody is connected to
  here,   ///< a new one on a security key plugged in here, made once the code is proved
  in_pi,  ///< a new one on a security key plugged into the Pi, or one that it holds already
};

/// A key of this computer, and what its security key said when it was made, where that is kept.
struct Candidate {
  LocalKey key;
  /// attest::Record with its challenge, by a maker's certificate; empty: none that holds.
  Bytes attestation{};
  [[nodiscard]] bool attested() const noexcept { return !attestation.empty(); }
};

/// What there is to choose from.
struct Choices {
  KeySource wanted = KeySource::kept;
  std::vector<Candidate> keys;     ///< best first, as they rank where the Pi does not mind
  bool fixed = false;              ///< the person named them: no other source will do
  bool security_key_here = false;  ///< one is plugged in
  bool may_make = false;           ///< nobody has to be asked, or somebody is there to touch it
};

struct ChosenKey {
  KeySource source = KeySource::kept;
  std::optional<Candidate> kept;  ///< for KeySource::kept and file
  std::string why;                ///< why it is another source than was wanted: a sentence
};

/// What to enrol, now that the Pi has said what it accepts. Keys in hardware come first where it
/// prefers them and a security key is there to sign. Where it requires them, a kept key needs its
/// attestation. Keys whose security key is away come last. Without any that will do, a new key is
/// made, if it may: here, or in the Pi; if a security key is here, also in place of one whose own
/// is away. A key that was named is offered under every rule: the Pi's refusal says more than we
/// can. Reason::key_type_refused, not_attested.
[[nodiscard]] Attempt<ChosenKey> choose_key(const Choices& choices,
                                            const channel::Welcome& welcome);

}  // namespace latchkey::host
