// SPDX-License-Identifier: MIT
#include "core/channel/tls_session.hpp"

#include <mbedtls/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "core/channel/random_bridge.hpp"
#include "core/channel/tls_limits.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::channel {
namespace {

constexpr auto kDoing = "talking through the encrypted channel";
constexpr std::string_view kPskLabel = "latchkey tls psk v1";
constexpr std::size_t kReadChunk = 4096;

// mbedTLS keeps a pointer to this list, which ends with a zero.
constexpr std::array<int, 2> kCiphersuites{MBEDTLS_TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256, 0};

Errc classify(int code) noexcept {
  switch (code) {
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: return Errc::closed;
    case MBEDTLS_ERR_SSL_INVALID_MAC:
    case MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY: return Errc::unauthenticated;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
    case MBEDTLS_ERR_SSL_INTERNAL_ERROR: return Errc::crypto;
    default: return Errc::malformed;
  }
}

}  // namespace

Result<Psk> derive_psk(const crypto::Secret<16>& key) {
  Psk psk;
  if (auto derived = crypto::hkdf_sha256({}, key.bytes(), as_bytes(kPskLabel), psk.bytes());
      !derived) {
    return fail(std::move(derived));
  }
  return psk;
}

/// On the heap and never moved: mbedTLS holds pointers into it.
struct TlsSession::State {
  explicit State(crypto::Random& source) : random{&source} {
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
  }
  ~State() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&config);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;

  [[nodiscard]] bool configure(Role role, const Psk& psk) {
    const int endpoint = role == Role::client ? MBEDTLS_SSL_IS_CLIENT : MBEDTLS_SSL_IS_SERVER;
    if (mbedtls_ssl_config_defaults(&config, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
      return false;
    }
    limit_to_tls12_over_p256(config);
    mbedtls_ssl_conf_ciphersuites(&config, kCiphersuites.data());
    mbedtls_ssl_conf_rng(&config, RandomBridge::fill, &random);
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    mbedtls_ssl_conf_renegotiation(&config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
    // A server issues tickets only with callbacks, which it is not given.
    if (role == Role::client) {
      mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    }
#endif
    const auto identity = as_bytes(kPskIdentity);
    if (mbedtls_ssl_conf_psk(&config, psk.bytes().data(), psk.bytes().size(), identity.data(),
                             identity.size()) != 0 ||
        mbedtls_ssl_setup(&ssl, &config) != 0) {
      return false;
    }
    mbedtls_ssl_set_bio(&ssl, this, write_output, read_input, nullptr);
    return true;
  }

  // No exception may pass through mbedTLS, which is C.
  static int write_output(void* state, const unsigned char* bytes, std::size_t size) noexcept {
    try {
      auto& output = static_cast<State*>(state)->output;
      output.insert(output.end(), bytes, bytes + size);
      return static_cast<int>(size);
    } catch (const std::bad_alloc&) {
      return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
  }

  static int read_input(void* state, unsigned char* bytes, std::size_t size) noexcept {
    auto& input = static_cast<State*>(state)->input;
    if (input.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
    const auto taken = std::min(size, input.size());
    std::memcpy(bytes, input.data(), taken);
    input = input.subspan(taken);
    return static_cast<int>(taken);
  }

  tl::unexpected<Error> broken(int code) {
    ended = true;
    return fail(random.failed ? Errc::entropy : classify(code), kDoing);
  }

  /// Goes on until mbedTLS wants bytes that are not there.
  [[nodiscard]] Result<void> advance() {
    if (!established) {
      const int done = mbedtls_ssl_handshake(&ssl);
      if (done == MBEDTLS_ERR_SSL_WANT_READ) return {};
      if (done != 0) return broken(done);
      established = true;
    }
    crypto::Secret<kReadChunk> chunk;
    for (;;) {
      const int got = mbedtls_ssl_read(&ssl, chunk.bytes().data(), chunk.bytes().size());
      if (got == MBEDTLS_ERR_SSL_WANT_READ) return {};
      if (got <= 0) return broken(got == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : got);
      const auto read = ByteView(chunk.bytes()).first(static_cast<std::size_t>(got));
      plaintext.insert(plaintext.end(), read.begin(), read.end());
    }
  }

  RandomBridge random;
  mbedtls_ssl_config config{};
  mbedtls_ssl_context ssl{};
  ByteView input;  ///< the caller's, during receive() only
  Bytes output;
  crypto::WipingBytes plaintext;
  bool established = false;
  bool ended = false;
};

TlsSession::TlsSession(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

Result<TlsSession> TlsSession::open(Role role, const Psk& psk, crypto::Random& random) {
  auto state = std::make_unique<State>(random);
  if (!state->configure(role, psk)) return fail(Errc::crypto, "preparing the encrypted channel");
  if (auto started = state->advance(); !started) return fail(std::move(started));
  return TlsSession(std::move(state));
}

Result<void> TlsSession::receive(ByteView bytes) {
  if (state_->ended) return fail(Errc::closed, kDoing);
  state_->input = bytes;
  auto advanced = state_->advance();
  state_->input = {};
  return advanced;
}

Result<void> TlsSession::send(ByteView plaintext) {
  if (state_->ended) return fail(Errc::closed, kDoing);
  if (!state_->established) return fail(Errc::out_of_order, kDoing);
  while (!plaintext.empty()) {
    const int written = mbedtls_ssl_write(&state_->ssl, plaintext.data(), plaintext.size());
    if (written <= 0) return state_->broken(written);
    plaintext = plaintext.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

void TlsSession::close() {
  if (state_->established && !state_->ended) mbedtls_ssl_close_notify(&state_->ssl);
  state_->ended = true;
}

bool TlsSession::established() const noexcept { return state_->established && !state_->ended; }
Bytes TlsSession::take_output() { return std::exchange(state_->output, {}); }
crypto::WipingBytes TlsSession::take_plaintext() { return std::exchange(state_->plaintext, {}); }

}  // namespace latchkey::channel
