// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>
#include <fido/credman.h>

#include <memory>

namespace latchkey::fido {

template <class T, void (*Free)(T**)>
struct FreeFidoHandle {
  void operator()(T* handle) const noexcept { Free(&handle); }
};
template <class T, void (*Free)(T**)>
using FidoHandle = std::unique_ptr<T, FreeFidoHandle<T, Free>>;

/// libfido2's objects, owned. Make one with the function of libfido2's that ends in _new.
using FidoInfo = FidoHandle<fido_cbor_info_t, fido_cbor_info_free>;
using FidoCredential = FidoHandle<fido_cred_t, fido_cred_free>;
using FidoAssertion = FidoHandle<fido_assert_t, fido_assert_free>;
using FidoStoreMetadata = FidoHandle<fido_credman_metadata_t, fido_credman_metadata_free>;
using FidoStoredRps = FidoHandle<fido_credman_rp_t, fido_credman_rp_free>;
using FidoStoredCredentials = FidoHandle<fido_credman_rk_t, fido_credman_rk_free>;

}  // namespace latchkey::fido
