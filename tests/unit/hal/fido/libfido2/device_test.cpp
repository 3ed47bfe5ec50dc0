// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/device.hpp"

#include <doctest/doctest.h>

#include "tests/unit/hal/fido/libfido2/scripted_peer.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using test::Script;
using test::ScriptedPeer;

namespace {

OpenedDevice open_scripted(Script& script, std::uint8_t capabilities,
                           std::optional<Millis> timeout = std::nullopt) {
  return open_device(std::make_unique<ScriptedPeer>(script, capabilities), timeout);
}

/// getInfo of a key that has FIDO_2_0, an AAGUID of zeros and nothing else.
Report small_info() {
  Bytes payload{0x00, 0xA2, 0x01, 0x81, 0x68, 'F', 'I', 'D', 'O', '_', '2', '_', '0', 0x03, 0x50};
  payload.resize(payload.size() + 16);
  return ScriptedPeer::report(0x90, payload);
}

}  // namespace

TEST_CASE("libfido2 opens a U2F key over a stream of ours") {
  Script script;
  const auto opened = open_scripted(script, ScriptedPeer::kWink);
  REQUIRE(opened.error == FIDO_OK);
  CHECK_FALSE(fido_dev_is_fido2(opened.device.get()));
  CHECK(fido_dev_protocol(opened.device.get()) == 2);
  CHECK(fido_dev_major(opened.device.get()) == 5);
  CHECK(fido_dev_build(opened.device.get()) == 3);
}

TEST_CASE("A report goes out without the number that libfido2 puts before it") {
  Script script;
  const auto opened = open_scripted(script, ScriptedPeer::kWink);
  REQUIRE(script.written.size() == 1);
  const auto& init = script.written.front();
  CHECK(to_hex(ByteView(init).first(7)) == "ffffffff860008");
  CHECK(to_hex(ByteView(init).subspan(15)) == std::string(2 * 49, '0'));
}

TEST_CASE("libfido2 takes the answer to its first command from the stream") {
  Script script;
  script.answers.push_back(small_info());
  const auto opened = open_scripted(script, ScriptedPeer::kCbor);
  REQUIRE(opened.error == FIDO_OK);
  CHECK(fido_dev_is_fido2(opened.device.get()));
  CHECK_FALSE(fido_dev_supports_pin(opened.device.get()));
  REQUIRE(script.written.size() == 2);
  CHECK(to_hex(ByteView(script.written[1]).first(8)) == "0102030490000104");
}

TEST_CASE("A device without a timeout reads for ever") {
  Script script;
  const auto opened = open_scripted(script, ScriptedPeer::kWink);
  REQUIRE(script.timeouts.size() == 1);
  CHECK_FALSE(script.timeouts.front().has_value());
}

TEST_CASE("A device's timeout reaches the stream in milliseconds") {
  Script script;
  const auto opened = open_scripted(script, ScriptedPeer::kWink, Millis(3'600'000));
  REQUIRE(script.timeouts.size() == 1);
  REQUIRE(script.timeouts.front().has_value());
  // libfido2 takes off what has passed since, in real time.
  CHECK(*script.timeouts.front() <= Millis(3'600'000));
  CHECK(*script.timeouts.front() > Millis(3'000'000));
}

TEST_CASE("A stream that says nothing is an error, and is destroyed") {
  Script script;
  script.answers.clear();
  class Mute final : public ReportStream {
   public:
    explicit Mute(bool& destroyed) : destroyed_(destroyed) {}
    ~Mute() override { destroyed_ = true; }
    Mute(const Mute&) = delete;
    Mute& operator=(const Mute&) = delete;
    Mute(Mute&&) = delete;
    Mute& operator=(Mute&&) = delete;
    bool write(const Report& /*report*/) override { return true; }
    std::optional<Report> read(std::optional<Millis> /*timeout*/) override { return std::nullopt; }
    [[nodiscard]] bool gone() const noexcept override { return false; }

   private:
    bool& destroyed_;
  };
  bool destroyed = false;
  const auto opened = open_device(std::make_unique<Mute>(destroyed));
  CHECK(opened.error == FIDO_ERR_RX);
  CHECK(opened.device == nullptr);
  CHECK(destroyed);
}

TEST_CASE("A key that is gone before the first report is an error") {
  Script script;
  script.gone = true;
  const auto opened = open_scripted(script, ScriptedPeer::kWink);
  CHECK(opened.error == FIDO_ERR_TX);
  CHECK(opened.device == nullptr);
  CHECK(script.closed);
}

TEST_CASE("No stream at all is an error") {
  const auto opened = open_device(nullptr);
  CHECK(opened.error == FIDO_ERR_INTERNAL);
  CHECK(opened.device == nullptr);
}

TEST_CASE("Closing a device cancels what it was doing and destroys the stream") {
  Script script;
  script.answers.push_back(small_info());
  auto opened = open_scripted(script, ScriptedPeer::kCbor);
  REQUIRE(opened.error == FIDO_OK);
  script.written.clear();
  CHECK_FALSE(script.closed);
  opened.device.reset();
  CHECK(script.closed);
  REQUIRE(script.written.size() == 1);
  CHECK(to_hex(ByteView(script.written.front()).first(7)) == "01020304910000");
}

TEST_CASE("A device of ours cannot be opened a second time by any other path") {
  Script script;
  const auto opened = open_scripted(script, ScriptedPeer::kWink);
  REQUIRE(opened.error == FIDO_OK);
  REQUIRE(fido_dev_close(opened.device.get()) == FIDO_OK);
  CHECK(script.closed);
  for (const char* path : {"/dev/null", "", "latchkey-stream:", "latchkey-simulated-key:x",
                           "latchkey-stream:99999999999999999999999"}) {
    CAPTURE(path);
    CHECK(fido_dev_open(opened.device.get(), path) == FIDO_ERR_INTERNAL);
  }
}

TEST_CASE("Two devices talk to two streams") {
  Script left;
  Script right;
  const auto first = open_scripted(left, ScriptedPeer::kWink);
  const auto second = open_scripted(right, ScriptedPeer::kWink);
  REQUIRE(first.error == FIDO_OK);
  REQUIRE(second.error == FIDO_OK);
  CHECK(left.written.size() == 1);
  CHECK(right.written.size() == 1);
}
