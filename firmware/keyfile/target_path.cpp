// SPDX-License-Identifier: MIT
#include "firmware/keyfile/target_path.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <string_view>

namespace latchkey::keyfile {
namespace {

bool is_missing(const Error& error) { return error.code == std::errc::no_such_file_or_directory; }

Step<std::vector<std::string>> split(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (name.empty()) continue;
    if (name == "." || name == "..") {
      return refuse(Reason::path_refused, "a path with . or .. in it is not followed");
    }
    names.emplace_back(name);
  }
  return names;
}

std::string why_volatile(files::Storage storage, const std::string& home) {
  const std::string where =
      storage == files::Storage::memory ? "in memory (tmpfs)" : "on a throw-away layer (overlayfs)";
  return "a key in " + home + " would not survive a reboot: it is " + where;
}

}  // namespace

Step<std::vector<std::string>> names_below(const std::string& home, const std::string& path) {
  const auto outside = [&] {
    return refuse(Reason::path_refused, "sshd reads " + path + ", which is not below the home " +
                                            home + "; latchkey writes only there");
  };
  if (!home.starts_with('/') || !path.starts_with('/')) return outside();
  if (path.ends_with('/') || path.find('\0') != std::string::npos) return outside();
  auto of_home = split(home);
  if (!of_home) return of_home;
  auto of_path = split(path);
  if (!of_path) return of_path;
  if (of_path->size() <= of_home->size() ||
      !std::equal(of_home->begin(), of_home->end(), of_path->begin())) {
    return outside();
  }
  of_path->erase(of_path->begin(), of_path->begin() + static_cast<std::ptrdiff_t>(of_home->size()));
  return of_path;
}

Step<TargetPath> TargetPath::open(files::KeyFiles& key_files, const std::string& home,
                                  const std::string& path, const StrictModes& modes,
                                  bool allow_volatile, Missing missing) {
  auto names = names_below(home, path);
  if (!names) return tl::make_unexpected(std::move(names).error());
  TargetPath target;
  target.names_ = std::move(*names);

  auto opened = key_files.open_home(home);
  if (!opened) {
    if (is_missing(opened.error()) || opened.error().code == std::errc::not_a_directory) {
      return refuse(Reason::home_missing,
                    "the home directory " + home + " is not there; is it mounted?");
    }
    return refuse(opened.error(), home);
  }
  target.directories_.push_back(std::move(*opened));
  const auto status = target.directories_.front()->status();
  if (!status) return refuse(status.error(), home);
  if (auto safe = modes.check_directory(*status, home); !safe) {
    return tl::make_unexpected(std::move(safe).error());
  }

  auto shown = home;
  if (auto there = target.descend(shown, modes, Missing::stays); !there) {
    return tl::make_unexpected(std::move(there).error());
  }
  if (!allow_volatile) {
    const auto storage = target.directories_.back()->storage();
    if (!storage) return refuse(storage.error(), shown);
    if (*storage != files::Storage::lasting) {
      return refuse(Reason::not_persistent, why_volatile(*storage, shown));
    }
  }
  if (auto made = target.descend(shown, modes, missing); !made) {
    target.undo();
    return tl::make_unexpected(std::move(made).error());
  }
  return target;
}

Step<> TargetPath::descend(std::string& shown, const StrictModes& modes, Missing missing) {
  while (directories_.size() < names_.size()) {
    const auto& name = names_[directories_.size() - 1];
    const auto next = fmt::format("{}/{}", shown, name);
    auto opened = directories_.back()->open_directory(name);
    if (!opened && is_missing(opened.error())) {
      if (missing == Missing::stays) return {};
      if (auto made = make_next(next); !made) return made;
      opened = directories_.back()->open_directory(name);
    }
    if (!opened) return refuse(opened.error(), next);
    directories_.push_back(std::move(*opened));
    const auto status = directories_.back()->status();
    if (!status) return refuse(status.error(), next);
    if (auto safe = modes.check_directory(*status, next); !safe) return safe;
    shown = next;
  }
  return {};
}

Step<> TargetPath::make_next(const std::string& shown) {
  const auto index = directories_.size() - 1;
  const auto made = directories_.back()->make_directory(names_[index]);
  if (made) {
    made_.push_back(index);
    return {};
  }
  // Somebody else made it a moment ago: just as good.
  if (made.error().code == std::errc::file_exists) return {};
  return refuse(made.error(), shown);
}

files::Directory* TargetPath::file_directory() const noexcept {
  return directories_.size() == names_.size() ? directories_.back().get() : nullptr;
}

Step<> TargetPath::sync() {
  for (auto index = made_.empty() ? directories_.size() - 1 : made_.front();
       index < directories_.size(); ++index) {
    if (const auto synced = directories_[index]->sync(); !synced) {
      return refuse(synced.error(), "the directory of " + file_name());
    }
  }
  return {};
}

void TargetPath::undo() {
  for (; !made_.empty(); made_.pop_back()) {
    while (directories_.size() > made_.back() + 1) directories_.pop_back();
    (void)directories_.back()->remove_directory(names_[made_.back()]);
  }
}

}  // namespace latchkey::keyfile
