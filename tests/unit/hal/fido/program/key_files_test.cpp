// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/key_files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/unit/hal/fido/program/factory_fresh.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::lstat(path.c_str(), &found) == 0);
  return found.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a folder without a key has none") {
  const test::TempFolder folder;
  const auto loaded = KeyFiles(folder.path()).load();
  REQUIRE(loaded.has_value());
  CHECK_FALSE(loaded->has_value());
}

TEST_CASE("what was saved is loaded, and is its owner's alone whatever the umask") {
  const test::TempFolder folder;
  const KeyFiles files(folder.path());
  auto state = test::factory_fresh();
  state.signature_counter = 17;
  const auto before = ::umask(0);
  CHECK(files.save(state).has_value());
  CHECK(files.save_attestation(state).has_value());
  ::umask(before);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK(mode_of(entry.path()) == 0600);
  }
  const auto loaded = files.load();
  REQUIRE((loaded.has_value() && loaded->has_value()));
  CHECK(to_json(**loaded) == to_json(state));
  CHECK(text_of(folder.file("attestation-root.pem")).substr(0, 27) ==
        "-----BEGIN CERTIFICATE-----");
}

TEST_CASE("what a killed program left half written is written over") {
  const test::TempFolder folder;
  const KeyFiles files(folder.path());
  std::ofstream(folder.file("key.json.new")) << std::string(100'000, 'x');
  fs::permissions(folder.file("key.json.new"), fs::perms::all);
  const auto state = test::factory_fresh();
  CHECK(files.save(state).has_value());
  CHECK(text_of(folder.file("key.json")) == to_json(state));
  CHECK(mode_of(folder.file("key.json")) == 0600);
  CHECK_FALSE(fs::exists(folder.file("key.json.new")));
}

TEST_CASE("a state that cannot be written leaves the old one as it was") {
  const test::TempFolder folder;
  const KeyFiles files(folder.path());
  auto state = test::factory_fresh();
  REQUIRE(files.save(state).has_value());
  const auto old = text_of(folder.file("key.json"));
  SUBCASE("a folder in the way") { fs::create_directory(folder.file("key.json.new")); }
  SUBCASE("a link in the way") {
    fs::create_symlink(folder.file("elsewhere"), folder.file("key.json.new"));
  }
  state.signature_counter = 1;
  CHECK_FALSE(files.save(state).has_value());
  CHECK(text_of(folder.file("key.json")) == old);
  CHECK_FALSE(fs::exists(folder.file("elsewhere")));
}

TEST_CASE("a damaged state is refused by its file's name") {
  const test::TempFolder folder;
  auto state = test::factory_fresh();
  std::string text;
  SUBCASE("no JSON") { text.push_back('{'); }
  SUBCASE("two certificates") {
    state.factory.chain.pop_back();
    text = to_json(state);
  }
  SUBCASE("by far too long") { text = std::string(2 * kMaxStateSize, ' '); }
  std::ofstream(folder.file("key.json")) << text;
  const auto loaded = KeyFiles(folder.path()).load();
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().code.category() == latchkey_category());
  CHECK(loaded.error().doing.find(folder.file("key.json")) != std::string::npos);
}
