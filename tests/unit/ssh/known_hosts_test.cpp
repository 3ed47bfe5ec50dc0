// SPDX-License-Identifier: MIT
#include "core/ssh/known_hosts.hpp"

#include <doctest/doctest.h>

#include "core/ssh/host_pattern.hpp"
#include "core/ssh/public_key_line.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;
using Kind = KnownHostLine::Kind;
using Marker = KnownHostLine::Marker;

namespace {

KnownHosts parse(const std::string& text) {
  auto hosts = KnownHosts::parse(as_bytes(text)).value();
  CHECK(as_text(hosts.bytes()) == text);
  return hosts;
}

std::string entry(std::string_view hosts, std::string_view key = "ed25519") {
  return compose_known_host(hosts, golden_key(key)) + '\n';
}

std::string without(const std::string& text, std::string_view name) {
  return std::string(as_text(parse(text).without(name).bytes));
}

std::size_t line_count(const KnownHosts& hosts, std::string_view name) {
  return hosts.find(name).size();
}

}  // namespace

TEST_CASE("hosts are named as ssh names them") {
  CHECK(host_name("Pi.Local").value() == "pi.local");
  CHECK(host_name("pi.local", 22).value() == "pi.local");
  CHECK(host_name("pi.local", 2222).value() == "[pi.local]:2222");
  CHECK(host_name("fe80::1%eth0", 65535).value() == "[fe80::1%eth0]:65535");
  for (const std::string host : {"", "a b", "a,b", "*", "a?", "!a", "|1|", "#a", "@a", "[a]",
                                 "-oProxy", "a\n", "a\x1b", "\xc3\xa9"}) {
    CAPTURE(host);
    CHECK(host_name(host).error().is(Errc::malformed));
  }
  CHECK_FALSE(host_name("a", 0));
  CHECK_FALSE(host_name(std::string(kMaxHostName + 1, 'a')));
}

TEST_CASE("lists match by name, wildcard and negation") {
  CHECK(matches_pattern_list("a,b", "b"));
  CHECK(matches_pattern_list("PI.local", "pi.local"));
  CHECK(matches_pattern_list("*", "anything"));
  CHECK(matches_pattern_list("p?.l*l", "pi.local"));
  CHECK(matches_pattern_list("*a*b*c*", "xxaxxbxxc"));
  CHECK(matches_pattern_list("[pi.local]:2222", "[pi.local]:2222"));
  CHECK_FALSE(matches_pattern_list("p?", "p"));
  CHECK_FALSE(matches_pattern_list("*.org", "org"));
  CHECK_FALSE(matches_pattern_list("!a", "b"));
  CHECK_FALSE(matches_pattern_list("*,!a", "a"));
  CHECK_FALSE(matches_pattern_list("!a,a", "a"));
  CHECK_FALSE(matches_pattern_list("", "a"));
}

TEST_CASE("a pattern of many stars takes no longer than others") {
  std::string stars;
  for (int i = 0; i < 300; ++i) stars += "*a";
  CHECK_FALSE(matches_pattern_list(stars + "b", std::string(255, 'a')));
}

TEST_CASE("the golden file is read with its markers, lists and ports") {
  const auto hosts = parse(golden("known_hosts"));
  REQUIRE(hosts.lines().size() == 7);
  CHECK(hosts.lines()[0].kind == Kind::comment);
  const auto local = hosts.find("pi.local");
  REQUIRE(local.size() == 3);
  CHECK(local[0]->key == golden_key("ed25519"));
  CHECK(local[1]->key == golden_key("ecdsa256"));
  CHECK(local[2]->marker == Marker::revoked);
  CHECK(hosts.find("[pi.local]:2222").front()->key == golden_key("rsa2048"));
  CHECK(line_count(hosts, "192.0.2.7") == 1);
  CHECK(line_count(hosts, "good.example.org") == 1);
  CHECK(line_count(hosts, "bad.example.org") == 0);
  CHECK(hosts.find("a.example.net").front()->marker == Marker::cert_authority);
  CHECK(line_count(hosts, "elsewhere") == 0);
}

TEST_CASE("names hashed by ssh-keygen are found and no others") {
  const auto hosts = parse(golden("hashed_hosts"));
  REQUIRE(hosts.lines().size() == 3);
  CHECK(hosts.lines()[0].is_hashed());
  CHECK(hosts.find("pi.local").front()->key == golden_key("ed25519"));
  CHECK(hosts.find("[pi.local]:2222").front()->key == golden_key("rsa2048"));
  CHECK(hosts.find("fe80::1").front()->key == golden_key("ecdsa256"));
  CHECK(line_count(hosts, "pi.loca") == 0);
}

