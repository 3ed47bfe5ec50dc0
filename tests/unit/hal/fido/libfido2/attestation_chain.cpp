// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/libfido2/attestation_chain.hpp"

#include <doctest/doctest.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace latchkey::test {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Store = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using Stack =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

Certificate parse(ByteView der) {
  const auto* next = der.data();
  Certificate parsed(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  REQUIRE(parsed != nullptr);
  CHECK(next == der.data() + der.size());
  return parsed;
}

}  // namespace

std::string chain_error(const fido_cred_t* cred, Bench& bench) {
  const auto& chain = bench.state().factory.chain;
  REQUIRE(chain.size() == 3);
  const auto leaf = parse({fido_cred_x5c_ptr(cred), fido_cred_x5c_len(cred)});
  const auto intermediate = parse(chain[1]);
  const auto root = parse(chain[2]);
  const Store store(X509_STORE_new());
  REQUIRE(X509_STORE_add_cert(store.get(), root.get()) == 1);
  const Stack untrusted(sk_X509_new_null());
  REQUIRE(sk_X509_push(untrusted.get(), intermediate.get()) > 0);
  const Context context(X509_STORE_CTX_new());
  REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), untrusted.get()) == 1);
  X509_STORE_CTX_set_time(context.get(), 0, bench.clock().wall().time_since_epoch().count());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context.get());
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace latchkey::test
