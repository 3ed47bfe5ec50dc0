// SPDX-License-Identifier: MIT
#include "host/host_block.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::host;

namespace {

const HostBlock kBlock{"pi", "pi.local", 2222, "ada", "/home/ada/my keys/id"};
const std::string kText =
    "Host pi\n    HostName pi.local\n    Port 2222\n    User ada\n"
    "    IdentityFile \"/home/ada/my keys/id\"\n";

std::string inserted(std::string_view config) {
  return std::string(as_text(insert_block(as_bytes(config), kBlock)));
}

}  // namespace

TEST_CASE("the block comes before the first section, because the first value wins") {
  CHECK(inserted("") == kText);
  CHECK(inserted("ForwardX11 no\n") == "ForwardX11 no\n\n" + kText);
  CHECK(inserted("ForwardX11 no") == "ForwardX11 no\n\n" + kText);
  CHECK(inserted("Host *\n  User root\n") == kText + "\nHost *\n  User root\n");
  CHECK(inserted("Include x\n\n# all\n# hosts\nmatch all\n User x\n") ==
        "Include x\n\n" + kText + "\n# all\n# hosts\nmatch all\n User x\n");
}

TEST_CASE("what a block would say by default is left out") {
  CHECK(HostBlock{"pi", "pi.local", 22, "ada", ""}.format() ==
        "Host pi\n    HostName pi.local\n    User ada\n");
}

TEST_CASE("a Host line names its hosts word for word, in any case and any dress") {
  for (const auto* config : {"Host pi\n", "host   other PI\n", "\tHOST=pi\n", "Host \"pi\"\n",
                             "Host = pi other", "Host pi\r\n", "User x\nHost a b pi # mine\n"}) {
    CHECK_MESSAGE(names_host(as_bytes(config), "pi"), config);
  }
  for (const auto* config : {"", "Host *\n", "Host pi.local\n", "# Host pi\n", "HostName pi\n",
                             "Host !pi\n", "Host a # pi\n", "Hostpi pi"}) {
    CHECK_FALSE_MESSAGE(names_host(as_bytes(config), "pi"), config);
  }
}

TEST_CASE("an alias is the first label, or the device's name for an address") {
  CHECK(alias_for("raspberrypi.local", false, "x") == "raspberrypi");
  CHECK(alias_for("pi", false, "x") == "pi");
  CHECK(alias_for("192.168.1.4", true, "raspberrypi") == "raspberrypi");
  CHECK(alias_for("192.168.1.4", true, "").empty());
  CHECK(alias_for("192.168.1.4", true, "a b\nProxyCommand x").empty());
  CHECK(alias_for("192.168.1.4", true, "-oX").empty());
  CHECK(alias_for("192.168.1.4", true, "*").empty());
}
