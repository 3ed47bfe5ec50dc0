// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"
#include "hal/fido/sim/libfido2/report_stream.hpp"

namespace latchkey::fido::sim {

/// Opens the key that a `latchkey-simulated-key DIRECTORY` serves on DIRECTORY/hid.sock (a Unix
/// SOCK_SEQPACKET, one report a packet, every opening sees every report, as with hidraw).
/// The errno of connect: ENOENT or ECONNREFUSED when no key is plugged in.
[[nodiscard]] Result<std::unique_ptr<ReportStream>> open_socket_stream(
    const std::string& directory);

}  // namespace latchkey::fido::sim
