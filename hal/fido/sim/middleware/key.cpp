// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/key.hpp"

#include <cstdlib>
#include <string_view>

#include "hal/fido/sim/libfido2/handles.hpp"
#include "hal/fido/sim/libfido2/socket_stream.hpp"

namespace latchkey::fido::sim {
namespace {

std::string folder(const Options& options) {
  if (options.device) return *options.device;
  const char* named = std::getenv("LATCHKEY_SIMULATED_KEY");
  return named != nullptr ? named : "";
}

}  // namespace

SkResult<Device> open_key(const Options& options) {
  const std::string directory = folder(options);
  if (directory.empty()) {
    return fail_sk(SkError::device_not_found,
                   "no key: LATCHKEY_SIMULATED_KEY is not set; set it to the folder of a running "
                   "latchkey-simulated-key");
  }
  auto stream = open_socket_stream(directory);
  if (!stream) {
    return fail_sk(SkError::device_not_found,
                   stream.error().message() +
                       "; is its latchkey-simulated-key running, and the "
                       "key plugged in?");
  }
  fido_init(0);
  auto opened = open_device(std::move(*stream), kPatience);
  if (!opened.device) {
    return fail_sk(SkError::device_not_found, "opening the simulated security key in " + directory +
                                                  ": " + fido_strerr(opened.error));
  }
  return std::move(opened.device);
}

SkResult<std::optional<bool>> key_option(fido_dev_t* device, const char* name) {
  if (!fido_dev_is_fido2(device)) return std::nullopt;
  const FidoInfo info(fido_cbor_info_new());
  if (!info) return fail_fido(FIDO_ERR_INTERNAL, "asking the key what it can do");
  const int error = fido_dev_get_cbor_info(device, info.get());
  if (error != FIDO_OK) return fail_fido(error, "asking the key what it can do");
  const std::size_t count = fido_cbor_info_options_len(info.get());
  for (std::size_t i = 0; i < count; ++i) {
    if (std::string_view(fido_cbor_info_options_name_ptr(info.get())[i]) == name) {
      return fido_cbor_info_options_value_ptr(info.get())[i];
    }
  }
  return std::nullopt;
}

const char* given_pin(const char* pin) { return pin != nullptr && *pin != '\0' ? pin : nullptr; }

}  // namespace latchkey::fido::sim
