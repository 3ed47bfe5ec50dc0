// SPDX-License-Identifier: MIT
#include "firmware/monitor/sshd_site.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "core/ssh/public_key_line.hpp"
#include "firmware/keyfile/sshd_settings.hpp"
#include "firmware/monitor/listeners.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::monitor {
namespace {

using channel::ResultCode;

constexpr const char* kLoopback = "127.0.0.1";
constexpr std::size_t kMaxHostKeyFile = std::size_t{16} * 1024;

keyfile::SshdProgram program_of(const config::Config& config) {
  keyfile::SshdProgram program;
  program.command = {config.sshd.program};
  program.config = config.sshd.config;
  return program;
}

/// Our address on the way to the peer: a datagram socket that is connected and sends nothing.
std::string address_towards(const std::string& peer) {
  sockaddr_storage there{};
  socklen_t size = 0;
  auto* four = reinterpret_cast<sockaddr_in*>(&there);
  auto* six = reinterpret_cast<sockaddr_in6*>(&there);
  if (::inet_pton(AF_INET, peer.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(channel::kDefaultPort);
    size = sizeof *four;
  } else if (::inet_pton(AF_INET6, peer.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(channel::kDefaultPort);
    size = sizeof *six;
  } else {
    return kLoopback;
  }
  const hal::Descriptor socket(::socket(there.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.number(), reinterpret_cast<sockaddr*>(&there), size) != 0 ||
      ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&there), &size) != 0) {
    return kLoopback;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = there.ss_family == AF_INET ? static_cast<const void*>(&four->sin_addr)
                                                   : static_cast<const void*>(&six->sin6_addr);
  ::inet_ntop(there.ss_family, address, text.data(), text.size());
  return text.data();
}

std::vector<std::string> groups_of(const Account& account) {
  int count = 64;
  std::vector<gid_t> numbers(static_cast<std::size_t>(count));
  if (::getgrouplist(account.name.c_str(), account.gid, numbers.data(), &count) < 0) {
    numbers.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(account.name.c_str(), account.gid, numbers.data(), &count) < 0) count = 0;
  }
  numbers.resize(static_cast<std::size_t>(count));
  std::vector<std::string> names;
  for (const auto number : numbers) {
    if (const group* entry = ::getgrgid(number)) names.emplace_back(entry->gr_name);
  }
  return names;
}

keyfile::SshdAccount sshd_account(const Account& account) {
  return {account.name, account.uid, account.home, groups_of(account)};
}

Result<keyfile::SshdSettings> ask(process::Runner& runner, const config::Config& config,
                                  const std::string& user, const std::string& address) {
  keyfile::SshdLogin login;
  login.user = user;
  login.address = address.empty() ? kLoopback : address;
  login.host = login.address;
  login.local_address = address_towards(login.address);
  return keyfile::SshdSettings::ask(runner, program_of(config), login);
}

/// The blob of a host key, from the public half beside it; nothing where that cannot be read.
std::optional<Bytes> read_host_key(const std::string& private_path) {
  std::ifstream file(private_path + ".pub");
  std::string line(kMaxHostKeyFile, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  const auto parsed = ssh::PublicKeyLine::parse(line);
  if (!parsed) return std::nullopt;
  return to_bytes(parsed->key.blob());
}

/// "Raspberry Pi 4 Model B Rev 1.5"; empty where nothing says it.
std::string read_model() {
  std::ifstream file("/proc/device-tree/model");
  std::string model;
  std::getline(file, model, '\0');
  return model;
}

}  // namespace

Result<SiteFacts> SshdSite::survey() {
  SiteFacts facts;
  facts.accounts = enrollable(config_.policy.accounts);
  facts.device = config_.name;
  facts.model = read_model();
  if (facts.model.empty()) facts.model = board_;
  const auto user = facts.accounts.empty() ? std::string("root") : facts.accounts.front().name;
  auto settings = ask(runner_, config_, user, {});
  if (!settings) return fail(std::move(settings));
  for (const auto& type : config_.policy.key_types) {
    if (settings->accepts(type)) facts.key_types.push_back(type);
  }
  for (const auto& path : settings->host_keys()) {
    if (auto key = read_host_key(path)) facts.host_keys.push_back(std::move(*key));
  }
  if (!settings->ports().empty()) facts.ssh_port = settings->ports().front();
  facts.sshd_running = somebody_listens_on(facts.ssh_port);
  return facts;
}

Result<Destination> SshdSite::destination(const Account& account, const std::string& key_type,
                                          const std::string& address) {
  auto settings = ask(runner_, config_, account.name, address);
  if (!settings) return fail(std::move(settings));
  const auto who = sshd_account(account);
  Destination destination;
  destination.strict_modes = settings->strict_modes();
  if (!settings->accepts(key_type)) {
    destination.code = ResultCode::key_type_not_allowed;
    destination.text =
        fmt::format("The Pi's sshd does not accept {} keys for {} (PubkeyAcceptedAlgorithms).",
                    key_type, account.name);
    return destination;
  }
  if (const auto why = settings->excludes(who)) {
    destination.code = ResultCode::sshd_would_refuse;
    destination.text = *why;
    return destination;
  }
  const auto files = settings->key_files(who);
  if (!files) {
    destination.code = ResultCode::sshd_would_refuse;
    destination.text = files.error().text;
    return destination;
  }
  destination.files.push_back(files->path);
  destination.files.insert(destination.files.end(), files->others.begin(), files->others.end());
  return destination;
}

Result<void> SshdSite::start_sshd() {
  process::Command command;
  // By its path: we may be root, and PATH somebody else's.
  command.arguments = {"/usr/bin/systemctl", "enable", "--now", "ssh.service"};
  command.deadline = Millis(10'000);  // the peer waits for its answer
  auto finished = runner_.run(command);
  if (!finished) return fail(std::move(finished));
  if (finished->status != 0) return fail(Errc::outside, "starting sshd: " + finished->errors);
  return {};
}

}  // namespace latchkey::monitor
