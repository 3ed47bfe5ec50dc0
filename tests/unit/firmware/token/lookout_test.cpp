// SPDX-License-Identifier: MIT
#include "firmware/token/lookout.hpp"

#include <doctest/doctest.h>
#include <mutex>

#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::PluggedKey;
using token::Lookout;

namespace {

/// What is plugged in, as another thread sees it.
struct Port {
  std::mutex mutex;
  std::vector<PluggedKey> keys;
  bool fails = false;
  unsigned looks = 0;

  void set(std::vector<PluggedKey> now) {
    const std::lock_guard lock(mutex);
    keys = std::move(now);
  }
};

class PortKeys final : public fido::SecurityKeys {
 public:
  explicit PortKeys(Port& port) : port_(port) {}
  fido::Attempt<std::vector<PluggedKey>> list() override {
    const std::lock_guard lock(port_.mutex);
    ++port_.looks;
    if (port_.fails) return fido::give_up(fido::Trouble::failed, "looking");
    return port_.keys;
  }
  fido::Attempt<std::unique_ptr<fido::SecurityKey>> open(const PluggedKey& /*key*/,
                                                         int /*interrupt*/) override {
    return fido::give_up(fido::Trouble::failed, "opening while looking");
  }

 private:
  Port& port_;
};

std::unique_ptr<Lookout> start(Port& port) {
  auto lookout = Lookout::start(std::make_unique<PortKeys>(port));
  REQUIRE(lookout.has_value());
  return std::move(*lookout);
}

/// Blocks until there is news.
std::vector<PluggedKey> next(Lookout& lookout) {
  while (true) {
    REQUIRE(wait_readable(lookout.descriptor()));
    if (auto list = lookout.take()) return *list;
  }
}

const PluggedKey kOne{"/dev/hidraw0", "Key"};
const PluggedKey kTwo{"/dev/hidraw1", "Key"};

}  // namespace

TEST_CASE("the first look is news, be there a key or none") {
  Port port;
  SUBCASE("none") {}
  SUBCASE("one") { port.set({kOne}); }
  const auto lookout = start(port);
  CHECK(next(*lookout) == port.keys);
  CHECK_FALSE(lookout->take().has_value());
}

TEST_CASE("whoever comes and goes is news, in no time that a person would notice") {
  Port port;
  const auto lookout = start(port);
  CHECK(next(*lookout).empty());
  port.set({kOne});
  CHECK(next(*lookout) == std::vector{kOne});
  port.set({kOne, kTwo});
  CHECK(next(*lookout) == std::vector{kOne, kTwo});
  port.set({});
  CHECK(next(*lookout).empty());
}

TEST_CASE("neither another order nor a look that failed is news") {
  Port port;
  port.set({kOne, kTwo});
  const auto lookout = start(port);
  CHECK(next(*lookout) == std::vector{kOne, kTwo});
  {
    const std::lock_guard lock(port.mutex);
    port.keys = {kTwo, kOne};
    port.looks = 0;
  }
  const auto looks = [&] {
    const std::lock_guard lock(port.mutex);
    return port.looks;
  };
  while (looks() < 2) CHECK_FALSE(wait_readable(lookout->descriptor(), token::kLookEvery));
  {
    const std::lock_guard lock(port.mutex);
    port.fails = true;
    port.looks = 0;
  }
  while (looks() < 2) CHECK_FALSE(wait_readable(lookout->descriptor(), token::kLookEvery));
  CHECK_FALSE(lookout->take().has_value());
}
