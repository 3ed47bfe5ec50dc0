// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "hal/files/linux/linux_key_files.hpp"
#include "hal/files/sim/sim_key_files.hpp"

using namespace latchkey;
using namespace latchkey::files;
namespace fs = std::filesystem;

namespace {

constexpr Millis kNow{0};

struct OpenHome {
  OpenHome() {
    std::string pattern = (fs::temp_directory_path() / "latchkey-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
    auto opened = LinuxKeyFiles().open_home(path);
    REQUIRE(opened);
    home = std::move(*opened);
  }
  ~OpenHome() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  OpenHome(const OpenHome&) = delete;
  OpenHome& operator=(const OpenHome&) = delete;
  OpenHome(OpenHome&&) = delete;
  OpenHome& operator=(OpenHome&&) = delete;

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path / name) << content;
  }
  [[nodiscard]] std::string read(const std::string& name) {
    auto file = home->open_file(name);
    REQUIRE(file);
    return std::string(as_text((*file)->read_all(1000).value()));
  }

  fs::path path;
  std::unique_ptr<Directory> home;
};

}  // namespace

TEST_CASE_FIXTURE(OpenHome, "a name is one component, in every call") {
  fs::create_directory(path / "d");
  write("d/f", "x");
  const std::string names[] = {"", ".", "..", "/", "d/f", "../x", std::string("a\0b", 3)};
  for (const auto& name : names) {
    CAPTURE(name);
    CHECK(home->status(name).error().is(Errc::malformed));
    CHECK(home->open_file(name).error().is(Errc::malformed));
    CHECK(home->create_file(name).error().is(Errc::malformed));
    CHECK(home->open_directory(name).error().is(Errc::malformed));
    CHECK(home->make_directory(name).error().is(Errc::malformed));
    CHECK(home->remove_file(name).error().is(Errc::malformed));
    CHECK(home->remove_directory(name).error().is(Errc::malformed));
    CHECK(home->exchange(name, "x").error().is(Errc::malformed));
    CHECK(home->rename_over("x", name).error().is(Errc::malformed));
    CHECK(home->rename_new(name, "x").error().is(Errc::malformed));
  }
}

TEST_CASE_FIXTURE(OpenHome, "no call follows a symbolic link") {
  write("target", "x");
  fs::create_symlink("target", path / "link");
  fs::create_directory_symlink("/", path / "root");
  CHECK(home->open_file("link").error().code == std::errc::too_many_symbolic_link_levels);
  CHECK_FALSE(home->open_directory("root"));
  CHECK(home->create_file("link").error().code == std::errc::file_exists);
  CHECK(home->status("link")->kind == Kind::symlink);
}

TEST_CASE_FIXTURE(OpenHome, "a FIFO is opened without waiting") {
  REQUIRE(::mkfifo((path / "fifo").c_str(), 0600) == 0);
  const auto file = home->open_file("fifo");
  REQUIRE(file);
  CHECK((*file)->status()->kind == Kind::fifo);
}

TEST_CASE_FIXTURE(OpenHome, "a new file is private, and taken names stay taken") {
  auto file = home->create_file("f");
  REQUIRE(file);
  REQUIRE((*file)->write_all(as_bytes("one ")));
  REQUIRE((*file)->write_all(as_bytes("two")));
  REQUIRE((*file)->sync());
  CHECK(read("f") == "one two");
  CHECK(home->status("f")->mode == 0600);
  CHECK(home->create_file("f").error().code == std::errc::file_exists);
}

TEST_CASE_FIXTURE(OpenHome, "reading stops at its limit") {
  write("f", std::string(100, 'x'));
  auto file = home->open_file("f");
  REQUIRE(file);
  CHECK((*file)->read_all(100)->size() == 100);
  CHECK((*file)->read_all(99).error().is(Errc::too_large));
}

TEST_CASE_FIXTURE(OpenHome, "names are swapped, replaced, or refused") {
  write("a", "A");
  write("b", "B");
  REQUIRE(home->exchange("a", "b"));
  CHECK(read("a") == "B");
  CHECK(home->exchange("a", "none").error().code == std::errc::no_such_file_or_directory);
  CHECK(home->rename_new("a", "b").error().code == std::errc::file_exists);
  REQUIRE(home->rename_over("a", "b"));
  CHECK(read("b") == "B");
  REQUIRE(home->rename_new("b", "c"));
  CHECK(read("c") == "B");
}

