// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "firmware/ctl/commands.hpp"
#include "firmware/ctl/request.hpp"

namespace latchkey::ctl {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    if (file != nullptr && file != stdin) std::fclose(file);
  }
};

/// The whole file, at most one byte more than a request can carry.
std::optional<std::string> read_input(const std::string& file) {
  const std::unique_ptr<std::FILE, CloseFile> input(file == "-" ? stdin
                                                                : std::fopen(file.c_str(), "re"));
  if (!input) return std::nullopt;
  std::string text(roles::kMaxLine + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), input.get()));
  if (std::ferror(input.get()) != 0) return std::nullopt;
  return text;
}

}  // namespace

int run_add(const std::string& socket_path, const std::string& user, const std::string& file) {
  const auto line = read_input(file);
  if (!line) {
    fmt::print(stderr,
               "latchkeyctl: cannot read {}.\nName a public key file, or - to type it in.\n", file);
    return kNoInput;
  }
  roles::AddRequest add;
  if (!add.line.assign(*line) || !add.account.assign(user)) {
    fmt::print(stderr,
               "latchkeyctl: {} is too long to be one public key line.\n"
               "Give one line such as `ssh-ed25519 AAAA… name`.\n",
               line->size() <= roles::kMaxLine ? "the user's name"
               : file == "-"                   ? "standard input"
                                               : file);
    return kBadInput;
  }
  auto connection = request(socket_path, add);
  if (!connection) return report(connection.error(), socket_path);
  const auto reply = connection->receive<roles::FromDaemon>();
  if (!reply) return report(reply.error(), socket_path);
  const auto* added = std::get_if<roles::AddReply>(&*reply);
  if (added == nullptr) return report_refusal(*reply);
  if (added->code > channel::ResultCode::kept) {
    fmt::print(stderr, "latchkeyctl: {}\n", shown(added->text.view()));
    return kRefused;
  }
  fmt::print("{}\n{}  {}\n", shown(added->text.view()), shown(added->fingerprint.view()),
             shown(added->path.view()));
  return kOk;
}

}  // namespace latchkey::ctl
