// SPDX-License-Identifier: MIT
#include "firmware/verify/trust_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/attest/maker.hpp"
#include "tests/unit/firmware/verify/attested_offer.hpp"

using namespace latchkey;
using namespace latchkey::attest::test;
using verify::read_trust_folder;
using verify::TrustFolder;

namespace {

struct Folder {
  test::TempFolder folder;

  void put(const std::string& name, std::string_view text) const {
    std::ofstream(folder.file(name), std::ios::binary) << text;
  }
  void put_root(const std::string& name, const std::string& common_name) const {
    put(name, pem(self_signed(authority(common_name)).der));
  }
  [[nodiscard]] TrustFolder read() const { return read_trust_folder(folder.path()); }
  [[nodiscard]] std::vector<std::string> subjects() const {
    std::vector<std::string> subjects;
    const auto read_now = read();
    for (const auto& info : read_now.certificates.list()) subjects.push_back(info.subject);
    return subjects;
  }
};

using Names = std::vector<std::string>;

bool has(const std::string& text, std::string_view words) {
  CAPTURE(text);
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(Folder, "the files *.pem are read in the order of their names, and no others") {
  put_root("b.pem", "B");
  put_root("a.pem", "A");
  put_root("c.crt", "C");
  put_root("d.pem~", "D");
  put("README", "no certificate");
  CHECK(subjects() == Names{"A", "B"});
  CHECK(read().troubles.empty());
}

TEST_CASE_FIXTURE(Folder, "a folder that is empty or missing trusts nobody, without trouble") {
  CHECK(subjects().empty());
  const auto missing = read_trust_folder(folder.file("missing"));
  CHECK(missing.certificates.list().empty());
  CHECK(missing.troubles.empty());
}

TEST_CASE_FIXTURE(Folder, "what is no folder is told") {
  put("file", "");
  const auto trouble = read_trust_folder(folder.file("file"));
  REQUIRE(trouble.troubles.size() == 1);
  CHECK(has(trouble.troubles.front(), folder.file("file")));
}

TEST_CASE_FIXTURE(Folder, "a bad file is told once and passed over, and the others count") {
  put_root("a.pem", "A");
  std::string name;
  SUBCASE("not PEM") {
    name = "bad.pem";
    put(name, "not PEM");
  }
  SUBCASE("empty") {
    name = "bad.pem";
    put(name, "");
  }
  SUBCASE("a leaf") {
    name = "bad.pem";
    put(name, pem(self_signed({}).der));
  }
  SUBCASE("good, and then a bad one") {
    name = "bad.pem";
    put(name, pem(self_signed(authority("X")).der) + pem(Bytes(50, 0x30)));
  }
  SUBCASE("too large, by one byte") {
    name = "large.pem";
    auto text = pem(self_signed(authority("X")).der);
    put("fits.pem", text + std::string(attest::kMaxPem - text.size(), '\n'));
    CHECK(subjects() == Names{"A", "X"});
    std::filesystem::rename(folder.file("fits.pem"), folder.file(name));
    std::ofstream(folder.file(name), std::ios::app) << '\n';
  }
  SUBCASE("a folder") {
    name = "folder.pem";
    std::filesystem::create_directory(folder.file(name));
  }
  SUBCASE("a FIFO, which nobody waits for") {
    name = "fifo.pem";
    REQUIRE(::mkfifo(folder.file(name).c_str(), 0600) == 0);
  }
  SUBCASE("a link to nothing") {
    name = "link.pem";
    std::filesystem::create_symlink("nothing", folder.file(name));
  }
  put_root("z.pem", "Z");
  CHECK(subjects() == Names{"A", "Z"});
  const auto troubles = read().troubles;
  REQUIRE(troubles.size() == 1);
  CHECK(has(troubles.front(), "reading " + folder.file(name) + ": "));
}

TEST_CASE_FIXTURE(Folder, "a link to a file is followed: trust folders are made of them") {
  put_root("kept-elsewhere", "A");
  std::filesystem::create_symlink("kept-elsewhere", folder.file("a.pem"));
  CHECK(subjects() == Names{"A"});
}

TEST_CASE_FIXTURE(Folder, "a name cannot write a line of its own into the log") {
  put("a\n\x1b[2J.pem", "not PEM");
  CHECK(has(read().troubles.at(0), "a??[2J.pem"));
}

TEST_CASE_FIXTURE(Folder, "more files than are read are told of") {
  const auto text = pem(self_signed(authority("A")).der);
  for (std::size_t i = 0; i < verify::kMaxTrustFiles; ++i) put(fmt::format("{:03}.pem", i), text);
  CHECK(read().troubles.empty());
  put_root("999.pem", "Z");
  CHECK(subjects() == Names{"A"});
  REQUIRE(read().troubles.size() == 1);
  CHECK(has(read().troubles.front(), "999.pem"));
}

TEST_CASE_FIXTURE(testing::AttestedOffer, "what could not be read reaches the verdict, cut short") {
  put_root("bad.pem", "not PEM");
  put_intermediate("bad.pem", "not PEM either");
  CHECK(judge().trust_trouble.view().empty());  // nobody asked
  attest(registration.packed(leaf));
  const auto verdict = judge_by_program();
  CHECK(verdict.proved_by == roles::ProvedBy::attestation);
  CHECK(has(verdict.trust_trouble.str(), folder.file("roots.d/bad.pem")));
  CHECK(has(verdict.trust_trouble.str(), "(and 1 more)"));
}

TEST_CASE_FIXTURE(testing::AttestedOffer, "roots that the role may not read are told of") {
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(folder.file("roots.d/test.pem"), std::filesystem::perms(0600));
  attest(registration.packed(leaf));
  const auto verdict = judge_by_program({{}, true});
  if (verdict.proved_by == roles::ProvedBy::attestation) return;  // not root: nobody to become
  CHECK(verdict.grade == attest::Grade::unknown_root);
  CHECK(has(verdict.trust_trouble.str(), "test.pem"));
}