TEST_CASE_FIXTURE(OpenHome, "listing keeps to its prefix and its limit") {
  for (const auto* name : {".t-1", ".t-2", ".t-3", "t-4", ".u"}) write(name, "");
  CHECK(home->list(".t-", 100)->size() == 3);
  CHECK(home->list(".t-", 2)->size() == 2);
  CHECK(home->list("none", 2)->empty());
}

TEST_CASE_FIXTURE(OpenHome, "a lock holds against others until its directory is closed") {
  auto other = LinuxKeyFiles().open_home(path);
  REQUIRE(other);
  REQUIRE(home->lock(kNow));
  CHECK((*other)->lock(Millis(5)).error().is(Errc::timed_out));
  home.reset();
  CHECK((*other)->lock(kNow));
}

TEST_CASE_FIXTURE(OpenHome, "a writer is noticed, a reader is not") {
  write("f", "x");
  auto file = home->open_file("f");
  REQUIRE(file);
  const auto alone = (*file)->wait_for_writers(kNow);
  if (!alone && alone.error().is(Errc::unsupported)) {
    MESSAGE("skipped: this file system cannot tell who writes");
    return;
  }
  REQUIRE(alone);
  const int reader = ::open((path / "f").c_str(), O_RDONLY | O_CLOEXEC);
  CHECK((*file)->wait_for_writers(kNow));
  const int writer = ::open((path / "f").c_str(), O_WRONLY | O_CLOEXEC);
  CHECK((*file)->wait_for_writers(Millis(5)).error().is(Errc::timed_out));
  ::close(writer);
  CHECK((*file)->wait_for_writers(kNow));
  ::close(reader);
}

TEST_CASE_FIXTURE(OpenHome, "a group that cannot be kept gets no more than everybody") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: root keeps every group");
    return;
  }
  write("mine", "x");
  // A file of ours in a group that is not ours cannot be made without root: /etc/passwd plays it.
  auto etc = LinuxKeyFiles().open_home("/etc");
  REQUIRE(etc);
  auto model = (*etc)->open_file("passwd");
  REQUIRE(model);
  auto made = home->create_file("copy");
  REQUIRE(made);
  REQUIRE((*made)->copy_attributes(**model));
  const auto mode = home->status("copy")->mode;
  const auto group = (mode & 070U) >> 3U;
  const auto everybody = mode & 07U;
  CHECK(group <= everybody);
}

TEST_CASE_FIXTURE(OpenHome, "the simulated one fails where it is told, and writes half") {
  LinuxKeyFiles real;
  auto faults = FileFaults::fail_at(2, ENOSPC);
  SimKeyFiles sim(real, faults, Storage::overlay);
  auto opened = sim.open_home(path);
  REQUIRE(opened);
  auto file = (*opened)->create_file("f");
  REQUIRE(file);
  CHECK((*file)->write_all(as_bytes("12345678")).error().code == std::errc::no_space_on_device);
  CHECK(read("f") == "1234");
  CHECK((*opened)->storage() == Storage::overlay);
  REQUIRE(faults.history().size() == 4);
  CHECK(faults.history()[2].verb == "write_all");
  CHECK(faults.history()[2].name == "f");
}

TEST_CASE_FIXTURE(OpenHome,
                  "the simulated one acts before a call, and can refuse one kind for good") {
  LinuxKeyFiles real;
  auto faults = FileFaults::run_at(1, [&] { write("late", "x"); });
  faults.refuse("exchange", EOPNOTSUPP).refuse("lock", ETIMEDOUT);
  SimKeyFiles sim(real, faults);
  auto opened = sim.open_home(path);
  REQUIRE(opened);
  CHECK_FALSE(fs::exists(path / "late"));
  CHECK((*opened)->status("late"));
  CHECK((*opened)->exchange("late", "late").error().is(Errc::unsupported));
  CHECK((*opened)->lock(kNow).error().is(Errc::timed_out));
}
