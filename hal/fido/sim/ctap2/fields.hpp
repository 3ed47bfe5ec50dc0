// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/device/status.hpp"

namespace latchkey::fido::sim {

/// Takes typed items out of a map of a request. What is not there reads as nullptr or nullopt, and
/// so does everything after the first error: check status() once, before using anything. Points
/// into the map.
class Fields final {
 public:
  /// What is no map at all is an error, too.
  explicit Fields(const Value& map, Status missing = Status::missing_parameter);

  [[nodiscard]] const Bytes* bytes(const Value& key);
  [[nodiscard]] const std::string* text(const Value& key);
  [[nodiscard]] const Value* map(const Value& key);
  [[nodiscard]] const Value::Array* array(const Value& key);
  [[nodiscard]] std::optional<std::int64_t> number(const Value& key);
  [[nodiscard]] std::optional<bool> truth(const Value& key);

  /// required(fields.bytes(1)): an error where it is not there.
  template <class Found>
  [[nodiscard]] Found required(Found found) {
    if (!found) refuse(missing_);
    return found;
  }

  /// For a rule of the command's own; ok changes nothing. The first error is the one that counts.
  void refuse(Status status);
  /// ok, cbor_unexpected_type, or what a required item that is missing stands for.
  [[nodiscard]] Status status() const noexcept { return status_; }

 private:
  [[nodiscard]] const Value* find(const Value& key) const;
  template <class Found>
  Found typed(const Value* item, Found found);

  const Value& map_;
  Status missing_;
  Status status_ = Status::ok;
};

}  // namespace latchkey::fido::sim
