// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/device.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey::fido {
namespace {

// libfido2 opens by path alone. Ours names an object on the stack of open_device(), which lives for
// as long as fido_dev_open() runs: no table of streams, nothing global.
constexpr std::string_view kScheme = "latchkey-stream:";
constexpr std::uint64_t kMagic = 0x6C61746368'6B6579;

struct Handover {
  std::uint64_t magic = kMagic;
  std::unique_ptr<ReportStream> stream;
};

std::string path_of(const Handover& handover) {
  const auto address = reinterpret_cast<std::uintptr_t>(&handover);
  return std::string(kScheme) + std::to_string(address);
}

Handover* handover_at(std::string_view path) {
  if (!path.starts_with(kScheme)) return nullptr;
  path.remove_prefix(kScheme.size());
  std::uintptr_t address = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), address);
  if (error != std::errc{} || end != path.data() + path.size()) return nullptr;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what path_of() wrote
  auto* handover = reinterpret_cast<Handover*>(address);
  return handover->magic == kMagic ? handover : nullptr;
}

void* open_stream(const char* path) noexcept {
  auto* handover = handover_at(path);
  return handover != nullptr ? handover->stream.release() : nullptr;
}

void close_stream(void* stream) noexcept { delete static_cast<ReportStream*>(stream); }

int read_report(void* stream, unsigned char* buffer, std::size_t size, int milliseconds) noexcept {
  if (size != kReportSize) return -1;
  std::optional<Millis> timeout;
  if (milliseconds >= 0) timeout = Millis(milliseconds);
  const auto report = static_cast<ReportStream*>(stream)->read(timeout);
  if (!report) return -1;
  std::copy(report->begin(), report->end(), buffer);
  return kReportSize;
}

int write_report(void* stream, const unsigned char* buffer, std::size_t size) noexcept {
  // The report's number comes first, 0 as on every device with one kind of report.
  if (size != kReportSize + 1) return -1;
  Report report{};
  std::copy_n(buffer + 1, kReportSize, report.begin());
  return static_cast<ReportStream*>(stream)->write(report) ? static_cast<int>(size) : -1;
}

int milliseconds(std::optional<Millis> timeout) {
  if (!timeout) return -1;
  return static_cast<int>(
      std::clamp<Millis::rep>(timeout->count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace

void CloseDevice::operator()(fido_dev_t* device) const noexcept {
  fido_dev_cancel(device);
  fido_dev_close(device);
  fido_dev_free(&device);
}

OpenedDevice open_device(std::unique_ptr<ReportStream> stream, std::optional<Millis> timeout) {
  constexpr fido_dev_io_t kFunctions{open_stream, close_stream, read_report, write_report};
  Device device(fido_dev_new());
  if (!device) return {nullptr, FIDO_ERR_INTERNAL};
  Handover handover{kMagic, std::move(stream)};
  int error = fido_dev_set_io_functions(device.get(), &kFunctions);
  if (error == FIDO_OK) error = fido_dev_set_timeout(device.get(), milliseconds(timeout));
  if (error == FIDO_OK) error = fido_dev_open(device.get(), path_of(handover).c_str());
  if (error != FIDO_OK) device.reset();
  return {std::move(device), error};
}

}  // namespace latchkey::fido
