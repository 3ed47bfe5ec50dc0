// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "tests/unit/firmware/ctl/ctl_terminal.hpp"

using namespace latchkey;
using channel::ResultCode;
using roles::RoleChannel;
using namespace latchkey::testing;

const char* const latchkey::testing::kLatchkeyctl = LATCHKEYCTL;

namespace {

roles::StatusReply open_window() {
  roles::StatusReply status;
  status.device.assign_cut("raspberrypi");
  status.phase.assign_cut("open");
  status.led.assign_cut("window_open");
  status.account.assign_cut("pi");
  status.last_ending.assign_cut("finished");
  status.port = 7822;
  status.seconds_left = 42;
  status.failed_windows = 2;
  status.log_position = 17;
  return status;
}

roles::PairProgress progress(const std::string& text, const std::string& digits = "") {
  roles::PairProgress said;
  said.text.assign_cut(text);
  said.digits.assign_cut(digits);
  return said;
}

roles::PairProgress ending(const std::string& text, bool enrolled, const std::string& digits = "") {
  auto said = progress(text, digits);
  said.finished = 1;
  said.enrolled = enrolled ? 1 : 0;
  return said;
}

roles::AddReply reply_of(ResultCode code, const std::string& text) {
  roles::AddReply reply;
  reply.code = code;
  reply.text.assign_cut(text);
  reply.fingerprint.assign_cut("SHA256:abc");
  reply.path.assign_cut("/home/pi/.ssh/authorized_keys");
  return reply;
}

roles::HandleLine handle_line() {
  roles::HandleLine line;
  line.account.assign_cut("pi");
  line.fingerprint.assign_cut("SHA256:abc");
  line.key_type.assign_cut("sk-ssh-ed25519@openssh.com");
  line.comment.assign_cut("security key at raspberrypi");
  line.made = 1'900'000'000;
  line.size = 64;
  return line;
}

roles::HandlesReply kept(std::uint32_t count, std::uint32_t dropped = 0) {
  roles::HandlesReply reply;
  reply.count = count;
  reply.dropped = dropped;
  return reply;
}

roles::RequestRefused refusal(const std::string& text) {
  roles::RequestRefused refused;
  refused.text.assign_cut(text);
  return refused;
}

}  // namespace

TEST_CASE_FIXTURE(Terminal, "status says what is going on") {
  const auto finished = run({"status"}, {open_window()});
  CHECK(finished.status == 0);
  CHECK(finished.output ==
        "Device   raspberrypi\n"
        "Window   open, 42 s left\n"
        "LED      window_open\n"
        "Network  listening on port 7822\n"
        "Account  pi\n"
        "Last     finished\n"
        "Failed   2 windows\n");
  CHECK(finished.errors.empty());
  (void)asked_for<roles::StatusRequest>();
}

TEST_CASE_FIXTURE(Terminal, "status of an idle daemon says what does not happen") {
  roles::StatusReply idle;
  idle.device.assign_cut("raspberrypi");
  idle.phase.assign_cut("idle");
  idle.led.assign_cut("off");
  idle.failed_windows = 1;
  CHECK(run({"status"}, {idle}).output ==
        "Device   raspberrypi\n"
        "Window   idle\n"
        "LED      off\n"
        "Network  nothing listens\n"
        "Account  none: see `accounts` in latchkey.toml\n"
        "Failed   1 window\n");
}

