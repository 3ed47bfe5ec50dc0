// SPDX-License-Identifier: MIT
#include "firmware/monitor/failure_store.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <filesystem>
#include <fstream>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using monitor::Failures;
using monitor::FailureStore;
namespace fs = std::filesystem;

namespace {

constexpr Failures kLocked{0, true};

struct Store {
  test::TempFolder folder;
  std::string path = folder.file("failures");
  FailureStore store{path};

  void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
};

}  // namespace

TEST_CASE_FIXTURE(Store, "failures come back as they were saved") {
  for (const auto& failures :
       {Failures{}, Failures{3, false}, Failures{0, true}, Failures{1'000, true}}) {
    REQUIRE(store.save(failures));
    CHECK(FailureStore(path).load() == failures);
  }
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
  CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE_FIXTURE(Store, "no file means no failures") { CHECK(store.load() == Failures{}); }

TEST_CASE_FIXTURE(Store, "what cannot be understood locks") {
  for (const auto* text :
       {"", "\n", "nonsense\n", "failed-windows", "failed-windows 2", "failed-windows 2 locked",
        "failed-windows 2 locked 2\n", "failed-windows -1 locked 0\n",
        "failed-windows 1001 locked 0\n", "failed-windows 99999 locked 0\n",
        "failed-windows 2 locked 0\nmore\n", "failed-windows 2 locked 0 \n more",
        "Failed-windows 2 locked 0\n", "failed-windows 0x2 locked 0\n"}) {
    CAPTURE(text);
    write(text);
    CHECK(store.load() == kLocked);
  }
  write(std::string("failed-windows 0 locked 0\n\0more", 31));
  CHECK(store.load() == kLocked);
  write(std::string(100'000, ' '));
  CHECK(store.load() == kLocked);
}

TEST_CASE_FIXTURE(Store, "a file without its end does not read as less") {
  REQUIRE(store.save({12, true}));
  const auto size = fs::file_size(path);
  for (std::uintmax_t cut = 1; cut <= size; ++cut) {
    CAPTURE(cut);
    fs::resize_file(path, size - cut);
    const auto loaded = store.load();
    CHECK(loaded.locked);
  }
}

TEST_CASE_FIXTURE(Store, "a folder, a link and a pipe in its place lock") {
  SUBCASE("folder") { fs::create_directory(path); }
  SUBCASE("link") { fs::create_symlink("/dev/null", path); }
  SUBCASE("dangling link") { fs::create_symlink(folder.file("nowhere"), path); }
  SUBCASE("pipe") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
  CHECK(store.load() == kLocked);
}

TEST_CASE_FIXTURE(Store, "what a power cut left of replacing it does not matter") {
  REQUIRE(store.save({2, false}));
  std::ofstream(path + ".new") << "failed-wi";
  CHECK(store.load() == Failures{2, false});
  REQUIRE(store.save({3, false}));
  CHECK(store.load() == Failures{3, false});
  CHECK_FALSE(fs::exists(path + ".new"));
}

TEST_CASE_FIXTURE(Store, "what cannot be stored is an error, and the old counts") {
  REQUIRE(store.save({2, false}));
  SUBCASE("something in the way") { fs::create_directory(path + ".new"); }
  SUBCASE("a link laid in the way") { fs::create_symlink(folder.file("x"), path + ".new"); }
  CHECK_FALSE(store.save({3, false}));
  CHECK(store.load() == Failures{2, false});
  CHECK_FALSE(fs::exists(folder.file("x")));
  CHECK_FALSE(FailureStore(folder.file("no/such/folder")).save({}));
}
