// SPDX-License-Identifier: MIT
// The worked examples of FIDO U2F Raw Message Formats v1.2, section 8. Their signatures cannot be
// made again, for ECDSA is random; so the same verification accepts theirs and ours.
#include "tests/unit/hal/fido/u2f/key_fixture.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

SigningKey p256(std::string_view seed) {
  return SigningKey::from_seed(SigningKey::Kind::p256, seed_of(seed)).value();
}

}  // namespace

TEST_CASE("the registration example verifies, and so does ours with its keys") {
  const auto application = hex("f0e6a6a97042a4f1f1c87f5f7d44315b2d852c2df5c7991cc66241bf7072d1c4");
  const auto challenge = hex("4142d21c00d94ffb9d504ada8f99b721f4b191ae4e37ca0140f696b6983cfacb");
  const auto attestation_key =
      p256("f3fccc0d00d8031954f90864d43c247f4bf5f0665c6b50cc17749a27d1cf7664");
  CHECK(to_hex(attestation_key.public_key()) ==
        "048d617e65c9508e64bcc5673ac82a6799da3c1446682c258c463fffdf58dfd2fa"
        "3e6c378b53d795c4a4dffb4199edd7862f23abaf0203b4b8911ba0569994e101");
  const auto response = hex(
      "0504b174bc49c7ca254b70d2e5c207cee9cf174820ebd77ea3c65508c26da51b657c1cc6b952f862169793648"
      "2da0a6d3d3826a59095daf6cd7c03e2e60385d2f6d9402a552dfdb7477ed65fd84133f86196010b2215b57da7"
      "5d315b7b9e8fe2e3925a6019551bab61d16591659cbaf00b4950f7abfe6660e2e006f76868b772d70c2530820"
      "13c3081e4a003020102020a47901280001155957352300a06082a8648ce3d0403023017311530130603550403"
      "130c476e756262792050696c6f74301e170d3132303831343138323933325a170d31333038313431383239333"
      "25a3031312f302d0603550403132650696c6f74476e756262792d302e342e312d343739303132383030303131"
      "35353935373335323059301306072a8648ce3d020106082a8648ce3d030107034200048d617e65c9508e64bcc"
      "5673ac82a6799da3c1446682c258c463fffdf58dfd2fa3e6c378b53d795c4a4dffb4199edd7862f23abaf0203"
      "b4b8911ba0569994e101300a06082a8648ce3d0403020347003044022060cdb6061e9c22262d1aac1d96d8c70"
      "829b2366531dda268832cb836bcd30dfa0220631b1459f09e6330055722c8d89b7f48883b9089b88d60d1d979"
      "5902b30410df304502201471899bcc3987e62e8202c9b39c33c19033f7340352dba80fcab017db9230e402210"
      "082677d673d891933ade6f617e5dbde2e247e70423fd5ad7804a6d3d3961ef871");
  const auto verifies = [&](const Registration& made) {
    const Bytes zero{0};
    return mbedtls_verifies(attestation_key.public_key(),
                            join({zero, application, challenge, made.handle, made.public_key}),
                            made.signature);
  };
  const Registration example(response);
  CHECK(verifies(example));

  Key key;
  key.state.factory = {attestation_key, {to_bytes(example.certificate)}};
  const auto data = key.data(extended(kRegister, 0, join({challenge, application})));
  const Registration made(data);
  CHECK(verifies(made));
  CHECK(to_bytes(made.certificate) == to_bytes(example.certificate));
}

TEST_CASE("the authentication example verifies, and so does ours with its key and counter") {
  const auto application = hex("4b0be934baebb5d12d26011b69227fa5e86df94e7d94aa2949a89f2d493992ca");
  const auto challenge = hex("ccd6ee2e47baef244d49a222db496bad0ef5b6f93aa7cc4d30c4821b3b9dbc57");
  const auto private_key = p256("ffa1e110dde5a2f8d93c4df71e2d4337b7bf5ddb60c75dc2b6b81433b54dd3c0");
  const auto public_key =
      hex("04d368f1b665bade3c33a20f1e429c7750d5033660c019119d29aa4ba7abc04aa7"
          "c80a46bbe11ca8cb5674d74f31f8a903f6bad105fb6ab74aefef4db8b0025e1d");
  CHECK(private_key.public_key() == public_key);
  const auto base =
      hex("4b0be934baebb5d12d26011b69227fa5e86df94e7d94aa2949a89f2d493992ca0100000001"
          "ccd6ee2e47baef244d49a222db496bad0ef5b6f93aa7cc4d30c4821b3b9dbc57");
  const auto response =
      hex("0100000001304402204b5f0cd17534cedd8c34ee09570ef542a353df4436030ce43d406de870b84778"
          "0220267bb998fac9b7266eb60e7cb0b5eabdfd5ba9614f53c7b22272ec10047a923f");
  CHECK(mbedtls_verifies(public_key, base, ByteView(response).subspan(5)));

  Key key;
  const auto handle = wrap(key.state, application, {private_key}, key.random).value();
  const Bytes size{static_cast<std::uint8_t>(handle.size())};
  const auto data =
      key.data(extended(kAuthenticate, kEnforce, join({challenge, application, size, handle})));
  CHECK(to_hex(ByteView(data).first(5)) == "0100000001");
  CHECK(mbedtls_verifies(public_key, base, ByteView(data).subspan(5)));
}
