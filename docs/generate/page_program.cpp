// SPDX-License-Identifier: MIT
#include "docs/generate/page_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace latchkey::pages {
namespace {

namespace fs = std::filesystem;

bool write(const PageProgram& program, const fs::path& folder, const Page& page) {
  const fs::path path = folder / page.path;
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << page.text;
  file.close();
  if (!file) fmt::print(stderr, "{}: cannot write {}\n", program.name, path.string());
  return !file.fail();
}

bool check(const PageProgram& program, const fs::path& folder, const Page& page) {
  std::ifstream file(folder / page.path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file && text == page.text) return true;
  fmt::print(stderr, "{0}: {1} is not up to date: run {0} {2}\n", program.name, page.path,
             folder.string());
  return false;
}

/// Pages of what is no more.
bool check_leftovers(const PageProgram& program, const fs::path& folder,
                     const std::vector<Page>& pages) {
  bool good = true;
  for (const auto& entry : fs::directory_iterator(folder / program.kept_clean)) {
    const auto path = (fs::path(program.kept_clean) / entry.path().filename()).string();
    const bool ours = std::find(program.endings.begin(), program.endings.end(),
                                entry.path().extension().string()) != program.endings.end();
    const bool made = std::any_of(pages.begin(), pages.end(),
                                  [&](const Page& page) { return page.path == path; });
    if (!ours || made) continue;
    fmt::print(stderr, "{}: {} belongs to nothing any more: remove it\n", program.name, path);
    good = false;
  }
  return good;
}

}  // namespace

int run(const PageProgram& program, int argc, char** argv) {
  const bool checks = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !checks) {
    fmt::print(stderr, "usage: {} [--check] DIR\n", program.name);
    return 2;
  }
  try {
    const fs::path folder = argv[argc - 1];
    const auto pages = program.pages(folder);
    bool good = !pages.empty();
    for (const auto& page : pages) {
      good &= checks ? check(program, folder, page) : write(program, folder, page);
    }
    if (checks) good &= check_leftovers(program, folder, pages);
    return good ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program.name, error.what());
    return 1;
  }
}

}  // namespace latchkey::pages
