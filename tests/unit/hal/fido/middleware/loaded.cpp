// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/middleware/loaded.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdlib>

namespace latchkey::test {
using namespace fido::sim;

namespace {

template <class Function>
Function* find(const char* name) {
  // Never closed: the sanitizers want to name what is in it at the end.
  static void* const loaded = ::dlopen(LATCHKEY_SK_SIMULATED_KEY, RTLD_NOW | RTLD_LOCAL);
  REQUIRE_MESSAGE(loaded != nullptr, ::dlerror());
  void* const symbol = ::dlsym(loaded, name);
  REQUIRE(symbol != nullptr);
  return reinterpret_cast<Function*>(symbol);
}

/// Options as ssh-sk-helper passes them.
class Passed final {
 public:
  explicit Passed(SkOptions options) : texts_(std::move(options)) {
    for (auto& [name, value] : texts_) options_.push_back({name.data(), value.data(), 0});
    for (auto& option : options_) pointers_.push_back(&option);
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] SkOption** array() { return options_.empty() ? nullptr : pointers_.data(); }

 private:
  SkOptions texts_;
  std::vector<SkOption> options_;
  std::vector<SkOption*> pointers_;
};

Bytes taken(std::uint8_t* bytes, std::size_t length) {
  Bytes copy(bytes, bytes + length);
  std::free(bytes);
  return copy;
}

}  // namespace

std::uint32_t sk_version() { return find<decltype(sk_api_version)>("sk_api_version")(); }

Enrolled sk_enroll(const EnrollCall& call) {
  Passed options(call.options);
  const auto challenge = as_bytes(call.challenge);
  SkEnrollResponse* response = nullptr;
  Enrolled made;
  made.error = find<decltype(::sk_enroll)>("sk_enroll")(
      static_cast<std::uint32_t>(call.algorithm), challenge.data(), challenge.size(),
      call.application.c_str(), call.flags, call.pin, options.array(), &response);
  CHECK((response != nullptr) == (made.error == 0));
  if (response == nullptr) return made;
  made.flags = response->flags;
  made.public_key = taken(response->public_key, response->public_key_length);
  made.key_handle = taken(response->key_handle, response->key_handle_length);
  made.signature = taken(response->signature, response->signature_length);
  made.certificate =
      taken(response->attestation_certificate, response->attestation_certificate_length);
  made.authenticator_data =
      taken(response->authenticator_data, response->authenticator_data_length);
  std::free(response);
  return made;
}

Signed sk_sign(const SignCall& call) {
  Passed options(call.options);
  const auto data = as_bytes(call.data);
  SkSignResponse* response = nullptr;
  Signed made;
  made.error = find<decltype(::sk_sign)>("sk_sign")(
      static_cast<std::uint32_t>(call.algorithm), data.data(), data.size(),
      call.application.c_str(), call.key_handle.data(), call.key_handle.size(), call.flags,
      call.pin, options.array(), &response);
  CHECK((response != nullptr) == (made.error == 0));
  if (response == nullptr) return made;
  made.flags = response->flags;
  made.counter = response->counter;
  made.r = taken(response->r, response->r_length);
  made.s = taken(response->s, response->s_length);
  std::free(response);
  return made;
}

Residents sk_residents(const char* pin, const SkOptions& given) {
  Passed options(given);
  SkResidentKey** keys = nullptr;
  std::size_t count = 0;
  Residents found;
  found.error = find<decltype(sk_load_resident_keys)>("sk_load_resident_keys")(pin, options.array(),
                                                                               &keys, &count);
  CHECK((keys != nullptr) == (count > 0));
  for (std::size_t i = 0; i < count; ++i) {
    SkResidentKey* key = keys[i];
    CHECK(key->key.signature == nullptr);
    CHECK(key->key.attestation_certificate == nullptr);
    CHECK(key->key.authenticator_data == nullptr);
    found.keys.push_back({key->algorithm, key->slot, key->application, key->flags,
                          taken(key->user_id, key->user_id_length),
                          taken(key->key.public_key, key->key.public_key_length),
                          taken(key->key.key_handle, key->key.key_handle_length)});
    std::free(key->application);
    std::free(key);
  }
  std::free(keys);
  return found;
}

}  // namespace latchkey::test
