// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "core/ssh/text_lines.hpp"
#include "tests/unit/keyfile/line_fixture.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;
namespace fs = std::filesystem;

TEST_CASE_FIXTURE(LineFixture,
                  "a symlink, FIFO, socket, directory, hard link is refused and left") {
  fs::create_directory(home.ssh());
  ::chmod(home.ssh().c_str(), 0700);
  const auto outside = home.root() / "outside";
  std::ofstream(outside) << "outside\n";
  SUBCASE("symlink to a file") { fs::create_symlink(outside, home.keys()); }
  SUBCASE("dangling symlink") { fs::create_symlink(home.root() / "nothing", home.keys()); }
  SUBCASE("hard link") { fs::create_hard_link(outside, home.keys()); }
  SUBCASE("FIFO") { REQUIRE(::mkfifo(home.keys().c_str(), 0600) == 0); }
  SUBCASE("directory") { fs::create_directory(home.keys()); }
  SUBCASE("socket") {
    const int number = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = home.keys().string();
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(number, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(number);
  }
  const auto before = fs::symlink_status(home.keys()).type();
  const auto answer = add(line_for(1));
  CHECK(answer.outcome == Outcome::refused);
  CHECK(answer.reason == Reason::file_unsuitable);
  CHECK_FALSE(answer.text.empty());
  CHECK(fs::symlink_status(home.keys()).type() == before);
  CHECK(ScratchHome::read(outside) == "outside\n");
  CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
  CHECK(ScratchHome::names(home.root()) == "home outside ");
}

TEST_CASE_FIXTURE(LineFixture, "a device is refused without being opened") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root makes devices");
    return;
  }
  fs::create_directory(home.ssh());
  ::chmod(home.ssh().c_str(), 0700);
  if (::mknod(home.keys().c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) {
    MESSAGE("skipped: no devices can be made here");
    return;
  }
  CHECK(add(line_for(1)).reason == Reason::file_unsuitable);
}

TEST_CASE_FIXTURE(LineFixture, ".ssh that is a symlink or a file is refused") {
  fs::create_directory(home.root() / "elsewhere");
  SUBCASE("symlink out") { fs::create_directory_symlink(home.root() / "elsewhere", home.ssh()); }
  SUBCASE("symlink within") {
    fs::create_directory(home.home() / "real");
    fs::create_directory_symlink("real", home.ssh());
  }
  SUBCASE("file") { std::ofstream(home.ssh()) << "x"; }
  CHECK(add(line_for(1)).reason == Reason::file_unsuitable);
  CHECK(ScratchHome::names(home.root() / "elsewhere").empty());
}

TEST_CASE_FIXTURE(LineFixture, "a file above 16 MiB is refused, one that would grow above it too") {
  home.write_keys("");
  fs::resize_file(home.keys(), ssh::kMaxTextFile + 1);
  CHECK(add(line_for(1)).reason == Reason::file_unsuitable);
  fs::resize_file(home.keys(), ssh::kMaxTextFile - 20);
  CHECK(add(line_for(1)).reason == Reason::file_unsuitable);
  CHECK(fs::file_size(home.keys()) == ssh::kMaxTextFile - 20);
}

TEST_CASE_FIXTURE(LineFixture, "a file or .ssh of another user is refused") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root gives files away");
    return;
  }
  home.write_keys("old\n");
  SUBCASE("file") {
    REQUIRE(::chown(home.keys().c_str(), 12345, 12345) == 0);
    CHECK(add(line_for(1)).reason == Reason::file_unsuitable);
  }
  SUBCASE(".ssh") {
    REQUIRE(::chown(home.ssh().c_str(), 12345, 12345) == 0);
    CHECK(add(line_for(1)).reason == Reason::sshd_would_refuse);
  }
  SUBCASE("home of a renumbered user") {
    REQUIRE(::chown(home.home().c_str(), 12345, 12345) == 0);
    const auto answer = add(line_for(1));
    CHECK(answer.reason == Reason::sshd_would_refuse);
    CHECK(answer.text.find("chown 0 ") != std::string::npos);
  }
  CHECK(home.read_keys() == "old\n");
}

