// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/token/workbench.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <algorithm>
#include <utility>

namespace latchkey::testing {
namespace {

std::string words_for(const roles::FromToken& message) {
  if (const auto* arrived = std::get_if<roles::KeyArrived>(&message)) {
    return "arrived " + arrived->name.str();
  }
  if (std::holds_alternative<roles::SecondKey>(message)) return "second";
  if (std::holds_alternative<roles::KeyLeft>(message)) return "left";
  if (std::holds_alternative<roles::TouchWanted>(message)) return "touch";
  if (const auto* pin = std::get_if<roles::PinWanted>(&message)) {
    return (pin->wrong != 0 ? "wrong " : "pin ") + std::to_string(pin->tries_left);
  }
  if (const auto* made = std::get_if<roles::KeyMade>(&message)) {
    return made->signature.view().empty() ? "made" : "signed";
  }
  const auto& failed = std::get<roles::TokenFailed>(message);
  return "failed " + std::string(fido::name(static_cast<fido::Trouble>(failed.trouble)));
}

roles::MakeKey some_order() {
  roles::MakeKey order;
  order.challenge.fill(9);
  REQUIRE(order.application.assign("ssh:"));
  REQUIRE(order.statement.assign(as_bytes("the statement")));
  return order;
}

}  // namespace

roles::MakeKey unattended_order() {
  auto order = some_order();
  order.unattended = 1;
  return order;
}

roles::MakeKey attended_order() { return some_order(); }

Workbench::Workbench()
    : interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      work(keys, interrupt_, [this](const roles::FromToken& message) {
        told_.push_back(words_for(message));
        if (const auto* made = std::get_if<roles::KeyMade>(&message)) made_ = *made;
        if (const auto* failed = std::get_if<roles::TokenFailed>(&message)) failed_ = *failed;
      }) {}

Workbench::~Workbench() { ::close(interrupt_); }

void Workbench::plug(const std::string& path, const std::string& name) {
  keys.plugged.push_back({path, name});
  look();
}

void Workbench::unplug(const std::string& path) {
  std::erase_if(keys.plugged, [&](const auto& key) { return key.path == path; });
  look();
}

void Workbench::hear(const roles::ToToken& message) {
  auto copy = message;
  work.hear(copy);
}

void Workbench::type(const std::string& pin) {
  roles::UsePin typed;
  REQUIRE(typed.pin.assign(as_bytes(pin)));
  roles::ToToken message = typed;
  work.hear(message);
  const auto& after = std::get<roles::UsePin>(message).pin;
  CHECK(std::all_of(after.data.begin(), after.data.end(), [](auto byte) { return byte == 0; }));
}

void Workbench::run() {
  constexpr int kMost = 300;
  for (int i = 0; i < kMost; ++i) {
    if (work.has_work()) {
      work.step();
    } else if (work.pauses()) {
      work.pause_is_over();
    } else {
      return;
    }
  }
  FAIL("there is no end to it");
}

void Workbench::interrupt() { REQUIRE(::eventfd_write(interrupt_, 1) == 0); }

void Workbench::end_interrupt() {
  eventfd_t count = 0;
  REQUIRE(::eventfd_read(interrupt_, &count) == 0);
}

std::vector<std::string> Workbench::told() { return std::exchange(told_, {}); }

}  // namespace latchkey::testing
