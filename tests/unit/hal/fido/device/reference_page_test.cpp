// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "hal/fido/sim/device/model.hpp"

using namespace latchkey::fido::sim;

namespace {

/// The rows of the table with that heading in docs/reference/simulated-security-key.md.
std::vector<std::string> table(const std::string& heading) {
  std::ifstream page(LATCHKEY_DOCS "/reference/simulated-security-key.md");
  REQUIRE(page.is_open());
  std::vector<std::string> rows;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line == heading) within = true;
    if (within && line.empty()) break;
    if (within && line.starts_with("| `")) rows.push_back(line);
  }
  return rows;
}

std::string code(const std::string& text) { return text.empty() ? "" : '`' + text + '`'; }

std::string with_dashes(const std::string& hex) {
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20);
}

}  // namespace

TEST_CASE("the reference page has the knobs, with the values of fido-2.1 and their meanings") {
  const auto model = find_model("fido-2.1");
  REQUIRE(model.has_value());
  const auto rows = table("| knob | value | is |");
  REQUIRE(rows.size() == knobs().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& knob = knobs()[i];
    CHECK(rows[i] == "| " + code(std::string(knob.name)) + " | " +
                         code(get_knob(*model, knob.name).value()) + " | " +
                         std::string(knob.meaning) + " |");
  }
}

TEST_CASE("the reference page has the models in their order, with their AAGUIDs") {
  const auto rows = table("| model | is | AAGUID |");
  REQUIRE(rows.size() == models().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& model = models()[i];
    CHECK(rows[i].starts_with("| " + code(model.name) + " | "));
    if (!model.fido_2_0) continue;  // no command tells it
    CHECK(rows[i].ends_with("| " + code(with_dashes(get_knob(model, "aaguid").value())) + " |"));
  }
}
