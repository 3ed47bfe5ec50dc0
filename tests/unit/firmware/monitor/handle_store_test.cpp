// SPDX-License-Identifier: MIT
#include "firmware/monitor/handle_store.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "core/attest/record.hpp"
#include "firmware/roles/offer_fields.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using channel::KeyHandle;
using monitor::HandleStore;
namespace fs = std::filesystem;

namespace {

KeyHandle handle_of(const std::string& key) {
  KeyHandle handle;
  handle.key = to_bytes(as_bytes(key));
  handle.handle = to_bytes(as_bytes("handle of " + key));
  handle.flags = 1;
  handle.account = "pi";
  handle.comment = "security key at raspberrypi";
  handle.attestation = Bytes(300, 7);
  handle.made = WallTime(std::chrono::seconds(1'900'000'000));
  return handle;
}

bool same(const KeyHandle& left, const KeyHandle& right) {
  return left.key == right.key && left.handle == right.handle && left.flags == right.flags &&
         left.account == right.account && left.comment == right.comment &&
         left.attestation == right.attestation && left.made == right.made;
}

struct Store {
  test::TempFolder folder;
  std::string path = folder.file("handles.json");
  std::vector<std::string> damage;
  HandleStore store{path, [this](const Error& error) { damage.push_back(error.message()); }};

  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// What is kept, in order, as the keys' names.
  [[nodiscard]] std::vector<std::string> kept() const {
    std::vector<std::string> names;
    const auto handles = store.load();
    REQUIRE(handles);
    for (const auto& handle : *handles) names.emplace_back(as_text(handle.key));
    return names;
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Store, "handles come back whole, the latest first") {
  CHECK(kept().empty());
  REQUIRE(store.keep(handle_of("one")));
  REQUIRE(store.keep(handle_of("two")));
  const auto handles = HandleStore(path).load();
  REQUIRE(handles);
  REQUIRE(handles->size() == 2);
  CHECK(same(handles->at(0), handle_of("two")));
  CHECK(same(handles->at(1), handle_of("one")));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK_FALSE(fs::exists(path + ".new"));
  CHECK(damage.empty());
}

TEST_CASE_FIXTURE(Store, "of one key one handle is kept, the latest") {
  REQUIRE(store.keep(handle_of("one")));
  REQUIRE(store.keep(handle_of("two")));
  auto again = handle_of("one");
  again.account = "ada";
  REQUIRE(store.keep(again));
  CHECK(kept() == Names{"one", "two"});
  CHECK(store.load()->front().account == "ada");
}

TEST_CASE_FIXTURE(Store, "the oldest of too many goes, and the largest of all fit") {
  auto large = handle_of("0");
  for (std::size_t i = 0; i <= HandleStore::kMaxKept; ++i) {
    large.key = Bytes(roles::kMaxKey, static_cast<std::uint8_t>(i));
    large.handle = Bytes(channel::kMaxHandle, 1);
    large.attestation = Bytes(attest::kMaxRecord, 1);
    large.account = std::string(roles::kMaxAccount, 'a');
    large.comment = std::string(roles::kMaxComment, 'c');
    REQUIRE(store.keep(large));
  }
  const auto handles = store.load();
  REQUIRE(handles);
  REQUIRE(handles->size() == HandleStore::kMaxKept);
  CHECK(handles->front().key.front() == HandleStore::kMaxKept);
  CHECK(handles->back().key.front() == 1);
  CHECK(damage.empty());
}

TEST_CASE_FIXTURE(Store, "what would not be read again is not kept") {
  auto handle = handle_of("one");
  SUBCASE("no key") { handle.key.clear(); }
  SUBCASE("key") { handle.key = Bytes(roles::kMaxKey + 1, 1); }
  SUBCASE("no handle") { handle.handle.clear(); }
  SUBCASE("handle") { handle.handle = Bytes(channel::kMaxHandle + 1, 1); }
  SUBCASE("attestation") { handle.attestation = Bytes(attest::kMaxRecord + 1, 1); }
  SUBCASE("account") { handle.account = std::string(roles::kMaxAccount + 1, 'a'); }
  SUBCASE("comment") { handle.comment = std::string(roles::kMaxComment + 1, 'a'); }
  SUBCASE("unprintable") { handle.comment = "a\x1b[2J"; }
  SUBCASE("no UTF-8") { handle.comment = "\xff\xff"; }
  SUBCASE("before 1970") { handle.made = WallTime(std::chrono::seconds(-1)); }
  CHECK(store.keep(handle).error().is(Errc::refused));
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE_FIXTURE(Store, "what is dropped is gone, and the rest stays") {
  for (const auto* name : {"one", "two", "three"}) REQUIRE(store.keep(handle_of(name)));
  const auto is_two = [](const KeyHandle& handle) { return as_text(handle.key) == "two"; };
  CHECK(store.drop(is_two).value() == 1);
  CHECK(kept() == Names{"three", "one"});
  const auto before = text();
  CHECK(store.drop(is_two).value() == 0);
  CHECK(text() == before);
  CHECK(store.drop([](const KeyHandle& /*any*/) { return true; }).value() == 2);
  CHECK(kept().empty());
  CHECK(store.drop([](const KeyHandle& /*any*/) { return true; }).value() == 0);
}

TEST_CASE_FIXTURE(Store, "a damaged file is kept aside, reported, and counts as empty") {
  REQUIRE(store.keep(handle_of("one")));
  const auto whole = text();
  const auto swap = [&](const std::string& from, const std::string& to) {
    auto changed = whole;
    const auto at = changed.find(from);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, from.size(), to);
  };
  const std::vector<std::string> damaged{
      "",
      "\n",
      "nonsense",
      "[]",
      "{}",
      R"({"handles": 7})",
      R"({"handles": [7]})",
      R"({"handles": [{}]})",
      whole.substr(0, whole.size() / 2),
      whole + "more",
      std::string(200'000, '['),
      std::string(HandleStore::kMaxFile + 1, ' '),
      std::string(100, '\0'),
      swap("\"made\": 1900000000", "\"made\": -1"),
      swap("\"made\": 1900000000", "\"made\": 1.5"),
      swap("\"made\": 1900000000", "\"made\": 18446744073709551615"),
      swap("\"made\": 1900000000", "\"made\": \"today\""),
      swap("\"flags\": 1", "\"flags\": 256"),
      swap("\"flags\": 1", "\"flags\": null"),
      swap("\"account\": \"pi\"", "\"account\": 1"),
      swap("\"account\": \"pi\"", "\"account\": \"" + std::string(33, 'a') + "\""),
      swap("\"account\": \"pi\"", "\"account\": \"\\u001b\""),
      swap("\"key\": \"", "\"key\": \"!"),
      swap("\"key\"", "\"kay\""),
  };
  for (const auto& content : damaged) {
    CAPTURE(content.substr(0, 60));
    damage.clear();
    write(content);
    CHECK(kept().empty());
    REQUIRE(damage.size() == 1);
    CHECK(damage.front().find(path + ".damaged") != std::string::npos);
    CHECK(fs::file_size(path + ".damaged") == content.size());
    CHECK_FALSE(fs::exists(path));
    CHECK(kept().empty());  // and then there is none
    CHECK(damage.size() == 1);
  }
  write("nonsense");
  REQUIRE(store.keep(handle_of("two")));
  CHECK(kept() == Names{"two"});
}

TEST_CASE_FIXTURE(Store, "more entries than are kept are damage") {
  std::string entries;
  for (std::size_t i = 0; i <= HandleStore::kMaxKept; ++i) {
    entries += std::string(entries.empty() ? "" : ",") +
               R"({"account":"pi","comment":"","made":1,"flags":1,"key":"AAAA",)" +
               R"("handle":"AAAA","attestation":"","later":true})";
    write("{\"handles\":[" + entries + "]}");
    const auto handles = store.load();
    REQUIRE(handles);
    CHECK(handles->size() == (i < HandleStore::kMaxKept ? i + 1 : 0));
  }
  CHECK(damage.size() == 1);
}

TEST_CASE_FIXTURE(Store, "a file cut at any byte is the old state or damage, never half of it") {
  REQUIRE(store.keep(handle_of("one")));
  REQUIRE(store.keep(handle_of("two")));
  const auto whole = text();
  for (std::size_t cut = 1; cut < whole.size(); cut += 7) {
    CAPTURE(cut);
    write(whole.substr(0, whole.size() - 1 - cut));
    CHECK(kept().empty());
  }
}

TEST_CASE_FIXTURE(Store, "a folder, a link and a pipe in its place are set aside") {
  SUBCASE("folder") { fs::create_directory(path); }
  SUBCASE("link") { fs::create_symlink("/dev/null", path); }
  SUBCASE("pipe") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
  CHECK(kept().empty());
  CHECK(damage.size() == 1);
  REQUIRE(store.keep(handle_of("one")));
  CHECK(kept() == Names{"one"});
}

TEST_CASE_FIXTURE(Store, "what cannot be set aside is an error, and stays") {
  write("nonsense");
  fs::create_directories(path + ".damaged/full");
  CHECK_FALSE(store.load());
  CHECK_FALSE(store.keep(handle_of("one")));
  CHECK(text() == "nonsense");
  CHECK(damage.empty());
}

TEST_CASE_FIXTURE(Store, "what cannot be stored is an error, and the old counts") {
  REQUIRE(store.keep(handle_of("one")));
  SUBCASE("something in the way") { fs::create_directory(path + ".new"); }
  SUBCASE("a link laid in the way") { fs::create_symlink(folder.file("x"), path + ".new"); }
  CHECK_FALSE(store.keep(handle_of("two")));
  CHECK_FALSE(store.drop([](const KeyHandle& /*any*/) { return true; }));
  CHECK(kept() == Names{"one"});
  CHECK_FALSE(fs::exists(folder.file("x")));
  CHECK_FALSE(HandleStore(folder.file("no/such/folder")).keep(handle_of("two")));
}

TEST_CASE_FIXTURE(Store, "a disk that is full at any byte leaves the old file and no other") {
  REQUIRE(store.keep(handle_of("one")));
  const auto size = text().size();
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  for (rlim_t room = 0; room < 2 * size; room += 97) {
    const rlimit full{room, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
    const auto kept_it = store.keep(handle_of("two")).has_value();
    CHECK(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CAPTURE(room);
    if (kept_it) break;
    CHECK(kept() == Names{"one"});
    CHECK_FALSE(fs::exists(path + ".new"));
  }
  std::signal(SIGXFSZ, handler);
  REQUIRE(store.keep(handle_of("two")));
  CHECK(kept() == Names{"two", "one"});
}

TEST_CASE_FIXTURE(Store, "what a power cut left of replacing it does not matter") {
  REQUIRE(store.keep(handle_of("one")));
  std::ofstream(path + ".new") << "{\"hand";
  CHECK(kept() == Names{"one"});
  REQUIRE(store.keep(handle_of("two")));
  CHECK(kept() == Names{"two", "one"});
  CHECK_FALSE(fs::exists(path + ".new"));
}
