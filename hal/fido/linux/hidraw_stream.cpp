// SPDX-License-Identifier: MIT
#include "hal/fido/linux/hidraw_stream.hpp"

#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "hal/fido/linux/report_descriptor.hpp"

namespace latchkey::fido {
namespace {

constexpr auto kOpening = "opening the security key";

// Another program's question ("is this handle yours?") takes no longer.
constexpr int kLockPauses = 10;
constexpr int kLockPause = 50;  // ms

tl::unexpected<Problem> problem(Trouble trouble, const std::string& node, std::string detail) {
  return tl::make_unexpected(Problem{trouble, kOpening, std::move(detail), node, std::nullopt});
}

tl::unexpected<Problem> problem(int error_number, const std::string& node) {
  auto detail = std::generic_category().message(error_number);
  switch (error_number) {
    case EACCES:
    case EPERM: return problem(Trouble::not_readable, node, std::move(detail));
    case ENOENT:
    case ENODEV:
    case ENXIO: return problem(Trouble::removed, node, std::move(detail));
    case EBUSY:
    case EWOULDBLOCK: return problem(Trouble::busy, node, std::move(detail));
    default: return problem(Trouble::failed, node, std::move(detail));
  }
}

/// errno, or 0.
int lock(int node) {
  for (int pauses = 0;; ++pauses) {
    if (::flock(node, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EINTR && (errno != EWOULDBLOCK || pauses >= kLockPauses)) return errno;
    ::poll(nullptr, 0, kLockPause);
  }
}

/// ENODEV where the device is on its way out: then nothing is known of it.
tl::expected<bool, int> is_fido(int node) {
  int size = 0;
  hidraw_report_descriptor descriptor{};
  bool asked = ::ioctl(node, HIDIOCGRDESCSIZE, &size) == 0;
  if (asked) {
    if (size <= 0 || static_cast<std::size_t>(size) > HID_MAX_DESCRIPTOR_SIZE) return false;
    descriptor.size = static_cast<unsigned>(size);
    asked = ::ioctl(node, HIDIOCGRDESC, &descriptor) == 0;
  }
  if (!asked && errno == ENODEV) return tl::make_unexpected(ENODEV);
  return asked && is_fido_descriptor({descriptor.value, static_cast<std::size_t>(size)});
}

class HidrawStream final : public ReportStream {
 public:
  HidrawStream(hal::Descriptor node, int interrupt)
      : node_(std::move(node)), interrupt_(interrupt) {}

  bool write(const Report& report) override {
    // The report's number comes first: 0, as there is but one kind.
    std::array<std::uint8_t, kReportSize + 1> numbered{};
    std::copy(report.begin(), report.end(), numbered.begin() + 1);
    ssize_t written = -1;
    do written = ::write(node_.number(), numbered.data(), numbered.size());
    while (written < 0 && errno == EINTR);
    if (written < 0) notice(errno);
    return written == static_cast<ssize_t>(numbered.size());
  }

  std::optional<Report> read(std::optional<Millis> timeout) override {
    int milliseconds = -1;
    if (timeout) {
      milliseconds = static_cast<int>(
          std::clamp<Millis::rep>(timeout->count(), 0, std::numeric_limits<int>::max()));
    }
    // A signal ends the wait, as it does in libfido2. poll(2) ignores -1.
    std::array<pollfd, 2> waiting{{{node_.number(), POLLIN, 0}, {interrupt_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), milliseconds) <= 0) return std::nullopt;
    if (waiting[0].revents == 0) return std::nullopt;
    std::array<std::uint8_t, kReportSize + 1> read{};  // one more: a longer one is no report
    const auto size = ::read(node_.number(), read.data(), read.size());
    if (size < 0) notice(errno);
    if (size == 0) gone_ = true;
    if (size != static_cast<ssize_t>(kReportSize)) return std::nullopt;
    Report report{};
    std::copy_n(read.begin(), kReportSize, report.begin());
    return report;
  }

  [[nodiscard]] bool gone() const noexcept override { return gone_; }

 private:
  void notice(int error_number) noexcept {
    if (error_number != EAGAIN && error_number != EINTR) gone_ = true;
  }

  hal::Descriptor node_;
  int interrupt_;
  bool gone_ = false;
};

}  // namespace

std::unique_ptr<ReportStream> make_hidraw_stream(hal::Descriptor node, int interrupt) {
  return std::make_unique<HidrawStream>(std::move(node), interrupt);
}

Attempt<std::unique_ptr<ReportStream>> open_hidraw_stream(const std::string& node, int interrupt) {
  hal::Descriptor opened(::open(node.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!opened.open()) return problem(errno, node);
  const auto fido = is_fido(opened.number());
  if (!fido) return problem(fido.error(), node);
  if (!*fido) {
    return problem(Trouble::nonsense, node, "it is not a FIDO device");
  }
  if (const int error = lock(opened.number()); error != 0) return problem(error, node);
  return make_hidraw_stream(std::move(opened), interrupt);
}

}  // namespace latchkey::fido
