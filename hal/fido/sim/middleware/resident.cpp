// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/resident.hpp"

#include <strings.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/sim/middleware/key.hpp"

namespace latchkey::fido::sim {
namespace {

using Keys = std::vector<Response<SkResidentKey>>;
constexpr std::string_view kListing = "listing the resident credentials";

SkResult<Response<SkResidentKey>> make_key(const char* application, const fido_cred_t* cred,
                                           SkAlgorithm algorithm) {
  auto made = make_response<SkResidentKey>();
  if (!made) return made;
  SkResidentKey& key = **made;
  key.algorithm = static_cast<std::uint32_t>(algorithm);
  key.application = ::strdup(application);
  const bool copied = key.application != nullptr &&
                      hand_over(key.key.key_handle, key.key.key_handle_length,
                                view(fido_cred_id_ptr(cred), fido_cred_id_len(cred))) &&
                      hand_over(key.user_id, key.user_id_length,
                                view(fido_cred_user_id_ptr(cred), fido_cred_user_id_len(cred)));
  if (!copied) return fail_sk(SkError::general, "out of memory");
  if (const auto handed = hand_over_public_key(key.key, *cred); !handed) {
    return tl::make_unexpected(handed.error());
  }
  return made;
}

/// The algorithm that OpenSSH knows for it; nullopt: none.
std::optional<SkAlgorithm> algorithm_of(const fido_cred_t* cred) {
  switch (fido_cred_type(cred)) {
    case COSE_ES256: return SkAlgorithm::ecdsa;
    case COSE_EDDSA: return SkAlgorithm::ed25519;
    default: return std::nullopt;
  }
}

struct Reader {
  fido_dev_t* device;
  const char* pin;
  bool has_own_verification;  ///< a fingerprint reader: OpenSSH then need not ask for the PIN

  [[nodiscard]] SkResult<> read(const char* application, Keys& into) const {
    const FidoStoredCredentials stored(fido_credman_rk_new());
    if (!stored) return fail_fido(FIDO_ERR_INTERNAL, kListing);
    const int error = fido_credman_get_dev_rk(device, application, stored.get(), pin);
    if (error != FIDO_OK) return fail_fido(error, kListing);
    for (std::size_t i = 0; i < fido_credman_rk_count(stored.get()); ++i) {
      const auto* cred = fido_credman_rk(stored.get(), i);
      const auto algorithm = cred != nullptr ? algorithm_of(cred) : std::nullopt;
      if (!algorithm) continue;
      auto key = make_key(application, cred, *algorithm);
      if (!key) return tl::make_unexpected(key.error());
      (*key)->slot = i;
      if (fido_cred_prot(cred) == FIDO_CRED_PROT_UV_REQUIRED && !has_own_verification) {
        (*key)->flags |= sk_flag::kUserVerification;
      }
      into.push_back(std::move(*key));
    }
    return {};
  }
};

}  // namespace

SkResult<Keys> resident_keys(const char* pin, const Options& options) {
  const auto device = open_key(options);
  if (!device) return tl::make_unexpected(device.error());
  pin = given_pin(pin);
  if (pin == nullptr) return tl::make_unexpected(SkError::pin_required);
  const auto reader = key_option(device->get(), "uv");
  if (!reader) return tl::make_unexpected(reader.error());

  Keys keys;
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  const FidoStoredRps rps(fido_credman_rp_new());
  if (!metadata || !rps) return fail_fido(FIDO_ERR_INTERNAL, kListing);
  int error = fido_credman_get_dev_metadata(device->get(), metadata.get(), pin);
  if (error == FIDO_ERR_INVALID_COMMAND) return keys;
  if (error != FIDO_OK) return fail_fido(error, kListing);
  if (fido_credman_rk_existing(metadata.get()) == 0) return keys;
  error = fido_credman_get_dev_rp(device->get(), rps.get(), pin);
  if (error != FIDO_OK) return fail_fido(error, kListing);
  const Reader credentials{device->get(), pin, reader->has_value()};
  for (std::size_t i = 0; i < fido_credman_rp_count(rps.get()); ++i) {
    const char* application = fido_credman_rp_id(rps.get(), i);
    if (application == nullptr || ::strncasecmp(application, "ssh:", 4) != 0) continue;
    if (const auto read = credentials.read(application, keys); !read) {
      return tl::make_unexpected(read.error());
    }
  }
  return keys;
}

}  // namespace latchkey::fido::sim
