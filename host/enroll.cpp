// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <utility>

#include "core/channel/statement.hpp"
#include "host/aftermath.hpp"
#include "host/code_entry.hpp"
#include "host/commands.hpp"
#include "host/sentences.hpp"
#include "host/signer.hpp"

namespace latchkey::host {
namespace {

constexpr Millis kAnswer{20'000};   // verify, write, sync, read back on a slow card
constexpr Millis kConfirm{30'000};  // for the second press, where the Pi wants one

/// One run of `latchkey enroll`, step by step.
class Enrollment final {
 public:
  Enrollment(const EnrollOptions& options, const Context& context)
      : options_(options), context_(context), terminal_(context.terminal) {}

  [[nodiscard]] const EnrollReport& report() const noexcept { return report_; }

  Attempt<> run() {
    auto plan = Plan::make(options_, context_);
    if (!plan) return give_up(std::move(plan));
    report_.host = plan->target.host;
    report_.pairing_port = plan->target.port;
    if (options_.dry_run) {
      rehearse(*plan);
      return {};
    }
    if (options_.code.empty() && !terminal_.interactive()) {
      return give_up(Reason::needs_terminal, "There is no terminal to ask for the code on.",
                     "Give it with --code FILE, or with --code - on standard input.");
    }
    if (auto made = plan->make_missing_key(options_, context_); !made) return made;
    show(plan->keys.front());

    const CodeEntry code(context_, options_.code);
    auto paired = pair_with(context_, code, plan->config.hostname, plan->target.port);
    if (!paired) return give_up(std::move(paired));
    return enroll_with(*plan, paired->connection, paired->welcome);
  }

 private:
  void show(const LocalKey& key) {
    report_.key_file = key.file;
    report_.key_type = key.key.type_name();
    report_.fingerprint = key.fingerprint;
    terminal_.field("Key", fmt::format("{}  {}  ({})", key.label(context_.home), key.fingerprint,
                                       key.key.type_name()));
  }

  Attempt<> enroll_with(const Plan& plan, PiConnection& pi, const channel::Welcome& welcome) {
    report_.device = welcome.device;
    report_.model = welcome.model;
    terminal_.done(welcome.model.empty()
                       ? std::string("code right, channel encrypted")
                       : fmt::format("code right, channel encrypted: {}", welcome.model));

    auto account = plan.account_for(welcome, context_.home);
    if (!account) return give_up(std::move(account));
    report_.account = *account;
    auto key = plan.key_for(welcome);
    if (!key) return give_up(std::move(key));
    if (key->fingerprint != report_.fingerprint) show(*key);
    auto host_keys = settle_host_keys(context_, options_, plan, welcome);
    if (!host_keys) return give_up(std::move(host_keys));

    auto outcome = offer(plan, *key, *account, pi, welcome);
    if (!outcome) return give_up(std::move(outcome));
    if (!outcome->ok()) return tl::make_unexpected(outcome_failure(*outcome, *account));
    take_note(*outcome);

    if (auto pinned = pin_host_keys(context_, *host_keys, report_); !pinned) return pinned;
    const Login login{plan.target.host,
                      *account,
                      plan.ssh_port_for(welcome),
                      options_.config_file,
                      plan.config,
                      *key,
                      host_keys->keys,
                      terminal_.interactive()};
    report_.command = ssh_line(login);
    if (options_.verify) {
      if (auto judged = judge(context_, options_, login, pi, report_); !judged) return judged;
    } else {
      report_.login = "skipped";
      terminal_.line(fmt::format("Not tried: {}", report_.command));
    }
    offer_host_block(context_, options_, plan, login, report_);
    return {};
  }

  Attempt<channel::Outcome> offer(const Plan& plan, const LocalKey& key, const std::string& account,
                                  PiConnection& pi, const channel::Welcome& welcome) {
    const auto host_keys = channel::hash_host_keys(welcome.host_keys);
    if (!host_keys) return give_up(Reason::internal, host_keys.error().message() + ".");
    if (key.on_security_key()) {
      terminal_.touch("Touch your security key.");
    } else if (key.asks() && terminal_.interactive()) {
      terminal_.line(
          fmt::format("{} has a passphrase; ssh-keygen asks for it.", key.label(context_.home)));
    }
    const Signer signer(context_.runner, plan.config.agent, terminal_.interactive());
    auto signature = signer.sign(
        key, channel::kProofNamespace,
        channel::enrolment_statement(welcome.challenge, account, plan.limits, *host_keys));
    if (!signature) return give_up(std::move(signature));
    if (welcome.confirm_press) terminal_.touch("Press the Pi's button once more to confirm.");
    return pi.offer({account, key.key.blob(), key.comment, plan.limits, std::move(*signature)},
                    welcome.confirm_press ? kAnswer + kConfirm : kAnswer);
  }

  void take_note(const channel::Outcome& outcome) {
    const bool there = outcome.code == channel::ResultCode::already_there;
    report_.result = there ? "already-there" : "added";
    report_.path = outcome.path;
    report_.log_position = outcome.log_position;
    report_.log_hash = to_hex(outcome.log_hash);
    terminal_.done(fmt::format("key {} for {}: {}", there ? "was there already" : "added",
                               report_.account, outcome.path));
  }

  void rehearse(const Plan& plan) {
    report_.dry_run = true;
    if (plan.keys.empty()) {
      terminal_.field("Key", fmt::format("none here: would make {}/id_ed25519",
                                         context_.home.shorten(context_.home.ssh_directory())));
    } else {
      show(plan.keys.front());
    }
    const auto user = plan.target.user.empty() ? std::string("the account that the Pi proposes")
                                               : "account " + plan.target.user;
    terminal_.line("Would, and with --dry-run does not:");
    terminal_.line(fmt::format("  connect to {} port {}, and ask for the code",
                               plan.config.hostname, plan.target.port));
    terminal_.line(
        fmt::format("  prove the key with ssh-keygen -Y sign, and offer it for {}", user));
    if (!plan.config.known_hosts.empty()) {
      terminal_.line(fmt::format("  pin the Pi's host keys in {}{}",
                                 context_.home.shorten(plan.config.known_hosts),
                                 plan.config.hash_known_hosts ? ", hashed" : ""));
    }
    if (options_.verify) terminal_.line("  log in with ssh, and take the key out if that fails");
    if (options_.host_block) {
      terminal_.line(
          fmt::format("  offer a Host block for {}",
                      options_.config_file.empty()
                          ? context_.home.shorten(context_.home.ssh_directory()) + "/config"
                          : options_.config_file));
    }
  }

  const EnrollOptions& options_;
  const Context& context_;
  const Terminal& terminal_;
  EnrollReport report_;
};

}  // namespace

ExitCode enroll(const EnrollOptions& options, const Context& context) {
  Enrollment enrollment(options, context);
  const auto done = enrollment.run();
  if (!done) context.terminal.failure(done.error());
  if (options.json) {
    write_out(context.standard_output,
              done ? to_json(enrollment.report()) : to_json(enrollment.report(), done.error()));
  }
  return done ? ExitCode::ok : exit_code_of(done.error().reason);
}

}  // namespace latchkey::host
