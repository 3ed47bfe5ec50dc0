// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/middleware/options.hpp"
#include "hal/fido/sim/middleware/response.hpp"

namespace latchkey::fido::sim {

struct SignRequest {
  std::uint32_t algorithm = 0;
  ByteView data;  ///< hashed here
  const char* application = nullptr;
  ByteView key_handle;
  std::uint8_t flags = 0;  ///< sk_flag: presence and verification
  const char* pin = nullptr;
  Options options;
};

/// Signs with a credential of the key. A key that does not hold it is SkError::device_not_found,
/// found out before a touch is asked for or a PIN try spent, as far as a key tells: what was made
/// to be seen after verification alone is not.
[[nodiscard]] SkResult<Response<SkSignResponse>> sign(const SignRequest& request);

}  // namespace latchkey::fido::sim
