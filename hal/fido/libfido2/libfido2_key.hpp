// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "hal/clock/clock.hpp"
#include "hal/fido/libfido2/conversation.hpp"
#include "hal/fido/report_stream.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::fido {

/// What a key is opened with besides its stream.
struct Surroundings {
  const clock::Clock& clock;  ///< outlives the key
  int interrupt = -1;         ///< as SecurityKeys::open() takes it
  bool simulated = false;
  Patience patience{};
};

/// A security key over the real libfido2, and libfido2 over a stream: for both seams, real keys and
/// simulated ones. Opens it and asks what it can.
[[nodiscard]] Attempt<std::unique_ptr<SecurityKey>> open_libfido2_key(
    PluggedKey plugged, std::unique_ptr<ReportStream> stream, const Surroundings& surroundings);

}  // namespace latchkey::fido
