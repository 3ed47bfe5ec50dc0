// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

namespace latchkey::fido::sim {

using Aaguid = std::array<std::uint8_t, 16>;

/// COSE algorithm identifiers (RFC 9053).
inline constexpr std::int32_t kEs256 = -7;
inline constexpr std::int32_t kEdDsa = -8;

/// The attestation statement that makeCredential gives (WebAuthn section 8). U2F's own command
/// always answers with the leaf of the chain.
enum class AttestationKind : std::uint8_t {
  packed,    ///< leaf and intermediate in x5c
  fido_u2f,  ///< the leaf alone, AAGUID zero
  self,      ///< packed, signed by the credential itself
  none,
};

/// What keys in the wild do wrong. Counted where a count is given; all off at the start.
struct Misbehaviour {
  enum class Length : std::uint8_t { right, too_short, too_long };

  // The wire's: of answers to CBOR and MSG; INIT, PING and errors stay right.
  bool endless_keepalive = false;           ///< CTAP2 commands never end, cancelled or not
  Length announced = Length::right;         ///< the byte count in the first report of an answer
  bool bad_cbor = false;                    ///< answers are cut in the middle of an item
  bool wrong_channel = false;               ///< answers carry another channel's identifier
  bool spares_get_info = true;              ///< the four above leave getInfo alone: clients go on
  std::optional<unsigned> disappears_at{};  ///< gone when this many reports have passed, both ways

  bool claims_ed25519 = false;        ///< getInfo lists EdDSA; makeCredential has none
  bool claims_resident_keys = false;  ///< getInfo says rk; storing fails
  bool denies_pin = false;            ///< getInfo says that no PIN is set though one is
  bool wrong_signature = false;       ///< one bit of every signature is flipped
  bool wrong_rp = false;              ///< authenticator data name another relying party
};

/// One model of security key: what it can do, and does wrong. Constant while it is plugged in.
struct Model {
  std::string name = "fido-2.1";
  bool u2f = true;       ///< speaks U2F (CTAP1)
  bool fido_2_0 = true;  ///< speaks CTAP2; false: CBOR is an unknown command
  bool fido_2_1 = true;  ///< FIDO_2_1: tokens with permissions, selection, credMgmt
  Aaguid aaguid{};
  std::uint32_t firmware_version = 0x050403;
  std::vector<std::int32_t> algorithms{kEs256, kEdDsa};
  bool resident_keys = true;
  std::uint32_t resident_slots = 25;
  bool client_pin = true;                 ///< can have a PIN
  std::vector<int> pin_protocols{2, 1};   ///< preferred first
  bool built_in_verification = false;     ///< has a fingerprint reader (a finger is enrolled)
  bool always_uv = false;                 ///< the factory setting of alwaysUv
  bool make_cred_uv_not_required = true;  ///< makeCredUvNotRqd
  bool cred_protect = true;               ///< the extension
  bool credential_management = true;
  AttestationKind attestation = AttestationKind::packed;
  std::uint32_t max_message_size = 1200;
  std::uint32_t max_credentials_in_list = 8;
  std::uint32_t max_credential_id_length = 128;  ///< as getInfo says it; nothing is refused
  std::uint32_t min_pin_length = 4;              ///< in code points
  Millis touch_timeout{30'000};
  Millis keepalive{100};
  Millis reset_window{10'000};  ///< authenticatorReset only so soon after the plug; 0: always
  Misbehaviour misbehaviour{};
};

/// Whether nothing with a touch goes without verification: 2.0 knows no alwaysUv.
[[nodiscard]] inline bool always_verifies(const Model& model) {
  return model.fido_2_1 && model.always_uv;
}

/// The catalogue. find_model: Errc::not_found, whose `doing` lists the names.
[[nodiscard]] std::span<const Model> models();
[[nodiscard]] Result<Model> find_model(std::string_view name);

/// Every field of Model as text, so that a command line can say `--set always_uv=true`.
struct Knob {
  std::string_view name;     ///< the field's, "misbehaviour." left out
  std::string_view meaning;  ///< one line for help and the reference page
};
[[nodiscard]] std::span<const Knob> knobs();
/// Errc::not_found for the name, Errc::malformed for the value; `doing` is the sentence to print.
[[nodiscard]] Result<void> set_knob(Model& model, std::string_view name, std::string_view value);
/// The value as set_knob takes it. Errc::not_found as above.
[[nodiscard]] Result<std::string> get_knob(const Model& model, std::string_view name);

}  // namespace latchkey::fido::sim
