// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/uhid.hpp"

#include <fcntl.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace latchkey::fido::sim {
namespace {

// pid.codes keeps this pair for tests.
constexpr std::uint32_t kVendor = 0x1209;
constexpr std::uint32_t kProduct = 0x0001;

template <std::size_t Size>
void copy_text(const std::string& text, __u8 (&field)[Size]) {
  std::copy_n(text.begin(), std::min(text.size(), Size - 1), field);
}

uhid_event creation(const std::string& name) {
  uhid_event event{};
  event.type = UHID_CREATE2;
  auto& create = event.u.create2;
  copy_text(name, create.name);
  std::copy(kReportDescriptor.begin(), kReportDescriptor.end(), create.rd_data);
  create.rd_size = static_cast<__u16>(kReportDescriptor.size());
  create.bus = BUS_USB;  // libfido2 looks at no other
  create.vendor = kVendor;
  create.product = kProduct;
  return event;
}

bool write_event(int descriptor, const uhid_event& event) {
  return ::write(descriptor, &event, sizeof event) == static_cast<ssize_t>(sizeof event);
}

/// hidraw hands on the report number 0 that clients write in front; a report on the wire has none.
std::optional<Report> output_of(const uhid_output_req& output) {
  const auto* begin = std::begin(output.data);
  if (output.size == kReportSize + 1 && *begin == 0) {
    ++begin;
  } else if (output.size != kReportSize) {
    return std::nullopt;
  }
  Report report{};
  std::copy_n(begin, kReportSize, report.begin());
  return report;
}

/// A key has no reports that are asked for or set on the control pipe; unanswered, the kernel would
/// keep the asker for 5 s.
void refuse(int descriptor, const uhid_event& event) {
  uhid_event reply{};
  if (event.type == UHID_GET_REPORT) {
    reply.type = UHID_GET_REPORT_REPLY;
    reply.u.get_report_reply.id = event.u.get_report.id;
    reply.u.get_report_reply.err = EIO;
  } else {
    reply.type = UHID_SET_REPORT_REPLY;
    reply.u.set_report_reply.id = event.u.set_report.id;
    reply.u.set_report_reply.err = EIO;
  }
  (void)write_event(descriptor, reply);
}

}  // namespace

Result<void> Uhid::plug() {
  auto opened = device_();
  if (!opened) return fail(std::move(opened));
  if (!write_event(opened->number(), creation(name_))) {
    return fail_errno(errno, "making a HID device through /dev/uhid");
  }
  descriptor_ = std::move(*opened);
  return {};
}

void Uhid::watch(std::vector<pollfd>& polled) const {
  if (descriptor_.open()) polled.push_back({descriptor_.number(), POLLIN, 0});
}

Result<std::vector<Report>> Uhid::serve() {
  std::vector<Report> reports;
  for (std::size_t i = 0; i < kMaxReportsAtOnce && descriptor_.open(); ++i) {
    uhid_event event{};
    const auto got = ::read(descriptor_.number(), &event, sizeof event);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (got <= 0) {
      return fail_errno(got == 0 ? ENODEV : errno, "reading from /dev/uhid");
    }
    if (event.type == UHID_OUTPUT) {
      if (const auto report = output_of(event.u.output)) reports.push_back(*report);
    } else if (event.type == UHID_GET_REPORT || event.type == UHID_SET_REPORT) {
      refuse(descriptor_.number(), event);
    }
    // START, STOP, OPEN and CLOSE change nothing: a key that nobody listens to is a key.
  }
  return reports;
}

void Uhid::give(const Report& report) {
  if (!descriptor_.open()) return;
  uhid_event event{};
  event.type = UHID_INPUT2;
  event.u.input2.size = kReportSize;
  std::copy(report.begin(), report.end(), event.u.input2.data);
  (void)write_event(descriptor_.number(), event);  // refused while nothing has it open
}

Result<hal::Descriptor> open_uhid(const std::string& path) {
  hal::Descriptor device(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (device.open()) return device;
  switch (errno) {
    case ENOENT:
    case ENODEV:
      return fail_errno(errno, "opening " + path + " (load the kernel's module: modprobe uhid)");
    case EACCES:
    case EPERM: return fail_errno(errno, "opening " + path + " (run this as root)");
    default: return fail_errno(errno, "opening " + path);
  }
}

}  // namespace latchkey::fido::sim
