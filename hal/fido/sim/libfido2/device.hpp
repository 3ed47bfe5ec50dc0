// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <functional>
#include <memory>

#include "hal/fido/sim/libfido2/report_stream.hpp"

namespace latchkey::fido::sim {

struct CloseDevice {
  void operator()(fido_dev_t* device) const noexcept;  ///< cancel, close, free
};
using Device = std::unique_ptr<fido_dev_t, CloseDevice>;

/// Opens a key with the real libfido2, which talks to it through fido_dev_set_io_functions(3).
/// libfido2's error code where fido_dev_open fails; Errc::… none of ours.
struct OpenedDevice {
  Device device;  ///< null on failure
  int error = 0;  ///< FIDO_OK or FIDO_ERR_…
};
[[nodiscard]] OpenedDevice open_device(std::unique_ptr<ReportStream> stream);

}  // namespace latchkey::fido::sim
