// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/answer_guard.hpp"

#include <algorithm>

#include "hal/fido/libfido2/cbor_shape.hpp"

namespace latchkey::fido {
namespace {

// CTAPHID (CTAP 2.1 section 11.2.4): channel, command with its high bit set, length, payload; and
// channel, sequence number, payload.
constexpr std::size_t kHidCommand = 4;
constexpr std::size_t kInitialPayload = 7;
constexpr std::size_t kContinuationPayload = 5;
constexpr std::uint8_t kInitial = 0x80;
constexpr std::uint8_t kCbor = 0x90;
constexpr std::uint8_t kCancel = 0x91;

constexpr std::uint8_t kMakeCredential = 0x01;
constexpr std::uint8_t kGetAssertion = 0x02;
constexpr std::uint8_t kGetNextAssertion = 0x08;
constexpr std::uint8_t kCredentialManagement = 0x0A;
constexpr std::uint8_t kCredentialManagementPreview = 0x41;

// Authenticator data (WebAuthn section 6.1).
constexpr std::uint64_t kAuthenticatorData = 0x02;  ///< its member, in both commands
constexpr std::size_t kFlags = 32;
constexpr std::size_t kBehindCounter = 37;
constexpr std::size_t kAaguid = 16;
constexpr std::uint8_t kExtensions = 0x80;

/// Whether a member says how many answers are to come.
bool is_count(std::uint8_t command, std::uint64_t member) {
  if (command == kGetAssertion) return member == 0x05;
  const bool lists = command == kCredentialManagement || command == kCredentialManagementPreview;
  return lists && (member == 0x05 || member == 0x09);
}

bool has_authenticator_data(std::uint8_t command) {
  return command == kMakeCredential || command == kGetAssertion || command == kGetNextAssertion;
}

/// There is CBOR inside that libfido2 hands to libcbor: the public key, and extensions.
bool is_bearable(std::uint8_t command, ByteView data) {
  if (data.size() < kBehindCounter) return true;  // and no authenticator data
  const auto flags = data[kFlags];
  auto rest = data.subspan(kBehindCounter);
  if (command == kMakeCredential) {
    if (rest.size() < kAaguid + 2) return true;
    const std::size_t id = rest[kAaguid] * std::size_t{256} + rest[kAaguid + 1];
    rest = rest.subspan(kAaguid + 2);
    if (rest.size() < id) return true;
    rest = rest.subspan(id);
    const auto key = cbor_item_size(rest);
    if (!key) return false;
    rest = rest.subspan(*key);
  }
  return (flags & kExtensions) == 0 || cbor_item_size(rest).has_value();
}

}  // namespace

void AnswerGuard::sent(const Report& report) {
  if ((report[kHidCommand] & kInitial) == 0 || report[kHidCommand] == kCancel) return;
  const bool ctap2 = report[kHidCommand] == kCbor;
  command_ = ctap2 ? std::optional(report[kInitialPayload]) : std::nullopt;
  std::copy_n(report.begin(), channel_.size(), channel_.begin());
  answer_.clear();
  missing_ = 0;
}

bool AnswerGuard::bearable(const Report& report) {
  if (!command_ || !std::equal(channel_.begin(), channel_.end(), report.begin())) return true;
  // libfido2 reads a continuation by its place: one that looks like a beginning is out of sequence.
  const bool initial = missing_ == 0;
  if (initial && report[kHidCommand] != kCbor) return true;  // a keep-alive
  if (initial) {
    answer_.clear();
    missing_ = report[5] * std::size_t{256} + report[6];
  }
  const auto payload = ByteView(report).subspan(initial ? kInitialPayload : kContinuationPayload);
  const auto part = payload.first(std::min(payload.size(), missing_));
  if (part.empty()) return true;
  for (const auto byte : part) answer_.push_back(byte);
  missing_ -= part.size();
  return missing_ > 0 || answer_is_bearable();
}

bool AnswerGuard::answer_is_bearable() const {
  const bool nothing_but_status = answer_.size() < 2 || answer_.front() != 0;
  if (nothing_but_status) return true;
  auto rest = ByteView(answer_).subspan(1);
  if (!cbor_item_size(rest)) return false;
  const auto map = cbor_head(rest);
  if (map->major != CborMajor::map) return true;
  rest = rest.subspan(map->size);
  for (std::uint64_t i = 0; i < map->value; ++i) {
    const auto member = *cbor_head(rest);
    rest = rest.subspan(*cbor_item_size(rest));
    const auto value = *cbor_head(rest);
    const auto size = *cbor_item_size(rest);
    const bool numbered = member.major == CborMajor::number;
    if (numbered && is_count(*command_, member.value) && value.major == CborMajor::number &&
        value.value > kMaxClaimed) {
      return false;
    }
    if (numbered && member.value == kAuthenticatorData && value.major == CborMajor::bytes &&
        has_authenticator_data(*command_) &&
        !is_bearable(*command_, rest.subspan(value.size, size - value.size))) {
      return false;
    }
    rest = rest.subspan(size);
  }
  return true;
}

}  // namespace latchkey::fido
