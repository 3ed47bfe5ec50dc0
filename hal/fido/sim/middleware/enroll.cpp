// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/enroll.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/sim/middleware/key.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::string_view kMaking = "making a credential";
constexpr std::string_view kLooking = "looking for a resident credential";

/// Ends with the first error of libfido2, if any.
template <class... Steps>
int first_error(Steps... steps) {
  int error = FIDO_OK;
  ((error == FIDO_OK ? void(error = steps()) : void()), ...);
  return error;
}

SkResult<int> cose_algorithm(std::uint32_t algorithm) {
  switch (static_cast<SkAlgorithm>(algorithm)) {
    case SkAlgorithm::ecdsa: return COSE_ES256;
    case SkAlgorithm::ed25519: return COSE_EDDSA;
  }
  return fail_sk(SkError::general, "there is no such algorithm");
}

/// Whether the key holds a resident credential of this application and user. Without a touch, and
/// over no challenge worth signing. What is protected is seen only with the PIN or a finger.
SkResult<bool> holds(fido_dev_t* device, const EnrollRequest& request, const char* pin) {
  const FidoAssertion assertion(fido_assert_new());
  if (!assertion) return fail_fido(FIDO_ERR_INTERNAL, kLooking);
  const std::array<unsigned char, 32> nothing{};
  fido_opt_t verify = FIDO_OPT_OMIT;
  if (pin == nullptr) {
    const auto reader = key_option(device, "uv");
    if (!reader) return tl::make_unexpected(reader.error());
    if (reader->has_value()) verify = FIDO_OPT_TRUE;
  }
  auto* raw = assertion.get();
  const int error =
      first_error([&] { return fido_assert_set_clientdata(raw, nothing.data(), nothing.size()); },
                  [&] { return fido_assert_set_rp(raw, request.application); },
                  [&] { return fido_assert_set_up(raw, FIDO_OPT_FALSE); },
                  [&] { return fido_assert_set_uv(raw, verify); },
                  [&] { return fido_dev_get_assert(device, raw, pin); });
  if (error == FIDO_ERR_NO_CREDENTIALS) return false;
  if (error != FIDO_OK) return fail_fido(error, kLooking);
  for (std::size_t i = 0; i < fido_assert_count(raw); ++i) {
    const auto user = view(fido_assert_user_id_ptr(raw, i), fido_assert_user_id_len(raw, i));
    if (std::ranges::equal(user, request.options.user_id)) return true;
  }
  return false;
}

SkResult<> protect(fido_dev_t* device, fido_cred_t* cred, std::uint8_t flags) {
  if ((flags & (sk_flag::kResident | sk_flag::kUserVerification)) == 0) return {};
  if (!fido_dev_supports_cred_prot(device)) {
    return fail_sk(SkError::unsupported,
                   "the key cannot protect credentials, so it gets none that are resident or want "
                   "verification");
  }
  const bool verified = (flags & sk_flag::kUserVerification) != 0;
  const int level = verified ? FIDO_CRED_PROT_UV_REQUIRED : FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID;
  const int error = fido_cred_set_prot(cred, level);
  if (error != FIDO_OK) return fail_fido(error, kMaking);
  return {};
}

/// The signature over what the key made: an attestation's, its own, or none.
int verify(const fido_cred_t* cred) {
  if (fido_cred_x5c_ptr(cred) != nullptr) return fido_cred_verify(cred);
  if (std::string_view(fido_cred_fmt(cred)) == "none") return FIDO_OK;
  return fido_cred_verify_self(cred);
}

SkResult<Response<SkEnrollResponse>> respond(const fido_cred_t* cred, std::uint8_t flags) {
  auto response = make_response<SkEnrollResponse>();
  if (!response) return response;
  SkEnrollResponse& made = **response;
  made.flags = flags;
  if (const auto key = hand_over_public_key(made, *cred); !key) {
    return tl::make_unexpected(key.error());
  }
  const bool copied = hand_over(made.key_handle, made.key_handle_length,
                                view(fido_cred_id_ptr(cred), fido_cred_id_len(cred))) &&
                      hand_over(made.signature, made.signature_length,
                                view(fido_cred_sig_ptr(cred), fido_cred_sig_len(cred))) &&
                      hand_over(made.attestation_certificate, made.attestation_certificate_length,
                                view(fido_cred_x5c_ptr(cred), fido_cred_x5c_len(cred))) &&
                      hand_over(made.authenticator_data, made.authenticator_data_length,
                                view(fido_cred_authdata_ptr(cred), fido_cred_authdata_len(cred)));
  if (!copied) return fail_sk(SkError::general, "out of memory");
  return response;
}

}  // namespace

SkResult<Response<SkEnrollResponse>> enroll(const EnrollRequest& request) {
  const auto algorithm = cose_algorithm(request.algorithm);
  if (!algorithm) return tl::make_unexpected(algorithm.error());
  const auto device = open_key(request.options);
  if (!device) return tl::make_unexpected(device.error());
  say("this security key is SIMULATED: what it makes protects nothing");

  const char* pin = given_pin(request.pin);
  const bool resident = (request.flags & sk_flag::kResident) != 0;
  if (resident && (request.flags & sk_flag::kForce) == 0) {
    const auto held = holds(device->get(), request, pin);
    if (!held) return tl::make_unexpected(held.error());
    if (*held) return tl::make_unexpected(SkError::credential_exists);
  }

  const FidoCredential cred(fido_cred_new());
  if (!cred) return fail_fido(FIDO_ERR_INTERNAL, kMaking);
  auto* raw = cred.get();
  const auto& user = request.options.user_id;
  int error = first_error(
      [&] { return fido_cred_set_type(raw, *algorithm); },
      [&] {
        return fido_cred_set_clientdata(raw, request.challenge.data(), request.challenge.size());
      },
      [&] { return fido_cred_set_rk(raw, resident ? FIDO_OPT_TRUE : FIDO_OPT_OMIT); },
      [&] {
        return fido_cred_set_user(raw, user.data(), user.size(), "openssh", "openssh", nullptr);
      },
      [&] { return fido_cred_set_rp(raw, request.application, nullptr); });
  if (error != FIDO_OK) return fail_fido(error, kMaking);
  if (const auto protecting = protect(device->get(), raw, request.flags); !protecting) {
    return tl::make_unexpected(protecting.error());
  }
  error = fido_dev_make_cred(device->get(), raw, pin);
  if (error != FIDO_OK) return fail_fido(error, kMaking);
  error = verify(raw);
  if (error != FIDO_OK) return fail_fido(error, "verifying what the key made");
  return respond(raw, request.flags);
}

}  // namespace latchkey::fido::sim
