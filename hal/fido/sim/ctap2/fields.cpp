// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/fields.hpp"

namespace latchkey::fido::sim {

Fields::Fields(const Value& map, Status missing) : map_(map), missing_(missing) {
  if (map_.map() == nullptr) refuse(Status::cbor_unexpected_type);
}

const Value* Fields::find(const Value& key) const {
  return status_ == Status::ok ? map_.find(key) : nullptr;
}

template <class Found>
Found Fields::typed(const Value* item, Found found) {
  if (item != nullptr && !found) refuse(Status::cbor_unexpected_type);
  return found;
}

const Bytes* Fields::bytes(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr ? nullptr : item->bytes());
}

const std::string* Fields::text(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr ? nullptr : item->text());
}

const Value* Fields::map(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr || item->map() == nullptr ? nullptr : item);
}

const Value::Array* Fields::array(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr ? nullptr : item->array());
}

std::optional<std::int64_t> Fields::number(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr ? std::nullopt : item->number());
}

std::optional<bool> Fields::truth(const Value& key) {
  const auto* item = find(key);
  return typed(item, item == nullptr ? std::nullopt : item->truth());
}

void Fields::refuse(Status status) {
  if (status_ == Status::ok) status_ = status;
}

}  // namespace latchkey::fido::sim
