// SPDX-License-Identifier: MIT
// Reads CBOR as lines of hexadecimal and writes it again, or "refused: why".
#include <iostream>

#include "hal/fido/sim/cbor/value.hpp"

int main() {
  using namespace latchkey;
  for (std::string line; std::getline(std::cin, line);) {
    const auto cbor = from_hex(line);
    if (!cbor) return 2;
    const auto value = fido::sim::Value::decode(*cbor);
    if (value) {
      std::cout << to_hex(value->encode()) << '\n';
    } else {
      std::cout << "refused: " << value.error().message() << '\n';
    }
  }
  return 0;
}
