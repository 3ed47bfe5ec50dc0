// SPDX-License-Identifier: MIT
#include "hal/net/sim/memory_stream.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>

#include "hal/net/sim/stream_door.hpp"

namespace latchkey::net {

struct MemoryStream::Pipe {
  explicit Pipe(int event_descriptor) noexcept : event(event_descriptor) {}
  ~Pipe() { ::close(event); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;

  /// Makes the descriptor readable exactly when a read would not wait.
  void update() const noexcept {
    std::uint64_t count = 0;
    (void)!::read(event, &count, sizeof count);
    count = 1;
    if (!bytes.empty() || ended) (void)!::write(event, &count, sizeof count);
  }
  void arrived() const {
    update();
    if (handler) handler();
  }

  int event;
  Bytes bytes;
  bool ended = false;     // the writing end is closed
  bool unwanted = false;  // the reading end is closed
  std::size_t chop = std::numeric_limits<std::size_t>::max();
  std::optional<Error> broken;  // of the reading end, in both directions
  std::function<void()> handler;
};

Result<Bytes> MemoryStream::read_some(std::size_t limit, Instant /*deadline*/) {
  constexpr auto kDoing = "reading from the network";
  if (in_->unwanted) return fail_errno(EBADF, kDoing);
  if (in_->broken) return tl::make_unexpected(*in_->broken);
  if (in_->bytes.empty()) return fail(in_->ended ? Errc::closed : Errc::timed_out, kDoing);
  const auto count = std::min({limit, in_->chop, in_->bytes.size()});
  const auto end = in_->bytes.begin() + static_cast<std::ptrdiff_t>(count);
  Bytes piece(in_->bytes.begin(), end);
  in_->bytes.erase(in_->bytes.begin(), end);
  in_->update();
  return piece;
}

Result<void> MemoryStream::write_all(ByteView bytes, Instant /*deadline*/) {
  constexpr auto kDoing = "writing to the network";
  if (in_->unwanted) return fail_errno(EBADF, kDoing);
  if (in_->broken) return tl::make_unexpected(*in_->broken);
  if (out_->unwanted) return fail(Errc::closed, kDoing);
  if (bytes.empty()) return {};
  out_->bytes.insert(out_->bytes.end(), bytes.begin(), bytes.end());
  out_->arrived();
  return {};
}

int MemoryStream::descriptor() const noexcept { return in_->unwanted ? -1 : in_->event; }

void MemoryStream::close() noexcept {
  if (in_->unwanted) return;
  in_->unwanted = true;
  in_->handler = nullptr;
  out_->ended = true;
  try {
    out_->arrived();
  } catch (...) {  // a handler is test code; a destructor must not throw all the same
    out_->handler = nullptr;
  }
}

Result<std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>>> make_memory_pair() {
  const auto make = []() -> Result<std::shared_ptr<MemoryStream::Pipe>> {
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0) return fail_errno(errno, "making a connection in memory");
    return std::make_shared<MemoryStream::Pipe>(event);
  };
  auto one = make();
  if (!one) return fail(std::move(one));
  auto other = make();
  if (!other) return fail(std::move(other));
  return std::pair{std::make_unique<MemoryStream>(*one, *other),
                   std::make_unique<MemoryStream>(*other, *one)};
}

void StreamDoor::on_arrival(std::function<void()> handler) {
  stream_->in_->handler = std::move(handler);
}
void StreamDoor::chop(std::size_t bytes_a_read) noexcept { stream_->in_->chop = bytes_a_read; }
void StreamDoor::break_with(Error error) { stream_->in_->broken = std::move(error); }
std::size_t StreamDoor::waiting() const noexcept { return stream_->in_->bytes.size(); }

}  // namespace latchkey::net
