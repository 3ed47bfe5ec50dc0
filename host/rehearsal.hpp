// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan.hpp"

namespace latchkey::host {

/// What `latchkey enroll --dry-run` says: every step that this plan would lead to.
void rehearse(const Plan& plan, const EnrollOptions& options, const Context& context);

}  // namespace latchkey::host
