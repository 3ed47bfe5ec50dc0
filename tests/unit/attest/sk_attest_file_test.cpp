// SPDX-License-Identifier: MIT
#include "core/attest/sk_attest_file.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::attest;

namespace {

const std::string kMagic =
    "00000011"
    "7373682d736b2d6174746573742d763031";

Result<SkAttestFile> read(const std::string& hex) {
  return read_sk_attest_file(from_hex(hex).value());
}

}  // namespace

TEST_CASE("the layout is PROTOCOL.u2f's, with the authenticator data as a CBOR byte string") {
  const auto hex = kMagic +
                   "00000002"
                   "3000"
                   "00000003"
                   "010203"
                   "00000003"
                   "42aabb"
                   "00000000"
                   "00000000";
  const auto file = read(hex).value();
  CHECK(to_hex(file.certificate) == "3000");
  CHECK(to_hex(file.signature) == "010203");
  CHECK(to_hex(file.authenticator_data) == "aabb");
  CHECK(to_hex(write_sk_attest_file(file)) == hex);
}

TEST_CASE("what is written is read again, of any size within the bounds") {
  for (const std::size_t size : {0UL, 1UL, 23UL, 24UL, 255UL, 256UL, kMaxAuthenticatorData}) {
    CAPTURE(size);
    const SkAttestFile file{Bytes(kMaxCertificate, 1), Bytes(kMaxSignature, 2), Bytes(size, 3)};
    const auto again = read_sk_attest_file(write_sk_attest_file(file)).value();
    CHECK(again.certificate == file.certificate);
    CHECK(again.signature == file.signature);
    CHECK(again.authenticator_data == file.authenticator_data);
  }
  const auto too_large = [](std::size_t certificate, std::size_t signature, std::size_t data) {
    const SkAttestFile file{Bytes(certificate), Bytes(signature), Bytes(data)};
    return read_sk_attest_file(write_sk_attest_file(file)).error().is(Errc::too_large);
  };
  CHECK(too_large(kMaxCertificate + 1, 0, 0));
  CHECK(too_large(0, kMaxSignature + 1, 0));
  CHECK(too_large(0, 0, kMaxAuthenticatorData + 1));
}

TEST_CASE("the old format lacks what its signature covers") {
  const auto old =
      "00000011"
      "7373682d736b2d6174746573742d763030"
      "00000002"
      "3000"
      "00000001"
      "01"
      "00000000"
      "00000000";
  CHECK(read(old).error().is(Errc::unsupported));
}

TEST_CASE("other magics and reserved fields in use are refused") {
  CHECK(read("00000011"
             "7373682d736b2d6174746573742d763032"
             "00000000")
            .error()
            .is(Errc::malformed));
  CHECK(read("00000000").error().is(Errc::malformed));
  CHECK(read("00000012" + kMagic).error().is(Errc::too_large));
  const auto body = kMagic +
                    "00000000"
                    "00000000"
                    "00000001"
                    "40";
  CHECK(read(body + "00000000"
                    "00000000"));
  CHECK(read(body + "00000001"
                    "00000000")
            .error()
            .is(Errc::unsupported));
  CHECK(read(body + "00000000"
                    "00000001"
                    "00")
            .error()
            .is(Errc::unsupported));
}

TEST_CASE("authenticator data that is not one CBOR byte string is refused") {
  const auto with = [](const std::string& size, const std::string& data) {
    return read(kMagic +
                "00000000"
                "00000000" +
                size + data +
                "00000000"
                "00000000");
  };
  CHECK(with("00000002", "41aa"));
  CHECK(with("00000002", "aabb").error().is(Errc::malformed));  // raw, without CBOR
  CHECK(with("00000000", "").error().is(Errc::truncated));
  CHECK(with("00000002", "6161").error().is(Errc::malformed));    // text
  CHECK(with("00000003", "5801aa").error().is(Errc::malformed));  // a longer head than needed
  CHECK(with("00000003", "41aabb").error().is(Errc::trailing_bytes));
  CHECK(with("00000005", "5f41aaff00").error().is(Errc::malformed));
}

TEST_CASE("each truncation is refused, each flipped bit refused or read as it is") {
  const auto good = write_sk_attest_file({Bytes(40, 1), Bytes(70, 2), Bytes(200, 3)});
  for (std::size_t i = 0; i < good.size(); ++i) {
    CHECK_FALSE(read_sk_attest_file(ByteView(good).first(i)));
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto flipped = good;
      flipped.at(i) = static_cast<std::uint8_t>(flipped.at(i) ^ (1U << bit));
      const auto file = read_sk_attest_file(flipped);
      if (file) CHECK(write_sk_attest_file(*file) == flipped);
    }
  }
  auto longer = good;
  longer.push_back(0);
  CHECK(read_sk_attest_file(longer).error().is(Errc::trailing_bytes));
}
