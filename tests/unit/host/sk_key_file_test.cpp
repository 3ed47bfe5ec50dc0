// SPDX-License-Identifier: MIT
#include "host/sk_key_file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include "host/new_files.hpp"
#include "host/stored_attestation.hpp"
#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Files = std::vector<std::string>;

namespace {

/// No file may grow beyond this, as if the disk were full, while this lives.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit small{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

struct Saving : KeyScene {
  Attempt<LocalKey> save() { return save_sk_key(wanted, laptop.context()); }
  [[nodiscard]] mode_t mode(const std::string& name) const {
    struct stat state {};
    REQUIRE(::stat(laptop.path(".ssh/" + name).c_str(), &state) == 0);
    return state.st_mode & 07777;
  }

  SkKeyFile wanted{
      {some_sk_key(fido::Algorithm::ed25519, "ssh:"), ssh::sk_flag::kUserPresence, Bytes(64, 1),
       "ada"},
      laptop.path(".ssh/id"),
      false,
      attest::Record{
          {attest::Format::packed, Bytes(100, 1), Bytes(70, 2), {Bytes(300, 3), Bytes(300, 4)}},
          Bytes(32, 9)},
      {}};
};

}  // namespace

TEST_CASE("all files of a key appear, each with its mode, and nothing else") {
  Saving scene;
  const auto saved = scene.save();
  REQUIRE(saved.has_value());
  CHECK(saved->file == scene.wanted.file);
  CHECK(saved->key == scene.wanted.key.public_key);
  CHECK(scene.files() == Files{"id", "id.attestation", "id.challenge", "id.pub"});
  CHECK(scene.mode("id") == 0600);
  CHECK(scene.mode("id.pub") == 0644);
  CHECK(scene.mode("id.attestation") == 0600);
  CHECK(scene.saved("id").key_handle == scene.wanted.key.key_handle);
}

TEST_CASE("what is kept of an attestation comes back with its challenge") {
  Saving scene;
  REQUIRE(scene.save().has_value());
  const auto read = read_stored_attestation(scene.wanted.file, scene.wanted.key.public_key);
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  auto expected = *scene.wanted.record;
  expected.attestation.chain.resize(1);  // OpenSSH's file has room for the leaf alone
  CHECK(**read == expected);
  CHECK(claim_of(**read, scene.wanted.key.public_key) == "that does not hold for this key");

  for (const auto* part : {".attestation", ".challenge"}) {
    const auto path = scene.wanted.file + part;
    const auto away = path + ".away";
    REQUIRE(::rename(path.c_str(), away.c_str()) == 0);
    CHECK_FALSE(
        read_stored_attestation(scene.wanted.file, scene.wanted.key.public_key)->has_value());
    scene.laptop.write(".ssh/id" + std::string(part), "");
    CHECK_FALSE(
        read_stored_attestation(scene.wanted.file, scene.wanted.key.public_key).has_value());
    REQUIRE(::rename(away.c_str(), path.c_str()) == 0);
  }
}

TEST_CASE("a full disk leaves nothing behind, and says what that means") {
  for (const rlim_t room : {0UL, 100UL, 450UL, 510UL}) {
    CAPTURE(room);
    Saving scene;
    SUBCASE("resident") { scene.wanted.key.flags |= ssh::sk_flag::kResident; }
    SUBCASE("not resident") {}
    const auto context = scene.laptop.context();
    Attempt<LocalKey> saved = give_up(Reason::internal, "");
    {
      const FullDisk full(room);
      saved = save_sk_key(scene.wanted, context);
    }
    REQUIRE_FALSE(saved.has_value());
    CHECK(saved.error().reason == Reason::local_file);
    const bool resident = (scene.wanted.key.flags & ssh::sk_flag::kResident) != 0;
    CHECK((saved.error().next.find("adopt --resident") != std::string::npos) == resident);
    CHECK(scene.files().empty());
  }
}

TEST_CASE("a file that appears meanwhile is left alone, and takes the others back") {
  for (const auto* there : {"id", "id.pub", "id.attestation", "id.challenge"}) {
    CAPTURE(there);
    Saving scene;
    scene.laptop.write(std::string(".ssh/") + there, "mine");
    const auto saved = scene.save();
    REQUIRE_FALSE(saved.has_value());
    CHECK(saved.error().reason == Reason::key_exists);
    CHECK(scene.files() == Files{there});
    CHECK(scene.laptop.text_of(std::string(".ssh/") + there) == "mine");
  }
}

TEST_CASE("not even a dangling symlink is written through") {
  Saving scene;
  scene.laptop.write(".ssh/x", "");
  REQUIRE(::unlink(scene.laptop.path(".ssh/x").c_str()) == 0);
  REQUIRE(::symlink(scene.laptop.path("elsewhere").c_str(), scene.wanted.file.c_str()) == 0);
  CHECK(check_free(scene.wanted.file).error().reason == Reason::key_exists);
  CHECK(scene.save().error().reason == Reason::key_exists);
  CHECK_FALSE(is_taken(scene.laptop.path("elsewhere")));
}

TEST_CASE("a folder that is not there is no folder to guess") {
  Saving scene;
  scene.wanted.file = scene.laptop.path("no/such/folder/id");
  CHECK(scene.save().error().reason == Reason::local_file);
}

TEST_CASE("a free name is one with which nothing at all is taken") {
  Saving scene;
  const auto file = scene.laptop.path(".ssh/id");
  CHECK(free_key_file(file) == file);
  scene.laptop.write(".ssh/id.challenge", "");
  CHECK(free_key_file(file) == file + "_2");
  scene.laptop.write(".ssh/id_2.pub", "");
  CHECK(free_key_file(file) == file + "_3");
}

TEST_CASE("an attestation without its challenge is not kept") {
  Saving scene;
  scene.wanted.record->challenge.clear();
  CHECK(scene.save().error().reason == Reason::internal);
  CHECK(scene.files().empty());
}