TEST_CASE_FIXTURE(Terminal, "status says which security key is plugged in") {
  auto status = open_window();
  status.phase.assign_cut("key_plugged");
  status.security_key.assign_cut("Key One");
  status.port = 0;
  CHECK(run({"status"}, {status})
            .output.find("Window   key_plugged, 42 s left\n"
                         "LED      window_open\n"
                         "Network  nothing listens\n"
                         "Key      Key One is plugged in\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Terminal, "status --json is one object of the same") {
  const auto finished = run({"status", "--json"}, {open_window()});
  CHECK(finished.status == 0);
  CHECK(nlohmann::json::parse(finished.output) == nlohmann::json{{"device", "raspberrypi"},
                                                                 {"phase", "open"},
                                                                 {"led", "window_open"},
                                                                 {"port", 7822},
                                                                 {"security_key", ""},
                                                                 {"account", "pi"},
                                                                 {"seconds_left", 42},
                                                                 {"failed_windows", 2},
                                                                 {"last_ending", "finished"},
                                                                 {"log_position", 17}});
}

TEST_CASE_FIXTURE(Terminal, "pair shows every word, the code once, and the end") {
  const auto finished = run({"pair"}, {progress("The window is open."), progress("", "24153312"),
                                       progress("Proved.", "24153312"),
                                       ending("Added to authorized_keys.", true, "24153312")});
  CHECK(finished.status == 0);
  CHECK(finished.output ==
        "The window is open.\nCode: 2 4 1 5 3 3 1 2\nProved.\nAdded to authorized_keys.\n");
  (void)asked_for<roles::PairRequest>();
}

TEST_CASE_FIXTURE(Terminal, "a second peer's code is shown too") {
  CHECK(run({"pair"}, {progress("", "11111111"), progress("", "22222222"), ending("Bye.", true)})
            .output == "Code: 1 1 1 1 1 1 1 1\nCode: 2 2 2 2 2 2 2 2\nBye.\n");
}

TEST_CASE_FIXTURE(Terminal, "pair that ends without a key says so") {
  const auto finished = run(
      {"pair"}, {progress("", "24153312"), ending("The window is closed: nobody_came.", false)});
  CHECK(finished.status == 1);
  CHECK(finished.output.ends_with("The window is closed: nobody_came.\n"));
}

TEST_CASE_FIXTURE(Terminal, "pair that is refused or left alone says so") {
  const auto refused = run({"pair"}, {refusal("A window is open.")});
  CHECK(refused.status == 1);
  CHECK(refused.errors == "latchkeyctl: A window is open.\n");
}

TEST_CASE_FIXTURE(Terminal, "a daemon that hangs up before the end is reported") {
  const auto finished = run({"pair"}, {progress("The window is open.")});
  CHECK(finished.status == 69);
  CHECK(finished.errors ==
        "latchkeyctl: latchkeyd ended the conversation.\n"
        "Look at its log: `journalctl -u latchkeyd`.\n");
}

TEST_CASE_FIXTURE(Terminal, "add sends a file's line and says where it went") {
  const auto file = key_file("ssh-ed25519 AAAA sam@laptop\n");
  const auto finished =
      run({"add", "--user", "ada", file}, {reply_of(ResultCode::added, "Added.")});
  CHECK(finished.status == 0);
  CHECK(finished.output == "Added.\nSHA256:abc  /home/pi/.ssh/authorized_keys\n");
  CHECK(asked_for<roles::AddRequest>().account.view() == "ada");
  CHECK(asked_for<roles::AddRequest>().line.view() == "ssh-ed25519 AAAA sam@laptop\n");
}

TEST_CASE_FIXTURE(Terminal, "add takes a line from standard input") {
  input = "ssh-ed25519 AAAA\n";
  const auto finished = run({"add", "-"}, {reply_of(ResultCode::already_there, "Is there.")});
  CHECK(finished.status == 0);
  CHECK(asked_for<roles::AddRequest>().account.view().empty());
  CHECK(asked_for<roles::AddRequest>().line.view() == input);
}

TEST_CASE_FIXTURE(Terminal, "add that is refused fails") {
  const auto file = key_file("x");
  const auto finished = run({"add", file}, {reply_of(ResultCode::key_invalid, "Not a key.")});
  CHECK(finished.status == 1);
  CHECK(finished.output.empty());
  CHECK(finished.errors == "latchkeyctl: Not a key.\n");
}

TEST_CASE_FIXTURE(Terminal, "handles are listed, two lines each") {
  const auto finished = run({"handles"}, {handle_line(), kept(1)});
  CHECK(finished.status == 0);
  CHECK(finished.output ==
        "SHA256:abc  sk-ssh-ed25519@openssh.com\n"
        "  for pi, made 2030-03-17T17:46:40Z, 64 bytes: security key at raspberrypi\n");
  (void)asked_for<roles::ListHandles>();
  ::unlink(socket.c_str());
  CHECK(run({"handles"}, {kept(0)}).output == "No handle is kept.\n");
}

TEST_CASE_FIXTURE(Terminal, "handles --json is one array") {
  const auto finished = run({"handles", "--json"}, {handle_line(), kept(1)});
  CHECK(finished.status == 0);
  auto entry = nlohmann::json{{"account", "pi"},
                              {"fingerprint", "SHA256:abc"},
                              {"key_type", "sk-ssh-ed25519@openssh.com"},
                              {"comment", "security key at raspberrypi"},
                              {"made", "2030-03-17T17:46:40Z"},
                              {"size", 64}};
  CHECK(nlohmann::json::parse(finished.output) == nlohmann::json::array({entry}));
  ::unlink(socket.c_str());
  CHECK(run({"handles", "--json"}, {kept(0)}).output == "[]\n");
}

TEST_CASE_FIXTURE(Terminal, "a daemon whose dates are nonsense does no harm") {
  auto line = handle_line();
  line.made = std::numeric_limits<std::int64_t>::max();
  CHECK(run({"handles"}, {line, kept(1)}).output.find("made ?,") != std::string::npos);
}

TEST_CASE_FIXTURE(Terminal, "handles are forgotten by fingerprint, or all at once") {
  const auto one = run({"handles", "--drop", "SHA256:abc"}, {kept(2, 1)});
  CHECK(one.status == 0);
  CHECK(one.output == "1 handle forgotten, 2 kept.\n");
  CHECK(asked_for<roles::DropHandles>().fingerprint.view() == "SHA256:abc");
  ::unlink(socket.c_str());
  const auto all = run({"handles", "--drop-all"}, {kept(0, 3)});
  CHECK(all.output == "3 handles forgotten, 0 kept.\n");
  CHECK(asked_for<roles::DropHandles>().fingerprint.view().empty());
  ::unlink(socket.c_str());
  const auto none = run({"handles", "--drop", "SHA256:x"}, {refusal("No handle of SHA256:x.")});
  CHECK(none.status == 1);
  CHECK(none.errors == "latchkeyctl: No handle of SHA256:x.\n");
}

TEST_CASE_FIXTURE(Terminal, "a mistyped --drop never forgets all") {
  CHECK(run({"handles", "--drop", ""}).status == 65);
  CHECK(run({"handles", "--drop", std::string(65, 'x')}).status == 65);
  CHECK(run({"handles", "--drop"}).status == 64);
  CHECK(run({"handles", "--drop-all", "--drop", "SHA256:abc"}).status == 64);
  CHECK(run({"handles", "--drop-all", "--json"}).status == 64);
}

TEST_CASE_FIXTURE(Terminal, "input that no key line can be is refused before anybody is asked") {
  const auto file = key_file(std::string(roles::kMaxLine + 1, 'x'));
  const auto too_long = run({"add", file});
  CHECK(too_long.status == 65);
  CHECK(too_long.errors.starts_with("latchkeyctl: " + file + " is too long"));
  input = std::string(100'000, 'x');
  const auto typed = run({"add", "-"});
  CHECK(typed.status == 65);
  CHECK(typed.errors.starts_with("latchkeyctl: standard input is too long"));
  input.clear();
  const auto longest = key_file(std::string(roles::kMaxLine, 'x'));
  CHECK(run({"add", longest}, {reply_of(ResultCode::added, "Added.")}).status == 0);
  const auto name = run({"add", "--user", std::string(33, 'u'), longest});
  CHECK(name.status == 65);
  CHECK(name.errors.find("the user's name is too long") != std::string::npos);
}

TEST_CASE_FIXTURE(Terminal, "input that cannot be read is said") {
  for (const auto& file : {folder.file("missing"), folder.path()}) {
    CAPTURE(file);
    const auto finished = run({"add", file});
    CHECK(finished.status == 66);
    CHECK(finished.errors.starts_with("latchkeyctl: cannot read " + file));
  }
}

TEST_CASE_FIXTURE(Terminal, "no daemon is said, with what to do") {
  std::vector<std::vector<std::string>> commands{{"status"}, {"pair"}, {"add", key_file("x")}};
  for (const auto& command : commands) {
    const auto finished = run(command);
    CHECK(finished.status == 69);
    CHECK(finished.errors == "latchkeyctl: latchkeyd is not running: nothing answers at " + socket +
                                 ".\nStart it with `sudo systemctl start latchkeyd`, or name its "
                                 "socket with --socket.\n");
  }
  // A socket that its daemon left behind is the same.
  {
    const FakeDaemon gone(socket, [](RoleChannel& /*client*/) {});
  }
  CHECK(run({"status"}).errors.find("not running") != std::string::npos);
  socket = "/" + std::string(300, 'x');
  CHECK(run({"status"}).status == 69);
}

TEST_CASE_FIXTURE(Terminal, "who may not ask is told to use sudo") {
  if (::geteuid() != 0) return;
  const FakeDaemon daemon(socket, [](RoleChannel& /*client*/) {});
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  REQUIRE(::chmod(socket.c_str(), 0600) == 0);
  process::Command command;
  const auto copy = folder.file("latchkeyctl");
  std::filesystem::copy_file(kLatchkeyctl, copy);
  command.arguments = {"setpriv", "--reuid=65534", "--clear-groups", "--regid=65534",
                       copy,      "--socket",      socket,           "status"};
  const auto finished = process::PosixRunner().run(command);
  REQUIRE(finished);
  CHECK(finished->status == 69);
  CHECK(finished->errors ==
        "latchkeyctl: You may not talk to the daemon at " + socket + ".\nTry again with sudo.\n");
}

TEST_CASE_FIXTURE(Terminal, "a refusal is heard though the daemon did not wait for the question") {
  for (int i = 0; i < 20; ++i) {
    ::unlink(socket.c_str());
    const FakeDaemon daemon(socket, [](RoleChannel& client) {
      (void)client.send(roles::FromDaemon(refusal("Too many.")));
    });
    const auto finished = run({"status"});
    CHECK(finished.status == 1);
    CHECK(finished.errors == "latchkeyctl: Too many.\n");
  }
}

TEST_CASE_FIXTURE(Terminal, "an answer to another question is not taken for this one's") {
  const std::string sentence =
      "latchkeyctl: the daemon gave an answer that does not fit the question.\n"
      "Are both from the same version?\n";
  const auto key = key_file("x");
  const std::pair<std::vector<std::string>, roles::FromDaemon> wrong[] = {
      {{"status"}, reply_of(ResultCode::added, "Added.")},
      {{"pair"}, open_window()},
      {{"add", key}, progress("Open.")}};
  for (const auto& [command, answer] : wrong) {
    ::unlink(socket.c_str());
    const auto finished = run(command, {answer});
    CHECK(finished.status == 69);
    CHECK(finished.errors == sentence);
  }
}

TEST_CASE_FIXTURE(Terminal, "an answer that is none is reported") {
  const FakeDaemon daemon(socket, [](RoleChannel& client) {
    (void)client.receive<roles::ToDaemon>();
    (void)client.send_packet(as_bytes("\xff what?"));
  });
  const auto finished = run({"status"});
  CHECK(finished.status == 69);
  CHECK(finished.errors.find("journalctl -u latchkeyd") != std::string::npos);
}

TEST_CASE_FIXTURE(Terminal, "no text of others reaches the terminal's ear") {
  // The writer runs as the account's user: what it says is that user's word.
  const std::string evil =
      "Added.\x1b]0;owned\x07\r\n\x9b"
      "2J";
  const auto shown = [](const process::Finished& finished) {
    for (const char byte : finished.output + finished.errors) {
      const auto value = static_cast<unsigned char>(byte);
      if (value != '\n' && (value < 0x20 || value == 0x7f || value >= 0x80)) return false;
    }
    return finished.output.find("owned") != std::string::npos ||
           finished.errors.find("owned") != std::string::npos;
  };
  const auto key = key_file("x");
  auto added = reply_of(ResultCode::added, evil);
  added.path.assign_cut(evil);
  auto status = open_window();
  status.device.assign_cut(evil);
  const std::pair<std::vector<std::string>, roles::FromDaemon> cases[] = {
      {{"add", key}, added},
      {{"add", key}, reply_of(ResultCode::busy, evil)},
      {{"pair"}, ending(evil, true)},
      {{"status"}, status},
      {{"pair"}, refusal(evil)}};
  for (const auto& [command, answer] : cases) {
    ::unlink(socket.c_str());
    const auto finished = run(command, {answer});
    CHECK(shown(finished));
    CHECK(std::count(finished.output.begin(), finished.output.end(), '\n') <= 7);
  }
}

TEST_CASE_FIXTURE(Terminal, "a command line that means nothing is a usage error") {
  CHECK(run({}).status == 64);
  CHECK(run({"dance"}).status == 64);
  CHECK(run({"add"}).status == 64);
  CHECK(run({"status", "--xml"}).status == 64);
  CHECK(run({"--help"}).status == 0);
}
