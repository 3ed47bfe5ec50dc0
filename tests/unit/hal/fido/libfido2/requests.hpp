// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "hal/fido/libfido2/device.hpp"
#include "hal/fido/libfido2/handles.hpp"

/// What the tests ask of a key through libfido2, with one challenge for all.
namespace latchkey::test {

struct NewCredential {
  int algorithm = COSE_ES256;
  std::string rp = "ssh:";
  std::string user = "alice";
  bool resident = false;
  int protection = 0;  ///< FIDO_CRED_PROT_…; 0: none asked for
  fido_opt_t uv = FIDO_OPT_OMIT;
  std::vector<Bytes> exclude{};
  const char* pin = nullptr;
};

struct MadeCredential {
  int error = 0;
  fido::FidoCredential cred;

  [[nodiscard]] Bytes id() const;
  [[nodiscard]] int verified() const;  ///< fido_cred_verify(3), or _verify_self(3) without x5c
};
MadeCredential make(fido_dev_t* device, const NewCredential& wanted = {});

struct NewAssertion {
  std::string rp = "ssh:";
  std::vector<Bytes> allow{};
  fido_opt_t up = FIDO_OPT_OMIT;
  fido_opt_t uv = FIDO_OPT_OMIT;
  const char* pin = nullptr;
};

struct MadeAssertion {
  int error = 0;
  fido::FidoAssertion assertion;

  [[nodiscard]] std::size_t count() const { return fido_assert_count(assertion.get()); }
  [[nodiscard]] std::uint8_t flags(std::size_t index = 0) const;
  [[nodiscard]] std::string user(std::size_t index) const;  ///< its id
  /// fido_assert_verify(3) with the public key of `cred`.
  [[nodiscard]] int verified(const fido_cred_t* cred, std::size_t index = 0) const;
};
MadeAssertion get(fido_dev_t* device, const NewAssertion& wanted);

inline constexpr std::uint8_t kPresent = 0x01;
inline constexpr std::uint8_t kVerified = 0x04;

}  // namespace latchkey::test
