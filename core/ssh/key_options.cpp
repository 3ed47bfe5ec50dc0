// SPDX-License-Identifier: MIT
#include "core/ssh/key_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::ssh {
namespace {

constexpr std::string_view kDoing = "reading the options of a key";

enum class Form {
  flag,        ///< name
  switchable,  ///< name or no-name
  value,       ///< name="…"
  one_value,   ///< the same, at most once
};

struct Known {
  std::string_view name;
  Form form;
};

constexpr std::array<Known, 17> kKnown{{
    {"restrict", Form::flag},
    {"cert-authority", Form::flag},
    {"port-forwarding", Form::switchable},
    {"agent-forwarding", Form::switchable},
    {"x11-forwarding", Form::switchable},
    {"touch-required", Form::switchable},
    {"verify-required", Form::switchable},
    {"pty", Form::switchable},
    {"user-rc", Form::switchable},
    {"command", Form::one_value},
    {"principals", Form::one_value},
    {"from", Form::one_value},
    {"expiry-time", Form::value},
    {"environment", Form::value},
    {"permitopen", Form::value},
    {"permitlisten", Form::value},
    {"tunnel", Form::value},
}};

constexpr std::string_view kNegation = "no-";

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }

bool starts_escape(std::string_view text) noexcept { return text.starts_with("\\\""); }

const Known* look_up(std::string_view name) noexcept {
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(),
                                         [&](const Known& known) { return known.name == name; });
  return found == kKnown.end() ? nullptr : found;
}

/// Takes "…" off the front and undoes \"; a backslash before anything else is itself.
Result<std::string> cut_value(std::string_view& list) {
  if (!list.starts_with('"')) return fail(Errc::malformed, std::string(kDoing));
  list.remove_prefix(1);
  std::string value;
  while (!list.empty() && list.front() != '"') {
    if (starts_escape(list)) list.remove_prefix(1);
    value += list.front();
    list.remove_prefix(1);
  }
  if (list.empty()) return fail(Errc::malformed, std::string(kDoing));
  list.remove_prefix(1);
  return value;
}

Result<KeyOption> cut_option(std::string_view& list) {
  std::string name(list.substr(0, list.find_first_of("=,")));
  list.remove_prefix(name.size());
  std::transform(name.begin(), name.end(), name.begin(), lower);
  const bool negated = name.starts_with(kNegation);
  const Known* known = look_up(std::string_view(name).substr(negated ? kNegation.size() : 0));
  if (known == nullptr || (negated && known->form != Form::switchable)) {
    return fail(Errc::malformed, std::string(kDoing));
  }
  KeyOption option{std::move(name), std::nullopt};
  if (known->form == Form::flag || known->form == Form::switchable) return option;
  if (!list.starts_with('=')) return fail(Errc::malformed, std::string(kDoing));
  list.remove_prefix(1);
  auto value = cut_value(list);
  if (!value) return fail(std::move(value));
  option.value = *std::move(value);
  return option;
}

/// What sshd refuses although the form is right.
Result<void> check_option(const KeyOption& option, const std::vector<KeyOption>& before) {
  const auto is_same = [&](const KeyOption& other) { return other.name == option.name; };
  const Known* known = look_up(option.name);
  if (known != nullptr && known->form == Form::one_value &&
      std::any_of(before.begin(), before.end(), is_same)) {
    return fail(Errc::refused, "reading the options of a key: " + option.name + " given twice");
  }
  if (option.name == "expiry-time" && !Expiry::parse(*option.value)) {
    return fail(Errc::refused, "reading the options of a key: not an expiry time");
  }
  return {};
}

bool is_from_part(std::string_view part) noexcept {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view(".:/*?!_[]%-").find(c) != std::string_view::npos;
  });
}

bool is_from_list(std::string_view list) noexcept {
  for (;;) {
    const auto comma = list.find(',');
    if (!is_from_part(list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

Result<std::string> format_expiry(WallTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  constexpr auto kLastYear = year(9999);
  // sshd takes the very first second for no time at all.
  if (time <= WallTime{} || date.year() > kLastYear) {
    return fail(Errc::malformed, "writing the expiry time of a key");
  }
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace

Result<std::vector<KeyOption>> parse_key_options(std::string_view list) {
  std::vector<KeyOption> options;
  if (list.empty()) return options;
  for (;;) {
    auto option = cut_option(list);
    if (!option) return fail(std::move(option));
    if (auto good = check_option(*option, options); !good) return fail(std::move(good));
    if (options.size() == kMaxKeyOptions) return fail(Errc::too_large, std::string(kDoing));
    options.push_back(*std::move(option));
    if (list.empty()) return options;
    // A comma promises another option, which the next round does not find in nothing.
    if (!list.starts_with(',')) return fail(Errc::malformed, std::string(kDoing));
    list.remove_prefix(1);
  }
}

Result<std::string_view> cut_key_options(std::string_view& text) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size() && (quoted || (text[end] != ' ' && text[end] != '\t')); ++end) {
    if (starts_escape(text.substr(end))) {
      ++end;
    } else if (text[end] == '"') {
      quoted = !quoted;
    }
  }
  if (quoted) return fail(Errc::malformed, "reading the options of a key: a quote stays open");
  const auto list = text.substr(0, end);
  text.remove_prefix(end);
  return list;
}

Result<Expiry> Expiry::parse(std::string_view text) {
  using namespace std::chrono;
  const auto bad = [] { return fail(Errc::malformed, "reading an expiry time"); };
  std::string digits(text);
  std::transform(digits.begin(), digits.end(), digits.begin(), lower);
  bool local = true;
  for (const std::string_view suffix : {"z", "utc"}) {
    if (!local || !digits.ends_with(suffix)) continue;
    digits.resize(digits.size() - suffix.size());
    local = false;
  }
  const auto size = digits.size();
  if (size != 8 && size != 12 && size != 14) return bad();
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return bad();
  const auto number = [&digits](std::size_t at, std::size_t count) {
    return at < digits.size() ? std::stoi(digits.substr(at, count)) : 0;
  };
  const int month_number = number(4, 2);
  const int day_number = number(6, 2);
  const int hour = number(8, 2);
  const int minute = number(10, 2);
  const int second = number(12, 2);
  // Days beyond a month's end run on into the next, and leap seconds count, as in mktime(3).
  if (month_number < 1 || month_number > 12 || day_number < 1 || day_number > 31 || hour > 23 ||
      minute > 59 || second > 61) {
    return bad();
  }
  const sys_days first =
      year(number(0, 4)) / month(static_cast<unsigned>(month_number)) / std::chrono::day(1);
  const WallTime time =
      first + days(day_number - 1) + hours(hour) + minutes(minute) + seconds(second);
  if (time <= WallTime{}) return bad();
  return Expiry{time, local};
}

bool Expiry::is_over(WallTime now, std::chrono::seconds utc_offset) const noexcept {
  return now > (local ? time - utc_offset : time);
}

Result<std::string> LineOptions::format() const {
  std::string list;
  const auto add = [&list](std::string_view option) {
    if (!list.empty()) list += ',';
    list += option;
  };
  if (cert_authority) add("cert-authority");
  if (restricted) add("restrict");
  if (no_touch_required) add("no-touch-required");
  if (verify_required) add("verify-required");
  if (!from.empty()) {
    if (!is_from_list(from)) return fail(Errc::malformed, "writing the from= list of a key");
    add("from=\"" + from + '"');
  }
  if (expires) {
    auto time = format_expiry(*expires);
    if (!time) return fail(std::move(time));
    add("expiry-time=\"" + *time + '"');
  }
  return list;
}

}  // namespace latchkey::ssh
