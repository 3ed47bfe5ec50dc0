// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "core/error.hpp"
#include "hal/fido/report_stream.hpp"

namespace latchkey::fido::sim {

/// Opens the key that a `latchkey-simulated-key DIRECTORY` serves on DIRECTORY/hid.sock (a Unix
/// SOCK_SEQPACKET, one report a packet, every opening sees every report, as with hidraw).
/// The errno of connect: ENOENT or ECONNREFUSED when no key is plugged in.
///
/// `interrupt`: a descriptor that ends a read which would wait, while it is readable; -1: none.
[[nodiscard]] Result<std::unique_ptr<ReportStream>> open_socket_stream(const std::string& directory,
                                                                       int interrupt = -1);

}  // namespace latchkey::fido::sim
