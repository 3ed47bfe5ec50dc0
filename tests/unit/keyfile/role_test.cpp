// SPDX-License-Identifier: MIT
/// latchkey-keyfile as the monitor starts it.
#include <doctest/doctest.h>
#include <fcntl.h>

#include "firmware/keyfile/orders.hpp"
#include "firmware/roles/role_channel.hpp"
#include "firmware/roles/sandbox.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"
#include "tests/unit/keyfile/traced_child.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;

namespace {

constexpr int kChannel = 3;

struct Ending {
  Result<roles::FromKeyfile> answer;
  int status;
};

/// Starts the program, as `user` if given, sends it one packet, and waits for its end.
Ending converse(ByteView packet, std::optional<std::uint32_t> user = {}) {
  auto [ours, theirs] = roles::RoleChannel::make_pair().value();
  const pid_t child = ::fork();
  if (child == 0) {
    if (theirs.descriptor() == kChannel) {
      ::fcntl(kChannel, F_SETFD, 0);
    } else {
      ::dup2(theirs.descriptor(), kChannel);
    }
    if (user && (::setresgid(*user, *user, *user) != 0 || ::setresuid(*user, *user, *user) != 0)) {
      ::_exit(9);
    }
    ::execl(LATCHKEY_KEYFILE_PROGRAM, "latchkey-keyfile", nullptr);
    ::_exit(8);
  }
  { const auto closed = std::move(theirs); }
  REQUIRE(ours.send_packet(packet));
  Ending ending{ours.receive<roles::FromKeyfile>(), 0};
  ::waitpid(child, &ending.status, 0);
  return ending;
}

template <class Order>
Bytes packet_of(const Target& target, const Line& line) {
  const Order order{pack(target, ::getegid()).value(), pack(line).value()};
  Bytes packet{static_cast<std::uint8_t>(roles::ToKeyfile(order).index())};
  const auto* raw = reinterpret_cast<const std::uint8_t*>(&order);
  packet.insert(packet.end(), raw, raw + sizeof order);
  return packet;
}

Answer answer_of(const Ending& ending) {
  CHECK(WIFEXITED(ending.status));
  CHECK(WEXITSTATUS(ending.status) == 0);
  REQUIRE(ending.answer);
  return unpack(std::get<roles::KeyfileAnswer>(*ending.answer)).value();
}

}  // namespace

TEST_CASE("the program adds, says already there, and removes") {
  const ScratchHome home;
  home.write_keys("old\n");
  const auto add = packet_of<roles::AddLine>(home.target(), line_for(1));
  CHECK(answer_of(converse(add)).outcome == Outcome::added);
  CHECK(home.read_keys() == "old\n" + key_line(1, "anna@laptop") + "\n");
  CHECK(answer_of(converse(add)).outcome == Outcome::already_there);
  const auto remove = packet_of<roles::RemoveLine>(home.target(), line_for(1));
  CHECK(answer_of(converse(remove)).outcome == Outcome::removed);
  CHECK(home.read_keys() == "old\n");
}

TEST_CASE("the program makes .ssh, private, whatever umask it was started with") {
  const ScratchHome home;
  const auto before = ::umask(0);
  const auto answer = answer_of(converse(packet_of<roles::AddLine>(home.target(), line_for(1))));
  ::umask(before);
  CHECK(answer.outcome == Outcome::added);
  struct stat found {};
  REQUIRE(::stat(home.ssh().c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == 0700);
}

TEST_CASE("an order for another user than the one it runs as is refused") {
  const ScratchHome home;
  auto target = home.target();
  target.user = ::geteuid() + 1;
  const auto answer = answer_of(converse(packet_of<roles::AddLine>(target, line_for(1))));
  CHECK(answer.outcome == Outcome::refused);
  CHECK(answer.reason == Reason::bad_request);
  CHECK_FALSE(std::filesystem::exists(home.ssh()));
}

TEST_CASE("as another user it writes his file and no other") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root starts programs as others");
    return;
  }
  constexpr std::uint32_t kUser = 54321;
  const ScratchHome home;
  ::chmod(home.root().c_str(), 0755);
  auto target = home.target();
  target.user = kUser;
  const auto packet = packet_of<roles::AddLine>(target, line_for(1));

  auto roots_home = converse(packet, kUser);
  CHECK(answer_of(roots_home).reason == Reason::no_permission);
  CHECK_FALSE(std::filesystem::exists(home.ssh()));

  REQUIRE(::chown(home.home().c_str(), kUser, kUser) == 0);
  CHECK(answer_of(converse(packet, kUser)).outcome == Outcome::added);
  struct stat found {};
  REQUIRE(::stat(home.keys().c_str(), &found) == 0);
  CHECK(found.st_uid == kUser);
  CHECK(found.st_gid == kUser);

  // With root's rights left over it does not start work.
  CHECK(answer_of(converse(packet)).reason == Reason::bad_request);
}

TEST_CASE("a packet that is no order gets no answer, and nothing is written") {
  const ScratchHome home;
  home.write_keys("old\n");
  const auto whole = packet_of<roles::AddLine>(home.target(), line_for(1));
  Bytes longer = whole;
  longer.push_back(0);
  Bytes unknown = whole;
  unknown[0] = 2;
  for (const auto& packet : {Bytes(whole.begin(), whole.end() - 1), Bytes{0}, longer, unknown}) {
    const auto ending = converse(packet);
    CHECK_FALSE(ending.answer);
    CHECK(WIFEXITED(ending.status));
    CHECK(WEXITSTATUS(ending.status) != 0);
  }
  CHECK(home.read_keys() == "old\n");
}

TEST_CASE("in the sandbox any other system call is the end") {
  // The way out of the child, as far as a sanitizer lengthens it too.
  constexpr std::array kCalls{"exit_group", "brk",  "futex",       "mmap", "munmap",
                              "pipe2",      "read", "sigaltstack", "write"};
  const int status = run_child([&] {
    if (!roles::enter_sandbox(kCalls, roles::OtherCalls::kill)) ::_exit(7);
    (void)::getppid();
    ::_exit(0);
  });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSYS);
  CHECK(run_child([&] {
          if (!roles::enter_sandbox(kCalls, roles::OtherCalls::kill)) ::_exit(7);
          ::_exit(0);
        }) == 0);
}
