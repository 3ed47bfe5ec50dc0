// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/cipher.hpp"

#include <openssl/evp.h>

#include <limits>

#include "core/crypto/secret.hpp"
#include "hal/fido/sim/crypto/evp_key.hpp"

namespace latchkey::fido::sim {
namespace {

using Context = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t kTagSize = 16;
constexpr int kDecrypt = 0;
constexpr int kEncrypt = 1;

/// libcrypto takes lengths as int.
bool fits(ByteView bytes) {
  return bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
}

/// One EVP_CipherUpdate. No bytes are no call: with a null pointer it would mean "finish".
bool update(EVP_CIPHER_CTX* context, std::uint8_t* output, ByteView input) {
  int written = 0;
  return input.empty() || EVP_CipherUpdate(context, output, &written, input.data(),
                                           static_cast<int>(input.size())) == 1;
}

Result<Bytes> run_cbc(const AesKey& key, const AesBlock& iv, ByteView input, int direction) {
  if (!fits(input)) return fail(Errc::too_large, "AES-CBC");
  if (input.size() % iv.size() != 0) return fail(Errc::malformed, "AES-CBC: no whole blocks");
  const Context context{EVP_CIPHER_CTX_new()};
  Bytes output(input.size());
  AesBlock rest{};
  int written = 0;
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), iv.data(),
                        direction) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      !update(context.get(), output.data(), input) ||
      EVP_CipherFinal_ex(context.get(), rest.data(), &written) != 1) {
    return crypto_failed("AES-CBC");
  }
  return output;
}

/// Up to, and without, the tag.
Result<Context> begin_gcm(const AesKey& key, const GcmNonce& nonce, ByteView associated,
                          int direction) {
  if (!fits(associated)) return fail(Errc::too_large, "AES-GCM");
  Context context{EVP_CIPHER_CTX_new()};
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data(),
                        direction) != 1 ||
      !update(context.get(), nullptr, associated)) {
    return crypto_failed("AES-GCM");
  }
  return context;
}

}  // namespace

Result<Bytes> encrypt_cbc(const AesKey& key, const AesBlock& iv, ByteView plain) {
  return run_cbc(key, iv, plain, kEncrypt);
}

Result<Bytes> decrypt_cbc(const AesKey& key, const AesBlock& iv, ByteView cipher) {
  return run_cbc(key, iv, cipher, kDecrypt);
}

Result<Bytes> seal_gcm(const AesKey& key, const GcmNonce& nonce, ByteView associated,
                       ByteView plain) {
  if (!fits(plain)) return fail(Errc::too_large, "AES-GCM");
  auto context = begin_gcm(key, nonce, associated, kEncrypt);
  if (!context) return fail(std::move(context));
  Bytes sealed(plain.size() + kTagSize);
  auto* const tag = sealed.data() + plain.size();
  int written = 0;
  if (!update(context->get(), sealed.data(), plain) ||
      EVP_CipherFinal_ex(context->get(), tag, &written) != 1 ||
      EVP_CIPHER_CTX_ctrl(context->get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) != 1) {
    return crypto_failed("sealing with AES-GCM");
  }
  return sealed;
}

Result<Bytes> open_gcm(const AesKey& key, const GcmNonce& nonce, ByteView associated,
                       ByteView sealed) {
  if (!fits(sealed)) return fail(Errc::too_large, "AES-GCM");
  if (sealed.size() < kTagSize) return fail(Errc::unauthenticated, "opening with AES-GCM");
  auto context = begin_gcm(key, nonce, associated, kDecrypt);
  if (!context) return fail(std::move(context));
  auto tag = to_bytes(sealed.last(kTagSize));
  Bytes plain(sealed.size() - kTagSize);
  AesBlock rest{};
  int written = 0;
  if (!update(context->get(), plain.data(), sealed.first(plain.size())) ||
      EVP_CIPHER_CTX_ctrl(context->get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) != 1) {
    return crypto_failed("opening with AES-GCM");
  }
  if (EVP_CipherFinal_ex(context->get(), rest.data(), &written) != 1) {
    crypto::wipe(plain);
    static_cast<void>(crypto_failed({}));
    return fail(Errc::unauthenticated, "opening with AES-GCM");
  }
  return plain;
}

}  // namespace latchkey::fido::sim
