// SPDX-License-Identifier: MIT
#include "firmware/keyfile/line_writer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <thread>

#include "hal/files/sim/sim_key_files.hpp"
#include "tests/unit/keyfile/line_fixture.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;
namespace fs = std::filesystem;

TEST_CASE_FIXTURE(LineFixture, "a home without .ssh gets one, 0700, and a file of one line, 0600") {
  const auto answer = add(line_for(1));
  CHECK(answer.outcome == Outcome::added);
  CHECK(answer.path == home.keys().string());
  CHECK(home.read_keys() == key_line(1, "anna@laptop") + "\n");
  CHECK(mode_of(home.ssh()) == 0700);
  CHECK(mode_of(home.keys()) == 0600);
  CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
}

TEST_CASE_FIXTURE(LineFixture, "old bytes stay as they are, whatever they are") {
  const std::string olds[] = {
      "",
      "# a comment\n\n   \n",
      key_line(2, "no newline at the end"),
      key_line(2, "dos") + "\r\n",
      "no-pty,command=\"echo \\\"hi\\\"\" " + key_line(3, "x") + "\n",
      "what is this line?\n\x01\xff\xfe\n",
      std::string("a\0b\n", 4),
      "\n\n\n",
  };
  for (const auto& old : olds) {
    CAPTURE(old);
    home.write_keys(old);
    REQUIRE(add(line_for(1)).outcome == Outcome::added);
    const auto newline = old.empty() || old.back() == '\n' ? "" : "\n";
    CHECK(home.read_keys() == old + newline + key_line(1, "anna@laptop") + "\n");
    REQUIRE(remove(line_for(1)).outcome == Outcome::removed);
    CHECK(home.read_keys() == old + newline);
  }
}

TEST_CASE_FIXTURE(LineFixture, "the same key is not added twice") {
  REQUIRE(add(line_for(1)).outcome == Outcome::added);
  const auto before = home.read_keys();
  CHECK(add(line_for(1)).outcome == Outcome::already_there);
  CHECK(add(line_for(1, "another comment")).outcome == Outcome::already_there);
  CHECK(home.read_keys() == before);
}

TEST_CASE_FIXTURE(LineFixture, "a line with options is never loosened") {
  const auto old = "restrict,command=\"/bin/true\" " + key_line(1, "backup") + "\n";
  home.write_keys(old);
  const auto answer = add(line_for(1));
  CHECK(answer.outcome == Outcome::already_there_with_options);
  CHECK(answer.text.find("options") != std::string::npos);
  CHECK(home.read_keys() == old);
}

TEST_CASE_FIXTURE(LineFixture, "an expired line is said to be expired, and left") {
  const auto old = "expiry-time=\"20200101Z\" " + key_line(1, "old") + "\n";
  home.write_keys(old);
  CHECK(add(line_for(1)).outcome == Outcome::expired_line_there);
  CHECK(home.read_keys() == old);
}

TEST_CASE_FIXTURE(LineFixture, "of several lines for a key the best one counts") {
  home.write_keys("expiry-time=\"20200101Z\" " + key_line(1, "a") + "\nno-pty " + key_line(1, "b") +
                  "\n");
  CHECK(add(line_for(1)).outcome == Outcome::already_there_with_options);
}

TEST_CASE_FIXTURE(LineFixture, "a key in the second file is there already") {
  home.write_keys("");
  home.write(home.ssh() / "authorized_keys2", key_line(1, "long ago"));
  const auto answer = add(line_for(1));
  CHECK(answer.outcome == Outcome::already_there);
  CHECK(answer.path == (home.ssh() / "authorized_keys2").string());
  CHECK(home.read_keys().empty());
}

TEST_CASE_FIXTURE(LineFixture, "a second file that sshd would ignore does not count") {
  home.write_keys("");
  const auto second = home.ssh() / "authorized_keys2";
  home.write(second, key_line(1, "long ago"));
  ::chmod(second.c_str(), 0666);
  CHECK(add(line_for(1)).outcome == Outcome::added);
}

TEST_CASE_FIXTURE(LineFixture, "options are those asked for") {
  auto line = line_for(1);
  line.options.from = "192.168.0.0/16";
  line.options.restricted = true;
  REQUIRE(add(line).outcome == Outcome::added);
  CHECK(home.read_keys().find("restrict,pty") != std::string::npos);
  CHECK(home.read_keys().find("from=\"192.168.0.0/16\"") != std::string::npos);
  CHECK(add(line).outcome == Outcome::already_there);
  REQUIRE(remove(line).outcome == Outcome::removed);
  CHECK(home.read_keys().empty());
}

TEST_CASE_FIXTURE(LineFixture, "a comment with line ends and escapes makes no second line") {
  REQUIRE(add(line_for(1, "a\nssh-rsa AAAA\r\x1b[2Jb")).outcome == Outcome::added);
  const auto content = home.read_keys();
  CHECK(std::count(content.begin(), content.end(), '\n') == 1);
  CHECK(content.find('\x1b') == std::string::npos);
  CHECK(content.find('\r') == std::string::npos);
}

