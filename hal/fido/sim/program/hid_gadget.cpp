// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/hid_gadget.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

namespace latchkey::fido::sim {
namespace {

/// 0 or the errno. An empty line ends a binding.
int write_line(const std::string& path, const std::string& line) {
  const hal::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.open()) return errno;
  const auto text = line + "\n";
  return ::write(file.number(), text.data(), text.size()) < 0 ? errno : 0;
}

Result<std::string> read_line(const std::string& path) {
  const hal::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return fail_errno(errno, "opening " + path + " (is there such a gadget?)");
  std::array<char, 256> text{};
  const auto got = ::read(file.number(), text.data(), text.size());
  if (got < 0) return fail_errno(errno, "reading " + path);
  const std::string line(text.data(), static_cast<std::size_t>(got));
  return line.substr(0, line.find('\n'));
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Result<void> HidGadget::plug() {
  unplug();
  if (auto bound = bind(); !bound) return bound;
  hal::Descriptor device(::open(files_.device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!device.open()) {
    const int why = errno;
    unplug();
    return fail_errno(why, "opening " + files_.device +
                               " (is it this gadget's, and the gadget bound to a controller?)");
  }
  descriptor_ = std::move(device);
  return {};
}

Result<void> HidGadget::bind() {
  if (files_.udc.empty()) return {};
  auto candidates = names_in(files_.controllers);
  if (!controller_.empty()) candidates.insert(candidates.begin(), controller_);
  int why = ENODEV;
  for (const auto& candidate : candidates) {
    why = write_line(files_.udc, candidate);
    if (why == 0) {
      controller_ = candidate;
      return {};
    }
  }
  return fail_errno(why, "binding the gadget through " + files_.udc +
                             " (is a USB device controller free? ls " + files_.controllers + ")");
}

void HidGadget::unplug() {
  descriptor_.close();
  waiting_.clear();
  if (files_.udc.empty()) return;
  const auto bound = read_line(files_.udc);
  if (!bound || bound->empty()) return;
  controller_ = *bound;
  (void)write_line(files_.udc, "");
}

void HidGadget::watch(std::vector<pollfd>& polled) const {
  if (!descriptor_.open()) return;
  const int events = waiting_.empty() ? POLLIN : POLLIN | POLLOUT;
  polled.push_back({descriptor_.number(), static_cast<short>(events), 0});
}

Result<std::vector<Report>> HidGadget::serve() {
  std::vector<Report> reports;
  send();
  for (std::size_t i = 0; i < kMaxReportsAtOnce && descriptor_.open(); ++i) {
    Report report{};
    const auto got = ::read(descriptor_.number(), report.data(), report.size());
    if (got == static_cast<ssize_t>(report.size())) {
      reports.push_back(report);
    } else if (got == 0) {
      return fail_errno(ENODEV, "reading from " + files_.device);
    } else if (got < 0) {
      // ESHUTDOWN: the host is setting the device up again, or is leaving.
      if (errno == EAGAIN || errno == EINTR || errno == ESHUTDOWN) break;
      return fail_errno(errno, "reading from " + files_.device);
    }
  }
  return reports;
}

void HidGadget::send() {
  waiting_.drain([this](const Report& report) {
    // With no host to hear it (ESHUTDOWN) a report is lost, as on a cable that ends nowhere.
    return ::write(descriptor_.number(), report.data(), report.size()) >= 0 ||
           (errno != EAGAIN && errno != EINTR);
  });
}

void HidGadget::give(const Report& report) {
  if (!descriptor_.open()) return;
  waiting_.push(report);
  send();
}

}  // namespace latchkey::fido::sim
