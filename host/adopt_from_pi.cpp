// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "host/aftermath.hpp"
#include "host/code_entry.hpp"
#include "host/commands.hpp"
#include "host/interrupt.hpp"
#include "host/key_handle.hpp"
#include "host/report.hpp"

namespace latchkey::host {
namespace {

/// One run of `latchkey adopt PI`, step by step.
class Adoption final {
 public:
  Adoption(const AdoptOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  [[nodiscard]] const EnrollReport& report() const noexcept { return report_; }

  Attempt<> run() {
    auto destination = Destination::of(options_, context_);
    if (!destination) return give_up(std::move(destination));
    report_.host = destination->target.host;
    report_.pairing_port = destination->target.port;
    if (options_.code.empty() && !terminal_.interactive()) {
      return give_up(Reason::needs_terminal, "There is no terminal to ask for the code on.",
                     "Give it with --code FILE, or with --code - on standard input.");
    }
    const CodeEntry code(context_, options_.code);
    auto paired = pair_with(context_, code, destination->config.hostname, destination->target.port);
    if (!paired) return give_up(std::move(paired));
    return adopt_from(*destination, paired->connection, paired->welcome);
  }

 private:
  Attempt<> adopt_from(const Destination& destination, PiConnection& pi,
                       const channel::Welcome& welcome) {
    report_.device = welcome.device;
    report_.model = welcome.model;
    auto host_keys = settle_host_keys(context_, options_, destination, welcome);
    if (!host_keys) return give_up(std::move(host_keys));
    auto given = pi.request_handles({destination.target.user});
    if (!given) return give_up(std::move(given));
    auto handed = read(std::move(*given), destination);
    if (!handed) return give_up(std::move(handed));

    // From here on nobody waits for us: the Pi has said all and closed its window.
    std::optional<OutliveInterrupt> outlive(std::in_place);
    const auto owned = find_owned(*handed, options_.device, context_);
    if (!owned) return tl::make_unexpected(owned.error());
    if (!*owned) return tl::make_unexpected(of_another_key(*handed));
    const auto& mine = (*handed)[**owned];
    auto key = save(mine, destination);
    if (!key) return give_up(std::move(key));
    outlive.reset();

    if (auto pinned = pin_host_keys(context_, *host_keys, report_); !pinned) return pinned;
    const Login login{
        destination.target.host, report_.account,        destination.ssh_port_for(welcome),
        options_.config_file,    destination.config,     *key,
        host_keys->keys,         terminal_.interactive()};
    report_.command = ssh_line(login);
    if (auto logged_in = log_in(login); !logged_in) return logged_in;
    offer_host_block(context_, options_, destination, login, report_);
    return {};
  }

  /// The Pi has closed its window: whatever comes of it, the line stays there.
  Attempt<> log_in(const Login& login) {
    if (!options_.verify) {
      report_.login = "skipped";
      terminal_.line(fmt::format("Not tried: {}", report_.command));
      return {};
    }
    terminal_.touch("Touch your security key to log in.");
    auto checked = check_login(login, context_.runner);
    report_.login = checked ? "ok" : "failed";
    if (!checked) {
      checked.error().next += " The key stays here and on the Pi.";
      return checked;
    }
    terminal_.done(fmt::format("logged in with this key:  {}", report_.command));
    return {};
  }

  Attempt<std::vector<HandedKey>> read(channel::Handles given, const Destination& destination) {
    std::vector<HandedKey> handed;
    for (auto& handle : given.handles) {
      auto key = read_handle(std::move(handle));
      if (!key) return give_up(std::move(key));
      handed.push_back(std::move(*key));
    }
    if (!handed.empty()) return handed;
    const auto& user = destination.target.user;
    return give_up(
        Reason::no_handles,
        fmt::format("The Pi keeps no key that was touched at it{}.",
                    user.empty() ? std::string() : " for the account " + user),
        "Press the Pi's button, plug the security key into the Pi and touch it when the LED "
        "blinks twice; then press the button again and run the same command.");
  }

  static Failure of_another_key(const std::vector<HandedKey>& handed) {
    std::vector<std::string> fingerprints;
    std::ranges::transform(handed, std::back_inserter(fingerprints), &HandedKey::fingerprint);
    return {Reason::not_its_key,
            fmt::format("The security key here owns none of the keys that were touched at the Pi: "
                        "{}.",
                        fmt::join(fingerprints, ", ")),
            "Plug the one in here that was touched there, press the Pi's button and run the same "
            "command again."};
  }

  /// Into a new file, or into none where this computer has the key already.
  Attempt<LocalKey> save(const HandedKey& mine, const Destination& destination) {
    report_.account = mine.handle.account;
    report_.key_type = mine.key.type_name();
    report_.fingerprint = mine.fingerprint;
    const auto here =
        LocalKeys::find(context_.home, destination.config.identity_files, {}, context_.runner);
    const auto known = std::ranges::find(here.keys, mine.key, &LocalKey::key);
    if (known != here.keys.end()) {
      report_.result = "already-here";
      report_.key_file = known->file;
      terminal_.done(fmt::format("key is here already: {}  {}", known->label(context_.home),
                                 mine.fingerprint));
      return *known;
    }
    auto saved = save_handle(mine, context_);
    if (!saved) return saved;
    report_.result = "adopted";
    report_.key_file = saved->file;
    terminal_.done(fmt::format("key brought here: {}  {}  ({})", saved->label(context_.home),
                               mine.fingerprint, report_.key_type));
    return saved;
  }

  const AdoptOptions& options_;
  const Context& context_;
  const Terminal& terminal_;
  EnrollReport report_;
};

}  // namespace

ExitCode adopt_from_pi(const AdoptOptions& options, const Context& context) {
  Adoption adoption(options, context);
  const auto done = adoption.run();
  if (!done) context.terminal.failure(done.error());
  if (options.json) {
    write_out(context.standard_output,
              done ? to_json(adoption.report()) : to_json(adoption.report(), done.error()));
  }
  return done ? ExitCode::ok : exit_code_of(done.error().reason);
}

}  // namespace latchkey::host
