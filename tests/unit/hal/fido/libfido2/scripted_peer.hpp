// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <vector>

#include "core/bytes.hpp"
#include "hal/fido/report_stream.hpp"

namespace latchkey::test {

/// What a scripted peer saw and will say. Outlives the stream, which libfido2 destroys.
struct Script {
  std::deque<fido::Report> answers;
  std::vector<fido::Report> written;
  std::vector<std::optional<Millis>> timeouts;  ///< of each read
  bool gone = false;                            ///< writes fail
  bool closed = false;                          ///< the stream was destroyed
};

/// Not a key: plays back what it was given. It answers INIT by itself, on channel 01020304.
class ScriptedPeer final : public fido::ReportStream {
 public:
  static constexpr std::uint8_t kWink = 0x01;
  static constexpr std::uint8_t kCbor = 0x04;

  ScriptedPeer(Script& script, std::uint8_t capabilities)
      : script_(script), capabilities_(capabilities) {}
  ~ScriptedPeer() override { script_.closed = true; }
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;
  ScriptedPeer(ScriptedPeer&&) = delete;
  ScriptedPeer& operator=(ScriptedPeer&&) = delete;

  bool write(const fido::Report& report) override {
    if (script_.gone) return false;
    script_.written.push_back(report);
    const bool init = report[4] == 0x86;
    if (init) script_.answers.push_front(init_answer(report));
    return true;
  }

  std::optional<fido::Report> read(std::optional<Millis> timeout) override {
    script_.timeouts.push_back(timeout);
    if (script_.answers.empty()) return std::nullopt;
    const auto next = script_.answers.front();
    script_.answers.pop_front();
    return next;
  }

  [[nodiscard]] bool gone() const noexcept override { return script_.gone; }

  /// One report of an answer that fits into it.
  static fido::Report report(std::uint8_t command, ByteView payload) {
    fido::Report made{1, 2, 3, 4, command, 0, static_cast<std::uint8_t>(payload.size())};
    std::copy(payload.begin(), payload.end(), made.begin() + 7);
    return made;
  }

 private:
  [[nodiscard]] fido::Report init_answer(const fido::Report& request) const {
    Bytes payload(request.begin() + 7, request.begin() + 15);
    for (const auto byte : {1, 2, 3, 4, 2, 5, 4, 3}) {
      payload.push_back(static_cast<std::uint8_t>(byte));
    }
    payload.push_back(capabilities_);
    auto made = report(0x86, payload);
    std::fill_n(made.begin(), 4, std::uint8_t{0xFF});
    return made;
  }

  Script& script_;
  std::uint8_t capabilities_;
};

}  // namespace latchkey::test
