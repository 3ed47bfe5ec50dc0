// SPDX-License-Identifier: MIT
#include "firmware/monitor/audit_log.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/bytes.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using monitor::AuditEntry;
using monitor::AuditLog;

namespace {

constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};  // 2023-11-14T22:13:20Z

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_all(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(read_all(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::string hash_of(const std::string& line) { return to_hex(*crypto::sha256(as_bytes(line))); }

/// How many lines, from the first, hold together: each names the SHA-256 of the one before.
/// Torn lines are links like any other, but name nothing.
std::size_t whole_links(const std::vector<std::string>& lines) {
  std::string before(64, '0');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto json = nlohmann::json::parse(lines[i], nullptr, false);
    if (json.is_object() && (json["prev"] != before || json["seq"] != i + 1)) return i;
    before = hash_of(lines[i]);
  }
  return lines.size();
}

void append(const std::string& path, const std::string& event) {
  auto log = AuditLog::open(path);
  REQUIRE(log);
  REQUIRE(log->append({event, {{"account", "pi"}}}, kNow));
}

/// Runs `work` in another process, which may limit or ruin itself; true when `work` returns so.
bool in_child(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a new log is private and empty, and its first line says all") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  auto log = AuditLog::open(path);
  REQUIRE(log);
  CHECK(log->head().position == 0);
  const auto head = log->append({"enrolled", {{"account", "pi"}, {"peer", "laptop"}}}, kNow);
  REQUIRE(head);
  CHECK(head->position == 1);
  const std::string line = R"({"seq":1,"time":"2023-11-14T22:13:20Z","event":"enrolled",)"
                           R"("account":"pi","peer":"laptop","prev":")" +
                           std::string(64, '0') + "\"}";
  CHECK(read_all(path) == line + "\n");
  CHECK(to_hex(head->hash) == hash_of(line));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("the chain goes on over several opens") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  for (const char* event : {"enrolled", "refused", "window-closed"}) append(path, event);
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 3);
  CHECK(whole_links(lines) == 3);
  CHECK(to_hex(AuditLog::open(path)->head().hash) == hash_of(lines.back()));
}

TEST_CASE("an empty file that is there starts a chain") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  write_all(path, "");
  append(path, "enrolled");
  CHECK(whole_links(lines_of(path)) == 1);
}

TEST_CASE("a line that is changed, taken out or moved breaks the chain") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  for (int i = 0; i < 5; ++i) append(path, "refused");
  const auto lines = lines_of(path);
  REQUIRE(whole_links(lines) == 5);
  auto changed = lines;
  changed[1].replace(changed[1].find("refused"), 7, "refuse!");
  CHECK(whole_links(changed) == 2);
  auto shorter = lines;
  shorter.erase(shorter.begin() + 2);
  CHECK(whole_links(shorter) == 2);
  auto moved = lines;
  std::swap(moved[1], moved[2]);
  CHECK(whole_links(moved) == 1);
}

TEST_CASE("a torn last line is kept and chained over") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  append(path, "enrolled");
  append(path, "refused");
  const auto whole = read_all(path);
  for (const std::size_t cut : {1U, 2U, 40U, 100U}) {
    CAPTURE(cut);
    write_all(path, whole.substr(0, whole.size() - cut));
    append(path, "window-closed");
    append(path, "enrolled");
    const auto lines = lines_of(path);
    REQUIRE(lines.size() == 4);
    CHECK(whole.starts_with(lines[0] + "\n" + lines[1]));
    CHECK(whole_links(lines) == 4);
  }
}

TEST_CASE("what a disk leaves behind a power cut is chained over, however long it is") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  for (const std::size_t size : {1'000U, 70'000U, 300'000U}) {
    CAPTURE(size);
    std::filesystem::remove(path);
    append(path, "enrolled");
    append(path, "refused");
    write_all(path, read_all(path) + std::string(size, '\0'));
    append(path, "window-closed");
    append(path, "enrolled");
    const auto lines = lines_of(path);
    REQUIRE(lines.size() == 5);
    CHECK(whole_links(lines) == 5);
  }
}

TEST_CASE("a long log is read from its end") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  {
    auto log = AuditLog::open(path);
    REQUIRE(log);
    const AuditEntry entry{"refused", {{"text", std::string(1'000, 'x')}}};
    for (int i = 0; i < 300; ++i) REQUIRE(log->append(entry, kNow));
  }
  append(path, "enrolled");
  const auto lines = lines_of(path);
  CHECK(lines.size() == 301);
  CHECK(whole_links(lines) == 301);
}

TEST_CASE("hostile text stays inside its string, on one line") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  auto log = AuditLog::open(path);
  REQUIRE(log);
  using namespace std::string_literals;
  const auto hostile = "\"},\n{\"seq\":9}\r\\ \x1b[2J \xff\xfe \xc3 \xe2\x80\xa8 \x00 end"s;
  REQUIRE(log->append({"refused", {{"peer", hostile}}}, kNow));
  REQUIRE(log->append({"enrolled", {}}, kNow));
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 2);
  CHECK(whole_links(lines) == 2);
  for (const char byte : lines[0]) CHECK((byte >= ' ' && byte < '\x7f'));
  const auto json = nlohmann::json::parse(lines[0]);
  CHECK(json["seq"] == 1);
  CHECK(json["peer"].get<std::string>().starts_with("\"},\n{\"seq\":9}\r\\ \x1b[2J "));
}

TEST_CASE("a link, a folder and a missing folder are refused") {
  const test::TempFolder folder;
  write_all(folder.file("target"), "");
  std::filesystem::create_symlink(folder.file("target"), folder.file("link"));
  CHECK_FALSE(AuditLog::open(folder.file("link")));
  CHECK_FALSE(AuditLog::open(folder.path()));
  const auto missing = AuditLog::open(folder.file("none/log.jsonl"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("a full disk is an error, and the chain is whole when there is room again") {
  const test::TempFolder folder;
  const auto path = folder.file("log.jsonl");
  append(path, "enrolled");
  CHECK(in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto log = AuditLog::open(path);
    if (!log) return false;
    const auto before = log->head();
    // Room for a part of the next line.
    rlimit limit{std::filesystem::file_size(path) + 20, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto full = log->append({"refused", {}}, kNow);
    if (full || full.error().code != std::errc::file_too_large) return false;
    if (log->head().position != before.position) return false;
    limit.rlim_cur = RLIM_INFINITY;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return log->append({"window-closed", {}}, kNow).has_value();
  }));
  append(path, "enrolled");
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 3);
  CHECK(whole_links(lines) == 3);
  CHECK(nlohmann::json::parse(lines[1])["event"] == "window-closed");
}
