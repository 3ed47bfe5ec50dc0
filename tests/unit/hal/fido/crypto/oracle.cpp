// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/crypto/oracle.hpp"

#include <mbedtls/pk.h>

#include <fstream>

#include "core/crypto/hash.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/temp_folder.hpp"

namespace latchkey::fido::sim::test {

process::Finished run(std::vector<std::string> arguments, ByteView input) {
  process::PosixRunner runner;
  process::Command command;
  command.arguments = std::move(arguments);
  command.input = to_bytes(input);
  return runner.run(command).value();
}

void write_file(const std::string& path, ByteView contents) {
  std::ofstream(path, std::ios::binary) << as_text(contents);
}

Bytes subject_public_key_info(ByteView public_key) {
  auto der =
      from_hex(public_key.size() == 32 ? "302a300506032b6570032100"
                                       : "3059301306072a8648ce3d020106082a8648ce3d030107034200")
          .value();
  der.insert(der.end(), public_key.begin(), public_key.end());
  return der;
}

bool mbedtls_verifies(ByteView public_key, ByteView message, ByteView signature) {
  const auto der = subject_public_key_info(public_key);
  const auto hash = crypto::sha256(message).value();
  mbedtls_pk_context key;
  mbedtls_pk_init(&key);
  const bool good = mbedtls_pk_parse_public_key(&key, der.data(), der.size()) == 0 &&
                    mbedtls_pk_verify(&key, MBEDTLS_MD_SHA256, hash.data(), hash.size(),
                                      signature.data(), signature.size()) == 0;
  mbedtls_pk_free(&key);
  return good;
}

bool openssl_verifies(ByteView public_key, ByteView message, ByteView signature) {
  const latchkey::test::TempFolder folder;
  write_file(folder.file("key"), subject_public_key_info(public_key));
  write_file(folder.file("message"), message);
  write_file(folder.file("signature"), signature);
  std::vector<std::string> arguments{"openssl",
                                     "pkeyutl",
                                     "-verify",
                                     "-pubin",
                                     "-keyform",
                                     "DER",
                                     "-inkey",
                                     folder.file("key"),
                                     "-rawin",
                                     "-in",
                                     folder.file("message"),
                                     "-sigfile",
                                     folder.file("signature")};
  if (public_key.size() != 32) arguments.insert(arguments.end(), {"-digest", "sha256"});
  return run(arguments).status == 0;
}

}  // namespace latchkey::fido::sim::test
