// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

#include "firmware/config/config.hpp"
#include "firmware/config/nesting.hpp"
#include "firmware/config/values.hpp"

namespace latchkey::config {
namespace {

constexpr std::size_t kMaxDescription = 256;

/// Keeps the mistake that comes first in the file: tables are walked in another order.
class Mistakes final {
 public:
  explicit Mistakes(std::string_view file_name) : file_name_(file_name) {}

  void add(const toml::source_region& where, Errc code, std::string what) {
    if (first_ && !(where.begin < at_)) return;
    at_ = where.begin;
    first_ = Error{make_error_code(code),
                   fmt::format("{}:{}:{}: {}", file_name_, at_.line, at_.column, what)};
  }
  [[nodiscard]] const std::optional<Error>& first() const noexcept { return first_; }

 private:
  std::string_view file_name_;
  toml::source_position at_{};
  std::optional<Error> first_;
};

/// One value, with all that is needed to read it or to say what is wrong with it.
struct Value {
  const toml::node& node;
  std::string_view key;  // "policy.accounts"
  Mistakes& mistakes;

  void refuse(std::string_view wanted, Errc code = Errc::malformed) const {
    mistakes.add(node.source(), code, fmt::format("`{}` must be {}, not {}", key, wanted, found()));
  }
  void say(Errc code, std::string_view what) const {
    mistakes.add(node.source(), code, fmt::format("`{}` {}", key, what));
  }
  [[nodiscard]] std::optional<std::string_view> text() const {
    const auto* string = node.as_string();
    if (string == nullptr) return std::nullopt;
    return std::string_view(string->get());
  }

