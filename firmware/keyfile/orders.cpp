// SPDX-License-Identifier: MIT
#include "firmware/keyfile/orders.hpp"

#include <algorithm>
#include <initializer_list>

namespace latchkey::keyfile {
namespace {

constexpr std::int32_t kDay = 24 * 60 * 60;

template <std::size_t Size>
bool is_whole(const roles::FixedBytes<Size>& field) {
  return field.length <= Size;
}
template <std::size_t Size>
bool is_whole(const roles::FixedText<Size>& field) {
  return is_whole(field.raw);
}

bool are_flags(std::initializer_list<std::uint8_t> values) {
  return std::all_of(values.begin(), values.end(), [](std::uint8_t value) { return value <= 1; });
}

bool is_valid(const roles::KeyfileTarget& target) {
  return are_flags({target.strict_modes, target.allow_volatile}) &&
         target.other_count <= roles::kMaxOtherFiles && is_whole(target.home) &&
         is_whole(target.path) &&
         std::all_of(target.others.begin(), target.others.end(),
                     [](const auto& path) { return is_whole(path); });
}

bool is_valid(const roles::KeyfileLine& line) {
  return are_flags({line.limits.has_expires, line.limits.restrict, line.cert_authority,
                    line.no_touch_required, line.verify_required}) &&
         is_whole(line.key) && is_whole(line.comment) && is_whole(line.limits.from) &&
         line.utc_offset > -kDay && line.utc_offset < kDay;
}

}  // namespace

Result<roles::KeyfileTarget> pack(const Target& target, std::uint32_t group) {
  roles::KeyfileTarget packed;
  packed.user = target.user;
  packed.group = group;
  packed.private_group = target.private_group.value_or(roles::kNoGroup);
  packed.strict_modes = target.strict_modes ? 1 : 0;
  packed.allow_volatile = target.allow_volatile ? 1 : 0;
  bool fits = packed.home.assign(target.home) && packed.path.assign(target.path) &&
              target.others.size() <= roles::kMaxOtherFiles;
  for (std::size_t i = 0; fits && i < target.others.size(); ++i) {
    fits = packed.others.at(i).assign(target.others[i]);
  }
  if (!fits) return fail(Errc::too_large, "telling the writer of " + target.path);
  packed.other_count = static_cast<std::uint8_t>(target.others.size());
  return packed;
}

Result<roles::KeyfileLine> pack(const Line& line) {
  roles::KeyfileLine packed;
  packed.limits.has_expires = line.options.expires ? 1 : 0;
  packed.limits.expires =
      line.options.expires ? line.options.expires->time_since_epoch().count() : 0;
  packed.limits.restrict = line.options.restricted ? 1 : 0;
  packed.now = line.now.time_since_epoch().count();
  packed.utc_offset = static_cast<std::int32_t>(line.utc_offset.count());
  packed.cert_authority = line.options.cert_authority ? 1 : 0;
  packed.no_touch_required = line.options.no_touch_required ? 1 : 0;
  packed.verify_required = line.options.verify_required ? 1 : 0;
  if (!packed.key.assign(line.key) || !packed.comment.assign(line.comment) ||
      !packed.limits.from.assign(line.options.from)) {
    return fail(Errc::too_large, "telling the writer of a key");
  }
  return packed;
}

roles::KeyfileAnswer pack(const Answer& answer) {
  roles::KeyfileAnswer packed;
  packed.outcome = static_cast<std::uint8_t>(answer.outcome);
  packed.reason = static_cast<std::uint8_t>(answer.reason);
  packed.text.assign_cut(answer.text);
  packed.path.assign_cut(answer.path);
  return packed;
}

Result<Order> unpack(const roles::KeyfileTarget& target, const roles::KeyfileLine& line) {
  if (!is_valid(target) || !is_valid(line)) return fail(Errc::malformed, "reading an order");
  Order order;
  order.group = target.group;
  order.target.user = target.user;
  if (target.private_group != roles::kNoGroup) order.target.private_group = target.private_group;
  order.target.home = target.home.str();
  order.target.path = target.path.str();
  for (std::size_t i = 0; i < target.other_count; ++i) {
    order.target.others.push_back(target.others.at(i).str());
  }
  order.target.strict_modes = target.strict_modes != 0;
  order.target.allow_volatile = target.allow_volatile != 0;

  order.line.key = line.key.bytes();
  order.line.comment = line.comment.str();
  if (line.limits.has_expires != 0) {
    order.line.options.expires = WallTime(std::chrono::seconds(line.limits.expires));
  }
  order.line.options.from = line.limits.from.str();
  order.line.options.restricted = line.limits.restrict != 0;
  order.line.options.cert_authority = line.cert_authority != 0;
  order.line.options.no_touch_required = line.no_touch_required != 0;
  order.line.options.verify_required = line.verify_required != 0;
  order.line.now = WallTime(std::chrono::seconds(line.now));
  order.line.utc_offset = std::chrono::seconds(line.utc_offset);
  return order;
}

Result<Answer> unpack(const roles::KeyfileAnswer& answer) {
  if (answer.outcome > static_cast<std::uint8_t>(Outcome::not_there) ||
      answer.reason > static_cast<std::uint8_t>(Reason::failed) || !is_whole(answer.text) ||
      !is_whole(answer.path)) {
    return fail(Errc::malformed, "reading the writer's answer");
  }
  return Answer{static_cast<Outcome>(answer.outcome), static_cast<Reason>(answer.reason),
                answer.text.str(), answer.path.str()};
}

}  // namespace latchkey::keyfile
