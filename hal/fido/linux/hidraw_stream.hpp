// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/descriptor.hpp"
#include "hal/fido/problem.hpp"
#include "hal/fido/report_stream.hpp"

namespace latchkey::fido {

/// Opens a hidraw node (Documentation/hid/hidraw.rst) that is a FIDO device: the descriptor of what
/// was opened is asked, so that a node which meanwhile belongs to another device is refused. Takes
/// the lock that libfido2's own programs take, and waits for it half a second at most.
/// not_readable, busy, removed (no such node any more), nonsense (no FIDO device), failed.
///
/// `interrupt`: a descriptor that ends a read which would wait, while it is readable; -1: none.
[[nodiscard]] Attempt<std::unique_ptr<ReportStream>> open_hidraw_stream(const std::string& node,
                                                                        int interrupt);

/// The same over a node that is open: any descriptor that gives and takes whole reports.
[[nodiscard]] std::unique_ptr<ReportStream> make_hidraw_stream(hal::Descriptor node, int interrupt);

}  // namespace latchkey::fido