  [[nodiscard]] std::string found() const {
    if (const auto string = text()) return fmt::format("\"{}\"", printable(*string));
    if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
    if (node.is_table()) return "a table";
    if (node.is_array()) return "a list";
    return node.is_floating_point() ? "a fraction" : "a date or time";
  }
};

void read_flag(const Value& value, bool& into) {
  if (const auto* truth = value.node.as_boolean()) {
    into = truth->get();
  } else {
    value.refuse("true or false");
  }
}

/// Takes a string that `accepts` likes.
template <class Accepts>
void read_text(const Value& value, std::string& into, std::string_view wanted, Accepts accepts) {
  const auto text = value.text();
  if (!text || !accepts(*text)) return value.refuse(wanted);
  into = *text;
}

template <class Choice>
void read_choice(
    const Value& value, Choice& into,
    std::initializer_list<std::pair<std::string_view, std::type_identity_t<Choice>>> choices) {
  std::string wanted;
  const auto text = value.text();
  for (const auto& [name, choice] : choices) {
    if (text == name) {
      into = choice;
      return;
    }
    wanted += fmt::format("{}\"{}\"", wanted.empty() ? "" : " or ", name);
  }
  value.refuse(wanted);
}

/// What a list of strings may hold.
struct ListRule {
  std::string_view of;            // "user names"
  std::size_t most = 256;         // entries
  Errc unfit = Errc::malformed;   // for an entry that `take` does not know
  std::string_view when_empty{};  // what an empty list would mean; empty: that is allowed
};

/// Reads a list of different strings. `take` gives what to keep, or nullopt.
template <class Entry, class Take>
void read_list(const Value& value, std::vector<Entry>& into, const ListRule& rule, Take take) {
  const auto* list = value.node.as_array();
  if (list == nullptr) return value.refuse(fmt::format("a list of {}", rule.of));
  if (list->empty() && !rule.when_empty.empty()) {
    return value.say(Errc::malformed, fmt::format("is empty: {}", rule.when_empty));
  }
  if (list->size() > rule.most) {
    return value.say(Errc::too_large, fmt::format("has more than {} entries", rule.most));
  }
  std::vector<Entry> entries;
  for (const auto& node : *list) {
    const Value entry{node, value.key, value.mistakes};
    const auto text = entry.text();
    const std::optional<Entry> taken = text ? take(*text) : std::nullopt;
    if (!taken) {
      entry.say(text ? rule.unfit : Errc::malformed,
                fmt::format("takes {}, not {}", rule.of, entry.found()));
    } else if (std::find(entries.begin(), entries.end(), *taken) != entries.end()) {
      entry.say(Errc::malformed, fmt::format("names \"{}\" twice", printable(*text)));
    } else {
      entries.push_back(*taken);
    }
  }
  into = std::move(entries);
}

template <class Accepts>
auto as_written(Accepts accepts) {
  return [accepts](std::string_view text) {
    return accepts(text) ? std::optional<std::string>(text) : std::nullopt;
  };
}

void read_port(const Value& value, std::uint16_t& into) {
  const auto* number = value.node.as_integer();
  if (number == nullptr || number->get() < 0 || number->get() > UINT16_MAX) {
    return value.refuse("a whole number from 0 to 65535");
  }
  into = static_cast<std::uint16_t>(number->get());
}

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

/// The keys of one table. Read does nothing but look at its value and change `config`.
struct Key {
  std::string_view name;
  void (*read)(const Value& value, Config& config);
};

void read_table(const toml::table& table, std::string_view prefix, std::span<const Key> keys,
                Config& config, Mistakes& mistakes) {
  std::vector<std::string_view> names;
  for (const auto& key : keys) names.push_back(key.name);
  for (const auto& [name, node] : table) {
    const auto known = std::find(names.begin(), names.end(), name.str());
    if (known == names.end()) {
      const auto meant = nearest(name.str(), names);
      const auto hint = meant ? fmt::format(" (did you mean `{}`?)", *meant)
                              : fmt::format("; known here are {}", fmt::join(names, ", "));
      mistakes.add(name.source(), Errc::unsupported,
                   fmt::format("unknown key `{}{}`{}", prefix, printable(name.str()), hint));
      continue;
    }
    const auto& key = keys[static_cast<std::size_t>(known - names.begin())];
    key.read(Value{node, fmt::format("{}{}", prefix, key.name), mistakes}, config);
  }
}

void read_subtable(const Value& value, std::span<const Key> keys, Config& config) {
  const auto* table = value.node.as_table();
  if (table == nullptr) return value.refuse(fmt::format("a table, [{}]", value.key));
  read_table(*table, fmt::format("{}.", value.key), keys, config, value.mistakes);
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
    Key{"port", [](const Value& v, Config& c) { read_port(v, c.port); }},
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
    Key{"policy", [](const Value& v, Config& c) { read_subtable(v, kPolicyKeys, c); }},
    Key{"sshd", [](const Value& v, Config& c) { read_subtable(v, kSshdKeys, c); }},
};

Result<Config> read_document(std::string_view text, std::string_view file_name) {
  Config config;
  const auto known = known_key_types();
  config.policy.key_types.assign(known.begin(), known.end());
  Mistakes mistakes(file_name);
  const auto document = toml::parse(text, file_name);
  read_table(document, "", kKeys, config, mistakes);
  if (mistakes.first()) return tl::make_unexpected(*mistakes.first());
  return config;
}

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxConfig) {
    return fail(Errc::too_large, fmt::format("{}: more than {} bytes", file_name, kMaxConfig));
  }
  if (const auto line = line_of_excess_dots(text)) {
    return fail(Errc::malformed, fmt::format("{}:{}:1: too many dots outside of strings; no key "
                                             "needs more than one",
                                             file_name, *line));
  }
  try {
    return read_document(text, file_name);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    return fail(Errc::malformed, fmt::format("{}:{}:{}: {}", file_name, at.line, at.column,
                                             printable(error.description(), kMaxDescription)));
  } catch (const std::bad_alloc&) {
    return fail_errno(ENOMEM, fmt::format("reading {}", file_name));
  } catch (const std::exception& error) {
    return fail(Errc::malformed,
                fmt::format("{}: {}", file_name, printable(error.what(), kMaxDescription)));
  }
}

}  // namespace latchkey::config
