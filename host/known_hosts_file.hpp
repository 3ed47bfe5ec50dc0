// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/crypto/random.hpp"
#include "core/ssh/public_key.hpp"
#include "host/failure.hpp"
#include "host/ssh_config.hpp"

namespace latchkey::host {

/// The user's known_hosts, as far as one host is concerned. Pinning a host key there means
/// that ssh never asks “are you sure?”: the pairing has proved whose key it is.
class KnownHostsFile final {
 public:
  /// For the file, the name and the hashing that ssh would use. Reason::bad_ssh_config when the
  /// name is none for known_hosts.
  [[nodiscard]] static Attempt<KnownHostsFile> of(const SshConfig& config, std::uint16_t port);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// An old key of this host that its new ones contradict.
  struct OldKey {
    std::size_t line = 0;  ///< counted from 1
    std::string type;
    std::string fingerprint;
    bool by_pattern = false;  ///< the line matches by a wildcard: only its owner can change it
  };
  struct Comparison {
    std::vector<ssh::PublicKey> missing;  ///< not in the file yet
    std::vector<OldKey> different;
  };
  /// Reads, writes nothing. A key contradicts when it is of a type that the host now has another
  /// key of, or when no line of the host agrees at all. Reason::host_key_revoked, local_file.
  [[nodiscard]] Attempt<Comparison> compare(const std::vector<ssh::PublicKey>& host_keys) const;

  enum class Pinned { already, added, replaced };
  /// Adds what is missing; with `replace` takes the host's old lines out first. Every other byte
  /// of the file stays. Reason::host_key_changed when there are different keys and no `replace`,
  /// Reason::local_file.
  [[nodiscard]] Attempt<Pinned> pin(const std::vector<ssh::PublicKey>& host_keys, bool replace,
                                    crypto::Random& random) const;

 private:
  KnownHostsFile(std::string path, std::string name, bool hashed)
      : path_(std::move(path)), name_(std::move(name)), hashed_(hashed) {}

  [[nodiscard]] Attempt<Comparison> compare_bytes(
      ByteView file, const std::vector<ssh::PublicKey>& host_keys) const;
  [[nodiscard]] Result<Bytes> with(Bytes file, const std::vector<ssh::PublicKey>& keys,
                                   crypto::Random& random) const;

  std::string path_;
  std::string name_;
  bool hashed_;
};

/// The sentence for keys that changed, with what to do.
[[nodiscard]] Failure host_key_changed(const KnownHostsFile& file,
                                       const std::vector<KnownHostsFile::OldKey>& different);

}  // namespace latchkey::host