TEST_CASE("broken hashes match nothing") {
  CountingRandom random;
  const auto good = compose_hashed_host("pi", golden_key("ed25519"), random).value();
  const auto key = ' ' + format_public_key(golden_key("ed25519"), {});
  const auto hash = good.substr(0, good.find(' '));
  CHECK(line_count(parse(hash + key), "pi") == 1);
  for (const auto& broken :
       {std::string("|1|"), std::string("|1||"), std::string("|2|") + hash.substr(3), hash + "|",
        hash.substr(0, hash.size() - 1), "|1|AAAA|" + hash.substr(32), hash + ",pi"}) {
    CAPTURE(broken);
    CHECK(line_count(parse(broken + key), "pi") == 0);
  }
}

TEST_CASE("lines that ssh would not take match nothing and are kept") {
  const auto key = format_public_key(golden_key("ed25519"), {});
  for (const std::string& line : std::vector<std::string>{
           "@unknown pi " + key, "@revoked", "@revoked @cert-authority pi " + key,
           "@Revoked pi " + key, std::string("pi"), "pi ssh-rsa" + key.substr(11), "# pi " + key,
           "#pi " + key, std::string("pi ssh-ed25519 AAAA")}) {
    CAPTURE(line);
    const auto hosts = parse(line);
    CHECK(line_count(hosts, "pi") == 0);
    CHECK(as_text(hosts.without("pi").bytes) == line);
  }
}

TEST_CASE("a composed line is found again, plain and hashed") {
  const auto key = golden_key("ecdsa256");
  CHECK(parse(entry("[pi]:2222", "ecdsa256")).find("[pi]:2222").front()->key == key);
  CountingRandom random;
  const auto hashed = compose_hashed_host("[pi]:2222", key, random).value();
  CHECK(hashed.starts_with("|1|AAECAwQFBgcICQoLDA0ODxAREhM=|"));
  CHECK(hashed.find("pi") == std::string::npos);
  CHECK(parse(hashed).find("[pi]:2222").front()->key == key);
  const auto again = compose_hashed_host("[pi]:2222", key, random).value();
  CHECK(again != hashed);
  NoRandom none;
  CHECK(compose_hashed_host("pi", key, none).error().is(Errc::entropy));
}

TEST_CASE("a host is taken out and all else stays byte for byte") {
  const auto rest = "# c\r\n\n" + entry("other") + "garbage \xff\n" + entry("@revoked pi");
  CHECK(without(entry("pi") + rest + entry("pi", "rsa2048"), "pi") == rest);
  CHECK(without(rest, "pi") == rest);
  const auto hashed = golden("hashed_hosts");
  const auto first_end = hashed.find('\n') + 1;
  CHECK(without(hashed, "pi.local") == hashed.substr(first_end));
}

TEST_CASE("out of a list only the name goes") {
  CHECK(without(entry("pi,192.0.2.7"), "pi") == entry("192.0.2.7"));
  CHECK(without(entry("a,PI,b"), "pi") == entry("a,b"));
  CHECK(without(entry("pi,pi"), "pi").empty());
  CHECK(without(entry("pi,!bad"), "pi").empty());
  CHECK(without("  " + entry("pi,b"), "pi") == "  " + entry("b"));
  // What is left must not turn into a comment, a marker or a hash.
  for (const auto* list : {"pi,#x", "pi,@revoked", "pi,|1|x"})
    CHECK(without(entry(list), "pi").empty());
}

TEST_CASE("lines that match by wildcard stay and are counted") {
  const auto text = entry("*.local") + entry("pi.local,*.local") + entry("pi.local");
  const auto removal = parse(text).without("pi.local");
  CHECK(as_text(removal.bytes) == entry("*.local") + entry("*.local"));
  CHECK(removal.removed == 2);
  CHECK(removal.patterns == 2);
}

TEST_CASE("a host and the same host on another port are two") {
  const auto text = entry("pi") + entry("[pi]:2222");
  CHECK(without(text, "pi") == entry("[pi]:2222"));
  CHECK(without(text, "[pi]:2222") == entry("pi"));
}
