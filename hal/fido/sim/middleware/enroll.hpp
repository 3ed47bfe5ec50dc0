// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/middleware/options.hpp"
#include "hal/fido/sim/middleware/response.hpp"

namespace latchkey::fido::sim {

struct EnrollRequest {
  std::uint32_t algorithm = 0;
  ByteView challenge;  ///< hashed here
  const char* application = nullptr;
  std::uint8_t flags = 0;  ///< sk_flag
  const char* pin = nullptr;
  Options options;
};

/// Makes a credential. One that is resident or wants verification is protected (credProtect), or
/// not made at all; a resident one is not overwritten unless sk_flag::kForce says so.
[[nodiscard]] SkResult<Response<SkEnrollResponse>> enroll(const EnrollRequest& request);

}  // namespace latchkey::fido::sim
