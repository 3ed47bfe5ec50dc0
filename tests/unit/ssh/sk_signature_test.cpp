// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "core/ssh/ecdsa_der.hpp"
#include "core/ssh/sshsig.hpp"
#include "core/ssh/wire.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

constexpr const char* kNamespace = "latchkey@golden";

/// SEQUENCE { INTEGER, INTEGER } with contents as given.
Bytes der(ByteView r, ByteView s) {
  Writer numbers;
  numbers.uint8(0x02).uint8(static_cast<std::uint8_t>(r.size())).raw(r);
  numbers.uint8(0x02).uint8(static_cast<std::uint8_t>(s.size())).raw(s);
  const auto size = static_cast<std::uint8_t>(numbers.bytes().size());
  return Writer().uint8(0x30).uint8(size).raw(numbers.bytes()).bytes();
}

/// The signature of a golden file as the key itself gave it.
Bytes as_the_key_gave(const Sshsig& sig) {
  if (sig.public_key.type() != KeyType::sk_ecdsa_p256) return sig.signature;
  Reader in(sig.signature, "taking it apart");
  const auto r = in.string();
  const auto s = in.string();
  return der(r, s);
}

Bytes hex(const std::string& text) { return from_hex(text).value(); }

}  // namespace

TEST_CASE("the parts of a security key's signature become what ssh-keygen reads") {
  for (const std::string name : {"sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    const auto blob = dearmor(golden(name + ".sig")).value();
    const auto sig = Sshsig::parse(blob).value();
    CHECK(sig.hash_algorithm == kSkHashAlgorithm);
    const auto composed =
        compose_sk_signature(sig.public_key, kNamespace, *sig.sk, as_the_key_gave(sig)).value();
    CHECK(to_hex(composed) == to_hex(blob));

    const TempFolder folder;
    const auto message = folder.write("message", golden("message"));
    const auto signers = folder.write("signers", "ada " + golden(name + ".pub"));
    const auto signature = folder.write("signature", armor(composed));
    const auto verified = run("ssh-keygen -Y verify -f " + signers + " -I ada -n " + kNamespace +
                              " -s " + signature + " < " + message);
    CAPTURE(verified.output);
    CHECK(verified.status == 0);
  }
}

TEST_CASE("flags and counter arrive, whatever they are") {
  const auto key = golden_key("sk-ed25519");
  for (const SkAssertion said : {SkAssertion{0x00, 0}, SkAssertion{0x05, 0xffffffff}}) {
    const auto blob = compose_sk_signature(key, "n", said, Bytes(64, 1)).value();
    const auto sig = Sshsig::parse(blob).value();
    CHECK(sig.sk->flags == said.flags);
    CHECK(sig.sk->counter == said.counter);
    CHECK(sig.name_space == "n");
  }
}

TEST_CASE("what would not be read again is not composed") {
  const auto ed25519 = golden_key("sk-ed25519");
  const auto ecdsa = golden_key("sk-ecdsa");
  const SkAssertion said{0x01, 7};
  CHECK(compose_sk_signature(golden_key("ed25519"), "n", said, Bytes(64, 1))
            .error()
            .is(Errc::unsupported));
  CHECK(compose_sk_signature(ed25519, "n", said, Bytes(63, 1)).error().is(Errc::malformed));
  CHECK(compose_sk_signature(ed25519, "n", said, Bytes(65, 1)).error().is(Errc::malformed));
  CHECK(compose_sk_signature(ed25519, "", said, Bytes(64, 1)).error().is(Errc::malformed));
  CHECK(compose_sk_signature(ed25519, std::string(256, 'n'), said, Bytes(64, 1))
            .error()
            .is(Errc::too_large));
  CHECK_FALSE(compose_sk_signature(ecdsa, "n", said, Bytes(64, 1)));
  CHECK_FALSE(compose_sk_signature(ecdsa, "n", said, {}));
}

TEST_CASE("an ECDSA signature is read as DER and nothing else") {
  const Bytes number(32, 0x7f);
  CHECK(to_hex(mpints_of_der(der(hex("01"), hex("0080"))).value()) ==
        "0000000101"
        "000000020080");
  CHECK(mpints_of_der(der(number, number)));
  Bytes top(33, 0xff);
  top[0] = 0;
  CHECK(mpints_of_der(der(top, top)));

  CHECK_FALSE(mpints_of_der(der({}, number)));               // no number at all
  CHECK_FALSE(mpints_of_der(der(hex("00"), number)));        // zero
  CHECK_FALSE(mpints_of_der(der(hex("80"), number)));        // negative
  CHECK_FALSE(mpints_of_der(der(hex("0001"), number)));      // a zero that is not needed
  CHECK_FALSE(mpints_of_der(der(Bytes(33, 0x01), number)));  // beyond the curve
  CHECK_FALSE(mpints_of_der(der(number, Bytes(33, 0x01))));
  CHECK_FALSE(
      mpints_of_der(hex("30810602010102"
                        "0101")));                            // a longer length than needed
  CHECK_FALSE(mpints_of_der(hex("3003020101")));              // one number
  CHECK_FALSE(mpints_of_der(hex("3009020101020101020101")));  // three
  CHECK_FALSE(
      mpints_of_der(hex("31060201010201"
                        "01")));  // a set
  CHECK_FALSE(
      mpints_of_der(hex("30060401010201"
                        "01")));  // another kind of item
}

TEST_CASE("each truncation of the DER is refused, each flipped bit too, or it is another number") {
  Bytes r(33, 0x9a);
  r[0] = 0;
  const auto good = der(r, Bytes(32, 0x12));
  const auto numbers = mpints_of_der(good).value();
  each_truncation(good, [](ByteView part) { CHECK_FALSE(mpints_of_der(part)); });
  auto longer = good;
  longer.push_back(0);
  CHECK(mpints_of_der(longer).error().is(Errc::trailing_bytes));
  each_bit_flip(good, [&](const Bytes& flipped, std::size_t position) {
    const auto read = mpints_of_der(flipped);
    CAPTURE(position);
    if (read) CHECK(*read != numbers);
    // The heads: none of their bits is free.
    if (position < 5) CHECK_FALSE(read);
  });
}
