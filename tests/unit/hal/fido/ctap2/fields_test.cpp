// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/fields.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

const Value& example() {
  static const Value map = Value::Map{{1, Bytes{7}},       {2, "text"}, {3, Value::Map{{1, 2}}},
                                      {4, Value::Array{}}, {5, -9},     {6, true}};
  return map;
}

}  // namespace

TEST_CASE("items are taken by key and type") {
  Fields fields(example());
  CHECK(*fields.bytes(1) == Bytes{7});
  CHECK(*fields.text(2) == "text");
  CHECK(fields.map(3)->find(1)->number() == 2);
  CHECK(fields.array(4)->empty());
  CHECK(fields.number(5) == -9);
  CHECK(fields.truth(6) == true);
  CHECK(fields.status() == Status::ok);
}

TEST_CASE("what is not there is no error until it is required") {
  Fields fields(example());
  CHECK(fields.bytes(9) == nullptr);
  CHECK_FALSE(fields.number("one"));
  CHECK(fields.status() == Status::ok);
  CHECK(fields.required(fields.text(9)) == nullptr);
  CHECK(fields.status() == Status::missing_parameter);
  Fields entry(example(), Status::invalid_cbor);
  CHECK_FALSE(entry.required(entry.truth(9)));
  CHECK(entry.status() == Status::invalid_cbor);
}

TEST_CASE("an item of another type is an error, and the first error counts") {
  const auto of_type = [](auto take) {
    Fields fields(example());
    take(fields);
    return fields.status();
  };
  CHECK(of_type([](auto& f) { (void)f.bytes(2); }) == Status::cbor_unexpected_type);
  CHECK(of_type([](auto& f) { (void)f.text(1); }) == Status::cbor_unexpected_type);
  CHECK(of_type([](auto& f) { (void)f.map(4); }) == Status::cbor_unexpected_type);
  CHECK(of_type([](auto& f) { (void)f.array(3); }) == Status::cbor_unexpected_type);
  CHECK(of_type([](auto& f) { (void)f.number(6); }) == Status::cbor_unexpected_type);
  CHECK(of_type([](auto& f) { (void)f.truth(5); }) == Status::cbor_unexpected_type);

  Fields fields(example());
  (void)fields.required(fields.bytes(2));
  fields.refuse(Status::invalid_length);
  CHECK(fields.status() == Status::cbor_unexpected_type);
  CHECK(fields.bytes(1) == nullptr);
}

TEST_CASE("what is no map has no fields") {
  const Value array = Value::Array{1};
  CHECK(Fields(array).status() == Status::cbor_unexpected_type);
}
