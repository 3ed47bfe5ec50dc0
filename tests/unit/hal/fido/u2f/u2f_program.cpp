// SPDX-License-Identifier: MIT
// A simulated key that was just made: reads APDUs as lines of hexadecimal and writes the answers.
// The lines "yes", "no" and "never" say what the person does from then on; at first "yes".
#include <iostream>

#include "hal/fido/sim/attestation/certificate_authority.hpp"
#include "hal/fido/sim/u2f/messages.hpp"

namespace {

using namespace latchkey;
using namespace latchkey::fido::sim;

int run() {
  crypto::SystemRandom random;
  const auto authority = CertificateAuthority::make(random, WallTime(std::chrono::days(20'000)));
  if (!authority) return 1;
  const Model model;
  auto factory = authority->manufacture(model, random);
  if (!factory) return 1;
  State state{.factory = *std::move(factory)};
  if (!random.fill(state.wrapping_key)) return 1;
  Session session;
  History history;
  Environment env{model, state, session, history, random};

  auto reply = Reply::yes;
  const Person person = [&](const Request&) { return reply; };
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "yes" || line == "no" || line == "never") {
      reply = line == "yes" ? Reply::yes : line == "no" ? Reply::no : Reply::never;
      continue;
    }
    const auto apdu = from_hex(line);
    if (!apdu) return 2;
    std::cout << to_hex(answer_u2f(env, *apdu, person, Instant{})) << std::endl;
  }
  return 0;
}

}  // namespace

int main() { return run(); }