TEST_CASE_FIXTURE(LineFixture, "a key that is none is refused before anything is made") {
  auto line = line_for(1);
  line.key.push_back(0);
  CHECK(add(line).reason == Reason::bad_request);
  line = line_for(1);
  line.options.from = "1.2.3.4\" ssh-rsa";
  CHECK(add(line).reason == Reason::bad_request);
  CHECK_FALSE(fs::exists(home.ssh()));
}

TEST_CASE_FIXTURE(LineFixture, "remove takes out our line and nothing else") {
  const auto ours = key_line(1, "anna@laptop");
  home.write_keys("no-pty " + ours + "\n" + key_line(1, "other comment") + "\n" + ours + "\n#end");
  REQUIRE(remove(line_for(1)).outcome == Outcome::removed);
  CHECK(home.read_keys() == "no-pty " + ours + "\n" + key_line(1, "other comment") + "\n#end");
  const auto before = home.read_keys();
  CHECK(remove(line_for(1)).outcome == Outcome::not_there);
  CHECK(home.read_keys() == before);
}

TEST_CASE_FIXTURE(LineFixture, "remove makes nothing where nothing is") {
  CHECK(remove(line_for(1)).outcome == Outcome::not_there);
  CHECK_FALSE(fs::exists(home.ssh()));
}

TEST_CASE_FIXTURE(LineFixture, "a file in the home itself, or deep below it, is written too") {
  auto target = home.target();
  target.path = home.home().string() + "/.authkeys";
  CHECK(add(target, line_for(1)).outcome == Outcome::added);
  target.path = home.home().string() + "//a/b/c";
  CHECK(add(target, line_for(1)).outcome == Outcome::added);
  CHECK(ScratchHome::read(home.home() / "a" / "b" / "c") == key_line(1, "anna@laptop") + "\n");
}

TEST_CASE_FIXTURE(LineFixture, "a home that is not there is said to be missing") {
  auto target = home.target();
  target.home = home.root() / "unmounted";
  target.path = target.home + "/.ssh/authorized_keys";
  const auto answer = add(target, line_for(1));
  CHECK(answer.reason == Reason::home_missing);
  CHECK(answer.text.find("mounted") != std::string::npos);
  CHECK_FALSE(fs::exists(target.home));
}

TEST_CASE_FIXTURE(LineFixture, "on tmpfs or an overlay nothing is made unless told otherwise") {
  for (const auto storage : {files::Storage::memory, files::Storage::overlay}) {
    files::FileFaults faults;
    files::SimKeyFiles sim(real, faults, storage);
    auto target = home.target();
    target.allow_volatile = false;
    const auto answer = keyfile::add(sim, random, target, line_for(1));
    CHECK(answer.reason == Reason::not_persistent);
    CHECK(answer.text.find("would not survive a reboot") != std::string::npos);
    CHECK_FALSE(fs::exists(home.ssh()));
  }
  files::FileFaults faults;
  files::SimKeyFiles sim(real, faults, files::Storage::memory);
  CHECK(keyfile::add(sim, random, home.target(), line_for(1)).outcome == Outcome::added);
}

TEST_CASE_FIXTURE(LineFixture, "mode and attributes of the old file are kept") {
  home.write_keys("old\n");
  ::chmod(home.keys().c_str(), 0644);
  const bool attributes = ::setxattr(home.keys().c_str(), "user.note", "mine", 4, 0) == 0;
  if (!attributes) MESSAGE("user attributes are not supported here: only the mode is checked");
  // An ACL: owner rw-, user 54321 r--, group ---, mask r--, other ---.
  const unsigned char acl[] = {2,  0, 0, 0,                                                       //
                               1,  0, 6, 0, 255, 255, 255, 255, 2,  0, 4, 0, 0x31, 0xd4, 0,   0,  //
                               4,  0, 0, 0, 255, 255, 255, 255, 16, 0, 4, 0, 255,  255,  255, 255,
                               32, 0, 0, 0, 255, 255, 255, 255};
  const bool listed =
      ::setxattr(home.keys().c_str(), "system.posix_acl_access", acl, sizeof acl, 0) == 0;
  if (!listed) MESSAGE("ACLs are not supported here: only the mode is checked");
  const auto mode = mode_of(home.keys());

  REQUIRE(add(line_for(1)).outcome == Outcome::added);
  CHECK(mode_of(home.keys()) == mode);
  char value[64] = {};
  if (attributes) {
    REQUIRE(::getxattr(home.keys().c_str(), "user.note", value, sizeof value) == 4);
    CHECK(std::string(value, 4) == "mine");
  }
  if (listed) {
    REQUIRE(::getxattr(home.keys().c_str(), "system.posix_acl_access", value, sizeof value) ==
            sizeof acl);
    CHECK(std::equal(std::begin(acl), std::end(acl), value,
                     [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); }));
  }
}

