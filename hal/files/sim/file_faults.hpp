// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::files {

/// The back door of SimKeyFiles: a test says here what goes wrong, and when.
class FileFaults final {
 public:
  /// One call across the seam, about to happen.
  struct Operation {
    std::size_t number;  ///< 0, 1, 2, …
    std::string verb;    ///< the method: "open_file", "write_all", "exchange"
    std::string name;    ///< what it is about; empty: the object itself
  };
  /// May do anything: move files about, append to them, _exit. An errno makes the call fail;
  /// a write_all that fails has written the first half.
  using Hook = std::function<std::optional<int>(const Operation&)>;

  explicit FileFaults(Hook hook = {}) : hook_(std::move(hook)) {}

  /// Call `number` fails with `error`.
  [[nodiscard]] static FileFaults fail_at(std::size_t number, int error) {
    return FileFaults([=](const Operation& operation) -> std::optional<int> {
      if (operation.number == number) return error;
      return std::nullopt;
    });
  }
  /// Before call `number`, `action` happens.
  [[nodiscard]] static FileFaults run_at(std::size_t number, std::function<void()> action) {
    return FileFaults(
        [number, action = std::move(action)](const Operation& operation) -> std::optional<int> {
          if (operation.number == number) action();
          return std::nullopt;
        });
  }

  /// A call with this verb fails with this errno, always: a file system that cannot.
  FileFaults& refuse(std::string verb, int error) {
    refused_.emplace_back(std::move(verb), error);
    return *this;
  }

  /// What was called so far, in order.
  [[nodiscard]] const std::vector<Operation>& history() const noexcept { return history_; }

  /// For SimKeyFiles: records the call and says whether it must fail.
  [[nodiscard]] std::optional<int> before(std::string verb, std::string name) {
    history_.push_back({history_.size(), std::move(verb), std::move(name)});
    const auto operation = history_.back();
    for (const auto& [refused, error] : refused_) {
      if (refused == operation.verb) return error;
    }
    return hook_ ? hook_(operation) : std::nullopt;
  }

 private:
  Hook hook_;
  std::vector<std::pair<std::string, int>> refused_;
  std::vector<Operation> history_;
};

}  // namespace latchkey::files
