// SPDX-License-Identifier: MIT
// libgpiod 2.x, which speaks the kernel's second GPIO interface.
#include <fcntl.h>
#include <gpiod.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "hal/gpio/linux/event_clock.hpp"
#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::gpio {
namespace {

// The kernel's queue of a request. When it is full, the oldest edges are dropped; the numbers of
// the others tell.
constexpr std::size_t kQueue = 64;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* handle) const noexcept {
    free(handle);
  }
};
template <class T, auto free>
using Handle = std::unique_ptr<T, Free<free>>;

using Chip = Handle<gpiod_chip, &gpiod_chip_close>;
using ChipInfo = Handle<gpiod_chip_info, &gpiod_chip_info_free>;
using LineInfo = Handle<gpiod_line_info, &gpiod_line_info_free>;
using Settings = Handle<gpiod_line_settings, &gpiod_line_settings_free>;
using LineConfig = Handle<gpiod_line_config, &gpiod_line_config_free>;
using RequestConfig = Handle<gpiod_request_config, &gpiod_request_config_free>;
using Request = Handle<gpiod_line_request, &gpiod_line_request_release>;
using EventBuffer = Handle<gpiod_edge_event_buffer, &gpiod_edge_event_buffer_free>;

std::string text(const char* name) { return name == nullptr ? std::string() : std::string(name); }

gpiod_line_bias bias_of(Bias bias) {
  switch (bias) {
    case Bias::as_is: return GPIOD_LINE_BIAS_AS_IS;
    case Bias::disabled: return GPIOD_LINE_BIAS_DISABLED;
    case Bias::pull_up: return GPIOD_LINE_BIAS_PULL_UP;
    case Bias::pull_down: return GPIOD_LINE_BIAS_PULL_DOWN;
  }
  return GPIOD_LINE_BIAS_AS_IS;
}

Attempt<Request> request(const Spot& spot, gpiod_line_settings* settings) {
  const Chip chip(::gpiod_chip_open(spot.path.c_str()));
  if (!chip) return tl::make_unexpected(errno);
  const LineConfig lines(::gpiod_line_config_new());
  const RequestConfig config(::gpiod_request_config_new());
  if (!lines || !config) return tl::make_unexpected(ENOMEM);
  if (::gpiod_line_config_add_line_settings(lines.get(), &spot.offset, 1, settings) != 0) {
    return tl::make_unexpected(errno);
  }
  ::gpiod_request_config_set_consumer(config.get(), kConsumer);
  ::gpiod_request_config_set_event_buffer_size(config.get(), kQueue);
  Request made(::gpiod_chip_request_lines(chip.get(), config.get(), lines.get()));
  if (!made) return tl::make_unexpected(errno);
  return made;
}

class Gpiod2Input final : public InputLine {
 public:
  Gpiod2Input(Request request, unsigned offset, EventBuffer buffer)
      : request_(std::move(request)), offset_(offset), buffer_(std::move(buffer)) {}

  [[nodiscard]] int descriptor() const override {
    return buffer_ ? ::gpiod_line_request_get_fd(request_.get()) : -1;
  }

  [[nodiscard]] Attempt<EdgeBatch> read_edges() override {
    int count = -1;
    do count = ::gpiod_line_request_read_edge_events(request_.get(), buffer_.get(), kQueue);
    while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) return EdgeBatch{};
    if (count < 0) return tl::make_unexpected(errno);
    EdgeBatch batch;
    const auto clock = EventClock::measure();
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      auto* event = ::gpiod_edge_event_buffer_get_event(buffer_.get(), i);
      const std::chrono::nanoseconds at(
          static_cast<std::int64_t>(::gpiod_edge_event_get_timestamp_ns(event)));
      // Of the logical level: rising is pressed on an active-low line too.
      batch.edges.push_back(
          {::gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
           clock.instant(at)});
      const auto number = static_cast<std::uint32_t>(::gpiod_edge_event_get_line_seqno(event));
      batch.lost = batch.lost || number != last_number_ + 1;
      last_number_ = number;
    }
    batch.full = batch.edges.size() == kQueue;
    return batch;
  }

  [[nodiscard]] Attempt<bool> is_active() override {
    const auto value = ::gpiod_line_request_get_value(request_.get(), offset_);
    if (value == GPIOD_LINE_VALUE_ERROR) return tl::make_unexpected(errno);
    return value == GPIOD_LINE_VALUE_ACTIVE;
  }

 private:
  Request request_;
  unsigned offset_;
  EventBuffer buffer_;
  std::uint32_t last_number_ = 0;  // the kernel's first is 1; it wraps as this does
};

