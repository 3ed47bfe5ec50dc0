// SPDX-License-Identifier: MIT
#include "host/target.hpp"

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <charconv>

#include "core/channel/hello.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxUser = 32;   // useradd(8)
constexpr std::size_t kMaxHost = 255;  // RFC 1035

bool letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A leading dash would be an option to ssh.
bool is_user(std::string_view text) {
  const auto ok = [](char c) { return letter_or_digit(c) || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= kMaxUser && text.front() != '-' &&
         std::ranges::all_of(text, ok);
}

bool is_host(std::string_view text) {
  const auto ok = [](char c) {
    return letter_or_digit(c) || std::string_view(".:_-%").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kMaxHost && text.front() != '-' &&
         std::ranges::all_of(text, ok);
}

bool is_ipv6(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
}

auto wrong(std::string_view text, std::string_view why) {
  return give_up(Reason::usage, "“" + std::string(text) + "” is no Pi: " + std::string(why) + ".",
                 "Write it as [user@]host[:port], for example pi@raspberrypi.local or "
                 "pi@[fe80::1%eth0]:7822.");
}

}  // namespace

Attempt<Target> Target::parse(std::string_view text) {
  Target target;
  target.port = channel::kDefaultPort;
  auto rest = text;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    target.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (!is_user(target.user)) return wrong(text, "the user name before the @ is none");
  }

  std::string_view port;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return wrong(text, "the ] is missing");
    target.host = rest.substr(1, close - 1);
    if (!is_ipv6(target.host)) return wrong(text, "between [ and ] stands no IPv6 address");
    rest.remove_prefix(close + 1);
    if (!rest.empty() && !rest.starts_with(':'))
      return wrong(text, "after ] only :port may follow");
    port = rest;
  } else if (is_ipv6(rest)) {
    target.host = rest;
  } else {
    const auto colon = std::min(rest.find(':'), rest.size());
    target.host = rest.substr(0, colon);
    port = rest.substr(colon);
  }
  if (!is_host(target.host)) return wrong(text, "the host name is none");

  if (!port.empty()) {
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
    if (error != std::errc{} || end != port.data() + port.size() || target.port == 0) {
      return wrong(text, "the port is no number from 1 to 65535");
    }
  }
  return target;
}

bool Target::is_address() const noexcept {
  std::array<unsigned char, 4> bytes{};
  return is_ipv6(host) || ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1;
}

std::string Target::for_ssh(std::string_view account) const {
  return account.empty() ? host : std::string(account) + "@" + host;
}

}  // namespace latchkey::host
