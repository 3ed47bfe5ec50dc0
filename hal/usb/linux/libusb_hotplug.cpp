// SPDX-License-Identifier: MIT
#include "hal/usb/linux/libusb_hotplug.hpp"

#include <libusb.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "hal/descriptor.hpp"

namespace latchkey::usb {
namespace {

constexpr const char* kDoing = "watching the USB ports";

/// libusb's own word is a constant of the library.
tl::unexpected<Error> fail_libusb(int code) {
  const std::string doing = std::string(kDoing) + " (" + libusb_error_name(code) + ')';
  switch (code) {
    case LIBUSB_ERROR_NO_MEM: return fail_errno(ENOMEM, doing);
    case LIBUSB_ERROR_ACCESS: return fail_errno(EACCES, doing);
    case LIBUSB_ERROR_NOT_SUPPORTED: return fail(Errc::unsupported, doing);
    default: return fail(Errc::outside, doing);
  }
}

struct EndSession {
  void operator()(libusb_context* context) const noexcept { libusb_exit(context); }
};

struct FreePollfds {
  void operator()(const libusb_pollfd** list) const noexcept { libusb_free_pollfds(list); }
};

/// Readable while one of libusb's own is. These are two for as long as no device is opened.
Result<hal::Descriptor> all_of(libusb_context* context) {
  hal::Descriptor all(::epoll_create1(EPOLL_CLOEXEC));
  if (!all.open()) return fail_errno(errno, kDoing);
  const std::unique_ptr<const libusb_pollfd*, FreePollfds> list(libusb_get_pollfds(context));
  if (!list) return fail(Errc::outside, kDoing);
  for (const auto* const* each = list.get(); *each != nullptr; ++each) {
    epoll_event event{};
    event.events = static_cast<unsigned>((*each)->events);  // EPOLLIN is POLLIN, EPOLLOUT POLLOUT
    event.data.fd = (*each)->fd;
    if (::epoll_ctl(all.number(), EPOLL_CTL_ADD, (*each)->fd, &event) != 0) {
      return fail_errno(errno, kDoing);
    }
  }
  return all;
}

}  // namespace

struct LibusbHotplug::Session {
  std::unique_ptr<libusb_context, EndSession> context;
  hal::Descriptor all;
  bool news = false;

  /// Called from inside libusb_handle_events_…, and so in the thread of take().
  static int LIBUSB_CALL note(libusb_context* /*context*/, libusb_device* /*device*/,
                              libusb_hotplug_event /*event*/, void* session) noexcept {
    static_cast<Session*>(session)->news = true;
    return 0;  // and goes on
  }

  /// Its end is that of the context.
  [[nodiscard]] int listen() {
    return libusb_hotplug_register_callback(
        context.get(), LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
        LIBUSB_HOTPLUG_NO_FLAGS, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
        LIBUSB_HOTPLUG_MATCH_ANY, &note, this, nullptr);
  }
};

Result<std::unique_ptr<LibusbHotplug>> LibusbHotplug::open(const std::string& udev_control) {
  // Without udevd libusb starts all the same, and is silent for ever.
  if (::access(udev_control.c_str(), F_OK) != 0) {
    return fail(Errc::unsupported, std::string(kDoing) + ": udevd is not running");
  }
  libusb_context* context = nullptr;
  if (const int code = libusb_init(&context); code != LIBUSB_SUCCESS) return fail_libusb(code);
  auto session = std::make_unique<Session>();
  session->context.reset(context);
  if (libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0) {
    return fail_libusb(LIBUSB_ERROR_NOT_SUPPORTED);
  }
  if (const int code = session->listen(); code != LIBUSB_SUCCESS) return fail_libusb(code);
  auto all = all_of(context);
  if (!all) return fail(std::move(all));
  session->all = std::move(*all);
  return std::unique_ptr<LibusbHotplug>(new LibusbHotplug(std::move(session)));
}

LibusbHotplug::LibusbHotplug(std::unique_ptr<Session> session) : session_(std::move(session)) {}

LibusbHotplug::~LibusbHotplug() = default;

int LibusbHotplug::descriptor() const { return session_->all.number(); }

Result<bool> LibusbHotplug::take() {
  timeval at_once{};
  const int code =
      libusb_handle_events_timeout_completed(session_->context.get(), &at_once, nullptr);
  if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_INTERRUPTED) return fail_libusb(code);
  return std::exchange(session_->news, false);
}

}  // namespace latchkey::usb
