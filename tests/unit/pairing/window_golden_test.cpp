// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "docs/generate/window_tour.hpp"

// To write the table anew, after a wanted change of the rules:
//   LATCHKEY_WRITE_GOLDEN=1 build/dev/tests/pairing_unit
// and read the difference before committing it.

namespace {

using namespace latchkey;
using namespace latchkey::pairing;

std::string path() { return std::string(PAIRING_DATA) + "/window_golden.txt"; }

std::string facts(const State& state) {
  std::ostringstream text;
  text << name(state.phase) << " (codes " << int{state.codes_made} << ", failures "
       << state.failures.size();
  if (state.guess_counted) text << ", counted";
  if (state.peer) text << ", peer";
  if (state.owes_answer) text << ", owes an answer";
  if (state.key_here) text << ", key here";
  if (state.from_token) text << ", from the token role";
  if (state.signature_asked) text << ", signature asked";
  if (state.already_there) text << ", already there";
  if (state.stopping) text << ", stopping";
  text << ")";
  return text.str();
}

std::string table() {
  std::ostringstream text;
  text << "# Every state of interest x every event: what step() makes of it.\n"
          "# \"=\" means ignored: same state, nothing to do.\n";
  for (const auto& stop : tour::stops()) {
    text << "\n[" << stop.name << "] " << facts(stop.state) << "\n";
    for (const auto& happening : tour::happenings()) {
      const Step step = tour::visit(stop, happening);
      State same = step.state;
      same.now = stop.state.now;
      text << happening.name << ":";
      if (same == stop.state && step.actions.empty()) {
        text << " =\n";
        continue;
      }
      text << " -> " << facts(step.state) << "\n";
      for (const auto& action : step.actions) text << "    " << describe(action) << "\n";
    }
  }
  return text.str();
}

TEST_CASE("every state and every event give what the golden table says") {
  const std::string now = table();
  if (std::getenv("LATCHKEY_WRITE_GOLDEN") != nullptr) std::ofstream(path()) << now;
  std::ifstream file(path());
  REQUIRE(file.good());
  std::istringstream lines(now);
  std::string wanted;
  std::string got;
  std::string stop;
  while (std::getline(file, wanted)) {
    REQUIRE(static_cast<bool>(std::getline(lines, got)));
    if (!wanted.empty() && wanted.front() == '[') stop = wanted;
    CAPTURE(stop);
    REQUIRE(got == wanted);
  }
  CHECK(!std::getline(lines, got));
}

TEST_CASE("the table has every phase and every event") {
  std::set<Phase> phases;
  for (const auto& stop : tour::stops()) phases.insert(stop.state.phase);
  CHECK(phases.size() == kPhaseCount);
  std::set<EventKind> kinds;
  for (const auto& happening : tour::happenings()) {
    kinds.insert(kind(happening.body));
    CHECK(happening.name.rfind(name(kind(happening.body)), 0) == 0);
  }
  CHECK(kinds.size() == std::variant_size_v<EventBody>);
}

TEST_CASE("every stop is where its name says") {
  for (const auto& stop : tour::stops()) {
    CAPTURE(stop.name);
    CHECK(stop.name.rfind(name(stop.state.phase), 0) == 0);
  }
}

TEST_CASE("names are there for everything that has one") {
  for (std::size_t i = 0; i < kReasonCount; ++i) CHECK(name(static_cast<Reason>(i)) != "?");
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Answer::internal); ++i) {
    CHECK(name(static_cast<Answer>(i)) != "?");
  }
  CHECK(name(static_cast<Phase>(200)) == "?");
  CHECK(describe(RefusePeer{{channel::RefusalReason::wrong_code, 2}}) ==
        "refuse_peer wrong_code 2");
  CHECK(describe(PersistFailures{2, true}) == "persist_failures 2 locked");
  CHECK(describe(WatchKeys{false}) == "watch_keys");
  CHECK(describe(WatchKeys{true}) == "watch_keys asked");
  CHECK(describe(Show{Pattern::refused, Pattern::window_open}) == "show refused then window_open");
}

}  // namespace
