// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/random.hpp"
#include "core/ssh/public_key.hpp"
#include "core/ssh/text_lines.hpp"

namespace latchkey::ssh {

inline constexpr std::uint16_t kSshPort = 22;

/// One line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
struct KnownHostLine {
  enum class Kind { blank, comment, entry, unknown };
  enum class Marker { none, cert_authority, revoked };

  Kind kind = Kind::unknown;
  std::string raw;  ///< all bytes, line end included

  /// The rest is of entries only.
  Marker marker = Marker::none;
  std::string hosts;             ///< as it stands: a list of patterns, or |1|salt|hash
  std::optional<PublicKey> key;  ///< always there in an entry
  std::string comment;           ///< sanitised

  [[nodiscard]] bool is_hashed() const noexcept { return hosts.starts_with('|'); }
  /// Whether this line speaks of the name, by name, pattern (a negated one wins) or hash.
  /// `name` as host_name() makes it.
  [[nodiscard]] bool matches(std::string_view name) const;
};

/// How known_hosts names a host: "pi.local", or "[pi.local]:2222" where the port is not 22.
/// Lower case. Errc::malformed unless it is a host name or address: letters, digits and .:_-%.
[[nodiscard]] Result<std::string> host_name(std::string_view host, std::uint16_t port = kSshPort);

/// A whole known_hosts file, nothing lost: bytes() is what parse() was given.
class KnownHosts final {
 public:
  /// Any bytes are a file. Errc::too_large as check_text_size says.
  [[nodiscard]] static Result<KnownHosts> parse(ByteView file);

  [[nodiscard]] const std::vector<KnownHostLine>& lines() const noexcept { return lines_; }
  [[nodiscard]] Bytes bytes() const;
  /// The entries that match, @revoked and @cert-authority among them, in the order of the
  /// file. ssh looks for "[host]:port" first, and where that is not found for "host" too.
  /// Point into this object.
  [[nodiscard]] std::vector<const KnownHostLine*> find(std::string_view name) const;

  struct Removal {
    Bytes bytes;               ///< the file afterwards
    std::size_t removed = 0;   ///< lines gone, or that lost the name
    std::size_t patterns = 0;  ///< lines kept that still match, by a wildcard
  };
  /// Takes a host out. A line of this name alone or of its hash goes; out of a longer list
  /// only the name goes; lines with a marker or that match by wildcard alone stay. (ssh-keygen
  /// -R drops every line that matches, and other hosts with it.) All else is kept verbatim.
  [[nodiscard]] Removal without(std::string_view name) const;

 private:
  std::vector<KnownHostLine> lines_;
};

/// A new line, without line end, for append_line. `name` as host_name() makes it.
[[nodiscard]] std::string compose_known_host(std::string_view name, const PublicKey& key);
/// The same with the name hashed as by ssh's HashKnownHosts. Errc::entropy, Errc::crypto.
[[nodiscard]] Result<std::string> compose_hashed_host(std::string_view name, const PublicKey& key,
                                                      crypto::Random& random);

}  // namespace latchkey::ssh
