// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/libfido2_key.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "hal/fido/libfido2/assertion.hpp"
#include "hal/fido/libfido2/credential.hpp"
#include "hal/fido/libfido2/info.hpp"
#include "hal/fido/libfido2/resident.hpp"

namespace latchkey::fido {
namespace {

constexpr std::string_view kCounting = "asking how many PIN tries are left";
constexpr std::string_view kChoosing = "waiting for a touch";

class Libfido2Key final : public SecurityKey {
 public:
  Libfido2Key(PluggedKey plugged, KeyInfo info, Conversation conversation)
      : plugged_(std::move(plugged)),
        info_(std::move(info)),
        conversation_(std::move(conversation)) {}

  [[nodiscard]] const PluggedKey& plugged() const noexcept override { return plugged_; }
  [[nodiscard]] const KeyInfo& info() const noexcept override { return info_; }

  Attempt<int> pin_tries() override {
    if (!info_.ctap2 || info_.pin == PinState::cannot) {
      return conversation_.give_up(Trouble::not_supported, kCounting, "it has no PIN");
    }
    int tries = 0;
    const int error = conversation_.alone(
        [&](fido_dev_t* device) { return fido_dev_get_retry_count(device, &tries); });
    if (error != FIDO_OK) return conversation_.give_up(error, kCounting);
    return tries;
  }

  Attempt<> begin_touch() override {
    const int error = conversation_.alone(fido_dev_get_touch_begin);
    if (error != FIDO_OK) return conversation_.give_up(error, kChoosing);
    return {};
  }

  Attempt<bool> touched(Millis patience) override {
    int is_touched = 0;
    const auto milliseconds = static_cast<int>(
        std::clamp<Millis::rep>(patience.count(), 0, std::numeric_limits<int>::max()));
    const int error = conversation_.listen(patience, [&](fido_dev_t* device) {
      return fido_dev_get_touch_status(device, &is_touched, milliseconds);
    });
    if (error == FIDO_OK && is_touched != 0) return true;
    // libfido2 takes silence of any kind for "not yet".
    const auto ending = conversation_.ending();
    if (ending == Ending::gone || ending == Ending::interrupted) {
      return conversation_.give_up(FIDO_ERR_RX, kChoosing);
    }
    if (error != FIDO_OK && ending == Ending::none) return conversation_.give_up(error, kChoosing);
    return false;
  }

  void end_touch() override { conversation_.cancel(); }

  Attempt<MadeKey> make(const MakeRequest& request, const Pin* pin) override {
    return make_credential(conversation_, info_, request, pin);
  }

  Attempt<bool> owns(const std::string& application, ByteView handle, const Pin* pin) override {
    return owns_handle(conversation_, info_, application, handle, pin);
  }

  Attempt<Assertion> sign(const std::string& application, ByteView handle, ByteView message,
                          bool verify, const Pin* pin) override {
    return sign_message(conversation_, info_, {application, handle, message, verify}, pin);
  }

  Attempt<std::vector<ResidentKey>> residents(const Pin& pin) override {
    return list_residents(conversation_, info_, pin);
  }

  Attempt<> remove_resident(ByteView handle, const Pin& pin) override {
    return delete_resident(conversation_, info_, handle, pin);
  }

 private:
  PluggedKey plugged_;
  KeyInfo info_;
  Conversation conversation_;
};

}  // namespace

Attempt<std::unique_ptr<SecurityKey>> open_libfido2_key(PluggedKey plugged,
                                                        std::unique_ptr<ReportStream> stream,
                                                        const Surroundings& surroundings) {
  auto conversation = Conversation::open(
      std::move(stream), std::make_unique<Watch>(surroundings.clock, surroundings.interrupt),
      plugged.path, surroundings.patience);
  if (!conversation) return give_up(std::move(conversation));
  auto info = ask_info(*conversation);
  if (!info) return give_up(std::move(info));
  info->simulated = surroundings.simulated;
  return std::make_unique<Libfido2Key>(std::move(plugged), *std::move(info),
                                       *std::move(conversation));
}

}  // namespace latchkey::fido
