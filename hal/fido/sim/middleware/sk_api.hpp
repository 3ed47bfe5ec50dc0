// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// The seam between OpenSSH and a security key's middleware (OpenSSH's PROTOCOL.u2f, "OpenSSH
/// integration", and the layout that its sk-api.h documents): a shared object with these four
/// functions, which ssh-sk-helper loads. All memory that crosses it is malloc(3)'s; the receiver
/// frees it. Names of our own: the seam is layout and values.
namespace latchkey::fido::sim {

inline constexpr std::uint32_t kSkApiVersion = 0x000A0000;  ///< of OpenSSH 9.1 to 10

namespace sk_flag {
inline constexpr std::uint8_t kUserPresence = 0x01;
inline constexpr std::uint8_t kUserVerification = 0x04;
inline constexpr std::uint8_t kForce = 0x10;  ///< overwrite a resident key of the same user
inline constexpr std::uint8_t kResident = 0x20;
}  // namespace sk_flag

enum class SkAlgorithm : std::uint32_t { ecdsa = 0, ed25519 = 1 };

enum class SkError : int {
  general = -1,
  unsupported = -2,
  pin_required = -3,
  device_not_found = -4,
  credential_exists = -5,
};

struct SkEnrollResponse {
  std::uint8_t flags;
  std::uint8_t* public_key;  ///< ECDSA: 04 ‖ X ‖ Y; Ed25519: 32 bytes
  std::size_t public_key_length;
  std::uint8_t* key_handle;
  std::size_t key_handle_length;
  std::uint8_t* signature;  ///< the attestation's
  std::size_t signature_length;
  std::uint8_t* attestation_certificate;  ///< DER
  std::size_t attestation_certificate_length;
  std::uint8_t* authenticator_data;  ///< as a CBOR byte string
  std::size_t authenticator_data_length;
};

struct SkSignResponse {
  std::uint8_t flags;
  std::uint32_t counter;
  std::uint8_t* r;  ///< ECDSA: big-endian; Ed25519: the whole signature
  std::size_t r_length;
  std::uint8_t* s;  ///< ECDSA alone
  std::size_t s_length;
};

struct SkResidentKey {
  std::uint32_t algorithm;
  std::size_t slot;
  char* application;
  SkEnrollResponse key;
  std::uint8_t flags;
  std::uint8_t* user_id;
  std::size_t user_id_length;
};

struct SkOption {
  char* name;
  char* value;
  std::uint8_t required;
};

}  // namespace latchkey::fido::sim

extern "C" {

std::uint32_t sk_api_version();

int sk_enroll(std::uint32_t algorithm, const std::uint8_t* challenge, std::size_t challenge_length,
              const char* application, std::uint8_t flags, const char* pin,
              latchkey::fido::sim::SkOption** options,
              latchkey::fido::sim::SkEnrollResponse** response);

int sk_sign(std::uint32_t algorithm, const std::uint8_t* data, std::size_t data_length,
            const char* application, const std::uint8_t* key_handle, std::size_t key_handle_length,
            std::uint8_t flags, const char* pin, latchkey::fido::sim::SkOption** options,
            latchkey::fido::sim::SkSignResponse** response);

int sk_load_resident_keys(const char* pin, latchkey::fido::sim::SkOption** options,
                          latchkey::fido::sim::SkResidentKey*** keys, std::size_t* count);

}  // extern "C"