class Gpiod2Output final : public OutputLine {
 public:
  Gpiod2Output(Request request, unsigned offset) : request_(std::move(request)), offset_(offset) {}

  [[nodiscard]] Attempt<void> set(bool active) override {
    const auto value = active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    if (::gpiod_line_request_set_value(request_.get(), offset_, value) != 0) {
      return tl::make_unexpected(errno);
    }
    return {};
  }

 private:
  Request request_;
  unsigned offset_;
};

}  // namespace

Attempt<SeenChip> look_at_chip(const std::string& path) {
  const Chip chip(::gpiod_chip_open(path.c_str()));
  if (!chip) return tl::make_unexpected(errno);
  const ChipInfo info(::gpiod_chip_get_info(chip.get()));
  if (!info) return tl::make_unexpected(errno);
  SeenChip seen{path, text(::gpiod_chip_info_get_label(info.get())), {}};
  const auto count = ::gpiod_chip_info_get_num_lines(info.get());
  for (unsigned offset = 0; offset < count; ++offset) {
    const LineInfo line(::gpiod_chip_get_line_info(chip.get(), offset));
    if (!line) return tl::make_unexpected(errno);
    seen.lines.push_back({text(::gpiod_line_info_get_name(line.get())),
                          ::gpiod_line_info_is_used(line.get()),
                          text(::gpiod_line_info_get_consumer(line.get()))});
  }
  return seen;
}

Attempt<std::unique_ptr<InputLine>> request_input(const Spot& spot, Bias bias, Active active,
                                                  Edges edges) {
  const Settings settings(::gpiod_line_settings_new());
  if (!settings) return tl::make_unexpected(ENOMEM);
  ::gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_INPUT);
  ::gpiod_line_settings_set_bias(settings.get(), bias_of(bias));
  ::gpiod_line_settings_set_active_low(settings.get(), active == Active::low);
  EventBuffer buffer;
  if (edges == Edges::both) {
    ::gpiod_line_settings_set_edge_detection(settings.get(), GPIOD_LINE_EDGE_BOTH);
    ::gpiod_line_settings_set_event_clock(settings.get(), GPIOD_LINE_CLOCK_MONOTONIC);
    buffer.reset(::gpiod_edge_event_buffer_new(kQueue));
    if (!buffer) return tl::make_unexpected(ENOMEM);
  }
  auto made = request(spot, settings.get());
  if (!made) return tl::make_unexpected(made.error());
  const int descriptor = ::gpiod_line_request_get_fd(made->get());
  if (::fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) return tl::make_unexpected(errno);
  return std::make_unique<Gpiod2Input>(*std::move(made), spot.offset, std::move(buffer));
}

Attempt<std::unique_ptr<OutputLine>> request_output(const Spot& spot, Active active) {
  const Settings settings(::gpiod_line_settings_new());
  if (!settings) return tl::make_unexpected(ENOMEM);
  ::gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_OUTPUT);
  ::gpiod_line_settings_set_active_low(settings.get(), active == Active::low);
  ::gpiod_line_settings_set_output_value(settings.get(), GPIOD_LINE_VALUE_INACTIVE);
  auto made = request(spot, settings.get());
  if (!made) return tl::make_unexpected(made.error());
  return std::make_unique<Gpiod2Output>(*std::move(made), spot.offset);
}

}  // namespace latchkey::gpio
