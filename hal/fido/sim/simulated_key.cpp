// SPDX-License-Identifier: MIT
#include "hal/fido/sim/simulated_key.hpp"

#include <algorithm>
#include <utility>

#include "hal/fido/sim/ctaphid/ctaphid.hpp"
#include "hal/fido/sim/sim_authenticator.hpp"

namespace latchkey::fido::sim {

/// Between wire and authenticator: sees the commands that may have changed the state.
class SimulatedKey::Core final : private Authenticator {
 public:
  Core(Model model, KeyParts parts)
      : model_(std::move(model)),
        parts_(std::move(parts)),
        saved_(fingerprint()),
        wire_(model_, *this, parts_.random) {}

  Result<void> power_up(Instant now) {
    auto plugged = SimAuthenticator::plug(model_, parts_.state, history_, parts_.person,
                                          parts_.random, now, [this](const State&) { save(); });
    if (!plugged) return fail(std::move(plugged));
    authenticator_.emplace(std::move(*plugged));
    return {};
  }

  void take(const Report& report, Instant now) {
    wire_.take(report, now);
    if (std::exchange(commanded_, false)) save();
  }

  void wake(Instant now) {
    authenticator_->wake(now);
    wire_.wake(now);
    if (std::exchange(commanded_, false)) save();
  }

  [[nodiscard]] std::optional<Instant> wakes_at() const {
    const auto wire = wire_.wakes_at();
    const auto u2f = wire_.gone() ? std::nullopt : authenticator_->wakes_at();
    return wire && u2f ? std::min(*wire, *u2f) : wire ? wire : u2f;
  }

  [[nodiscard]] const Request* waiting_for() const {
    if (const auto* request = wire_.waiting_for()) return request;
    return wire_.gone() ? nullptr : authenticator_->u2f_waiting_for();
  }

  CtapHid& wire() { return wire_; }
  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] const History& history() const { return history_; }

 private:
  [[nodiscard]] bool speaks_cbor() const override { return authenticator_->speaks_cbor(); }
  [[nodiscard]] bool speaks_u2f() const override { return authenticator_->speaks_u2f(); }
  [[nodiscard]] Outcome cbor(ByteView message, Instant now) override {
    commanded_ = true;
    return authenticator_->cbor(message, now);
  }
  [[nodiscard]] Bytes u2f(ByteView apdu, Instant now) override {
    commanded_ = true;
    return authenticator_->u2f(apdu, now);
  }
  [[nodiscard]] Reply ask(const Request& request) override { return authenticator_->ask(request); }
  void ended(Status status, Instant now) override {
    commanded_ = true;
    authenticator_->ended(status, now);
  }

  [[nodiscard]] std::string fingerprint() const {
    return parts_.save ? to_json(parts_.state) : std::string();
  }

  void save() {
    if (!parts_.save) return;
    auto state = fingerprint();
    if (state == saved_) return;
    saved_ = std::move(state);
    parts_.save(parts_.state);
  }

  const Model model_;
  KeyParts parts_;
  History history_;
  std::string saved_;       ///< the state as it was saved last
  bool commanded_ = false;  ///< since then
  std::optional<SimAuthenticator> authenticator_;
  CtapHid wire_;
};

Result<SimulatedKey> SimulatedKey::plug(Model model, KeyParts parts, Instant now) {
  auto core = std::make_unique<Core>(std::move(model), std::move(parts));
  if (auto powered = core->power_up(now); !powered) return fail(std::move(powered));
  return SimulatedKey(std::move(core));
}

SimulatedKey::SimulatedKey(std::unique_ptr<Core> core) noexcept : core_(std::move(core)) {}
SimulatedKey::~SimulatedKey() = default;
SimulatedKey::SimulatedKey(SimulatedKey&&) noexcept = default;
SimulatedKey& SimulatedKey::operator=(SimulatedKey&&) noexcept = default;

void SimulatedKey::take(const Report& report, Instant now) { core_->take(report, now); }
std::optional<Report> SimulatedKey::give() { return core_->wire().give(); }
std::optional<Instant> SimulatedKey::wakes_at() const { return core_->wakes_at(); }
void SimulatedKey::wake(Instant now) { core_->wake(now); }
const Request* SimulatedKey::waiting_for() const { return core_->waiting_for(); }
bool SimulatedKey::gone() const { return core_->wire().gone(); }
const Model& SimulatedKey::model() const { return core_->model(); }
const History& SimulatedKey::history() const { return core_->history(); }

}  // namespace latchkey::fido::sim
