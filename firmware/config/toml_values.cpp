// SPDX-License-Identifier: MIT
#include "firmware/config/toml_values.hpp"

#include <cerrno>
#include <new>

#include "firmware/config/nesting.hpp"

namespace latchkey::config {
namespace {

constexpr std::size_t kMaxDescription = 256;

}  // namespace

void Mistakes::add(const toml::source_region& where, Errc code, std::string_view what) {
  if (first_ && !(where.begin < at_)) return;
  at_ = where.begin;
  first_ = Error{make_error_code(code),
                 fmt::format("{}:{}:{}: {}", file_name_, at_.line, at_.column, what)};
}

void Value::refuse(std::string_view wanted, Errc code) const {
  mistakes.add(node.source(), code, fmt::format("`{}` must be {}, not {}", key, wanted, found()));
}

void Value::say(Errc code, std::string_view what) const {
  mistakes.add(node.source(), code, fmt::format("`{}` {}", key, what));
}

std::optional<std::string_view> Value::text() const {
  const auto* string = node.as_string();
  if (string == nullptr) return std::nullopt;
  return std::string_view(string->get());
}

std::string Value::found() const {
  if (const auto string = text()) return fmt::format("\"{}\"", printable(*string));
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  return node.is_floating_point() ? "a fraction" : "a date or time";
}

void read_flag(const Value& value, bool& into) {
  if (const auto* truth = value.node.as_boolean()) {
    into = truth->get();
  } else {
    value.refuse("true or false");
  }
}

void refuse_key(const toml::key& name, std::string_view prefix,
                std::span<const std::string_view> names, Mistakes& mistakes) {
  const auto meant = nearest(name.str(), names);
  const auto hint = meant ? fmt::format(" (did you mean `{}`?)", *meant)
                          : fmt::format("; known here are {}", fmt::join(names, ", "));
  mistakes.add(name.source(), Errc::unsupported,
               fmt::format("unknown key `{}{}`{}", prefix, printable(name.str()), hint));
}

Result<> with_table(const TomlText& toml,
                    const std::function<void(const toml::table&, Mistakes&)>& read) {
  const auto file_name = toml.file_name;
  if (toml.text.size() > toml.most) {
    return fail(Errc::too_large, fmt::format("{}: more than {} bytes", file_name, toml.most));
  }
  if (const auto line = line_of_excess_dots(toml.text)) {
    return fail(Errc::malformed, fmt::format("{}:{}:1: too many dots outside of strings; no key "
                                             "needs more than two",
                                             file_name, *line));
  }
  try {
    Mistakes mistakes(file_name);
    read(toml::parse(toml.text, file_name), mistakes);
    if (mistakes.first()) return tl::make_unexpected(*mistakes.first());
    return {};
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
