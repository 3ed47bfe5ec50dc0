// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <utility>

#include "core/ssh/fingerprint.hpp"
#include "host/commands.hpp"
#include "host/key_maker.hpp"
#include "host/key_report.hpp"
#include "host/report.hpp"
#include "host/security_key_choice.hpp"
#include "host/sk_key_facts.hpp"
#include "host/sk_key_file.hpp"
#include "host/sk_key_maker.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxUser = 31;

/// One run of `latchkey keygen`.
class Keygen final {
 public:
  Keygen(const KeygenOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  Attempt<LocalKey> run() {
    if (auto fine = check_options(); !fine) return give_up(std::move(fine));
    return options_.software ? in_a_file() : on_a_security_key();
  }

 private:
  [[nodiscard]] bool names_security_key_options() const {
    return options_.resident || options_.verify_required || !options_.touch_required ||
           options_.overwrite || options_.attestation || !options_.application.empty() ||
           !options_.user.empty() || !options_.device.empty() || !options_.challenge.empty();
  }

  [[nodiscard]] Attempt<> check_options() const {
    if (options_.software && (names_security_key_options() || options_.type == "ecdsa")) {
      return give_up(Reason::usage,
                     "--software makes an Ed25519 key in a file; an option that was given is for "
                     "keys on a security key.",
                     "Leave out one or the other.");
    }
    if (!options_.application.empty() && !is_application(options_.application)) {
      return give_up(Reason::usage, "--application has to start with ssh: and be printable ASCII.",
                     "For example: --application ssh:pi");
    }
    if (options_.user.size() > kMaxUser) {
      return give_up(Reason::usage, "--user has at most 31 bytes.");
    }
    if (!options_.resident && (!options_.user.empty() || options_.overwrite)) {
      return give_up(Reason::usage, "--user and --overwrite are for resident keys.",
                     "Add --resident, or leave them out.");
    }
    const bool asks = options_.software ? !options_.no_passphrase : options_.passphrase;
    if (asks && !terminal_.interactive()) {
      return give_up(Reason::needs_terminal, "There is no terminal to ask for a passphrase on.",
                     options_.software ? "Make a key without one: --no-passphrase"
                                       : "Leave out --passphrase.");
    }
    return {};
  }

  static bool is_application(const std::string& text) {
    // Whether a public key could carry it: any 32 bytes will do as its key.
    return text.starts_with("ssh:") && ssh::PublicKey::make_sk_ed25519(Bytes(32, 1), text);
  }

  Attempt<LocalKey> in_a_file() {
    const auto file = options_.file.empty() ? context_.home.ssh_directory() + "/id_ed25519"
                                            : context_.home.expand(options_.file);
    const auto made =
        make_software_key({file, options_.comment, !options_.no_passphrase}, context_.runner);
    if (!made) return tl::make_unexpected(made.error());
    LocalKey key{made->key,       ssh::fingerprint(made->key.blob()).value_or("SHA256:?"),
                 made->comment,   file,
                 made->encrypted, false};
    say_made(key, key.encrypted ? "" : "(no passphrase)");
    return key;
  }

  Attempt<LocalKey> on_a_security_key() {
    auto challenge = this->challenge();
    if (!challenge) return give_up(std::move(challenge));
    SkKeyWanted wanted;
    if (!options_.type.empty()) {
      wanted.algorithm =
          options_.type == "ecdsa" ? fido::Algorithm::ecdsa_p256 : fido::Algorithm::ed25519;
    }
    if (!options_.application.empty()) wanted.application = options_.application;
    wanted.user = options_.user;
    wanted.resident = options_.resident;
    wanted.verify = options_.verify_required;
    wanted.touch = options_.touch_required;
    wanted.overwrite = options_.overwrite;
    wanted.challenge = *challenge;
    // Before anybody is asked for anything, as far as it is known by now.
    if (!options_.file.empty() || wanted.algorithm) {
      if (auto free = check_place(wanted.algorithm.value_or(fido::Algorithm::ed25519)); !free) {
        return give_up(std::move(free));
      }
    }
    const OutliveInterrupt outlive;  // from the touch to the file
    std::string name;
    auto made = make(wanted, name);
    if (!made) return give_up(std::move(made));

    SkKeyFile file{{made->key, made->flags, made->handle, comment()},
                   file_for(algorithm_of(made->key)),
                   options_.passphrase,
                   {},
                   {}};
    if (const auto place = attestation_place()) {
      file.record = attest::Record{made->attestation, *challenge};
      file.attestation_file = *place;
    }
    auto saved = save_sk_key(file, context_);
    if (!saved) return saved;
    say_made(*saved, fmt::format("(on {}: {})", name, SkKeyFacts::of(*saved).text()));
    if (!options_.touch_required) {
      terminal_.warn("It signs without a touch: the Pis of latchkey refuse such a key.");
    }
    return saved;
  }

  /// The security key is closed again at the end, and Ctrl-C is as it was.
  Attempt<fido::MadeKey> make(const SkKeyWanted& wanted, std::string& name) const {
    const Interrupt interrupt;
    const KeyChoice choice{options_.device};
    auto key = choose_security_key(choice, context_, interrupt);
    if (!key) return give_up(std::move(key));
    name = (*key)->plugged().name;
    auto made = make_sk_key(wanted, **key, context_,
                            [&](fido::Algorithm algorithm) { return check_place(algorithm); });
    if (!made && made.error().reason == Reason::resident_exists) {
      made.error().next += " Or replace it: --overwrite.";
    }
    return made;
  }

  [[nodiscard]] Attempt<Bytes> challenge() const {
    if (options_.challenge.empty()) return make_challenge(context_.random);
    const auto path = context_.home.expand(options_.challenge);
    auto bytes = read_file(path, attest::kMaxChallenge);
    if (bytes && bytes->size() >= attest::kMinChallenge) return std::move(*bytes);
    if (!bytes && bytes.error().is(Errc::not_found)) {
      return give_up(Reason::no_such_file, "There is no " + path + ".");
    }
    if (!bytes && !bytes.error().is(Errc::too_large)) {
      return give_up(Reason::no_such_file, bytes.error().message() + ".");
    }
    return give_up(Reason::usage, fmt::format("{} is no challenge: it has 16 to 256 bytes.", path));
  }

  [[nodiscard]] std::string file_for(fido::Algorithm algorithm) const {
    return options_.file.empty() ? context_.home.ssh_directory() + "/" + default_name(algorithm)
                                 : context_.home.expand(options_.file);
  }
  [[nodiscard]] std::optional<std::string> attestation_place() const {
    if (!options_.attestation) return std::nullopt;
    return context_.home.expand(*options_.attestation);
  }
  [[nodiscard]] Attempt<> check_place(fido::Algorithm algorithm) const {
    return check_free(file_for(algorithm), attestation_place());
  }

  [[nodiscard]] std::string comment() const {
    if (!options_.comment.empty()) return options_.comment;
    return fmt::format("{}@{}", context_.home.user, context_.computer);
  }

  void say_made(const LocalKey& key, const std::string& more) const {
    terminal_.done(fmt::format("key made: {}  {}{}{}", context_.home.shorten(key.file),
                               key.fingerprint, more.empty() ? "" : "  ", more));
  }

  const KeygenOptions& options_;
  const Context& context_;
  const Terminal& terminal_;
};

}  // namespace

ExitCode keygen(const KeygenOptions& options, const Context& context) {
  const auto key = Keygen(options, context).run();
  if (!key) {
    context.terminal.failure(key.error());
    if (options.json) write_out(context.standard_output, to_json(key.error()));
    return exit_code_of(key.error().reason);
  }
  if (options.json) write_out(context.standard_output, to_json(*key));
  return ExitCode::ok;
}

}  // namespace latchkey::host
