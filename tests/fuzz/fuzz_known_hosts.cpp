// SPDX-License-Identifier: MIT
// No byte of a file is lost; a host taken out is found only where a pattern or a marker keeps
// it; a host added is found.
#include <algorithm>

#include "core/ssh/known_hosts.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

namespace {

const ssh::PublicKey& our_key() {
  static const auto key = ssh::PublicKey::make_sk_ed25519(Bytes(32, 7), "ssh:fuzz").value();
  return key;
}

std::size_t unmarked(const ssh::KnownHosts& hosts, std::string_view name) {
  const auto found = hosts.find(name);
  return static_cast<std::size_t>(std::count_if(found.begin(), found.end(), [](const auto* line) {
    return line->marker == ssh::KnownHostLine::Marker::none;
  }));
}

void check(const ssh::KnownHosts& hosts, std::string_view name) {
  const auto removal = hosts.without(name);
  const auto rest = ssh::KnownHosts::parse(removal.bytes).value();
  require(unmarked(rest, name) == removal.patterns);
  require(rest.without(name).bytes == removal.bytes);
  if (removal.removed == 0) require(removal.bytes == hosts.bytes());
  const auto line = ssh::compose_known_host(name, our_key());
  const auto added = ssh::KnownHosts::parse(ssh::append_line(removal.bytes, line)).value();
  require(added.find(name).back()->key == our_key());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto hosts = ssh::KnownHosts::parse(file);
  if (!hosts) return 0;
  const auto bytes = hosts->bytes();
  require(std::equal(bytes.begin(), bytes.end(), file.begin(), file.end()));
  check(*hosts, "pi.local");
  check(*hosts, "[pi.local]:2222");
  return 0;
}
