// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "firmware/config/values.hpp"

/// How values, lists and tables of our TOML files are read and refused. A reader that does not like
/// a value says so to `mistakes` and leaves what it would have changed.
namespace latchkey::config {

/// Keeps the mistake that comes first in the file: tables are walked in another order.
class Mistakes final {
 public:
  explicit Mistakes(std::string_view file_name) : file_name_(file_name) {}

  void add(const toml::source_region& where, Errc code, std::string_view what);
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

  void refuse(std::string_view wanted, Errc code = Errc::malformed) const;
  void say(Errc code, std::string_view what) const;
  [[nodiscard]] std::optional<std::string_view> text() const;
  /// For a message: what there is in place of what is wanted.
  [[nodiscard]] std::string found() const;
};

void read_flag(const Value& value, bool& into);

/// Takes a string that `accepts` likes.
template <class Text, class Accepts>
void read_text(const Value& value, Text& into, std::string_view wanted, Accepts accepts) {
  const auto text = value.text();
  if (!text || !accepts(*text)) return value.refuse(wanted);
  into = std::string(*text);
}

/// What a value is when it is there.
template <class Into>
struct Plain {
  using Type = Into;
};
template <class Into>
struct Plain<std::optional<Into>> {
  using Type = Into;
};

template <class Into>
void read_number(const Value& value, Into& into, std::int64_t least, std::int64_t most) {
  const auto* number = value.node.as_integer();
  if (number == nullptr || number->get() < least || number->get() > most) {
    return value.refuse(fmt::format("a whole number from {} to {}", least, most));
  }
  into = static_cast<typename Plain<Into>::Type>(number->get());
}

template <class Into>
void read_choice(
    const Value& value, Into& into,
    std::initializer_list<std::pair<std::string_view, typename Plain<Into>::Type>> choices) {
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

/// A key of a table. Read does nothing but look at its value and change `into`.
template <class Into>
struct KeyOf {
  std::string_view name;
  void (*read)(const Value& value, Into& into);
};

/// Says that `name` is unknown, and which of `names` was meant.
void refuse_key(const toml::key& name, std::string_view prefix,
                std::span<const std::string_view> names, Mistakes& mistakes);

template <class Into>
void read_table(const toml::table& table, std::string_view prefix,
                std::span<const KeyOf<Into>> keys, Into& into, Mistakes& mistakes) {
  std::vector<std::string_view> names;
  for (const auto& key : keys) names.push_back(key.name);
  for (const auto& [name, node] : table) {
    const auto known = std::find(names.begin(), names.end(), name.str());
    if (known == names.end()) {
      refuse_key(name, prefix, names, mistakes);
      continue;
    }
    const auto& key = keys[static_cast<std::size_t>(known - names.begin())];
    key.read(Value{node, fmt::format("{}{}", prefix, key.name), mistakes}, into);
  }
}

template <class Into>
void read_subtable(const Value& value, std::span<const KeyOf<Into>> keys, Into& into) {
  const auto* table = value.node.as_table();
  if (table == nullptr) return value.refuse(fmt::format("a table, [{}]", value.key));
  read_table(*table, fmt::format("{}.", value.key), keys, into, value.mistakes);
}

struct TomlText {
  std::string_view text;
  std::string_view file_name;
  std::size_t most;  ///< bytes
};

/// Takes a TOML text apart and hands its table to `read`. Errors: the first of the mistakes that
/// `read` found; Errc::malformed (not TOML), Errc::too_large, ENOMEM.
[[nodiscard]] Result<> with_table(const TomlText& toml,
                                  const std::function<void(const toml::table&, Mistakes&)>& read);

/// The same for a table of known keys.
template <class Into>
[[nodiscard]] Result<> read_document(const TomlText& toml, std::span<const KeyOf<Into>> keys,
                                     Into& into) {
  return with_table(toml, [&](const toml::table& table, Mistakes& mistakes) {
    read_table(table, "", keys, into, mistakes);
  });
}

}  // namespace latchkey::config
