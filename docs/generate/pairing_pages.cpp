// SPDX-License-Identifier: MIT
// pairing_pages DIR          writes the pages into DIR (docs/reference)
// pairing_pages --check DIR  says which pages in DIR are not what it would write

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "docs/generate/page.hpp"

namespace {

namespace fs = std::filesystem;
using latchkey::pages::Page;

std::vector<Page> all_pages() {
  auto pages = latchkey::pages::led_pages();
  pages.push_back(latchkey::pages::state_diagram());
  return pages;
}

bool write(const fs::path& folder, const Page& page) {
  const fs::path path = folder / page.path;
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << page.text;
  file.close();
  if (!file) fmt::print(stderr, "pairing_pages: cannot write {}\n", path.string());
  return !file.fail();
}

bool check(const fs::path& folder, const Page& page) {
  std::ifstream file(folder / page.path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file && text == page.text) return true;
  fmt::print(stderr, "pairing_pages: {} is not up to date: run pairing_pages {}\n", page.path,
             folder.string());
  return false;
}

/// Pictures of patterns that are no more.
bool check_leftovers(const fs::path& folder, const std::vector<Page>& pages) {
  bool good = true;
  for (const auto& entry : fs::directory_iterator(folder / "led")) {
    const std::string path = "led/" + entry.path().filename().string();
    if (std::any_of(pages.begin(), pages.end(), [&](const Page& p) { return p.path == path; })) {
      continue;
    }
    fmt::print(stderr, "pairing_pages: {} belongs to no pattern: remove it\n", path);
    good = false;
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  const bool checks = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !checks) {
    fmt::print(stderr, "usage: pairing_pages [--check] DIR\n");
    return 2;
  }
  try {
    const fs::path folder = argv[argc - 1];
    const auto pages = all_pages();
    bool good = true;
    for (const auto& page : pages) good &= checks ? check(folder, page) : write(folder, page);
    if (checks) good &= check_leftovers(folder, pages);
    return good ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "pairing_pages: {}\n", error.what());
    return 1;
  }
}