TEST_CASE_FIXTURE(LineFixture,
                  "wrong modes are reported in sshd's words, before anything is written") {
  home.write_keys("old\n");
  fs::path wrong;
  std::string words;
  SUBCASE("home, group") {
    wrong = home.home();
    words = "Authentication refused: bad ownership or modes for directory ";
    ::chmod(wrong.c_str(), 0775);
  }
  SUBCASE("home, others") {
    wrong = home.home();
    words = "Authentication refused: bad ownership or modes for directory ";
    ::chmod(wrong.c_str(), 0757);
  }
  SUBCASE(".ssh") {
    wrong = home.ssh();
    words = "Authentication refused: bad ownership or modes for directory ";
    ::chmod(wrong.c_str(), 0770);
  }
  SUBCASE("file") {
    wrong = home.keys();
    words = "Authentication refused: bad ownership or modes for file ";
    ::chmod(wrong.c_str(), 0660);
  }
  const auto mode = mode_of(wrong);
  const auto answer = add(line_for(1));
  CHECK(answer.reason == Reason::sshd_would_refuse);
  CHECK(answer.text.find(words + wrong.string()) != std::string::npos);
  CHECK(mode_of(wrong) == mode);
  CHECK(home.read_keys() == "old\n");

  auto lax = home.target();
  lax.strict_modes = false;
  CHECK(add(lax, line_for(1)).outcome == Outcome::added);
  CHECK(mode_of(wrong) == mode);
}

TEST_CASE_FIXTURE(LineFixture, "a wrong home mode leaves no .ssh behind") {
  ::chmod(home.home().c_str(), 0777);
  CHECK(add(line_for(1)).reason == Reason::sshd_would_refuse);
  CHECK_FALSE(fs::exists(home.ssh()));
}

TEST_CASE_FIXTURE(LineFixture,
                  "a group of nobody but the user may write, as Debian's sshd has it") {
  home.write_keys("");
  ::chmod(home.home().c_str(), 0775);
  auto target = home.target();
  struct stat found {};
  REQUIRE(::stat(home.home().c_str(), &found) == 0);
  target.private_group = found.st_gid;
  CHECK(add(target, line_for(1)).outcome == Outcome::added);
  ::chmod(home.home().c_str(), 0777);
  CHECK(add(target, line_for(2)).reason == Reason::sshd_would_refuse);
}

TEST_CASE_FIXTURE(LineFixture, "paths that are not below the home are refused") {
  for (const auto* path : {"/etc/ssh/keys", "relative", "", "/", "none"}) {
    auto target = home.target();
    target.path = path;
    CHECK(add(target, line_for(1)).reason == Reason::path_refused);
  }
  for (const auto* below : {"/../outside", "/.ssh/../../outside", "/./x", "", "/", "/.ssh/"}) {
    auto target = home.target();
    target.path = home.home().string() + below;
    CHECK(add(target, line_for(1)).reason == Reason::path_refused);
  }
  auto beside = home.target();
  beside.path = home.home().string() + "-of-another/.ssh/authorized_keys";
  CHECK(add(beside, line_for(1)).reason == Reason::path_refused);
  CHECK(ScratchHome::names(home.root()) == "home ");
}

TEST_CASE_FIXTURE(LineFixture, "an ACL whose mask lets others write is what sshd refuses") {
  home.write_keys("old\n");
  const unsigned char acl[] = {2,  0, 0, 0,                                                       //
                               1,  0, 6, 0, 255, 255, 255, 255, 2,  0, 6, 0, 0x31, 0xd4, 0,   0,  //
                               4,  0, 0, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255,  255,  255, 255,
                               32, 0, 0, 0, 255, 255, 255, 255};
  if (::setxattr(home.keys().c_str(), "system.posix_acl_access", acl, sizeof acl, 0) != 0) {
    MESSAGE("skipped: ACLs are not supported here");
    return;
  }
  CHECK(add(line_for(1)).reason == Reason::sshd_would_refuse);
  CHECK(home.read_keys() == "old\n");
}
