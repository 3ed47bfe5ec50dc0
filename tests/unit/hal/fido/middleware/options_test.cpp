// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/options.hpp"

#include <doctest/doctest.h>
#include <fido.h>

#include <array>
#include <string>
#include <vector>

using namespace latchkey::fido::sim;

namespace {

/// An array of options as ssh-sk-helper makes one.
class Given final {
 public:
  void add(std::string name, std::string value, bool required = false) {
    texts_.push_back({std::move(name), std::move(value)});
    required_.push_back(required);
  }
  [[nodiscard]] SkOption** array() {
    options_.clear();
    pointers_.clear();
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      options_.push_back(
          {texts_[i].first.data(), texts_[i].second.data(), std::uint8_t{required_[i]}});
    }
    for (auto& option : options_) pointers_.push_back(&option);
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<bool> required_;
  std::vector<SkOption> options_;
  std::vector<SkOption*> pointers_;
};

std::string text(const std::array<std::uint8_t, 32>& user) { return {user.begin(), user.end()}; }

}  // namespace

TEST_CASE("No options leave the device to the environment and the user all zeros") {
  Given none;
  for (SkOption** options : {static_cast<SkOption**>(nullptr), none.array()}) {
    const auto read = read_options(options, true);
    REQUIRE(read.has_value());
    CHECK_FALSE(read->device.has_value());
    CHECK(text(read->user_id) == std::string(32, '\0'));
  }
}

TEST_CASE("The device and the user are what the options say") {
  Given given;
  given.add("device", "/tmp/key");
  given.add("user", "alice");
  const auto read = read_options(given.array(), true);
  REQUIRE(read.has_value());
  CHECK(read->device == "/tmp/key");
  CHECK(text(read->user_id) == "alice" + std::string(27, '\0'));
}

TEST_CASE("A user has room for 31 bytes") {
  Given given;
  given.add("user", std::string(31, 'u'));
  const auto longest = read_options(given.array(), true);
  REQUIRE(longest.has_value());
  CHECK(text(longest->user_id) == std::string(31, 'u') + '\0');
  Given longer;
  longer.add("user", std::string(32, 'u'));
  const auto refused = read_options(longer.array(), true);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() == SkError::general);
}

TEST_CASE("Unknown options are refused only when they are required") {
  Given harmless;
  harmless.add("colour", "red");
  CHECK(read_options(harmless.array(), true).has_value());
  Given required;
  required.add("colour", "red", true);
  CHECK_FALSE(read_options(required.array(), true).has_value());
}

TEST_CASE("A user where none is taken is an unknown option") {
  Given given;
  given.add("user", "alice");
  const auto ignored = read_options(given.array(), false);
  REQUIRE(ignored.has_value());
  CHECK(text(ignored->user_id) == std::string(32, '\0'));
  Given required;
  required.add("user", "alice", true);
  CHECK_FALSE(read_options(required.array(), false).has_value());
}

TEST_CASE("OpenSSH asks for a PIN after the errors that call for one") {
  for (const int error : {FIDO_ERR_PIN_REQUIRED, FIDO_ERR_PIN_INVALID, FIDO_ERR_OPERATION_DENIED}) {
    CHECK(to_sk_error(error) == SkError::pin_required);
  }
  for (const int error : {FIDO_ERR_UNSUPPORTED_OPTION, FIDO_ERR_UNSUPPORTED_ALGORITHM}) {
    CHECK(to_sk_error(error) == SkError::unsupported);
  }
  // A blocked PIN is no reason to ask for it again.
  for (const int error : {FIDO_ERR_PIN_BLOCKED, FIDO_ERR_PIN_AUTH_BLOCKED, FIDO_ERR_PIN_NOT_SET,
                          FIDO_ERR_USER_ACTION_TIMEOUT, FIDO_ERR_KEY_STORE_FULL, FIDO_ERR_RX,
                          FIDO_ERR_TX, FIDO_ERR_INTERNAL, 12345}) {
    CHECK(to_sk_error(error) == SkError::general);
  }
}

TEST_CASE("An option without a name or a value is refused") {
  char device[] = "device";
  for (SkOption option : {SkOption{nullptr, device, 0}, SkOption{device, nullptr, 0}}) {
    const std::array<SkOption*, 2> options{&option, nullptr};
    CHECK_FALSE(read_options(options.data(), true).has_value());
  }
}
