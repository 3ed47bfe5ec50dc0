// SPDX-License-Identifier: MIT
// libgpiod 1.6, which speaks the kernel's first GPIO interface.
#include <fcntl.h>
#include <gpiod.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "hal/gpio/linux/event_clock.hpp"
#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::gpio {
namespace {

// The kernel's queue of a line (lineevent_create()). When it is full, the newest edges are dropped,
// and nothing says so: whoever finds it full has to ask for the level.
constexpr std::size_t kKernelQueue = 16;

struct CloseChip {
  void operator()(gpiod_chip* chip) const noexcept { ::gpiod_chip_close(chip); }
};
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

/// A line of an open chip. Closing the chip gives it back.
struct Held {
  Chip chip;
  gpiod_line* line = nullptr;
};

std::string text(const char* name) { return name == nullptr ? std::string() : std::string(name); }

int flags_of(Bias bias, Active active) {
  int flags = active == Active::low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  switch (bias) {
    case Bias::as_is: break;
    case Bias::disabled: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE; break;
    case Bias::pull_up: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP; break;
    case Bias::pull_down: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN; break;
  }
  return flags;
}

Attempt<Held> request(const Spot& spot, int type, int flags) {
  Held held;
  held.chip.reset(::gpiod_chip_open(spot.path.c_str()));
  if (!held.chip) return tl::make_unexpected(errno);
  held.line = ::gpiod_chip_get_line(held.chip.get(), spot.offset);
  if (held.line == nullptr) return tl::make_unexpected(errno);
  const gpiod_line_request_config config{kConsumer, type, flags};
  if (::gpiod_line_request(held.line, &config, 0) != 0) return tl::make_unexpected(errno);
  return held;
}

class Gpiod1Input final : public InputLine {
 public:
  Gpiod1Input(Held held, int descriptor) : held_(std::move(held)), descriptor_(descriptor) {}

  [[nodiscard]] int descriptor() const override { return descriptor_; }

  [[nodiscard]] Attempt<EdgeBatch> read_edges() override {
    std::array<gpiod_line_event, kKernelQueue> events{};
    int count = -1;
    do count = ::gpiod_line_event_read_fd_multiple(descriptor_, events.data(), events.size());
    while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) return EdgeBatch{};
    if (count < 0) return tl::make_unexpected(errno);
    EdgeBatch batch;
    const auto clock = EventClock::measure();
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const auto at = std::chrono::seconds(events[i].ts.tv_sec) +
                      std::chrono::nanoseconds(events[i].ts.tv_nsec);
      // Of the logical level: rising is pressed on an active-low line too.
      batch.edges.push_back(
          {events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE, clock.instant(at)});
    }
    batch.full = batch.lost = batch.edges.size() == kKernelQueue;
    return batch;
  }

  [[nodiscard]] Attempt<bool> is_active() override {
    const int value = ::gpiod_line_get_value(held_.line);
    if (value < 0) return tl::make_unexpected(errno);
    return value == 1;
  }

 private:
  Held held_;
  int descriptor_;
};

class Gpiod1Output final : public OutputLine {
 public:
  explicit Gpiod1Output(Held held) : held_(std::move(held)) {}

  [[nodiscard]] Attempt<void> set(bool active) override {
    if (::gpiod_line_set_value(held_.line, active ? 1 : 0) != 0) return tl::make_unexpected(errno);
    return {};
  }

 private:
  Held held_;
};

}  // namespace

Attempt<SeenChip> look_at_chip(const std::string& path) {
  const Chip chip(::gpiod_chip_open(path.c_str()));
  if (!chip) return tl::make_unexpected(errno);
  SeenChip seen{path, text(::gpiod_chip_label(chip.get())), {}};
  const auto count = ::gpiod_chip_num_lines(chip.get());
  for (unsigned offset = 0; offset < count; ++offset) {
    auto* line = ::gpiod_chip_get_line(chip.get(), offset);
    if (line == nullptr) return tl::make_unexpected(errno);
    seen.lines.push_back({text(::gpiod_line_name(line)), ::gpiod_line_is_used(line),
                          text(::gpiod_line_consumer(line))});
  }
  return seen;
}

Attempt<std::unique_ptr<InputLine>> request_input(const Spot& spot, Bias bias, Active active,
                                                  Edges edges) {
  auto held = request(spot,
                      edges == Edges::both ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES
                                           : GPIOD_LINE_REQUEST_DIRECTION_INPUT,
                      flags_of(bias, active));
  if (!held) return tl::make_unexpected(held.error());
  int descriptor = -1;
  if (edges == Edges::both) {
    descriptor = ::gpiod_line_event_get_fd(held->line);
    if (descriptor < 0 || ::fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
      return tl::make_unexpected(errno);
    }
  }
  return std::make_unique<Gpiod1Input>(*std::move(held), descriptor);
}

Attempt<std::unique_ptr<OutputLine>> request_output(const Spot& spot, Active active) {
  auto held = request(spot, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, flags_of(Bias::as_is, active));
  if (!held) return tl::make_unexpected(held.error());
  return std::make_unique<Gpiod1Output>(*std::move(held));
}

}  // namespace latchkey::gpio
