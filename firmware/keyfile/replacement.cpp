// SPDX-License-Identifier: MIT
#include "firmware/keyfile/replacement.hpp"

#include <fmt/format.h>
#include <cerrno>
#include <utility>

#include "core/ssh/text_lines.hpp"
#include "firmware/keyfile/temporary_file.hpp"

namespace latchkey::keyfile {
namespace {

constexpr int kMaxRounds = 256;  // some tenths of a second

std::string describe(files::Kind kind) {
  switch (kind) {
    case files::Kind::regular: return "a plain file";
    case files::Kind::directory: return "a directory";
    case files::Kind::symlink: return "a symbolic link";
    case files::Kind::fifo: return "a FIFO";
    case files::Kind::socket: return "a socket";
    case files::Kind::device: return "a device";
  }
  return "something else";
}

bool is_missing(const Error& error) { return error.code == std::errc::no_such_file_or_directory; }

}  // namespace

Step<> Replacement::check(const files::Status& status) const {
  const auto unsuitable = [&](const std::string& why) {
    return refuse(Reason::file_unsuitable, path_ + " " + why);
  };
  if (status.kind != files::Kind::regular) {
    return unsuitable("is " + describe(status.kind) + "; make it a plain file");
  }
  if (status.owner != modes_.user) {
    return unsuitable(
        fmt::format("belongs to user {}; give it to its account with chown", status.owner));
  }
  if (status.links != 1) {
    return unsuitable("has a second name (a hard link); make it a file of its own");
  }
  if (status.size > ssh::kMaxTextFile) return unsuitable("is larger than 16 MiB");
  return modes_.check_file(status, path_);
}

Step<Replacement::Version> Replacement::look() {
  for (int round = 0; round < kMaxRounds; ++round) {
    // First without opening: to open a device can have effects.
    const auto named = directory_.status(name_);
    if (!named) {
      if (is_missing(named.error())) return Version{};
      return refuse(named.error(), path_);
    }
    if (auto fits = check(*named); !fits) return tl::make_unexpected(std::move(fits).error());

    auto file = directory_.open_file(name_);
    if (!file && is_missing(file.error())) continue;
    if (!file) return refuse(file.error(), path_);
    if (const auto waited = (*file)->wait_for_writers(kSettling);
        !waited && !waited.error().is(Errc::unsupported)) {
      return refuse(waited.error(), path_);
    }
    const auto status = (*file)->status();
    if (!status) return refuse(status.error(), path_);
    if (status->links == 0) continue;  // replaced a moment ago
    if (auto fits = check(*status); !fits) return tl::make_unexpected(std::move(fits).error());
    auto content = (*file)->read_all(ssh::kMaxTextFile);
    if (!content) return refuse(content.error(), path_);
    return Version{std::move(*file), *status, std::move(*content)};
  }
  return refuse(Reason::busy, always_changing());
}

std::string Replacement::always_changing() const {
  return path_ + " is being changed by another program all the time";
}

Step<bool> Replacement::run(const Edit& edit) {
  LineChanges pending;
  for (int round = 0; round < kMaxRounds; ++round) {
    auto step = [&]() -> Step<bool> {
      auto current = look();
      if (!current) return tl::make_unexpected(std::move(current).error());
      auto next = pending.applied_to(current->content);
      auto edited = edit(next);
      if (!edited) return tl::make_unexpected(std::move(edited).error());
      if (*edited) next = std::move(**edited);
      if (next == current->content) return true;
      auto changes = swap_in(std::move(*current), next);
      if (!changes) return tl::make_unexpected(std::move(changes).error());
      if (!*changes) return false;
      pending = std::move(**changes);
      return pending.empty();
    }();
    if (!step) {
      auto refusal = std::move(step).error();
      if (!undo()) refusal.text += kNotUndone;
      return tl::make_unexpected(std::move(refusal));
    }
    if (*step) return changed_;
  }
  return refuse(Reason::busy, undo() ? always_changing() : always_changing() + kNotUndone);
}

Step<bool> Replacement::is_current(const Version& version) {
  const auto named = directory_.status(name_);
  if (!named && !is_missing(named.error())) return refuse(named.error(), path_);
  if (!version.file || !named) return !version.file && !named;
  // What was written into it since is carried over after the swap: to wait for a quiet moment
  // instead would let a busy program keep us from ever writing.
  return named->same_file(version.status) && named->links == version.status.links;
}

Step<std::optional<LineChanges>> Replacement::swap_in(Version old, ByteView next) {
  const auto temporary = make_temporary(directory_, random_, next, old.file.get());
  if (!temporary) return tl::make_unexpected(temporary.error());
  const auto discard = [&] { (void)directory_.remove_file(*temporary); };

  const auto made = directory_.status(*temporary);
  const auto current = is_current(old);
  if (!made || !current || !*current) {
    discard();
    if (!made) return refuse(made.error(), "the new file");
    if (!current) return tl::make_unexpected(current.error());
    return std::nullopt;
  }
  if (!old.file) {
    auto placed = place_first(*temporary);
    if (!placed || !*placed) discard();
    if (placed && *placed) {
      placed_ = *made;
      remember({}, std::move(old));
    }
    return placed;
  }

  auto swapped = directory_.exchange(*temporary, name_);
  if (!swapped && swapped.error().is(Errc::unsupported)) {
    swapped = directory_.rename_over(*temporary, name_);
    if (swapped) {
      placed_ = *made;
      auto changes = read_displaced({}, old);
      remember({}, std::move(old));
      return changes;
    }
  }
  if (!swapped) {
    discard();
    return refuse(swapped.error(), path_);
  }
  auto changes = read_displaced(*temporary, old);
  if (!changes) {
    // Whatever was put under the name in the last moment goes back there.
    if (directory_.exchange(*temporary, name_)) discard();
    return tl::make_unexpected(std::move(changes).error());
  }
  placed_ = *made;
  remember(*temporary, std::move(old));
  return changes;
}

Step<std::optional<LineChanges>> Replacement::place_first(const std::string& temporary) {
  const auto renamed = directory_.rename_new(temporary, name_);
  if (renamed) return LineChanges{};
  if (renamed.error().code == std::errc::file_exists) return std::nullopt;
  return refuse(renamed.error(), path_);
}

Step<LineChanges> Replacement::read_displaced(const std::string& temporary, Version& old) {
  if (!temporary.empty()) {
    const auto displaced = directory_.status(temporary);
    if (!displaced) return refuse(displaced.error(), path_);
    if (!displaced->same_file(old.status)) {
      // Between the last look and the swap another program put a file of its own there.
      if (auto fits = check(*displaced); !fits) {
        return refuse(Reason::changed_meanwhile, std::move(fits).error().text);
      }
      auto file = directory_.open_file(temporary);
      if (!file) return refuse(file.error(), path_);
      old.file = std::move(*file);
    }
  }
  // A program that has opened the old file may still write into it. While it does, lines may be
  // missing that it is about to write, so that none counts as taken out.
  const auto settled = old.file->wait_for_writers(kSettling);
  auto content = old.file->read_all(ssh::kMaxTextFile);
  if (!content) return refuse(content.error(), path_);
  auto changes = LineChanges::between(old.content, *content);
  if (!settled) changes.removed.clear();
  old.content = std::move(*content);
  return changes;
}

void Replacement::remember(const std::string& temporary, Version old) {
  if (changed_) {
    if (!temporary.empty()) temporaries_.push_back(temporary);
    return;
  }
  changed_ = true;
  original_ = std::move(old);
  original_name_ = temporary;
}

bool Replacement::undo() {
  if (!changed_) return true;
  changed_ = false;
  bool undone = true;
  const auto named = directory_.status(name_);
  if (named && named->same_file(placed_)) {
    undone = original_->file ? put_back(*original_) : directory_.remove_file(name_).has_value();
    (void)directory_.sync();
  }
  commit();
  return undone;
}

bool Replacement::put_back(const Version& original) {
  if (original_name_.empty()) {
    // No exchange on this file system: the old version has lost its name, but not its bytes.
    auto made = make_temporary(directory_, random_, original.content, original.file.get());
    if (!made) return false;
    original_name_ = std::move(*made);
  }
  // An original that cannot be put back stays aside: it is not for commit to remove.
  const auto name = std::exchange(original_name_, {});
  return directory_.rename_over(name, name_).has_value();
}

void Replacement::commit() {
  if (!original_name_.empty()) temporaries_.push_back(std::move(original_name_));
  original_name_.clear();
  for (const auto& name : temporaries_) (void)directory_.remove_file(name);
  temporaries_.clear();
}

}  // namespace latchkey::keyfile
