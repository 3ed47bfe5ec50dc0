// SPDX-License-Identifier: MIT
#include "firmware/monitor/audit_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/utc_time.hpp"

namespace latchkey::monitor {
namespace {

using Json = nlohmann::ordered_json;

/// Lines are far shorter: a tail of this size holds the last whole one, unless a power cut left
/// rubbish behind it. Then more is read, up to a limit that no accident explains.
constexpr off_t kTail = off_t{64} * 1024;
constexpr off_t kLongestTail = off_t{16} * 1024 * 1024;

Result<void> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail_errno(errno, "writing the log");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<off_t> size_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return fail_errno(errno, "reading the log");
  if (!S_ISREG(status.st_mode)) return fail(Errc::unsupported, "logging to what is no file");
  return status.st_size;
}

Result<std::string> read_from(int descriptor, off_t start, off_t end) {
  std::string text(static_cast<std::size_t>(end - start), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::pread(descriptor, text.data() + have, text.size() - have,
                             start + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "reading the log");
    if (got == 0) return fail(Errc::truncated, "reading the log");
    have += static_cast<std::size_t>(got);
  }
  return text;
}

/// The position a line claims; 0 when it is no line of ours (torn, or tampered with).
std::uint64_t position_of(std::string_view line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("seq") || !json["seq"].is_number_unsigned()) return 0;
  return json["seq"].get<std::uint64_t>();
}

/// The head of a log in which no line says its number: lines are counted.
Result<AuditHead> head_of_unnumbered(std::string_view log) {
  if (log.empty()) return AuditHead{};
  log.remove_suffix(1);
  auto hash = crypto::sha256(as_bytes(log.substr(log.find_last_of('\n') + 1)));
  if (!hash) return fail(std::move(hash));
  return AuditHead{1 + static_cast<std::uint64_t>(std::count(log.begin(), log.end(), '\n')), *hash};
}

/// The head of a chain whose last lines are `tail`, which ends with a newline; nullopt when no
/// line in it says its number.
Result<std::optional<AuditHead>> head_of(std::string_view tail) {
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
      return std::optional(head);
    }
    ++after;
    tail = tail.substr(0, start);
  }
  return std::optional<AuditHead>();
}

/// The head of the whole log, which ends with a newline unless it is empty.
Result<AuditHead> find_head(int descriptor) {
  const auto size = size_of(descriptor);
  if (!size) return tl::make_unexpected(size.error());
  for (off_t length = kTail; length <= kLongestTail; length *= 16) {
    const off_t start = std::max<off_t>(0, *size - length);
    const auto tail = read_from(descriptor, start, *size);
    if (!tail) return tl::make_unexpected(tail.error());
    auto head = head_of(*tail);
    if (!head) return fail(std::move(head));
    if (*head) return **head;
    if (start == 0) return head_of_unnumbered(*tail);
  }
  return fail(Errc::too_large, "looking for the last line of the log (move the file away)");
}

}  // namespace

Result<AuditLog> AuditLog::open(const std::string& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return fail_errno(errno, "opening " + path);
  AuditLog log(descriptor, {});
  const auto size = size_of(descriptor);
  if (!size) return tl::make_unexpected(size.error());
  if (*size > 0) {
    const auto last = read_from(descriptor, *size - 1, *size);
    if (!last) return tl::make_unexpected(last.error());
    if (*last != "\n") {
      if (auto ended = write_all(descriptor, "\n"); !ended) return fail(std::move(ended));
    }
  }
  auto head = find_head(descriptor);
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
  json["time"] = utc_text(now);
  json["event"] = entry.event;
  for (const auto& [name, value] : entry.fields) json[name] = value;
  json["prev"] = to_hex(head_.hash);
  const auto line = json.dump(-1, ' ', true, Json::error_handler_t::replace);

  auto hash = crypto::sha256(as_bytes(line));
  if (!hash) return fail(std::move(hash));
  const auto size = size_of(descriptor_);
  if (!size) return tl::make_unexpected(size.error());
  auto written = write_all(descriptor_, line + "\n");
  if (written && ::fdatasync(descriptor_) != 0) written = fail_errno(errno, "syncing the log");
  if (!written) {
    // Half a line, or one that may not last, must not stand between this line and the next.
    (void)!::ftruncate(descriptor_, *size);
    return fail(std::move(written));
  }
  head_ = {head_.position + 1, *hash};
  return head_;
}

}  // namespace latchkey::monitor
