// SPDX-License-Identifier: MIT
// Documentation/leds/leds-class.rst and Documentation/ABI/testing/sysfs-class-led.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "hal/descriptor.hpp"
#include "hal/gpio/linux/gpio_lines.hpp"

namespace latchkey::gpio {
namespace {

constexpr std::size_t kMaxName = 63;             // LED_MAX_NAME_SIZE without its NUL
constexpr std::size_t kMaxTriggers = 1U << 16U;  // a machine with many CPUs has many
constexpr std::size_t kMostNames = 30;
constexpr auto* kNoTrigger = "none";

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

/// One file of the LED's folder, open for good: nothing has to be allowed to open it later.
class Attribute final {
 public:
  Attribute() = default;

  [[nodiscard]] static Result<Attribute> open(const std::string& folder, const char* name,
                                              int flags) {
    Attribute attribute;
    attribute.path_ = folder + '/' + name;
    attribute.file_ = hal::Descriptor(::open(attribute.path_.c_str(), flags | O_CLOEXEC));
    if (attribute.file_.open()) return attribute;
    const int error = errno;
    const auto* hint = error == EACCES || error == EPERM ? "; run this as root" : "";
    return fail_errno(error, fmt::format("opening {}{}", attribute.path_, hint));
  }

  /// The whole text, at most `max` bytes of it.
  [[nodiscard]] Result<std::string> read(std::size_t max) const {
    std::string text(max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
      const auto count =
          ::pread(file_.number(), text.data() + size, text.size() - size, static_cast<off_t>(size));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail_errno(errno, "reading " + path_);
      if (count == 0) break;
      size += static_cast<std::size_t>(count);
    }
    if (size > max) return fail(Errc::too_large, "reading " + path_);
    text.resize(size);
    return text;
  }

  [[nodiscard]] Result<unsigned> read_number() const {
    const auto text = read(kMaxNumber);
    if (!text) return tl::make_unexpected(text.error());
    unsigned number = 0;
    const auto* end = text->data() + text->size();
    const auto [rest, why] = std::from_chars(text->data(), end, number);
    if (why != std::errc() || (rest != end && *rest != '\n')) {
      return fail(Errc::malformed, "reading a number from " + path_);
    }
    return number;
  }

  /// In one piece, as these files want it.
  [[nodiscard]] Result<void> write(std::string_view text) const {
    const auto line = std::string(text) + '\n';
    ssize_t count = -1;
    do count = ::pwrite(file_.number(), line.data(), line.size(), 0);
    while (count < 0 && errno == EINTR);
    if (count == static_cast<ssize_t>(line.size())) return {};
    return fail_errno(count < 0 ? errno : EIO, "writing " + path_);
  }

 private:
  static constexpr std::size_t kMaxNumber = 32;

  hal::Descriptor file_;
  std::string path_;
};

bool legal_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && is_printable(name);
}

std::string names_in(const std::string& folder) {
  const std::unique_ptr<DIR, CloseFolder> entries(::opendir(folder.c_str()));
  std::vector<std::string> names;
  while (const auto* entry = entries ? ::readdir(entries.get()) : nullptr) {
    const std::string name(&entry->d_name[0]);
    if (!name.starts_with('.')) names.push_back(make_printable(name, kMaxName));
  }
  if (names.empty()) return "there are none";
  std::sort(names.begin(), names.end());
  std::string text = "there are ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kMostNames) text += fmt::format(" and {} more", names.size() - kMostNames);
  return text;
}

/// The one in brackets: "none rc-feedback [mmc0] timer" gives mmc0. None: the LED has none.
std::string chosen_trigger(std::string_view triggers) {
  const auto open = triggers.find('[');
  if (open == std::string_view::npos) return kNoTrigger;
  const auto close = triggers.find(']', open);
  if (close == std::string_view::npos) return kNoTrigger;
  return std::string(triggers.substr(open + 1, close - open - 1));
}

struct Before {
  std::string trigger;
  unsigned brightness = 0;
};

/// A file that outlives a program which is killed: what its LED was like before. The name of the
/// LED, its trigger and its brightness, a line each.
class Memory final {
 public:
  /// Empty: remembers nothing.
  Memory(std::string path, std::string name) : path_(std::move(path)), name_(std::move(name)) {}

