// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/sign.hpp"

#include <array>
#include <string_view>

#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/sim/middleware/ecdsa_signature.hpp"
#include "hal/fido/sim/middleware/key.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::string_view kSigning = "signing";

SkResult<FidoAssertion> prepare(const SignRequest& request, ByteView data, bool touch) {
  FidoAssertion assertion(fido_assert_new());
  auto* raw = assertion.get();
  int error = raw != nullptr ? FIDO_OK : FIDO_ERR_INTERNAL;
  if (error == FIDO_OK) error = fido_assert_set_clientdata(raw, data.data(), data.size());
  if (error == FIDO_OK) error = fido_assert_set_rp(raw, request.application);
  if (error == FIDO_OK) {
    error = fido_assert_allow_cred(raw, request.key_handle.data(), request.key_handle.size());
  }
  if (error == FIDO_OK) error = fido_assert_set_up(raw, touch ? FIDO_OPT_TRUE : FIDO_OPT_FALSE);
  if (error != FIDO_OK) return fail_fido(error, kSigning);
  return assertion;
}

/// Asks the key, without a touch and without the PIN, whether it holds the credential.
SkResult<> look_for(fido_dev_t* device, const SignRequest& request) {
  const std::array<std::uint8_t, 32> nothing{};
  const auto silent = prepare(request, nothing, false);
  if (!silent) return tl::make_unexpected(silent.error());
  switch (const int error = fido_dev_get_assert(device, silent->get(), nullptr); error) {
    case FIDO_OK:
    case FIDO_ERR_USER_PRESENCE_REQUIRED:  // how libfido2 says that a U2F key has it
    // A key that does not answer such a question at all.
    case FIDO_ERR_PIN_REQUIRED:
    case FIDO_ERR_UP_REQUIRED:
    case FIDO_ERR_UNSUPPORTED_OPTION:
    case FIDO_ERR_INVALID_OPTION: return {};
    case FIDO_ERR_NO_CREDENTIALS:
      // It may be there and not be shown without verification.
      if ((request.flags & sk_flag::kUserVerification) != 0) return {};
      return fail_sk(SkError::device_not_found, "the key that is plugged in does not hold this");
    default: return fail_fido(error, "looking for the credential");
  }
}

SkResult<> copy_signature(SkSignResponse& response, std::uint32_t algorithm, ByteView signature) {
  ByteView r = signature;
  ByteView s;
  if (static_cast<SkAlgorithm>(algorithm) == SkAlgorithm::ecdsa) {
    const auto parsed = parse_ecdsa_signature(signature);
    if (!parsed) return fail_sk(SkError::general, "the key's signature is no ECDSA signature");
    r = parsed->r;
    s = parsed->s;
  } else if (signature.size() != 64) {
    return fail_sk(SkError::general, "the key's signature is no Ed25519 signature");
  }
  if (!hand_over(response.r, response.r_length, r) ||
      !hand_over(response.s, response.s_length, s)) {
    return fail_sk(SkError::general, "out of memory");
  }
  return {};
}

SkResult<Response<SkSignResponse>> respond(const SignRequest& request, const fido_assert_t* made) {
  if (fido_assert_count(made) != 1) {
    return fail_sk(SkError::general, "the key gave another number of signatures than one");
  }
  auto response = make_response<SkSignResponse>();
  if (!response) return response;
  (*response)->flags = fido_assert_flags(made, 0);
  (*response)->counter = fido_assert_sigcount(made, 0);
  const auto copied =
      copy_signature(**response, request.algorithm,
                     view(fido_assert_sig_ptr(made, 0), fido_assert_sig_len(made, 0)));
  if (!copied) return tl::make_unexpected(copied.error());
  return response;
}

}  // namespace

SkResult<Response<SkSignResponse>> sign(const SignRequest& request) {
  const auto algorithm = static_cast<SkAlgorithm>(request.algorithm);
  if (algorithm != SkAlgorithm::ecdsa && algorithm != SkAlgorithm::ed25519) {
    return fail_sk(SkError::general, "there is no such algorithm");
  }
  const auto device = open_key(request.options);
  if (!device) return tl::make_unexpected(device.error());
  if (const auto found = look_for(device->get(), request); !found) {
    return tl::make_unexpected(found.error());
  }

  const bool touch = (request.flags & sk_flag::kUserPresence) != 0;
  const auto assertion = prepare(request, request.data, touch);
  if (!assertion) return tl::make_unexpected(assertion.error());
  const char* pin = given_pin(request.pin);
  if (pin == nullptr && (request.flags & sk_flag::kUserVerification) != 0) {
    const auto reader = key_option(device->get(), "uv");
    if (!reader) return tl::make_unexpected(reader.error());
    if (!reader->value_or(false)) return tl::make_unexpected(SkError::pin_required);
    const int error = fido_assert_set_uv(assertion->get(), FIDO_OPT_TRUE);
    if (error != FIDO_OK) return fail_fido(error, kSigning);
  }
  const int error = fido_dev_get_assert(device->get(), assertion->get(), pin);
  if (error != FIDO_OK) return fail_fido(error, kSigning);
  return respond(request, assertion->get());
}

}  // namespace latchkey::fido::sim
