// SPDX-License-Identifier: MIT
#include "firmware/roles/offer_fields.hpp"

namespace latchkey::roles {

bool LimitsFields::assign(const channel::Limits& limits) noexcept {
  if (!from.assign(limits.from)) return false;
  has_expires = limits.expires ? 1 : 0;
  expires = limits.expires ? limits.expires->time_since_epoch().count() : 0;
  restrict = limits.restrict ? 1 : 0;
  return true;
}

channel::Limits LimitsFields::limits() const {
  channel::Limits limits;
  if (has_expires != 0) limits.expires = WallTime(std::chrono::seconds(expires));
  limits.from = from.str();
  limits.restrict = restrict != 0;
  return limits;
}

}  // namespace latchkey::roles
