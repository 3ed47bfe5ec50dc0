// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {

namespace {

/// Readable in a hex dump, and nobody's: real ones are random.
Aaguid aaguid(char last) {
  constexpr std::string_view kText = "latchkey-sim-00";
  Aaguid id{};
  std::copy(kText.begin(), kText.end(), id.begin());
  id.back() = static_cast<std::uint8_t>(last);
  return id;
}

Model current(std::string name, char last) {
  Model model;
  model.name = std::move(name);
  model.aaguid = aaguid(last);
  return model;
}

Model u2f_only() {
  auto model = current("u2f-only", '1');
  model.fido_2_0 = false;
  model.fido_2_1 = false;
  model.algorithms = {kEs256};
  model.resident_keys = false;
  model.resident_slots = 0;
  model.client_pin = false;
  model.pin_protocols = {};
  model.make_cred_uv_not_required = false;
  model.cred_protect = false;
  model.credential_management = false;
  model.firmware_version = 0x040300;
  return model;
}

Model fido_2_0(std::string name, char last) {
  auto model = current(std::move(name), last);
  model.fido_2_1 = false;
  model.pin_protocols = {1};
  model.make_cred_uv_not_required = false;
  model.cred_protect = false;
  model.credential_management = false;
  model.firmware_version = 0x050102;
  return model;
}

Model fido_2_0_no_pin() {
  auto model = fido_2_0("fido-2.0-no-pin", '3');
  model.client_pin = false;
  model.pin_protocols = {};
  return model;
}

Model always_uv() {
  auto model = current("fido-2.1-always-uv", '5');
  model.always_uv = true;
  model.make_cred_uv_not_required = false;  // the two exclude each other (section 7.2)
  return model;
}

Model built_in_uv() {
  auto model = current("fido-2.1-built-in-uv", '6');
  model.built_in_verification = true;
  return model;
}

Model no_ed25519() {
  auto model = current("no-ed25519", '7');
  model.algorithms = {kEs256};
  return model;
}

Model full() {
  auto model = current("full", '8');
  model.resident_slots = 0;
  return model;
}

}  // namespace

std::span<const Model> models() {
  static const std::array catalogue{u2f_only(),        fido_2_0("fido-2.0", '2'),
                                    fido_2_0_no_pin(), current("fido-2.1", '4'),
                                    always_uv(),       built_in_uv(),
                                    no_ed25519(),      full()};
  return catalogue;
}

Result<Model> find_model(std::string_view name) {
  std::string names;
  for (const auto& model : models()) {
    if (model.name == name) return model;
    names += (names.empty() ? "" : ", ") + model.name;
  }
  return fail(Errc::not_found,
              "no model is called \"" + std::string(name) + "\"; there are " + names);
}

}  // namespace latchkey::fido::sim
