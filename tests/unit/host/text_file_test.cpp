// SPDX-License-Identifier: MIT
#include "host/text_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>

using namespace latchkey;
using namespace latchkey::host;

namespace {

Result<void> put(const std::string& path, std::string_view text) {
  return update_file(path,
                     [text](const Bytes&) -> Result<Bytes> { return to_bytes(as_bytes(text)); });
}

std::string get(const std::string& path) {
  return std::string(as_text(read_file(path, 1000).value()));
}

unsigned mode_of(const std::string& path) {
  struct stat state {};
  REQUIRE(::stat(path.c_str(), &state) == 0);
  return state.st_mode & 0777U;
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a new file is private, in a private folder") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.path() + "/.ssh/known_hosts";
  REQUIRE(put(file, "one").has_value());
  CHECK(get(file) == "one");
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(folder.path() + "/.ssh") == 0700);
}

TEST_CASE("an old file keeps its mode, and nothing is left beside it") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.write("config", as_bytes("old")).value();
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  REQUIRE(put(file, "new").has_value());
  CHECK(get(file) == "new");
  CHECK(mode_of(file) == 0644);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a symlink stays, and what it points to changes") {
  const auto folder = TemporaryFolder::make().value();
  const auto real = folder.write("real", as_bytes("old")).value();
  const auto link = folder.path() + "/link";
  REQUIRE(::symlink("real", link.c_str()) == 0);
  REQUIRE(put(link, "new").has_value());
  CHECK(std::filesystem::is_symlink(link));
  CHECK(get(real) == "new");
}

TEST_CASE("a refused change leaves the file as it was") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.write("file", as_bytes("old")).value();
  const auto updated =
      update_file(file, [](const Bytes&) -> Result<Bytes> { return fail(Errc::declined); });
  CHECK(updated.error().is(Errc::declined));
  CHECK(get(file) == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("what another program adds meanwhile is not lost") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.write("file", as_bytes("a\n")).value();
  int asked = 0;
  const auto updated = update_file(file, [&](const Bytes& old) -> Result<Bytes> {
    if (++asked == 1) REQUIRE(put(file, "a\nb\n").has_value());
    auto text = to_bytes(old);
    text.push_back('c');
    return text;
  });
  REQUIRE(updated.has_value());
  CHECK(asked == 2);
  CHECK(get(file) == "a\nb\nc");
}

TEST_CASE("a file that never stands still is given up") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.write("file", {}).value();
  int asked = 0;
  const auto updated = update_file(file, [&](const Bytes& old) -> Result<Bytes> {
    REQUIRE(put(file, std::string(static_cast<std::size_t>(++asked), 'x')).has_value());
    auto text = to_bytes(old);
    text.push_back('c');
    return text;
  });
  CHECK(updated.error().is(Errc::refused));
}

TEST_CASE("what is no file, not there or too large is told apart, and nothing hangs") {
  const auto folder = TemporaryFolder::make().value();
  CHECK(read_file(folder.path() + "/none", 10).error().is(Errc::not_found));
  CHECK(read_file(folder.path(), 10).error().is(Errc::unsupported));
  const auto fifo = folder.path() + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(read_file(fifo, 10).error().is(Errc::unsupported));
  const auto file = folder.write("file", Bytes(11)).value();
  CHECK(read_file(file, 10).error().is(Errc::too_large));
  CHECK(read_file(file, 11).has_value());
}

TEST_CASE("a temporary folder is private and goes with all it holds") {
  std::string path;
  {
    const auto folder = TemporaryFolder::make().value();
    path = folder.path();
    CHECK(mode_of(path) == 0700);
    CHECK(mode_of(folder.write("x", as_bytes("x")).value()) == 0600);
    CHECK_FALSE(folder.write("x", as_bytes("again")).has_value());
  }
  CHECK_FALSE(std::filesystem::exists(path));
}
