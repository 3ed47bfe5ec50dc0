// SPDX-License-Identifier: MIT
#include "firmware/monitor/key_in_pi.hpp"

#include <utility>

#include "core/text.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::monitor {

Result<void> KeyInPi::watch(Crew& crew, const std::string& simulated_keys,
                            Crew::OnToken on_message) {
  end();
  roles::WatchKeys watch;
  if (!watch.simulation.assign(simulated_keys)) {
    return fail(Errc::too_large, "naming the folder of simulated security keys");
  }
  auto role = crew.watch_keys(watch, std::move(on_message));
  if (!role) return fail(std::move(role));
  role_ = std::move(*role);
  return {};
}

void KeyInPi::end() {
  role_.reset();
  name_.clear();
  order_ = Order::none;
  open_question_ = 0;
  key_.clear();
}

Result<void> KeyInPi::make(const roles::MakeKey& order) {
  order_ = Order::make;
  unattended_ = order.unattended != 0;
  key_.clear();
  return tell(order);
}

Result<void> KeyInPi::sign() {
  if (order_ != Order::made) return fail(Errc::out_of_order, "asking for a signature");
  order_ = Order::sign;
  return tell(roles::SignStatement{});
}

Result<void> KeyInPi::use_pin(const roles::PinArrived& typed) {
  if (open_question_ == 0 || typed.question != open_question_) return {};
  open_question_ = 0;
  roles::ToToken message;
  message.emplace<roles::UsePin>().pin = typed.pin;  // by itself it would have to be wiped as well
  auto told = tell(message);
  roles::RoleChannel::wipe(message);
  return told;
}

bool KeyInPi::may_say(const roles::FromToken& message) {
  if (const auto* arrived = std::get_if<roles::KeyArrived>(&message)) {
    name_ = make_printable(arrived->name.view(), roles::kMaxName);
  } else if (std::holds_alternative<roles::KeyLeft>(message)) {
    name_.clear();
    open_question_ = 0;
  } else if (std::holds_alternative<roles::PinWanted>(message)) {
    if (unattended_ || (order_ != Order::make && order_ != Order::sign)) return false;
    open_question_ = ++questions_;
  } else if (const auto* made = std::get_if<roles::KeyMade>(&message)) {
    return may_be_made(*made);
  } else if (std::holds_alternative<roles::TokenFailed>(message)) {
    if (order_ != Order::make && order_ != Order::sign) return false;
    order_ = Order::none;
    open_question_ = 0;
  }
  return true;
}

bool KeyInPi::may_be_made(const roles::KeyMade& made) {
  const auto key = made.made.key.view();
  if (order_ == Order::sign && as_text(key) != as_text(key_)) return false;
  if (order_ != Order::make && order_ != Order::sign) return false;
  order_ = order_ == Order::make ? Order::made : Order::none;
  open_question_ = 0;
  key_ = to_bytes(key);
  return true;
}

Result<void> KeyInPi::tell(const roles::ToToken& message) {
  if (!role_) return fail(Errc::closed, "telling latchkey-token");
  return role_->tell(message);
}

}  // namespace latchkey::monitor
