// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "docs/generate/page.hpp"
#include "docs/generate/window_tour.hpp"

namespace latchkey::pages {

using namespace pairing;

namespace {

/// Everything the tour saw, put together.
struct Map {
  using Edge = std::pair<Phase, Phase>;
  std::map<Edge, std::vector<std::string>> ways;  ///< which events lead from phase to phase
  std::map<Reason, std::set<Phase>> endings;      ///< where from each reason ends a window
  bool locks = false;                             ///< an ending may lock
};

void add_once(std::vector<std::string>& list, const std::string& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

Map explore() {
  Map map;
  for (const auto& stop : tour::stops()) {
    for (const auto& happening : tour::happenings()) {
      const Step step = tour::visit(stop, happening);
      bool closed = false;
      for (const auto& action : step.actions) {
        if (const auto* close = std::get_if<Close>(&action)) {
          closed = true;
          map.endings[close->reason].insert(stop.state.phase);
        }
      }
      const Phase from = stop.state.phase;
      const Phase to = step.state.phase;
      if (closed && to == Phase::locked && from != Phase::locked) map.locks = true;
      // A press on a finished window closes it and opens the next: a way, not only an ending.
      const bool on_to_the_next = closed && to == Phase::open;
      if (from != to && (!closed || on_to_the_next)) {
        add_once(map.ways[{from, to}], std::string(name(kind(happening.body))));
      }
    }
  }
  return map;
}

std::string mermaid(const Map& map) {
  std::string text = "```mermaid\nstateDiagram-v2\n    [*] --> idle: power_on\n";
  for (const auto& [edge, events] : map.ways) {
    text += fmt::format("    {} --> {}: {}\n", name(edge.first), name(edge.second),
                        fmt::join(events, ", "));
  }
  text += "    state window {\n";
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    if (phase != Phase::idle && phase != Phase::locked) {
      text += fmt::format("        {}\n", name(phase));
    }
  }
  text += "    }\n    window --> idle: close(reason)\n";
  if (map.locks) text += "    window --> locked: close(reason), too many failed windows\n";
  return text + "```\n";
}

std::string endings(const Map& map) {
  std::string text = "| reason | from |\n| --- | --- |\n";
  for (const auto& [reason, phases] : map.endings) {
    std::vector<std::string_view> names;
    for (const auto phase : phases) names.push_back(name(phase));
    text += fmt::format("| `{}` | {} |\n", name(reason), fmt::join(names, ", "));
  }
  return text;
}

std::string section(const tour::Stop& stop) {
  std::string text = fmt::format("\n### {}\n\n", stop.name);
  if (!stop.remarks.empty()) text += fmt::format("As the plain state, but {}.\n\n", stop.remarks);
  text += "| event | then | what is done |\n| --- | --- | --- |\n";
  std::vector<std::string> ignored;
  for (const auto& happening : tour::happenings()) {
    const Step step = tour::visit(stop, happening);
    State same = step.state;
    same.now = stop.state.now;
    if (same == stop.state && step.actions.empty()) {
      ignored.push_back(fmt::format("`{}`", name(kind(happening.body))));
      continue;
    }
    std::vector<std::string> deeds;
    for (const auto& action : step.actions) deeds.push_back(fmt::format("`{}`", describe(action)));
    text += fmt::format("| {} | {} | {} |\n", happening.name, name(step.state.phase),
                        fmt::join(deeds, ", "));
  }
  ignored.erase(std::unique(ignored.begin(), ignored.end()), ignored.end());
  return text + fmt::format("\nIgnored: {}.\n", fmt::join(ignored, ", "));
}

}  // namespace

Page state_diagram() {
  const Map map = explore();
  std::string text =
      "<!-- Made by pairing_pages from core/pairing/window.cpp. Do not edit. -->\n"
      "# The pairing window\n\n"
      "What opens a pairing window, what happens in it and how it ends. A code is worth one "
      "guess, a window enrols one key, and every ending passes through `close(reason)`, which "
      "drops the peer, ends the other processes, wipes the code and sets the LED.\n\n";
  text += mermaid(map);
  text +=
      "\n## Endings\n\nEach is logged and counted under its name. A window in which a guess was "
      "spent without success has failed; too many of those lock.\n\n";
  text += endings(map);
  text += "\n## Every state and every event\n";
  for (const auto& stop : tour::stops()) text += section(stop);
  return {"state-diagram.md", std::move(text)};
}

}  // namespace latchkey::pages
