// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/resident.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/crypto/hash.hpp"
#include "core/text.hpp"
#include "hal/fido/libfido2/bytes.hpp"
#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/libfido2/public_key.hpp"

namespace latchkey::fido {
namespace {

constexpr std::string_view kListing = "listing the resident keys";
constexpr std::string_view kDeleting = "deleting a resident key";

constexpr std::size_t kMaxApplications = 256;
constexpr std::size_t kMaxResidents = 1024;
constexpr std::size_t kMaxUser = 64;

/// OpenSSH fills it up with zeros.
std::string user_of(const fido_cred_t* cred) {
  auto id = view(fido_cred_user_id_ptr(cred), fido_cred_user_id_len(cred));
  while (!id.empty() && id.back() == 0) id = id.first(id.size() - 1);
  const auto text = as_text(id);
  return text.size() <= kMaxUser && is_printable(text) ? std::string(text) : std::string();
}

std::optional<ResidentKey> resident(const fido_cred_t* cred, std::string_view application) {
  if (cred == nullptr) return std::nullopt;
  const auto handle = view(fido_cred_id_ptr(cred), fido_cred_id_len(cred));
  auto key = read_public_key(*cred, application);
  if (!key || handle.empty() || handle.size() > kMaxCredentialId) return std::nullopt;
  return ResidentKey{*std::move(key), to_bytes(handle), user_of(cred),
                     fido_cred_prot(cred) == FIDO_CRED_PROT_UV_REQUIRED};
}

/// nullptr: not one of SSH's, or cut.
const char* application(const fido_credman_rp_t* stored, std::size_t index) {
  const char* name = fido_credman_rp_id(stored, index);
  if (name == nullptr || !std::string_view(name).starts_with("ssh:")) return nullptr;
  const auto said =
      view(fido_credman_rp_id_hash_ptr(stored, index), fido_credman_rp_id_hash_len(stored, index));
  const auto hash = crypto::sha256(as_bytes(name));
  return hash && std::ranges::equal(said, *hash) ? name : nullptr;
}

Attempt<> read_application(Conversation& key, const char* name, const Pin& pin,
                           std::vector<ResidentKey>& into) {
  const FidoStoredCredentials stored(fido_credman_rk_new());
  if (!stored) return key.give_up(Trouble::failed, kListing, "out of memory");
  const int error = key.alone([&](fido_dev_t* device) {
    return fido_credman_get_dev_rk(device, name, stored.get(), pin.c_str());
  });
  if (error == FIDO_ERR_NO_CREDENTIALS) return {};
  if (error != FIDO_OK) return key.give_up(error, kListing);
  const auto count = fido_credman_rk_count(stored.get());
  for (std::size_t i = 0; i < count && into.size() < kMaxResidents; ++i) {
    if (auto each = resident(fido_credman_rk(stored.get(), i), name)) {
      into.push_back(*std::move(each));
    }
  }
  return {};
}

/// nullopt: it can.
std::optional<Trouble> obstacle(const KeyInfo& info) {
  if (!info.ctap2 || !info.manages_credentials) return Trouble::not_supported;
  if (info.pin == PinState::not_set) return Trouble::pin_not_set;
  return std::nullopt;
}

}  // namespace

Attempt<std::vector<ResidentKey>> list_residents(Conversation& key, const KeyInfo& info,
                                                 const Pin& pin) {
  if (const auto trouble = obstacle(info)) return key.give_up(*trouble, kListing);
  std::vector<ResidentKey> found;
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  const FidoStoredRps stored(fido_credman_rp_new());
  if (!metadata || !stored) return key.give_up(Trouble::failed, kListing, "out of memory");
  // A key that holds none need not say anything sensible when asked for the first.
  int error = key.alone([&](fido_dev_t* device) {
    return fido_credman_get_dev_metadata(device, metadata.get(), pin.c_str());
  });
  if (error != FIDO_OK) return key.give_up(error, kListing);
  if (fido_credman_rk_existing(metadata.get()) == 0) return found;
  error = key.alone([&](fido_dev_t* device) {
    return fido_credman_get_dev_rp(device, stored.get(), pin.c_str());
  });
  if (error == FIDO_ERR_NO_CREDENTIALS) return found;
  if (error != FIDO_OK) return key.give_up(error, kListing);
  const auto count = std::min(fido_credman_rp_count(stored.get()), kMaxApplications);
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = application(stored.get(), i);
    if (name == nullptr) continue;
    if (auto read = read_application(key, name, pin, found); !read) {
      return give_up(std::move(read));
    }
  }
  return found;
}

Attempt<> delete_resident(Conversation& key, const KeyInfo& info, ByteView handle, const Pin& pin) {
  if (const auto trouble = obstacle(info)) return key.give_up(*trouble, kDeleting);
  if (handle.empty() || handle.size() > kMaxCredentialId) {
    return key.give_up(Trouble::not_its_handle, kDeleting);
  }
  const int error = key.alone([&](fido_dev_t* device) {
    return fido_credman_del_dev_rk(device, handle.data(), handle.size(), pin.c_str());
  });
  if (error != FIDO_OK) return key.give_up(error, kDeleting);
  return {};
}

}  // namespace latchkey::fido
