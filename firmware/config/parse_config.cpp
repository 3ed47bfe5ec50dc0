// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "firmware/config/board_keys.hpp"
#include "firmware/config/config.hpp"
#include "firmware/config/toml_values.hpp"
#include "firmware/config/values.hpp"

namespace latchkey::config {
namespace {

using Key = KeyOf<Config>;

void read_validity(const Value& value, std::uint32_t& into) {
  const auto text = value.text();
  const auto days = text ? parse_validity_days(*text) : std::nullopt;
  if (!days) {
    return value.refuse(R"(days like "90d" or weeks like "12w" (at most 36500 days), or "")");
  }
  into = *days;
}

void read_key_types(const Value& value, std::vector<std::string>& into) {
  const auto known = known_key_types();
  const auto of = fmt::format("the key types {}", fmt::join(known, ", "));
  read_list(value, into,
            {.of = of, .unfit = Errc::unsupported, .when_empty = "no key could be enrolled"},
            as_written([&](std::string_view text) {
              return std::find(known.begin(), known.end(), text) != known.end();
            }));
}

void read_accounts(const Value& value, std::vector<std::string>& into) {
  constexpr std::size_t kMaxAccounts = 8;  // what fits the message to latchkey-net
  read_list(value, into,
            {.of = R"(user names or "@first")",
             .most = kMaxAccounts,
             .when_empty = "nobody could be enrolled"},
            as_written(is_account));
}

void read_aaguids(const Value& value, std::vector<attest::Aaguid>& into) {
  read_list(value, into, {.of = R"(AAGUIDs like "cb69481e-8ff7-4039-93ec-0a2729a154a8")"},
            [](std::string_view text) -> std::optional<attest::Aaguid> {
              const auto aaguid = attest::parse_aaguid(text);
              return aaguid ? std::optional(*aaguid) : std::nullopt;
            });
}

void read_fingerprints(const Value& value, std::vector<std::string>& into) {
  read_list(value, into, {.of = R"(fingerprints as ssh-keygen -l prints them, "SHA256:…")"},
            as_written(is_fingerprint));
}

constexpr std::array kPolicyKeys{
    Key{"key_types", [](const Value& v, Config& c) { read_key_types(v, c.policy.key_types); }},
    Key{"hardware",
        [](const Value& v, Config& c) {
          read_choice(v, c.policy.hardware,
                      {{"any", Hardware::any},
                       {"prefer", Hardware::prefer},
                       {"require", Hardware::require}});
        }},
    Key{"user_verification",
        [](const Value& v, Config& c) { read_flag(v, c.policy.user_verification); }},
    Key{"aaguid_allow", [](const Value& v, Config& c) { read_aaguids(v, c.policy.aaguid_allow); }},
    Key{"max_validity",
        [](const Value& v, Config& c) { read_validity(v, c.policy.max_validity_days); }},
    Key{"accounts", [](const Value& v, Config& c) { read_accounts(v, c.policy.accounts); }},
    Key{"ca_allow", [](const Value& v, Config& c) { read_fingerprints(v, c.policy.ca_allow); }},
    Key{"key_in_pi", [](const Value& v, Config& c) { read_flag(v, c.policy.key_in_pi); }},
};

constexpr std::array kSshdKeys{
    Key{"program",
        [](const Value& v, Config& c) {
          read_text(v, c.sshd.program, "an absolute path", is_absolute_path);
        }},
    Key{"config",
        [](const Value& v, Config& c) {
          read_text(v, c.sshd.config, "an absolute path or \"\"",
                    [](std::string_view text) { return text.empty() || is_absolute_path(text); });
        }},
};

constexpr std::array kKeys{
    Key{"name",
        [](const Value& v, Config& c) {
          read_text(v, c.name, "at most 64 bytes of printable text", is_device_name);
        }},
    Key{"port", [](const Value& v, Config& c) { read_number(v, c.port, 0, UINT16_MAX); }},
    Key{"code",
        [](const Value& v, Config& c) {
          read_choice(v, c.code, {{"normal", CodeShape::normal}, {"strict", CodeShape::strict}});
        }},
    Key{"speed",
        [](const Value& v, Config& c) {
          read_choice(v, c.speed,
                      {{"slow", Speed::slow}, {"normal", Speed::normal}, {"fast", Speed::fast}});
        }},
    Key{"confirm",
        [](const Value& v, Config& c) {
          read_choice(v, c.confirm, {{"none", Confirm::none}, {"press", Confirm::press}});
        }},
    Key{"enable_ssh", [](const Value& v, Config& c) { read_flag(v, c.enable_ssh); }},
    Key{"allow_volatile_home",
        [](const Value& v, Config& c) { read_flag(v, c.allow_volatile_home); }},
    Key{"policy", [](const Value& v, Config& c) { read_subtable<Config>(v, kPolicyKeys, c); }},
    Key{"board", [](const Value& v, Config& c) { read_board_choice(v, c.board); }},
    Key{"sshd", [](const Value& v, Config& c) { read_subtable<Config>(v, kSshdKeys, c); }},
};

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view file_name) {
  Config config;
  const auto known = known_key_types();
  config.policy.key_types.assign(known.begin(), known.end());
  const auto read = read_document<Config>({text, file_name, kMaxConfig}, kKeys, config);
  if (!read) return tl::make_unexpected(read.error());
  return config;
}

}  // namespace latchkey::config
