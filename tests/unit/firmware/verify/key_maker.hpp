// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel/statement.hpp"
#include "core/ssh/public_key.hpp"
#include "firmware/roles/verify_messages.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

/// Keys and signatures by the real ssh-keygen and openssl, in a folder that goes at the end.
namespace latchkey::testing {

struct MadeKey {
  std::filesystem::path file;  ///< private half
  Bytes blob;
};

/// A security key in software: ECDSA on P-256, as PROTOCOL.u2f has it, with flags to choose.
struct SoftToken {
  std::filesystem::path file;
  Bytes blob;
};

inline constexpr std::uint8_t kUserPresent = 0x01;
inline constexpr std::uint8_t kUserVerified = 0x04;

class KeyMaker final {
 public:
  KeyMaker();
  ~KeyMaker();
  KeyMaker(const KeyMaker&) = delete;
  KeyMaker& operator=(const KeyMaker&) = delete;
  KeyMaker(KeyMaker&&) = delete;
  KeyMaker& operator=(KeyMaker&&) = delete;

  [[nodiscard]] MadeKey make(const std::string& type, const std::string& bits = {});
  /// ssh-keygen -Y sign; the binary SSHSIG.
  [[nodiscard]] Bytes sign(const MadeKey& key, ByteView message,
                           const std::string& name_space = channel::kProofNamespace,
                           const std::string& hash = "sha512");
  /// The line in the .pub file, with its line end.
  [[nodiscard]] std::string public_line(const MadeKey& key) const;
  /// A certificate for `key`, signed by itself: the blob in its -cert.pub.
  [[nodiscard]] Bytes certify(const MadeKey& key);

  [[nodiscard]] SoftToken make_token(std::string_view application = "ssh:");
  [[nodiscard]] Bytes assert_with(const SoftToken& token, ByteView message, std::uint8_t flags);

 private:
  std::string run(const std::vector<std::string>& arguments, ByteView input = {});
  [[nodiscard]] std::filesystem::path fresh(const std::string& stem);

  std::filesystem::path folder_;
  process::PosixRunner runner_;
  unsigned count_ = 0;
};

[[nodiscard]] Bytes read_bytes(const std::filesystem::path& file);
/// The blob of a line "type base64 comment".
[[nodiscard]] Bytes blob_of_line(const std::string& line);

/// A question about `key`, all fields set; the signature is still empty.
[[nodiscard]] roles::ProofQuestion question_about(ByteView key);
/// What the host has to sign for it.
[[nodiscard]] Bytes statement_of(const roles::ProofQuestion& question);

struct AskHow {
  std::vector<std::string> environment;
  bool without_root = false;
};
/// One run of the executable; nothing when it gave no verdict.
[[nodiscard]] std::optional<roles::KeyVerdict> ask(const roles::ToVerify& question,
                                                   const AskHow& how = {});

}  // namespace latchkey::testing
