// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/sk_error.hpp"

#include <fido.h>

#include <cstdio>
#include <string>

namespace latchkey::fido::sim {

SkError to_sk_error(int fido_error) {
  switch (fido_error) {
    case FIDO_ERR_UNSUPPORTED_OPTION:
    case FIDO_ERR_UNSUPPORTED_ALGORITHM: return SkError::unsupported;
    case FIDO_ERR_PIN_REQUIRED:
    case FIDO_ERR_PIN_INVALID:
    case FIDO_ERR_OPERATION_DENIED: return SkError::pin_required;
    default: return SkError::general;
  }
}

tl::unexpected<SkError> fail_fido(int fido_error, std::string_view doing) {
  const SkError error = to_sk_error(fido_error);
  if (error != SkError::pin_required) {
    say(std::string(doing) + ": " + fido_strerr(fido_error));
  }
  return tl::make_unexpected(error);
}

tl::unexpected<SkError> fail_sk(SkError error, std::string_view sentence) {
  say(sentence);
  return tl::make_unexpected(error);
}

void say(std::string_view sentence) {
  const std::string line = "sk-simulated-key: " + std::string(sentence) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace latchkey::fido::sim
