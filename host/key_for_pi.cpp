// SPDX-License-Identifier: MIT
#include "host/key_for_pi.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/attest/record.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/fingerprint.hpp"
#include "host/interrupt.hpp"
#include "host/key_failure.hpp"
#include "host/security_key_choice.hpp"
#include "host/sentences.hpp"
#include "host/sk_key_file.hpp"
#include "host/sk_key_maker.hpp"
#include "host/stored_attestation.hpp"

namespace latchkey::host {
namespace {

constexpr auto kEd25519 = "sk-ssh-ed25519@openssh.com";
constexpr auto kEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";

/// What is asked for and what the Pi accepts, both; nullopt in it: as the security key can.
Attempt<std::optional<fido::Algorithm>> algorithm_for(const channel::Welcome& welcome,
                                                      const EnrollOptions& options) {
  const auto accepts = [&](const char* type) {
    return std::ranges::find(welcome.key_types, type) != welcome.key_types.end();
  };
  const bool ed25519 = accepts(kEd25519) && options.type != "ecdsa";
  const bool ecdsa = accepts(kEcdsa) && options.type != "ed25519";
  if (ed25519 && ecdsa) return std::nullopt;
  if (ed25519) return fido::Algorithm::ed25519;
  if (ecdsa) return fido::Algorithm::ecdsa_p256;
  return give_up(Reason::key_type_refused,
                 fmt::format("The Pi accepts no such keys on security keys. It accepts: {}.",
                             listed(welcome.key_types)),
                 "Choose another --type, or a software key: latchkey enroll --software");
}

std::string comment_of(const Context& context) {
  return context.computer.empty() ? context.home.user : context.home.user + "@" + context.computer;
}

std::string application_of(const EnrollOptions& options) {
  return options.application.empty() ? "ssh:" : options.application;
}

Attempt<fido::MadeKey> make(const SkKeyWanted& wanted, const std::string& device,
                            const Context& context) {
  const Interrupt interrupt;
  auto key = choose_security_key({.device = device}, context, interrupt);
  if (!key) return give_up(std::move(key));
  return make_sk_key(wanted, **key, context);
}

}  // namespace

Attempt<> settle_security_key(const EnrollOptions& options, const Context& context) {
  const auto plugged = context.security_keys.list();
  if (options.device.empty() && plugged && plugged->size() > 1) {
    context.terminal.field(
        "Key", fmt::format("a new one, once the code is typed: touch one of the {} security keys "
                           "here to choose it, and once more to make the key",
                           plugged->size()));
    return {};
  }
  const Interrupt interrupt;
  auto key = choose_security_key({.device = options.device}, context, interrupt);
  if (!key) return give_up(std::move(key));
  const auto& name = (*key)->plugged().name;
  std::string asked = "one touch";
  switch (fido::needed_to_make((*key)->info(), options.resident, options.verify_required)) {
    case fido::Verification::none: break;
    case fido::Verification::built_in:
      asked = options.resident ? "two touches with your finger" : "one touch with your finger";
      break;
    case fido::Verification::pin:
      if (!context.terminal.interactive()) {
        return give_up(
            Reason::needs_terminal,
            fmt::format("{} will ask for its PIN, and there is no terminal to ask on.", name),
            "Run it on a terminal.");
      }
      asked = "its PIN and one touch";
      break;
    case fido::Verification::not_possible:
      return tl::make_unexpected(key_failure(
          {fido::Trouble::pin_not_set, "making a key", {}, (*key)->plugged().path, {}}));
  }
  context.terminal.field("Key",
                         fmt::format("a new one on {}, once the code is typed: {}", name, asked));
  return {};
}

Attempt<KeyForPi> make_key_for(const channel::Welcome& welcome, ByteView statement,
                               const EnrollOptions& options, const Context& context) {
  auto algorithm = algorithm_for(welcome, options);
  if (!algorithm) return give_up(std::move(algorithm));
  const auto challenge = channel::attestation_challenge(statement);
  if (!challenge) return give_up(Reason::internal, challenge.error().message() + ".");
  SkKeyWanted wanted;
  wanted.algorithm = *algorithm;
  wanted.application = application_of(options);
  wanted.user = options.user;
  wanted.resident = options.resident;
  wanted.verify = options.verify_required || welcome.user_verification;
  wanted.challenge = to_bytes(*challenge);
  const OutliveInterrupt outlive;  // from the touch to the file
  auto made = make(wanted, options.device, context);
  if (!made) return give_up(std::move(made));

  // For the offer the challenge goes without saying; in the file it is kept.
  attest::Record record{std::move(made->attestation), {}};
  const bool attested = !record.attestation.signature.empty();
  auto bytes = attested ? attest::encode(record).value_or(Bytes()) : Bytes();
  record.challenge = std::move(wanted.challenge);
  SkKeyFile file{{std::move(made->key), made->flags, std::move(made->handle), comment_of(context)},
                 {},
                 false,
                 std::nullopt,
                 {}};
  file.file = free_key_file(context.home.ssh_directory() + "/" +
                            default_name(algorithm_of(file.key.public_key)));
  if (attested) file.record = std::move(record);
  auto saved = save_sk_key(file, context);
  if (!saved) return give_up(std::move(saved));
  return KeyForPi{std::move(*saved), std::move(bytes), options.resident};
}

void discard(const KeyForPi& made, const Context& context) {
  const auto& file = made.key.file;
  if (made.resident) {
    context.terminal.line(fmt::format("The key stays on the security key, and its file here: {}",
                                      context.home.shorten(file)));
    return;
  }
  bool gone = true;
  for (const auto& part :
       {file, file + ".pub", attestation_file_of(file), challenge_file_of(file)}) {
    if (::unlink(part.c_str()) != 0 && errno != ENOENT) gone = false;
  }
  if (gone) {
    context.terminal.line(
        fmt::format("The new key is of no use then: {} removed.", context.home.shorten(file)));
  } else {
    context.terminal.warn(
        fmt::format("{} could not be removed; the key is of no use.", context.home.shorten(file)));
  }
}

Attempt<channel::TokenRequest> request_for(const channel::Welcome& welcome,
                                           const EnrollOptions& options, const Context& context) {
  auto algorithm = algorithm_for(welcome, options);
  if (!algorithm) return give_up(std::move(algorithm));
  channel::TokenRequest request;
  request.comment = comment_of(context);
  if (*algorithm) {
    request.algorithm = **algorithm == fido::Algorithm::ed25519
                            ? channel::TokenAlgorithm::ed25519
                            : channel::TokenAlgorithm::ecdsa_p256;
  }
  request.resident = options.resident;
  request.verify = options.verify_required || (welcome.user_verification && !options.existing);
  request.existing = options.existing;
  request.application = application_of(options);
  request.user = options.user;
  return request;
}

}  // namespace latchkey::host
