// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/destination.hpp"
#include "host/key_choice.hpp"

namespace latchkey::host {

/// What is settled before anybody is connected to.
struct Plan : Destination {
  KeySource source = KeySource::kept;
  std::vector<LocalKey> keys;          ///< best first; one alone when the person named it
  std::vector<UnusableFile> unusable;  ///< files of keys, where `keys` is empty
  bool fixed = false;                  ///< by --key or --software: no other will do
  channel::Limits limits;

  /// Asks ssh and the agent, reads ~/.ssh, looks for security keys and asks them silently whose
  /// they are; changes nothing. Reason::usage where options contradict each other; no_key where
  /// nobody can be asked to make one.
  [[nodiscard]] static Attempt<Plan> make(const EnrollOptions& options, const Context& context);

  /// What is known to stand in the way, before anybody is connected to: files that ssh ignores, a
  /// security key that is not here.
  void warn(const Context& context) const;

  /// What is left to do or to say about a key that is not there yet: ssh-keygen makes the one in a
  /// file; of one on a security key it is said what will be asked.
  [[nodiscard]] Attempt<> prepare(const EnrollOptions& options, const Context& context);

  /// The key to enrol on a Pi that said this. What choose_key() knows.
  [[nodiscard]] Attempt<ChosenKey> choose(const channel::Welcome& welcome,
                                          const EnrollOptions& options,
                                          const Context& context) const;
};

/// Options that shut each other out: Reason::usage.
[[nodiscard]] Attempt<> check_sources(const EnrollOptions& options);

}  // namespace latchkey::host
