// SPDX-License-Identifier: MIT
#include "hal/local_socket/line_client.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace latchkey::hal {
namespace {

bool try_again(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

void LineClient::receive() {
  if (input_ended_ || broken_) return;
  std::array<char, 4096> piece{};
  const auto got = ::recv(socket_.number(), piece.data(), piece.size(), MSG_DONTWAIT);
  if (got > 0) input_.append(piece.data(), static_cast<std::size_t>(got));
  // A reset comes behind the last byte: what arrived before it counts.
  if (got == 0 || (got < 0 && !try_again(errno))) input_ended_ = true;
}

std::optional<std::string> LineClient::next_line() {
  const auto end = input_.find('\n');
  if (end == std::string::npos && !input_ended_) {
    if (input_.size() > kMaxLine + 1) refuse_line();  // one byte may be "\r"
    return std::nullopt;
  }
  if (input_.empty()) return std::nullopt;
  auto line = input_.substr(0, end);
  input_.erase(0, end == std::string::npos ? end : end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.size() <= kMaxLine) return line;
  refuse_line();
  return std::nullopt;
}

void LineClient::refuse_line() {
  say(fmt::format("error: a line is at most {} bytes long", kMaxLine));
  input_.clear();
  input_ended_ = true;
}

void LineClient::say(std::string_view line) {
  if (deaf_) return;
  output_.append(line).push_back('\n');
  flush();
  if (output_.size() > max_output_) broken_ = true;
}

void LineClient::flush() {
  while (!output_.empty()) {
    const auto sent =
        ::send(socket_.number(), output_.data(), output_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      output_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      if (try_again(errno)) return;
      // Who sends a line and leaves without hearing the answer is obeyed all the same.
      deaf_ = true;
      output_.clear();
    }
  }
}

bool LineClient::gone() const noexcept {
  return broken_ || (input_ended_ && input_.empty() && output_.empty() && !waiting_);
}

std::uint32_t LineClient::interest() const noexcept {
  std::uint32_t events = 0;
  if (!input_ended_ && !waiting_) events |= EPOLLIN;
  if (!output_.empty()) events |= EPOLLOUT;
  return events;
}

}  // namespace latchkey::hal
