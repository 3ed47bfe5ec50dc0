// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/token/scripted_keys.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/ssh/openssh_key.hpp"

namespace latchkey::testing {
namespace {

// The base point of P-256 (SEC 2, section 2.4.2): a point on the curve.
constexpr const char* kPoint =
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

std::string with_pin(const fido::Pin* pin) {
  return pin == nullptr ? "" : std::string(" pin=") + pin->c_str();
}

}  // namespace

ssh::PublicKey some_ed25519(std::string_view application, std::uint8_t seed) {
  return ssh::PublicKey::make_sk_ed25519(Bytes(32, seed), application).value();
}

ssh::PublicKey some_ecdsa(std::string_view application) {
  return ssh::PublicKey::make_sk_ecdsa_p256(from_hex(kPoint).value(), application).value();
}

fido::ResidentKey resident(const std::string& user, std::string_view application, bool verify) {
  return {some_ed25519(application, 2), Bytes{'h', 'a', 'n', 'd', 'l', 'e'}, user, verify};
}

class ScriptedKeys::Key final : public fido::SecurityKey {
 public:
  Key(ScriptedKeys& keys, fido::PluggedKey plugged)
      : keys_(keys), plugged_(std::move(plugged)), info_(keys.info) {}
  ~Key() override { keys_.calls_.emplace_back("close"); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  Key(Key&&) = delete;
  Key& operator=(Key&&) = delete;

  const fido::PluggedKey& plugged() const noexcept override { return plugged_; }
  const fido::KeyInfo& info() const noexcept override { return info_; }

  fido::Attempt<int> pin_tries() override {
    keys_.calls_.emplace_back("pin_tries");
    if (auto fine = keys_.next("pin_tries"); !fine) return fido::give_up(std::move(fine));
    return keys_.tries;
  }

  fido::Attempt<> begin_touch() override { return not_scripted(); }
  fido::Attempt<bool> touched(Millis /*patience*/) override { return not_scripted(); }
  void end_touch() override {}

  fido::Attempt<fido::MadeKey> make(const fido::MakeRequest& request,
                                    const fido::Pin* pin) override {
    const bool ecdsa = request.algorithm == fido::Algorithm::ecdsa_p256;
    keys_.calls_.push_back(std::string("make ") + (ecdsa ? "ecdsa" : "ed25519") +
                           (request.as_u2f ? " u2f" : "") + (request.resident ? " resident" : "") +
                           (request.verify ? " verify" : "") + with_pin(pin));
    keys_.made_ = request;
    if (keys_.meanwhile) keys_.meanwhile();
    if (auto fine = keys_.next("make"); !fine) return fido::give_up(std::move(fine));
    namespace flag = ssh::sk_flag;
    const int flags = flag::kUserPresence | (request.verify ? flag::kUserVerification : 0) |
                      (request.resident ? flag::kResident : 0);
    attest::Attestation attestation;
    attestation.authenticator_data = Bytes(64, 3);
    attestation.signature = Bytes(70, 4);
    attestation.chain = {Bytes(500, 5)};
    return fido::MadeKey{
        ecdsa ? some_ecdsa(request.application) : some_ed25519(request.application),
        Bytes{'m', 'a', 'd', 'e'}, static_cast<std::uint8_t>(flags), attestation};
  }

  fido::Attempt<bool> owns(const std::string& /*application*/, ByteView /*handle*/,
                           const fido::Pin* /*pin*/) override {
    return not_scripted();
  }

  fido::Attempt<fido::Assertion> sign(const std::string& application, ByteView handle,
                                      ByteView message, bool verify,
                                      const fido::Pin* pin) override {
    keys_.calls_.push_back("sign " + application + (verify ? " verify" : "") + with_pin(pin));
    keys_.signed_handle_ = to_bytes(handle);
    keys_.signed_message_ = to_bytes(message);
    if (keys_.meanwhile) keys_.meanwhile();
    if (auto fine = keys_.next("sign"); !fine) return fido::give_up(std::move(fine));
    // Of an Ed25519 key: any 64 bytes have its shape.
    return fido::Assertion{static_cast<std::uint8_t>(verify ? 5 : 1), 7, Bytes(64, 6)};
  }

  fido::Attempt<std::vector<fido::ResidentKey>> residents(const fido::Pin& pin) override {
    keys_.calls_.push_back("residents" + with_pin(&pin));
    if (auto fine = keys_.next("residents"); !fine) return fido::give_up(std::move(fine));
    return keys_.residents;
  }

  fido::Attempt<> remove_resident(ByteView /*handle*/, const fido::Pin& /*pin*/) override {
    return not_scripted();
  }

 private:
  static tl::unexpected<fido::Problem> not_scripted() {
    return fido::give_up(fido::Trouble::not_supported, "what is not in the script");
  }

  ScriptedKeys& keys_;
  fido::PluggedKey plugged_;
  fido::KeyInfo info_;
};

ScriptedKeys::ScriptedKeys() {
  info.ctap2 = true;
  info.u2f = true;
  info.versions = {"U2F_V2", "FIDO_2_1"};
  info.algorithms = {fido::Algorithm::ed25519, fido::Algorithm::ecdsa_p256};
  info.pin = fido::PinState::not_set;
  info.makes_without_pin = true;
  info.resident_keys = true;
  info.manages_credentials = true;
  info.protects_credentials = true;
}

std::size_t ScriptedKeys::count(std::string_view beginning) const {
  return static_cast<std::size_t>(
      std::count_if(calls_.begin(), calls_.end(),
                    [&](const std::string& call) { return call.starts_with(beginning); }));
}

fido::Attempt<> ScriptedKeys::next(const std::string& call) {
  if (auto& laid_out = troubles[call]; !laid_out.empty()) {
    const auto trouble = laid_out.front();
    laid_out.pop_front();
    return fido::give_up(trouble, call);
  }
  if (const auto found = always.find(call); found != always.end()) {
    return fido::give_up(found->second, call);
  }
  return {};
}

fido::Attempt<std::vector<fido::PluggedKey>> ScriptedKeys::list() {
  if (auto fine = next("list"); !fine) return fido::give_up(std::move(fine));
  return plugged;
}

fido::Attempt<std::unique_ptr<fido::SecurityKey>> ScriptedKeys::open(const fido::PluggedKey& key,
                                                                     int interrupt) {
  calls_.push_back("open " + key.path);
  interrupt_ = interrupt;
  if (auto fine = next("open"); !fine) return fido::give_up(std::move(fine));
  return std::make_unique<Key>(*this, key);
}

}  // namespace latchkey::testing
