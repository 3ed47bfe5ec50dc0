// SPDX-License-Identifier: MIT
#include "firmware/keyfile/line_writer.hpp"

#include <algorithm>

#include "core/ssh/authorized_keys.hpp"
#include "core/ssh/comment.hpp"
#include "firmware/keyfile/replacement.hpp"
#include "firmware/keyfile/target_path.hpp"
#include "firmware/keyfile/temporary_file.hpp"

namespace latchkey::keyfile {
namespace {

template <class T>
tl::unexpected<Refusal> hand_on(Step<T>&& step) {
  return tl::make_unexpected(std::move(step).error());
}

/// The key and the one line that stands for it.
struct Wanted {
  ssh::PublicKey key;
  std::string text;
  bool cert_authority = false;
  WallTime now;
  std::chrono::seconds utc_offset{};
};

Step<Wanted> compose(const Line& line) {
  auto key = ssh::PublicKey::parse(line.key);
  if (!key) return refuse(Reason::bad_request, "this key: " + key.error().message());
  if (const auto strong = ssh::check_strength(*key); !strong) {
    return refuse(Reason::bad_request, strong.error().message());
  }
  auto text = ssh::compose_line(line.options, *key, ssh::sanitize_comment(line.comment));
  if (!text) return refuse(Reason::bad_request, text.error().message());
  return Wanted{std::move(*key), std::move(*text), line.options.cert_authority, line.now,
                line.utc_offset};
}

bool is_cert_authority(const ssh::AuthorizedLine& line) {
  const auto options = line.options();
  return std::any_of(options.begin(), options.end(),
                     [](const auto& option) { return option.name == "cert-authority"; });
}

/// What one line of the file means for the key that is wanted, best first.
Outcome judge(const ssh::AuthorizedLine& line, const Wanted& wanted) {
  std::string_view raw = line.raw;
  if (raw.ends_with('\n')) raw.remove_suffix(1);
  if (line.is_expired(wanted.now, wanted.utc_offset)) return Outcome::expired_line_there;
  if (raw == wanted.text) return Outcome::already_there;
  if (line.option_text.empty()) return Outcome::already_there;
  return Outcome::already_there_with_options;
}

/// Whether the key is in a file, and how; nothing when it is not.
Step<std::optional<Outcome>> find_key(ByteView content, const Wanted& wanted,
                                      const std::string& path) {
  const auto file = ssh::AuthorizedKeys::parse(content);
  if (!file) return refuse(file.error(), path);
  std::optional<Outcome> best;
  for (const auto* line : file->find(wanted.key)) {
    // A plain line says nothing about the key as a certificate authority.
    if (wanted.cert_authority && !is_cert_authority(*line)) continue;
    const auto outcome = judge(*line, wanted);
    if (!best || outcome < *best) best = outcome;
  }
  return best;
}

bool holds_line(ByteView content, const std::string& text) {
  return ssh::remove_line(content, text).has_value();
}

std::string sentence(Outcome outcome, const std::string& path) {
  switch (outcome) {
    case Outcome::added: return "the key is in " + path;
    case Outcome::already_there: return "the key was in " + path + " already";
    case Outcome::already_there_with_options:
      return "the key was in " + path + " already, with options, which were left as they are";
    case Outcome::expired_line_there:
      return "the key is in " + path +
             ", but its expiry-time is over; take that line out to enrol the key again";
    case Outcome::removed: return "the key was taken out of " + path;
    case Outcome::not_there: return "there was no such line in " + path;
    case Outcome::refused: break;
  }
  return {};
}

/// One order carried out, from the first look to the answer.
class Errand final {
 public:
  Errand(files::KeyFiles& key_files, crypto::Random& random, const Target& target,
         bool strict_modes)
      : key_files_(key_files),
        random_(random),
        target_(target),
        modes_{strict_modes, target.user, target.private_group} {}

  Answer add(const Line& line) { return answer(try_add(line)); }
  Answer remove(const Line& line) { return answer(try_remove(line)); }

 private:
  struct Found {
    Outcome outcome;
    std::string path;
  };

  [[nodiscard]] Answer answer(Step<Found> found) const {
    if (!found) {
      auto refusal = std::move(found).error();
      return {Outcome::refused, refusal.reason, std::move(refusal.text), target_.path};
    }
    return {found->outcome, Reason::none, sentence(found->outcome, found->path), found->path};
  }

  Step<TargetPath> open(const std::string& path, bool allow_volatile, TargetPath::Missing missing) {
    return TargetPath::open(key_files_, target_.home, path, modes_, allow_volatile, missing);
  }

  Step<Found> try_add(const Line& line) {
    const auto wanted = compose(line);
    if (!wanted) return tl::make_unexpected(wanted.error());
    auto path = open(target_.path, target_.allow_volatile, TargetPath::Missing::made);
    if (!path) return hand_on(std::move(path));
    auto found = add_in(*path, *wanted);
    if (!found || found->outcome != Outcome::added) path->undo();
    return found;
  }

