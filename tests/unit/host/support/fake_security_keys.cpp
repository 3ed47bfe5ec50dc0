// SPDX-License-Identifier: MIT
#include "tests/unit/host/support/fake_security_keys.hpp"

#include <poll.h>
#include <algorithm>

#include "core/attest/record.hpp"

namespace latchkey::host::test {
namespace {

using fido::Trouble;

/// The base point of P-256: a point that everybody knows, and nobody's key.
constexpr std::array<std::uint8_t, 65> kPoint{
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5,
    0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
    0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a,
    0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
    0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

bool readable(int descriptor) {
  pollfd polled{descriptor, POLLIN, 0};
  return descriptor >= 0 && ::poll(&polled, 1, 0) == 1;
}

/// What hal/fido/security_keys.hpp says of a request.
bool well_formed(const fido::MakeRequest& request) {
  constexpr std::size_t kMaxUser = 31;
  return request.application.starts_with("ssh:") && request.user.size() <= kMaxUser &&
         request.challenge.size() >= attest::kMinChallenge &&
         request.challenge.size() <= attest::kMaxChallenge;
}

class OpenedFakeKey final : public fido::SecurityKey {
 public:
  OpenedFakeKey(FakeKey& key, int interrupt) : key_(key), interrupt_(interrupt) { ++key_.opened; }
  ~OpenedFakeKey() override { ++key_.closed; }
  OpenedFakeKey(const OpenedFakeKey&) = delete;
  OpenedFakeKey& operator=(const OpenedFakeKey&) = delete;
  OpenedFakeKey(OpenedFakeKey&&) = delete;
  OpenedFakeKey& operator=(OpenedFakeKey&&) = delete;

  [[nodiscard]] const fido::PluggedKey& plugged() const noexcept override { return key_.plugged; }
  [[nodiscard]] const fido::KeyInfo& info() const noexcept override { return key_.info; }

  [[nodiscard]] fido::Attempt<int> pin_tries() override {
    if (key_.info.pin == fido::PinState::cannot) {
      return fido::give_up(Trouble::not_supported, "asking for the PIN tries");
    }
    return key_.tries;
  }

  [[nodiscard]] fido::Attempt<> begin_touch() override {
    if (key_.fails_to_blink) return fido::give_up(*key_.fails_to_blink, "blinking");
    ++key_.blinking;
    return {};
  }
  [[nodiscard]] fido::Attempt<bool> touched(Millis /*patience*/) override {
    if (key_.on_look) key_.on_look();
    if (readable(interrupt_)) return fido::give_up(Trouble::cancelled, "waiting for a touch");
    return key_.chosen;
  }
  void end_touch() override { --key_.blinking; }

  [[nodiscard]] fido::Attempt<fido::MadeKey> make(const fido::MakeRequest& request,
                                                  const fido::Pin* pin) override {
    if (!well_formed(request)) return fido::give_up(Trouble::failed, "making a credential");
    key_.requests.push_back(request);
    const bool needs = fido::needed_to_make(key_.info, request.resident, request.verify) ==
                       fido::Verification::pin;
    if ((needs || key_.wants_pin_after_all) && pin == nullptr) {
      return fido::give_up(Trouble::pin_required, "making a credential");
    }
    if (auto right = check(pin); !right) return fido::give_up(std::move(right));
    const bool there = std::ranges::any_of(key_.residents, [&](const auto& resident) {
      return resident.key.application() == request.application && resident.user == request.user;
    });
    if (request.resident && there && !request.overwrite) {
      return fido::give_up(Trouble::already_there, "making a credential");
    }
    if (request.algorithm == fido::Algorithm::ed25519 && key_.no_ed25519) {
      return fido::give_up(Trouble::no_such_algorithm, "making a credential");
    }
    ++key_.touches;
    if (key_.on_touch) key_.on_touch();
    if (readable(interrupt_)) return fido::give_up(Trouble::cancelled, "making a credential");
    if (key_.fails_to_make) return fido::give_up(*key_.fails_to_make, "making a credential");
    return made(request);
  }

  [[nodiscard]] fido::Attempt<bool> owns(const std::string& /*application*/, ByteView handle,
                                         const fido::Pin* pin) override {
    if (auto right = check(pin); !right) return fido::give_up(std::move(right));
    if (key_.tells_with_pin_alone && pin == nullptr) return false;
    return std::ranges::find(key_.handles, to_bytes(handle)) != key_.handles.end();
  }

  [[nodiscard]] fido::Attempt<fido::Assertion> sign(const std::string& /*application*/,
                                                    ByteView /*handle*/, ByteView /*message*/,
                                                    bool /*verify*/,
                                                    const fido::Pin* /*pin*/) override {
    return fido::give_up(Trouble::not_supported, "signing");
  }

  [[nodiscard]] fido::Attempt<std::vector<fido::ResidentKey>> residents(
      const fido::Pin& pin) override {
    if (auto right = check(&pin); !right) return fido::give_up(std::move(right));
    return key_.residents;
  }
  [[nodiscard]] fido::Attempt<> remove_resident(ByteView handle, const fido::Pin& pin) override {
    if (auto right = check(&pin); !right) return right;
    const auto gone = std::erase_if(
        key_.residents, [&](const auto& one) { return one.handle == to_bytes(handle); });
    if (gone == 0) return fido::give_up(Trouble::not_its_handle, "deleting a credential");
    return {};
  }

 private:
  fido::Attempt<> check(const fido::Pin* pin) {
    if (pin == nullptr) return {};
    ++key_.pins_sent;
    key_.typed.emplace_back(pin->c_str());
    if (key_.pin.empty()) return fido::give_up(Trouble::pin_not_set, "checking the PIN");
    if (key_.tries == 0) return fido::give_up(Trouble::pin_blocked, "checking the PIN");
    if (pin->c_str() == key_.pin) {
      key_.tries = 8;
      return {};
    }
    ++key_.wrong_pins;
    --key_.tries;
    return tl::make_unexpected(
        fido::Problem{key_.tries == 0 ? Trouble::pin_blocked : Trouble::pin_wrong,
                      "checking the PIN",
                      {},
                      {},
                      key_.tries});
  }

  fido::MadeKey made(const fido::MakeRequest& request) {
    const auto number = static_cast<std::uint8_t>(key_.requests.size());
    fido::MadeKey made{some_sk_key(request.algorithm, request.application, number),
                       Bytes(64, number),
                       ssh::sk_flag::kUserPresence,
                       {}};
    if (request.verify) made.flags |= ssh::sk_flag::kUserVerification;
    if (request.resident) {
      made.flags |= ssh::sk_flag::kResident;
      std::erase_if(key_.residents, [&](const auto& resident) {
        return resident.key.application() == request.application && resident.user == request.user;
      });
      key_.residents.push_back({made.key, made.handle, request.user, request.verify});
    }
    key_.handles.push_back(made.handle);
    made.attestation.authenticator_data = Bytes(100, 0x41);
    made.attestation.signature = Bytes(70, 0x30);
    made.attestation.chain = {Bytes(300, 0x30)};
    if (key_.spoil) key_.spoil(made);
    return made;
  }

  FakeKey& key_;
  int interrupt_;
};

}  // namespace

FakeKey::FakeKey(std::string path, std::string name) : plugged{std::move(path), std::move(name)} {
  info.ctap2 = true;
  info.u2f = true;
  info.versions = {"FIDO_2_1", "U2F_V2"};
  info.algorithms = {fido::Algorithm::ed25519, fido::Algorithm::ecdsa_p256};
  info.pin = fido::PinState::not_set;
  info.makes_without_pin = true;
  info.resident_keys = true;
  info.manages_credentials = true;
  info.protects_credentials = true;
  info.free_slots = 25;
  info.firmware = 328707;
}

void FakeKey::set_pin(const std::string& text) {
  pin = text;
  info.pin = fido::PinState::set;
}

fido::Attempt<std::vector<fido::PluggedKey>> FakeSecurityKeys::list() {
  ++looks;
  if (on_list) on_list();
  if (fails_to_list) return fido::give_up(*fails_to_list, "looking for security keys");
  std::vector<fido::PluggedKey> plugged;
  for (const auto* key : keys) plugged.push_back(key->plugged);
  return plugged;
}

fido::Attempt<std::unique_ptr<fido::SecurityKey>> FakeSecurityKeys::open(
    const fido::PluggedKey& key, int interrupt) {
  const auto found =
      std::ranges::find_if(keys, [&](const FakeKey* one) { return one->plugged == key; });
  if (found == keys.end()) return fido::give_up(Trouble::no_key, "opening a security key");
  if ((*found)->on_open) (*found)->on_open();
  if ((*found)->fails_to_open) {
    return tl::make_unexpected(
        fido::Problem{*(*found)->fails_to_open, "opening a security key", {}, key.path, {}});
  }
  return std::make_unique<OpenedFakeKey>(**found, interrupt);
}

ssh::PublicKey some_sk_key(fido::Algorithm algorithm, const std::string& application,
                           std::uint8_t seed) {
  if (algorithm == fido::Algorithm::ecdsa_p256) {
    return ssh::PublicKey::make_sk_ecdsa_p256(kPoint, application).value();
  }
  return ssh::PublicKey::make_sk_ed25519(Bytes(32, seed), application).value();
}

}  // namespace latchkey::host::test