  [[nodiscard]] std::optional<Before> recall() const {
    if (path_.empty()) return std::nullopt;
    const hal::Descriptor file(
        ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    std::array<char, kMaxMemory> bytes{};
    const auto count = file.open() ? ::read(file.number(), bytes.data(), bytes.size()) : -1;
    if (count <= 0) return std::nullopt;
    std::istringstream text(std::string(bytes.data(), static_cast<std::size_t>(count)));
    std::string name;
    Before before;
    std::string brightness;
    std::string rest;
    if (!std::getline(text, name) || name != name_ || !std::getline(text, before.trigger) ||
        !std::getline(text, brightness) || text.eof() || std::getline(text, rest)) {
      return std::nullopt;
    }
    const auto* end = brightness.data() + brightness.size();
    const auto [stopped, why] = std::from_chars(brightness.data(), end, before.brightness);
    if (why != std::errc() || stopped != end) return std::nullopt;
    return before;
  }

  /// A file that a kill cut short is no memory; then the LED has not been touched yet.
  [[nodiscard]] Result<void> keep(const Before& before) const {
    if (path_.empty()) return {};
    const hal::Descriptor file(
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    const auto text = fmt::format("{}\n{}\n{}\n", name_, before.trigger, before.brightness);
    if (file.open() &&
        ::write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
      return {};
    }
    return fail_errno(errno, "keeping what the LED was like in " + path_);
  }

  void forget() const {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

 private:
  static constexpr std::size_t kMaxMemory = 1024;

  std::string path_;
  std::string name_;
};

class SysfsLed final : public StatusLed {
 public:
  SysfsLed(Attribute trigger, Attribute brightness, unsigned brightest, Before before,
           Memory memory)
      : trigger_(std::move(trigger)),
        brightness_(std::move(brightness)),
        brightest_(std::to_string(brightest)),
        before_(std::move(before)),
        memory_(std::move(memory)) {}

  ~SysfsLed() override {
    // First the brightness: a zero takes the trigger away. A trigger then sets its own.
    const auto brightness = brightness_.write(std::to_string(before_.brightness));
    if (trigger_.write(before_.trigger) && brightness) memory_.forget();
  }
  SysfsLed(const SysfsLed&) = delete;
  SysfsLed& operator=(const SysfsLed&) = delete;
  SysfsLed(SysfsLed&&) = delete;
  SysfsLed& operator=(SysfsLed&&) = delete;

  /// Without its trigger, and off.
  [[nodiscard]] Result<void> take_over() {
    if (auto done = trigger_.write(kNoTrigger); !done) return done;
    return brightness_.write("0");
  }

  [[nodiscard]] Result<void> set(bool on) override {
    if (on == on_) return {};
    if (auto done = brightness_.write(on ? brightest_ : "0"); !done) return done;
    on_ = on;
    return {};
  }

 private:
  Attribute trigger_;
  Attribute brightness_;
  std::string brightest_;
  Before before_;
  Memory memory_;
  bool on_ = false;
};

}  // namespace

Result<std::unique_ptr<StatusLed>> open_sysfs_led(const SysfsLedName& wanted,
                                                  const std::string& memory,
                                                  const std::string& folder) {
  if (!legal_name(wanted.name)) {
    return fail(Errc::malformed,
                fmt::format("\"{}\" is not the name of an LED in {}: 1 to {} characters without /",
                            make_printable(wanted.name, kMaxName), folder, kMaxName));
  }
  const auto led = folder + '/' + wanted.name;
  if (::access(led.c_str(), F_OK) != 0) {
    return fail(Errc::not_found,
                fmt::format("there is no LED {} in {}; {}; set sysfs = \"NAME\" in "
                            "[board.led] of latchkey.toml",
                            wanted.name, folder, names_in(folder)));
  }
  auto trigger = Attribute::open(led, "trigger", O_RDWR);
  if (!trigger) return fail(std::move(trigger));
  auto brightness = Attribute::open(led, "brightness", O_RDWR);
  if (!brightness) return fail(std::move(brightness));
  const auto max = Attribute::open(led, "max_brightness", O_RDONLY);
  if (!max) return tl::make_unexpected(max.error());

  const auto triggers = trigger->read(kMaxTriggers);
  if (!triggers) return tl::make_unexpected(triggers.error());
  const auto now = brightness->read_number();
  if (!now) return tl::make_unexpected(now.error());
  const auto brightest = max->read_number();
  if (!brightest) return tl::make_unexpected(brightest.error());

  const Memory remembered(memory, wanted.name);
  Before before{chosen_trigger(*triggers), *now};
  // An LED without a trigger is as one that was killed leaves it; with one, somebody has seen to
  // it.
  if (before.trigger == kNoTrigger) before = remembered.recall().value_or(before);
  if (auto kept = remembered.keep(before); !kept) return fail(std::move(kept));
  auto taken = std::make_unique<SysfsLed>(*std::move(trigger), *std::move(brightness),
                                          std::max(*brightest, 1U), before, remembered);
  if (auto done = taken->take_over(); !done) return fail(std::move(done));
  return taken;
}

}  // namespace latchkey::gpio
