// SPDX-License-Identifier: MIT
#include "firmware/monitor/handle_desk.hpp"

#include <fmt/format.h>

#include "core/ssh/fingerprint.hpp"
#include "core/ssh/public_key.hpp"

namespace latchkey::monitor {
namespace {

using Answers = std::vector<roles::FromDaemon>;

std::string fingerprint_of(const channel::KeyHandle& handle) {
  return ssh::fingerprint(handle.key).value_or("");
}

roles::HandleLine line_of(const channel::KeyHandle& handle) {
  roles::HandleLine line;
  line.account.assign_cut(handle.account);
  line.fingerprint.assign_cut(fingerprint_of(handle));
  const auto key = ssh::PublicKey::parse(handle.key);
  line.key_type.assign_cut(key ? key->type_name() : "unknown");
  line.comment.assign_cut(handle.comment);
  line.made = handle.made.time_since_epoch().count();
  line.size = static_cast<std::uint32_t>(handle.handle.size());
  return line;
}

roles::RequestRefused refused(std::string_view text) {
  roles::RequestRefused refusal;
  refusal.text.assign_cut(text);
  return refusal;
}

Answers failed(const Error& error) {
  return {refused("The handles could not be read or written: " + error.message() + ".")};
}

}  // namespace

Answers HandleDesk::list() const {
  const auto handles = store_.load();
  if (!handles) return failed(handles.error());
  Answers answers;
  for (const auto& handle : *handles) answers.emplace_back(line_of(handle));
  roles::HandlesReply reply;
  reply.count = static_cast<std::uint32_t>(handles->size());
  answers.emplace_back(reply);
  return answers;
}

Answers HandleDesk::drop(const roles::DropHandles& request) const {
  const auto wanted = request.fingerprint.view();
  const auto dropped = store_.drop([wanted](const channel::KeyHandle& handle) {
    return wanted.empty() || fingerprint_of(handle) == wanted;
  });
  if (!dropped) return failed(dropped.error());
  if (*dropped == 0 && !wanted.empty()) {
    return {refused(fmt::format("No handle of {} is kept: see `latchkeyctl handles`.", wanted))};
  }
  if (*dropped > 0) {
    (void)log_.append({"handles-dropped",
                       {{"fingerprint", std::string(wanted)}, {"count", std::to_string(*dropped)}}},
                      clock_.wall());
  }
  const auto left = store_.load();
  if (!left) return failed(left.error());
  roles::HandlesReply reply;
  reply.count = static_cast<std::uint32_t>(left->size());
  reply.dropped = static_cast<std::uint32_t>(*dropped);
  return {reply};
}

}  // namespace latchkey::monitor
