// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <memory>

#include "hal/fido/report_stream.hpp"

namespace latchkey::fido {

struct CloseDevice {
  void operator()(fido_dev_t* device) const noexcept;  ///< cancel, close, free
};
using Device = std::unique_ptr<fido_dev_t, CloseDevice>;

struct OpenedDevice {
  Device device;  ///< null on failure
  int error = 0;  ///< FIDO_OK, or the FIDO_ERR_… of fido_dev_open(3)
};

/// Opens a key with the real libfido2, which talks to it through fido_dev_set_io_functions(3). The
/// device owns the stream and destroys it when it closes. fido_init(3) is the caller's.
///
/// `timeout`: as fido_dev_set_timeout(3) takes it, in force from the opening on; nullopt: none.
[[nodiscard]] OpenedDevice open_device(std::unique_ptr<ReportStream> stream,
                                       std::optional<Millis> timeout = std::nullopt);

}  // namespace latchkey::fido
