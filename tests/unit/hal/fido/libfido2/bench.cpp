// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/libfido2/bench.hpp"

#include <doctest/doctest.h>

#include <utility>

#include "hal/fido/sim/libfido2/in_process.hpp"

namespace latchkey::test {
using namespace fido;
using namespace fido::sim;

namespace {

State manufacture(const Model& model) {
  SeededRandom random(2);
  const auto authority = CertificateAuthority::make(random, clock::ManualClock().wall());
  REQUIRE(authority.has_value());
  auto factory = authority->manufacture(model, random);
  REQUIRE(factory.has_value());
  State state{std::move(*factory)};
  REQUIRE(reset(state, random).has_value());
  return state;
}

}  // namespace

Model model(std::string_view name) {
  auto found = find_model(name);
  REQUIRE(found.has_value());
  return *found;
}

Bench::Bench(Model made) : made_(std::move(made)), state_(manufacture(made_)) { plug(); }

void Bench::plug() {
  auto person = [this](const Request& request) {
    requests.push_back(request);
    return reply;
  };
  auto plugged = SimulatedKey::plug(made_, {state_, person, random_, {}}, clock_.now());
  REQUIRE(plugged.has_value());
  key_.emplace(std::move(*plugged));
}

void Bench::plug_as(Model other) {
  key_.reset();
  made_ = std::move(other);
  plug();
}

std::unique_ptr<ReportStream> Bench::open_stream() {
  return open_in_process(*key_, clock_, [this](Millis step) { advance(step); });
}

OpenedDevice Bench::try_open(std::optional<Millis> timeout) {
  return open_device(open_stream(), timeout);
}

Device Bench::open(std::optional<Millis> timeout) {
  auto opened = try_open(timeout);
  REQUIRE(opened.error == FIDO_OK);
  return std::move(opened.device);
}

void Bench::pass(Millis step) {
  advance(step);
  key_->wake(clock_.now());
}

void Bench::after(Millis delay, std::function<void()> deed) {
  deeds_.emplace(clock_.now() + delay, std::move(deed));
}

void Bench::advance(Millis step) {
  const Instant target = clock_.now() + step;
  while (!deeds_.empty() && deeds_.begin()->first <= target) {
    const auto [when, deed] = *deeds_.begin();
    deeds_.erase(deeds_.begin());
    if (when > clock_.now()) clock_.advance(when - clock_.now());
    deed();
  }
  clock_.advance(target - clock_.now());
}

}  // namespace latchkey::test
