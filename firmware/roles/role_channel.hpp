// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/bytes.hpp"

/// Messages over a SOCK_SEQPACKET pair: one packet is one message, [index][struct]. A packet of
/// any other size is refused, so that a taken-over role can send nothing but whole, legal structs.
namespace latchkey::roles {

/// One end of a pair. Move-only; closes at the end.
class RoleChannel final {
 public:
  explicit RoleChannel(int descriptor) noexcept : descriptor_(descriptor) {}
  ~RoleChannel();
  RoleChannel(RoleChannel&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  RoleChannel& operator=(RoleChannel&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  RoleChannel(const RoleChannel&) = delete;
  RoleChannel& operator=(const RoleChannel&) = delete;

  /// Both ends of a new pair, close-on-exec.
  [[nodiscard]] static Result<std::pair<RoleChannel, RoleChannel>> make_pair();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  /// Sends one packet. Never raises SIGPIPE; Errc::closed when the other end is gone.
  [[nodiscard]] Result<void> send_packet(ByteView packet);
  /// Takes one packet of at most `max` bytes; blocks unless the descriptor is non-blocking.
  /// Errc::closed at the end, EAGAIN when there is none.
  [[nodiscard]] Result<Bytes> receive_packet(std::size_t max);

  template <class Variant>
  [[nodiscard]] Result<void> send(const Variant& message) {
    Bytes packet{static_cast<std::uint8_t>(message.index())};
    std::visit(
        [&](const auto& fields) {
          static_assert(std::is_trivially_copyable_v<std::decay_t<decltype(fields)>>);
          auto whole = fields;
          clear_padding(whole);
          const auto* raw = reinterpret_cast<const std::uint8_t*>(&whole);
          packet.insert(packet.end(), raw, raw + sizeof whole);
          ::explicit_bzero(&whole, sizeof whole);
        },
        message);
    auto sent = send_packet(packet);
    ::explicit_bzero(packet.data(), packet.size());  // it may hold the code
    return sent;
  }

  template <class Variant>
  [[nodiscard]] Result<Variant> receive() {
    // One return, so that no copy stays behind on the stack (GCC).
    Result<Variant> message = fail(Errc::malformed, kReading);
    auto packet = receive_packet(largest<Variant>() + 2);
    if (packet) {
      unpack_into(message, *packet);
      ::explicit_bzero(packet->data(), packet->size());
    } else {
      message = fail(std::move(packet));
    }
    return message;
  }

  /// For a message that may hold a secret, once it is used. It keeps its kind.
  template <class Variant>
  static void wipe(Variant& message) {
    std::visit([](auto& fields) { ::explicit_bzero(&fields, sizeof fields); }, message);
  }

  /// Errc::malformed for an unknown index or a size that is not exactly the struct's.
  template <class Variant>
  [[nodiscard]] static Result<Variant> unpack(ByteView packet) {
    Result<Variant> message = fail(Errc::malformed, kReading);
    unpack_into(message, packet);
    return message;
  }

 private:
  static constexpr const char* kReading = "reading a message of another process";

  /// What lies between the fields is whatever was on our stack, and not for another process.
  template <class Fields>
  static void clear_padding([[maybe_unused]] Fields& fields) noexcept {
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)  // GCC 11; Clang before 20 has none
    __builtin_clear_padding(&fields);
#endif
#endif
  }

  template <class Variant>
  static constexpr std::size_t largest() {
    return sizeof(Variant);
  }

  /// Leaves the error in `message` where the packet is none.
  template <class Variant>
  static void unpack_into(Result<Variant>& message, ByteView packet) {
    unpack_as(message, packet, std::make_index_sequence<std::variant_size_v<Variant>>());
  }

  template <class Variant, std::size_t... Index>
  static void unpack_as(Result<Variant>& message, ByteView packet,
                        std::index_sequence<Index...> /*all*/) {
    if (packet.empty()) return;
    const auto body = packet.subspan(1);
    const auto take = [&]<std::size_t I>(std::integral_constant<std::size_t, I> /*index*/) {
      using Fields = std::variant_alternative_t<I, Variant>;
      if (packet.front() != I || body.size() != sizeof(Fields)) return;
      // Straight into its place: a copy on the way would have to be wiped.
      message = Result<Variant>(tl::in_place, std::in_place_index<I>);
      std::memcpy(&std::get<I>(*message), body.data(), sizeof(Fields));
    };
    (take(std::integral_constant<std::size_t, Index>()), ...);
  }

  int descriptor_ = -1;
};

}  // namespace latchkey::roles
