// SPDX-License-Identifier: MIT
#include "hal/files/sim/sim_key_files.hpp"

#include <cerrno>
#include <utility>

namespace latchkey::files {
namespace {

tl::unexpected<Error> fault(int error, const std::string& verb) {
  const std::string doing = "simulating " + verb;
  const bool waits = verb == "lock" || verb == "wait_for_writers";
  if (error == EOPNOTSUPP && (waits || verb == "exchange")) return fail(Errc::unsupported, doing);
  if (error == ETIMEDOUT && waits) return fail(Errc::timed_out, doing);
  return fail_errno(error, doing);
}

/// Asks first, then calls.
template <class Call>
auto guarded(FileFaults& faults, const std::string& verb, const std::string& name, Call call)
    -> decltype(call()) {
  if (const auto error = faults.before(verb, name)) return fault(*error, verb);
  return call();
}

class SimFile final : public File {
 public:
  SimFile(std::unique_ptr<File> real, FileFaults& faults, std::string name)
      : real_(std::move(real)), faults_(faults), name_(std::move(name)) {}

  Result<Status> status() override {
    return guarded(faults_, "file_status", name_, [&] { return real_->status(); });
  }
  Result<Bytes> read_all(std::size_t limit) override {
    return guarded(faults_, "read_all", name_, [&] { return real_->read_all(limit); });
  }
  Result<void> write_all(ByteView bytes) override {
    if (const auto error = faults_.before("write_all", name_)) {
      if (auto half = real_->write_all(bytes.first(bytes.size() / 2)); !half) return half;
      return fault(*error, "write_all");
    }
    return real_->write_all(bytes);
  }
  Result<void> copy_attributes(File& model) override {
    auto* other = dynamic_cast<SimFile*>(&model);
    return guarded(faults_, "copy_attributes", name_, [&] {
      return real_->copy_attributes(other != nullptr ? *other->real_ : model);
    });
  }
  Result<void> sync() override {
    return guarded(faults_, "sync_file", name_, [&] { return real_->sync(); });
  }
  Result<void> wait_for_writers(Millis limit) override {
    return guarded(faults_, "wait_for_writers", name_,
                   [&] { return real_->wait_for_writers(limit); });
  }

 private:
  std::unique_ptr<File> real_;
  FileFaults& faults_;
  std::string name_;
};

class SimDirectory final : public Directory {
 public:
  SimDirectory(std::unique_ptr<Directory> real, FileFaults& faults, std::optional<Storage> storage)
      : real_(std::move(real)), faults_(faults), storage_(storage) {}

  Result<Status> status() override {
    return guarded(faults_, "status", "", [&] { return real_->status(); });
  }
  Result<Status> status(const std::string& name) override {
    return guarded(faults_, "status", name, [&] { return real_->status(name); });
  }
  Result<Storage> storage() override {
    return guarded(faults_, "storage", "", [&]() -> Result<Storage> {
      if (storage_) return *storage_;
      return real_->storage();
    });
  }
  Result<std::unique_ptr<File>> open_file(const std::string& name) override {
    return guarded(faults_, "open_file", name,
                   [&] { return wrapped(real_->open_file(name), name); });
  }
  Result<std::unique_ptr<File>> create_file(const std::string& name) override {
    return guarded(faults_, "create_file", name,
                   [&] { return wrapped(real_->create_file(name), name); });
  }
  Result<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    return guarded(faults_, "open_directory", name, [&]() -> Result<std::unique_ptr<Directory>> {
      auto opened = real_->open_directory(name);
      if (!opened) return opened;
      return std::make_unique<SimDirectory>(std::move(*opened), faults_, storage_);
    });
  }
  Result<void> make_directory(const std::string& name) override {
    return guarded(faults_, "make_directory", name, [&] { return real_->make_directory(name); });
  }
  Result<std::vector<std::string>> list(const std::string& prefix, std::size_t limit) override {
    return guarded(faults_, "list", prefix, [&] { return real_->list(prefix, limit); });
  }
  Result<void> exchange(const std::string& left, const std::string& right) override {
    return guarded(faults_, "exchange", right, [&] { return real_->exchange(left, right); });
  }
  Result<void> rename_over(const std::string& from, const std::string& to) override {
    return guarded(faults_, "rename_over", to, [&] { return real_->rename_over(from, to); });
  }
  Result<void> rename_new(const std::string& from, const std::string& to) override {
    return guarded(faults_, "rename_new", to, [&] { return real_->rename_new(from, to); });
  }
  Result<void> remove_file(const std::string& name) override {
    return guarded(faults_, "remove_file", name, [&] { return real_->remove_file(name); });
  }
  Result<void> remove_directory(const std::string& name) override {
    return guarded(faults_, "remove_directory", name,
                   [&] { return real_->remove_directory(name); });
  }
  Result<void> lock(Millis limit) override {
    return guarded(faults_, "lock", "", [&] { return real_->lock(limit); });
  }
  Result<void> sync() override {
    return guarded(faults_, "sync_directory", "", [&] { return real_->sync(); });
  }

 private:
  Result<std::unique_ptr<File>> wrapped(Result<std::unique_ptr<File>> opened,
                                        const std::string& name) {
    if (!opened) return opened;
    return std::make_unique<SimFile>(std::move(*opened), faults_, name);
  }

  std::unique_ptr<Directory> real_;
  FileFaults& faults_;
  std::optional<Storage> storage_;
};

}  // namespace

Result<std::unique_ptr<Directory>> SimKeyFiles::open_home(const std::string& path) {
  return guarded(faults_, "open_home", path, [&]() -> Result<std::unique_ptr<Directory>> {
    auto opened = real_.open_home(path);
    if (!opened) return opened;
    return std::make_unique<SimDirectory>(std::move(*opened), faults_, storage_);
  });
}

}  // namespace latchkey::files