TEST_CASE_FIXTURE(LineFixture, "a held lock is waited for, then said") {
  home.write_keys("old\n");
  const int number = ::open(home.ssh().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(::flock(number, LOCK_EX) == 0);
  files::FileFaults faults;
  faults.refuse("lock", ETIMEDOUT);
  files::SimKeyFiles sim(real, faults);
  CHECK(keyfile::add(sim, random, home.target(), line_for(1)).reason == Reason::busy);
  // The real wait, short: the lock is given back.
  std::thread release([&] { ::close(number); });
  CHECK(add(line_for(1)).outcome == Outcome::added);
  release.join();
}

TEST_CASE_FIXTURE(LineFixture, "names for temporary files that are taken are stepped over") {
  home.write_keys("old\n");
  const auto taken = home.ssh() / (".latchkey-" + std::string(32, '0'));
  SUBCASE("FIFO") { REQUIRE(::mkfifo(taken.c_str(), 0600) == 0); }
  SUBCASE("symlink") { fs::create_symlink(home.root() / "victim", taken); }
  SUBCASE("file") { std::ofstream(taken) << "theirs"; }
  CountingRandom counting;
  CHECK(keyfile::add(real, counting, home.target(), line_for(1)).outcome == Outcome::added);
  CHECK(home.read_keys() == "old\n" + key_line(1, "anna@laptop") + "\n");
  CHECK_FALSE(fs::exists(home.root() / "victim"));
}

TEST_CASE_FIXTURE(LineFixture, "when every name is taken nothing is touched") {
  home.write_keys("old\n");
  const auto taken = home.ssh() / (".latchkey-" + std::string(32, '0'));
  fs::create_symlink(home.root() / "victim", taken);
  CountingRandom stuck(0, 0);
  CHECK(keyfile::add(real, stuck, home.target(), line_for(1)).outcome == Outcome::refused);
  CHECK(home.read_keys() == "old\n");
  CHECK_FALSE(fs::exists(home.root() / "victim"));
}

TEST_CASE_FIXTURE(LineFixture, "what a crash left is cleaned: ours, old, plain files only") {
  home.write_keys("old\n");
  const auto stale = home.ssh() / (".latchkey-" + std::string(32, 'a'));
  const auto fresh = home.ssh() / (".latchkey-" + std::string(32, 'b'));
  const auto link = home.ssh() / (".latchkey-" + std::string(32, 'c'));
  const auto short_name = home.ssh() / ".latchkey-notes";
  const auto upper = home.ssh() / (".latchkey-" + std::string(32, 'A'));
  for (const auto& path : {stale, fresh, short_name, upper}) std::ofstream(path) << "x";
  fs::create_symlink(stale, link);
  // The order's time is the year 2027: an hour before it is old, a minute before it is not.
  const timespec hour[2] = {{1'800'000'000 - 3600, 0}, {1'800'000'000 - 3600, 0}};
  const timespec minute[2] = {{1'800'000'000 - 60, 0}, {1'800'000'000 - 60, 0}};
  for (const auto& path : {stale, short_name, upper}) {
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), hour, 0) == 0);
  }
  REQUIRE(::utimensat(AT_FDCWD, link.c_str(), hour, AT_SYMLINK_NOFOLLOW) == 0);
  REQUIRE(::utimensat(AT_FDCWD, fresh.c_str(), minute, 0) == 0);
  REQUIRE(add(line_for(1)).outcome == Outcome::added);
  CHECK_FALSE(fs::exists(stale));
  CHECK(fs::exists(fresh));
  CHECK(fs::is_symlink(link));
  CHECK(fs::exists(short_name));
  CHECK(fs::exists(upper));
}

TEST_CASE_FIXTURE(LineFixture, "a file system without exchange gets a plain rename") {
  home.write_keys("old\n");
  files::FileFaults faults;
  faults.refuse("exchange", EOPNOTSUPP).refuse("wait_for_writers", EOPNOTSUPP);
  files::SimKeyFiles sim(real, faults);
  CHECK(keyfile::add(sim, random, home.target(), line_for(1)).outcome == Outcome::added);
  CHECK(home.read_keys() == "old\n" + key_line(1, "anna@laptop") + "\n");
  CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
}

TEST_CASE_FIXTURE(LineFixture,
                  "the new file is on the disk before it is swapped in, the swap after") {
  home.write_keys("old\n");
  files::FileFaults faults;
  files::SimKeyFiles sim(real, faults);
  REQUIRE(keyfile::add(sim, random, home.target(), line_for(1)).outcome == Outcome::added);
  std::vector<std::string> order;
  for (const auto& operation : faults.history()) {
    for (const auto* verb : {"lock", "write_all", "copy_attributes", "sync_file", "exchange",
                             "sync_directory", "remove_file"}) {
      if (operation.verb == verb) order.push_back(operation.verb);
    }
  }
  CHECK(order == std::vector<std::string>{"lock", "write_all", "copy_attributes", "sync_file",
                                          "exchange", "sync_directory", "remove_file"});
}
