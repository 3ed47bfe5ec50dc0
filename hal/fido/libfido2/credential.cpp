// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/credential.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/attest/authenticator_data.hpp"
#include "core/attest/record.hpp"
#include "core/ssh/openssh_key.hpp"
#include "core/text.hpp"
#include "hal/fido/libfido2/attestation_statement.hpp"
#include "hal/fido/libfido2/bytes.hpp"
#include "hal/fido/libfido2/errors.hpp"
#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/libfido2/public_key.hpp"

namespace latchkey::fido {
namespace {

constexpr std::string_view kMaking = "making a key";
constexpr std::string_view kLooking = "looking for a resident key of this name";
constexpr std::string_view kChecking = "checking what the security key made";

// OpenSSH's: 32 bytes with a zero at the end, whatever the name.
using UserId = std::array<std::uint8_t, 32>;

UserId user_id(const MakeRequest& request) {
  UserId id{};
  std::copy(request.user.begin(), request.user.end(), id.begin());
  return id;
}

/// What is asked of a key beside the request: how the person proves to be the right one.
struct Proof {
  const char* pin = nullptr;
  bool finger = false;
};

bool well_formed(const MakeRequest& request) {
  return request.application.starts_with("ssh:") && is_printable(request.application) &&
         request.application.size() <= ssh::kMaxApplication &&
         request.user.size() < UserId{}.size() && request.user.find('\0') == std::string::npos &&
         request.challenge.size() >= attest::kMinChallenge &&
         request.challenge.size() <= attest::kMaxChallenge;
}

/// What the key says that it cannot, without being asked to.
struct Obstacle {
  Trouble trouble;
  std::string_view detail;
};

std::optional<Obstacle> obstacle_to_u2f(const KeyInfo& info, const MakeRequest& request) {
  if (!info.u2f) return Obstacle{Trouble::not_supported, "it does not speak U2F"};
  if (info.always_verifies) {
    return Obstacle{Trouble::not_supported, "it wants verification for everything"};
  }
  if (request.resident || request.verify) {
    return Obstacle{Trouble::not_supported, "U2F knows neither resident keys nor verification"};
  }
  if (request.algorithm != Algorithm::ecdsa_p256) return Obstacle{Trouble::no_such_algorithm, {}};
  return std::nullopt;
}

std::optional<Obstacle> obstacle(const KeyInfo& info, const MakeRequest& request) {
  if (request.as_u2f || !info.ctap2) return obstacle_to_u2f(info, request);
  if (!may_support(info, request.algorithm)) return Obstacle{Trouble::no_such_algorithm, {}};
  if (request.resident && !info.resident_keys) {
    return Obstacle{Trouble::not_supported, "it has no room for resident keys"};
  }
  if ((request.resident || request.verify) && !info.protects_credentials) {
    return Obstacle{Trouble::not_supported,
                    "it cannot protect keys that are resident or want verification"};
  }
  return std::nullopt;
}

Attempt<Proof> proof(const Conversation& key, const KeyInfo& info, const MakeRequest& request,
                     const Pin* pin) {
  if (request.as_u2f || !info.ctap2) return Proof{};
  if (pin != nullptr) return Proof{pin->c_str(), false};
  switch (needed_to_make(info, request.resident, request.verify)) {
    case Verification::none: return Proof{};
    case Verification::built_in: return Proof{nullptr, true};
    case Verification::pin: return key.give_up(Trouble::pin_required, kMaking);
    case Verification::not_possible: break;
  }
  if (info.pin == PinState::not_set) return key.give_up(Trouble::pin_not_set, kMaking);
  return key.give_up(Trouble::not_supported, kMaking, "it has neither a PIN nor a reader");
}

/// Whether the key holds a resident credential of this application and user: without a touch, and
/// over no challenge worth signing. A protected one is seen only with the PIN or the finger.
Attempt<bool> holds(Conversation& key, const MakeRequest& request, const Proof& proof) {
  const FidoAssertion assertion(fido_assert_new());
  auto* raw = assertion.get();
  if (raw == nullptr) return key.give_up(Trouble::failed, kLooking, "out of memory");
  const std::array<unsigned char, 32> nothing{};
  int error = first_error(
      [&] { return fido_assert_set_clientdata(raw, nothing.data(), nothing.size()); },
      [&] { return fido_assert_set_rp(raw, request.application.c_str()); },
      [&] { return fido_assert_set_up(raw, FIDO_OPT_FALSE); },
      [&] { return fido_assert_set_uv(raw, proof.finger ? FIDO_OPT_TRUE : FIDO_OPT_OMIT); });
  if (error != FIDO_OK) return key.give_up(Trouble::failed, kLooking, word_for(error));
  const auto ask = [&](fido_dev_t* device) { return fido_dev_get_assert(device, raw, proof.pin); };
  error = proof.finger ? key.with_person(ask) : key.alone(ask);
  if (error == FIDO_ERR_NO_CREDENTIALS) return false;
  if (error != FIDO_OK) return key.give_up(error, kLooking);
  const auto wanted = user_id(request);
  for (std::size_t i = 0; i < fido_assert_count(raw); ++i) {
    const auto user = view(fido_assert_user_id_ptr(raw, i), fido_assert_user_id_len(raw, i));
    if (std::ranges::equal(user, wanted)) return true;
  }
  return false;
}

int prepare(fido_cred_t* raw, const MakeRequest& request, const Proof& proof) {
  const auto user = user_id(request);
  const bool ed25519 = request.algorithm == Algorithm::ed25519;
  int error = first_error(
      [&] { return fido_cred_set_type(raw, ed25519 ? COSE_EDDSA : COSE_ES256); },
      [&] {
        return fido_cred_set_clientdata(raw, request.challenge.data(), request.challenge.size());
      },
      [&] { return fido_cred_set_rk(raw, request.resident ? FIDO_OPT_TRUE : FIDO_OPT_OMIT); },
      [&] { return fido_cred_set_uv(raw, proof.finger ? FIDO_OPT_TRUE : FIDO_OPT_OMIT); },
      [&] {
        return fido_cred_set_user(raw, user.data(), user.size(), "openssh", "openssh", nullptr);
      },
      [&] { return fido_cred_set_rp(raw, request.application.c_str(), nullptr); });
  if (error == FIDO_OK && (request.resident || request.verify)) {
    error = fido_cred_set_prot(
        raw, request.verify ? FIDO_CRED_PROT_UV_REQUIRED : FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID);
  }
  return error;
}

/// The signature over what was made: an attestation's, the key's own, or none.
int verify(const fido_cred_t* raw) {
  if (fido_cred_x5c_ptr(raw) != nullptr) return fido_cred_verify(raw);
  if (fido_cred_sig_len(raw) == 0) return FIDO_OK;
  return fido_cred_verify_self(raw);
}

Attempt<MadeKey> check(const Conversation& key, const fido_cred_t* raw, const MakeRequest& request,
                       bool verified) {
  const auto lie = [&](std::string detail) {
    return key.give_up(Trouble::nonsense, kChecking, std::move(detail));
  };
  auto attestation = read_attestation(*raw);
  if (!attestation) return lie("its attestation is of no known kind");
  if (const int error = verify(raw); error != FIDO_OK) {
    return lie("its signature does not hold: " + word_for(error));
  }
  auto data =
      attest::parse_authenticator_data(attestation->authenticator_data, request.application);
  if (!data) return lie(data.error().message());
  auto made = read_public_key(*raw, request.application);
  if (!made || data->key != *made) return lie("it made another key than it says");
  const auto id = view(fido_cred_id_ptr(raw), fido_cred_id_len(raw));
  if (!std::ranges::equal(id, data->credential_id)) return lie("its handles differ");
  if (!data->user_present) return lie("it made a key that nobody was asked for");
  if (verified && !data->user_verified) return lie("it does not say that it has verified");

  std::uint8_t flags = ssh::sk_flag::kUserPresence;
  if (request.verify) flags |= ssh::sk_flag::kUserVerification;
  if (request.resident) flags |= ssh::sk_flag::kResident;
  return MadeKey{*std::move(made), to_bytes(id), flags, *std::move(attestation)};
}

}  // namespace

Attempt<MadeKey> make_credential(Conversation& key, const KeyInfo& info, const MakeRequest& request,
                                 const Pin* pin) {
  if (!well_formed(request)) {
    return key.give_up(Trouble::failed, kMaking, "this is no request that OpenSSH could use");
  }
  if (const auto in_the_way = obstacle(info, request)) {
    return key.give_up(in_the_way->trouble, kMaking, std::string(in_the_way->detail));
  }
  const auto proved = proof(key, info, request, pin);
  if (!proved) return tl::make_unexpected(proved.error());
  if (request.resident && !request.overwrite) {
    const auto held = holds(key, request, *proved);
    if (!held) return tl::make_unexpected(held.error());
    if (*held) return key.give_up(Trouble::already_there, kMaking);
    if (info.free_slots == std::uint64_t{0}) return key.give_up(Trouble::store_full, kMaking);
  }

  const FidoCredential cred(fido_cred_new());
  if (!cred) return key.give_up(Trouble::failed, kMaking, "out of memory");
  int error = prepare(cred.get(), request, *proved);
  if (error != FIDO_OK) return key.give_up(Trouble::failed, kMaking, word_for(error));
  const auto make = [&](fido_dev_t* device) {
    return fido_dev_make_cred(device, cred.get(), proved->pin);
  };
  error = request.as_u2f ? key.with_person_by_u2f(make) : key.with_person(make);
  if (error != FIDO_OK) return key.give_up(error, kMaking);
  return check(key, cred.get(), request, proved->pin != nullptr || proved->finger);
}

}  // namespace latchkey::fido
