// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/key_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "hal/descriptor.hpp"
#include "hal/fido/sim/attestation/certificate_authority.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr auto* kState = "key.json";
constexpr auto* kRoot = "attestation-root.pem";
constexpr auto* kIntermediate = "attestation-intermediate.pem";

Result<std::string> read_all(int descriptor, const std::string& path) {
  std::string text;
  std::array<char, 16'384> piece{};
  for (;;) {
    const auto got = ::read(descriptor, piece.data(), piece.size());
    if (got == 0) return text;
    if (got < 0) return fail_errno(errno, "reading " + path);
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxStateSize) return fail(Errc::too_large, "reading " + path);
  }
}

Result<void> write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0) return fail_errno(errno, "writing " + path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> replace(const std::string& path, std::string_view text) {
  // The name is ours: what lies there was left by a program that was killed.
  const auto temporary = path + ".new";
  const hal::Descriptor file(::open(
      temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.open() || ::fchmod(file.number(), S_IRUSR | S_IWUSR) != 0) {
    return fail_errno(errno, "making " + temporary);
  }
  if (auto written = write_all(file.number(), text, temporary); !written) return written;
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return fail_errno(errno, "making " + path);
  return {};
}

}  // namespace

Result<std::optional<State>> KeyFiles::load() const {
  const auto path = file(kState);
  const hal::Descriptor opened(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!opened.open()) {
    if (errno == ENOENT) return std::optional<State>();
    return fail_errno(errno, "opening " + path);
  }
  const auto text = read_all(opened.number(), path);
  if (!text) return tl::make_unexpected(text.error());
  auto state = from_json(*text);
  if (!state) {
    return tl::make_unexpected(Error{state.error().code, path + ": " + state.error().doing});
  }
  if (state->factory.chain.size() != 3) {
    return fail(Errc::malformed, path + ": its attestation is not of three certificates");
  }
  return std::optional<State>(std::move(*state));
}

Result<void> KeyFiles::save(const State& state) const {
  return replace(file(kState), to_json(state));
}

Result<void> KeyFiles::save_attestation(const State& state) const {
  const auto& chain = state.factory.chain;
  if (auto saved = replace(file(kIntermediate), to_pem(chain.at(1))); !saved) return saved;
  return replace(file(kRoot), to_pem(chain.at(2)));
}

}  // namespace latchkey::fido::sim
