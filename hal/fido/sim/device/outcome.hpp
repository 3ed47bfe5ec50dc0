// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <variant>

#include "core/bytes.hpp"
#include "core/time.hpp"
#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/device/person.hpp"
#include "hal/fido/sim/device/status.hpp"

namespace latchkey::fido::sim {

/// A command that goes on once a person has answered. `then` is called at most once, with yes or
/// no and the time of that; never when the request was cancelled or timed out.
struct Wait {
  Request request;
  std::function<Bytes(Reply, Instant)> then;
};

/// What a command comes to: the whole answer (status byte first), or a wait.
using Outcome = std::variant<Bytes, Wait>;

[[nodiscard]] inline Bytes answer(Status status) { return {static_cast<std::uint8_t>(status)}; }
/// Status ok and one CBOR item.
[[nodiscard]] Bytes answer(const Value& value);

}  // namespace latchkey::fido::sim
