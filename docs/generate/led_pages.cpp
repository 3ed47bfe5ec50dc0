// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "core/pairing/led.hpp"
#include "docs/generate/page.hpp"

namespace latchkey::pages {

using namespace pairing;

namespace {

constexpr std::string_view kExampleCode = "12345432";
constexpr Millis kGlance{6000};  // enough to see any pattern that goes on for ever
constexpr double kWidth = 720;
constexpr double kMargin = 12;
constexpr double kTop = 24;
constexpr double kBase = 64;

/// How much of a program a picture shows.
Millis span_of(const LedProgram& program, Pattern pattern) {
  if (pattern == Pattern::code) return program.intro_length() + program.cycle_length();
  return program.cycle.empty() ? program.intro_length() + Millis{1000} : kGlance;
}

std::string seconds(Millis time) {
  return fmt::format("{:g}", static_cast<double>(time.count()) / 1000);
}

class Picture {
 public:
  Picture(std::string_view title, Millis span)
      : scale_((kWidth - 2 * kMargin) / static_cast<double>(span.count())) {
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} 90\" width=\"{0:g}\" "
        "height=\"90\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">\n"
        "<title>{1}</title>\n<rect width=\"{0:g}\" height=\"90\" fill=\"#fff\"/>\n",
        kWidth, title);
    const Millis tick = span > Millis{12'000} ? Millis{2000} : Millis{1000};
    for (Millis at{}; at <= span; at += tick) {
      svg_ += fmt::format(
          "<path d=\"M{0:.1f} {1:g}v5\" stroke=\"#777\"/><text x=\"{0:.1f}\" y=\"82\" "
          "text-anchor=\"middle\" fill=\"#555\">{2} s</text>\n",
          x(at), kBase, seconds(at));
    }
  }
  void lit(Millis from, Millis until) {
    svg_ += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:g}\" width=\"{:.1f}\" height=\"{:g}\" fill=\"#e8590c\"/>\n",
        x(from), kTop, x(until) - x(from), kBase - kTop);
  }
  void label(Millis at, std::string_view text) {
    svg_ +=
        fmt::format("<text x=\"{:.1f}\" y=\"16\" text-anchor=\"middle\" fill=\"#000\">{}</text>\n",
                    x(at), text);
  }
  [[nodiscard]] std::string finish() && {
    svg_ += fmt::format("<path d=\"M{:g} {:g}H{:g}\" stroke=\"#000\"/>\n</svg>\n", kMargin, kBase,
                        kWidth - kMargin);
    return std::move(svg_);
  }

 private:
  [[nodiscard]] double x(Millis time) const {
    return kMargin + scale_ * static_cast<double>(time.count());
  }
  double scale_;
  std::string svg_;
};

std::string picture_of(const PatternRow& row) {
  const auto program = make_program(row.pattern, Pattern::off, Speed::normal, kExampleCode);
  const Millis span = span_of(program, row.pattern);
  Picture picture(fmt::format("{}: {}", row.name, row.looks), span);

  for (Millis now{}; now < span;) {
    const Level level = level_at(program, now);
    const Millis until = std::min(level.next_change.value_or(span), span);
    if (level.on) picture.lit(now, until);
    now = until;
  }
  if (row.pattern != Pattern::code) return std::move(picture).finish();

  // A digit above the middle of its group: the cycle is the long on, a pause, then the blinks.
  Millis at = program.intro_length() + program.cycle[0].length + program.cycle[1].length;
  std::size_t segment = 2;
  for (const char digit : kExampleCode) {
    const Millis start = at;
    Millis end = at;
    for (char blink = '1'; blink <= digit; ++blink, segment += 2) {
      end = at + program.cycle[segment].length;
      at = end + program.cycle[segment + 1].length;
    }
    picture.label(start + (end - start) / 2, std::string(1, digit));
  }
  return std::move(picture).finish();
}

std::string table_row(const PatternRow& row) {
  return fmt::format("| `{0}` | {1} | {2} | ![{1}](led/{0}.svg) |\n", row.name, row.looks,
                     row.means);
}

std::string code_section() {
  std::string text = fmt::format(
      "\n## The code\n\n"
      "The LED is on for 1.5 s, then come the groups: count the blinks of each. The last group "
      "checks the others. Then it starts again. The picture shows `{}`.\n\n"
      "| `speed` | blink | gap between groups | one pass, shortest | longest |\n"
      "| --- | --- | --- | --- | --- |\n",
      kExampleCode);
  constexpr std::pair<Speed, std::string_view> kSpeeds[] = {
      {Speed::slow, "slow"}, {Speed::normal, "normal"}, {Speed::fast, "fast"}};
  for (const auto& [speed, name] : kSpeeds) {
    const auto shortest = make_program(Pattern::code, Pattern::off, speed, "11111111");
    const auto longest = make_program(Pattern::code, Pattern::off, speed, "55555555");
    text += fmt::format("| {} | {} s | {} s | {} s | {} s |\n", name,
                        seconds(shortest.cycle[2].length), seconds(shortest.cycle[3].length),
                        seconds(shortest.cycle_length()), seconds(longest.cycle_length()));
  }
  return text;
}

}  // namespace

std::vector<Page> led_pages() {
  std::string text =
      "<!-- Made by pairing_pages from core/pairing/led.cpp. Do not edit. -->\n"
      "# LED patterns\n\n"
      "One LED says everything, by on and off alone. Time runs from left to right; a bar is the "
      "LED being on.\n\n"
      "| pattern | looks like | means | |\n| --- | --- | --- | --- |\n";
  std::vector<Page> pages;
  for (const auto& row : patterns()) {
    text += table_row(row);
    pages.push_back({fmt::format("led/{}.svg", row.name), picture_of(row)});
  }
  text += code_section();
  pages.push_back({"led-patterns.md", std::move(text)});
  return pages;
}

}  // namespace latchkey::pages
