// SPDX-License-Identifier: MIT
#include "core/crypto/base64.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using namespace latchkey::crypto;

TEST_CASE("base64 gives RFC 4648's texts, both ways") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& row : rows) {
    const auto* plain = row.first;
    const auto* coded = row.second;
    CAPTURE(plain);
    CHECK(to_base64(as_bytes(plain)) == coded);
    CHECK(as_text(from_base64(coded).value()) == plain);
  }
}

TEST_CASE("each byte string has exactly one base64 text") {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm9v ",
                           "Zm\n9v", "Zm9v=", "=Zm9", "Zm-v", "Zm_v", "Zm9vY", "Zm9v\r\nYmFy"}) {
    CAPTURE(text);
    CHECK(from_base64(text).error().is(Errc::malformed));
  }
  CHECK(from_base64(std::string_view("Zm9\0", 4)).error().is(Errc::malformed));
}

TEST_CASE("every byte survives base64") {
  Bytes all;
  for (int i = 0; i < 256; ++i) {
    all.push_back(static_cast<std::uint8_t>(i));
    CHECK(from_base64(to_base64(all)).value() == all);
  }
}