  Step<Found> add_in(TargetPath& path, const Wanted& wanted) {
    auto& directory = *path.file_directory();
    if (const auto locked = directory.lock(kPatience); !locked) {
      return refuse(locked.error(), "the lock on the directory of " + target_.path);
    }
    remove_stale(directory, modes_.user, wanted.now);
    const auto elsewhere = find_in_others(wanted);

    Replacement replacement(directory, path.file_name(), target_.path, modes_, random_);
    std::optional<Found> there;
    const auto changed = replacement.run([&](ByteView old) -> Step<std::optional<Bytes>> {
      const auto found = find_key(old, wanted, target_.path);
      if (!found) return tl::make_unexpected(found.error());
      there = *found ? Found{**found, target_.path} : elsewhere;
      if (there) return std::nullopt;
      auto next = ssh::append_line(old, wanted.text);
      if (!ssh::check_text_size(next, {})) {
        return refuse(Reason::file_unsuitable, target_.path + " has no room for one more line");
      }
      return next;
    });
    if (!changed) return tl::make_unexpected(changed.error());
    if (!*changed) return there.value_or(Found{Outcome::already_there, target_.path});

    if (auto seen = finish(path, wanted); !seen) {
      if (!replacement.undo()) seen.error().text += kNotUndone;
      return hand_on(std::move(seen));
    }
    replacement.commit();
    return Found{Outcome::added, target_.path};
  }

  /// On the disk, and where sshd will look.
  Step<> finish(TargetPath& path, const Wanted& wanted) {
    if (auto synced = path.sync(); !synced) return synced;
    const auto content = read(target_.path);
    if (!content) {
      return refuse(content.error().reason == Reason::none ? Reason::changed_meanwhile
                                                           : content.error().reason,
                    content.error().text);
    }
    if (holds_line(*content, wanted.text)) return {};
    return refuse(Reason::changed_meanwhile,
                  target_.path + " was replaced by another program while it was being written");
  }

  /// A file below the home from the start again, as sshd would find it.
  Step<Bytes> read(const std::string& path) {
    auto opened = open(path, true, TargetPath::Missing::stays);
    if (!opened) return hand_on(std::move(opened));
    const auto missing = [&] { return refuse(Reason::changed_meanwhile, path + " is not there"); };
    if (opened->file_directory() == nullptr) return missing();
    auto& directory = *opened->file_directory();
    // Never opened unless it is a plain file: to open a device can have effects.
    const auto named = directory.status(opened->file_name());
    if (!named || named->kind != files::Kind::regular) return missing();
    auto file = directory.open_file(opened->file_name());
    if (!file) return refuse(file.error(), path);
    const auto status = (*file)->status();
    if (!status) return refuse(status.error(), path);
    if (status->kind != files::Kind::regular) return missing();
    if (auto safe = modes_.check_file(*status, path); !safe) return hand_on(std::move(safe));
    auto content = (*file)->read_all(ssh::kMaxTextFile);
    if (!content) return refuse(content.error(), path);
    return std::move(*content);
  }

  /// Files that sshd reads too. One that cannot be read here, sshd would not take a key from.
  std::optional<Found> find_in_others(const Wanted& wanted) {
    std::optional<Found> best;
    for (const auto& path : target_.others) {
      const auto content = read(path);
      if (!content) continue;
      const auto found = find_key(*content, wanted, path);
      if (!found || !*found) continue;
      if (!best || **found < best->outcome) best = Found{**found, path};
    }
    return best;
  }

  Step<Found> try_remove(const Line& line) {
    const auto wanted = compose(line);
    if (!wanted) return tl::make_unexpected(wanted.error());
    auto path = open(target_.path, true, TargetPath::Missing::stays);
    if (!path) return hand_on(std::move(path));
    if (path->file_directory() == nullptr) return Found{Outcome::not_there, target_.path};
    auto& directory = *path->file_directory();
    if (const auto locked = directory.lock(kPatience); !locked) {
      return refuse(locked.error(), "the lock on the directory of " + target_.path);
    }
    remove_stale(directory, modes_.user, wanted->now);

    Replacement replacement(directory, path->file_name(), target_.path, modes_, random_);
    const auto changed = replacement.run([&](ByteView old) -> Step<std::optional<Bytes>> {
      auto next = ssh::remove_line(old, wanted->text);
      if (!next) return std::nullopt;
      return std::move(*next);
    });
    if (!changed) return tl::make_unexpected(changed.error());
    if (!*changed) return Found{Outcome::not_there, target_.path};
    if (auto synced = path->sync(); !synced) {
      if (!replacement.undo()) synced.error().text += kNotUndone;
      return hand_on(std::move(synced));
    }
    replacement.commit();
    return Found{Outcome::removed, target_.path};
  }

  files::KeyFiles& key_files_;
  crypto::Random& random_;
  const Target& target_;
  StrictModes modes_;
};

}  // namespace

Answer add(files::KeyFiles& key_files, crypto::Random& random, const Target& target,
           const Line& line) {
  return Errand(key_files, random, target, target.strict_modes).add(line);
}

Answer remove(files::KeyFiles& key_files, crypto::Random& random, const Target& target,
              const Line& line) {
  // A key must be revocable wherever sshd would read it or not: modes do not stand in the way.
  return Errand(key_files, random, target, false).remove(line);
}

}  // namespace latchkey::keyfile
