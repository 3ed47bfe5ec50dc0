// SPDX-License-Identifier: MIT
#include "firmware/monitor/audit_log.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace latchkey::monitor {
namespace {

using Json = nlohmann::ordered_json;

/// Lines are far shorter; a tail of this size always holds the last whole one.
constexpr off_t kTail = 64 * 1024;

Result<void> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail_errno(errno, "writing the log");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<std::string> read_tail(int descriptor) {
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  if (size < 0) return fail_errno(errno, "reading the log");
  const off_t start = std::max<off_t>(0, size - kTail);
  std::string tail(static_cast<std::size_t>(size - start), '\0');
  const auto got = ::pread(descriptor, tail.data(), tail.size(), start);
  if (got < 0) return fail_errno(errno, "reading the log");
  tail.resize(static_cast<std::size_t>(got));
  return tail;
}

/// The position a line claims; 0 when it is no line of ours (torn, or tampered with).
std::uint64_t position_of(std::string_view line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("seq") || !json["seq"].is_number_unsigned()) return 0;
  return json["seq"].get<std::uint64_t>();
}

/// The head of a chain whose last lines are `tail`, which ends with a newline.
Result<AuditHead> head_of(std::string_view tail) {
  AuditHead head;
  std::uint64_t after = 0;  // lines behind the last one that says its number
  bool last = true;
  while (!tail.empty()) {
    tail.remove_suffix(1);
    const auto start = tail.find_last_of('\n') + 1;  // npos + 1 is 0
    const auto line = tail.substr(start);
    if (last) {
      auto hash = crypto::sha256(as_bytes(line));
      if (!hash) return fail(std::move(hash));
      head.hash = *hash;
      last = false;
    }
    if (const auto position = position_of(line); position > 0) {
      head.position = position + after;
      return head;
    }
    ++after;
    tail = tail.substr(0, start);
  }
  head.position = after;
  return head;
}

}  // namespace

Result<AuditLog> AuditLog::open(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return fail_errno(errno, "opening " + path);
  AuditLog log(descriptor, {});
  auto tail = read_tail(descriptor);
  if (!tail) return fail(std::move(tail));
  if (!tail->empty() && tail->back() != '\n') {
    if (auto ended = write_all(descriptor, "\n"); !ended) return fail(std::move(ended));
    *tail += '\n';
  }
  auto head = head_of(*tail);
  if (!head) return fail(std::move(head));
  log.head_ = *head;
  return log;
}

AuditLog::~AuditLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

AuditLog::AuditLog(AuditLog&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), head_(other.head_) {}

AuditLog& AuditLog::operator=(AuditLog&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(head_, other.head_);
  return *this;
}

Result<AuditHead> AuditLog::append(const AuditEntry& entry, WallTime now) {
  Json json;
  json["seq"] = head_.position + 1;
  json["time"] =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  json["event"] = entry.event;
  for (const auto& [name, value] : entry.fields) json[name] = value;
  json["prev"] = to_hex(head_.hash);
  const auto line = json.dump(-1, ' ', true, Json::error_handler_t::replace);

  auto hash = crypto::sha256(as_bytes(line));
  if (!hash) return fail(std::move(hash));
  if (auto written = write_all(descriptor_, line + "\n"); !written) return fail(std::move(written));
  if (::fdatasync(descriptor_) != 0) return fail_errno(errno, "syncing the log");
  head_ = {head_.position + 1, *hash};
  return head_;
}

}  // namespace latchkey::monitor
