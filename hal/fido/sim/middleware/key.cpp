// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/key.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "hal/fido/libfido2/handles.hpp"
#include "hal/fido/sim/socket/folders.hpp"
#include "hal/fido/sim/socket/socket_stream.hpp"

namespace latchkey::fido::sim {
namespace {

std::vector<std::string> folders(const Options& options) {
  if (options.device) return {*options.device};
  const char* named = std::getenv(kFoldersVariable);
  return split_folders(named != nullptr ? named : "");
}

}  // namespace

SkResult<Device> open_key(const Options& options) {
  const auto named = folders(options);
  if (named.empty()) {
    return fail_sk(SkError::device_not_found,
                   "no key: LATCHKEY_SIMULATED_KEY is not set; set it to the folder of a running "
                   "latchkey-simulated-key");
  }
  std::string directory = named.front();
  auto stream = open_socket_stream(directory);
  for (auto next = named.begin() + 1; !stream && next != named.end(); ++next) {
    auto another = open_socket_stream(*next);
    if (!another) continue;
    directory = *next;
    stream = std::move(another);
  }
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
