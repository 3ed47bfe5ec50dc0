// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/sim_security_keys.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "hal/clock/linux/boottime_clock.hpp"
#include "tests/unit/hal/fido/key/key_bench.hpp"
#include "tests/unit/hal/fido/middleware/key_server.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyServer;
using test::model;
using test::request;

namespace {

struct Served {
  explicit Served(std::string name = "key") : path(folder.file(name)) {
    std::filesystem::create_directory(path);
    server.emplace(path, model());
  }

  test::TempFolder folder;
  std::string path;
  std::optional<KeyServer> server;
};

const clock::BoottimeClock kClock;

}  // namespace

TEST_CASE("A key is plugged in while its socket accepts") {
  Served served;
  SimSecurityKeys keys({served.folder.file("none"), served.path}, kClock);
  const auto found = keys.list();
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  CHECK(found->at(0).path == "simulated:" + served.path);
  CHECK(found->at(0).name == "simulated security key key");
  served.server.reset();
  CHECK(keys.list()->empty());
  const auto gone = keys.open(found->at(0), -1);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().trouble == Trouble::removed);
}

TEST_CASE("All keys below a folder are found, those that come later too") {
  const test::TempFolder folder;
  auto keys = SimSecurityKeys::below(folder.path(), kClock);
  CHECK(keys.list()->empty());
  std::filesystem::create_directory(folder.file("b"));
  const KeyServer second(folder.file("b"), model());
  std::filesystem::create_directory(folder.file("a"));
  std::ofstream(folder.file("c")) << "no folder";
  CHECK(keys.list()->size() == 1);
  const KeyServer first(folder.file("a"), model());
  const auto found = keys.list();
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).path == "simulated:" + folder.file("a"));
  CHECK(found->at(1).path == "simulated:" + folder.file("b"));
}

TEST_CASE("A simulated key says that it is one, makes keys and signs") {
  Served served;
  SimSecurityKeys keys({served.path}, kClock);
  const auto opened = keys.open(keys.list()->at(0), -1);
  REQUIRE(opened.has_value());
  auto& key = **opened;
  CHECK(key.info().simulated);
  CHECK(key.plugged().path == "simulated:" + served.path);
  const auto made = key.make(request(), nullptr);
  REQUIRE(made.has_value());
  const auto signature = key.sign("ssh:", made->handle, as_bytes("x"), false, nullptr);
  REQUIRE(signature.has_value());
  CHECK(test::holds(*signature, made->key, as_bytes("x")));
}

TEST_CASE("A key that is unplugged while it is open was pulled out") {
  Served served;
  SimSecurityKeys keys({served.path}, kClock);
  const auto opened = keys.open({"simulated:" + served.path, ""}, -1);
  REQUIRE(opened.has_value());
  served.server->hang_up();
  const auto made = (*opened)->make(request(), nullptr);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().trouble == Trouble::removed);
}

TEST_CASE("An interrupt wakes who waits for a key") {
  Served served;
  SimSecurityKeys keys({served.path}, kClock);
  const hal::Descriptor event(::eventfd(1, EFD_CLOEXEC));
  const auto opened = keys.open({"simulated:" + served.path, ""}, event.number());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().trouble == Trouble::cancelled);
}

TEST_CASE("What is not simulated is not opened here") {
  SimSecurityKeys keys({}, kClock);
  const auto opened = keys.open({"/dev/hidraw0", ""}, -1);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().trouble == Trouble::failed);
}
