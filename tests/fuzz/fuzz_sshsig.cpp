// SPDX-License-Identifier: MIT
// The bytes as a signature, and as the text of an armoured one.
#include "core/ssh/sshsig.hpp"
#include "tests/fuzz/require.hpp"

using namespace latchkey;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto blob = ssh::dearmor(as_text(bytes))) {
    static_cast<void>(ssh::Sshsig::parse(*blob));
    require(ssh::dearmor(ssh::armor(*blob)).value() == *blob);
  }
  const auto sig = ssh::Sshsig::parse(bytes);
  if (!sig) return 0;
  require(sig->sk.has_value() == ssh::is_security_key(sig->public_key.type()));
  require(sig->sk.has_value() || (!sig->user_present() && !sig->user_verified()));
  require(ssh::signed_data(sig->name_space, sig->hash_algorithm, bytes).has_value());
  return 0;
}
