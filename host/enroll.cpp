// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "host/aftermath.hpp"
#include "host/code_entry.hpp"
#include "host/commands.hpp"
#include "host/key_for_pi.hpp"
#include "host/key_handle.hpp"
#include "host/key_in_pi.hpp"
#include "host/key_offer.hpp"
#include "host/plan.hpp"
#include "host/printable.hpp"
#include "host/rehearsal.hpp"
#include "host/sentences.hpp"

namespace latchkey::host {
namespace {

using channel::ResultCode;

/// Answers that are about the key itself: it will not do next time either.
bool refuses_the_key(ResultCode code) noexcept {
  constexpr std::array kCodes{ResultCode::key_type_not_allowed, ResultCode::key_too_weak,
                              ResultCode::key_invalid,          ResultCode::not_proved,
                              ResultCode::no_user_presence,     ResultCode::no_user_verification,
                              ResultCode::not_attested,         ResultCode::attestation_invalid,
                              ResultCode::model_not_allowed};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

/// A key that the Pi has written a line for.
struct Enrolled {
  LocalKey key;
  channel::Outcome outcome;
  std::optional<HandedKey> in_pi{};  ///< its security key is still there
};

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
      report_.dry_run = true;
      if (!plan->keys.empty()) note_key(plan->keys.front());
      rehearse(*plan, options_, context_);
      return {};
    }
    if (options_.code.empty() && !terminal_.interactive()) {
      return give_up(Reason::needs_terminal, "There is no terminal to ask for the code on.",
                     "Give it with --code FILE, or with --code - on standard input.");
    }
    if (auto prepared = plan->prepare(options_, context_); !prepared) return prepared;
    if (!plan->keys.empty()) show(plan->keys.front());

    const CodeEntry code(context_, options_.code);
    auto paired = pair_with(context_, code, plan->config.hostname, plan->target.port);
    if (!paired) return give_up(std::move(paired));
    return enroll_with(*plan, paired->connection, paired->welcome);
  }

 private:
  void note_key(const LocalKey& key) {
    report_.key_file = key.file;
    report_.key_type = key.key.type_name();
    report_.fingerprint = key.fingerprint;
  }

  void show(const LocalKey& key) {
    note_key(key);
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
    auto chosen = plan.choose(welcome, options_, context_);
    if (!chosen) return give_up(std::move(chosen));
    auto host_keys = settle_host_keys(context_, options_, plan, welcome);
    if (!host_keys) return give_up(std::move(host_keys));

    auto enrolled = chosen->source == KeySource::in_pi ? enroll_in_pi(plan, *chosen, pi, welcome)
                                                       : enroll_here(plan, *chosen, pi, welcome);
    if (!enrolled) return give_up(std::move(enrolled));
    if (auto pinned = pin_host_keys(context_, *host_keys, report_); !pinned) return pinned;
    const Login login{plan.target.host,
                      *account,
                      plan.ssh_port_for(welcome),
                      options_.config_file,
                      plan.config,
                      enrolled->key,
                      host_keys->keys,
                      terminal_.interactive()};
    report_.command = ssh_line(login);
    if (auto logged_in = log_in(login, *enrolled, pi); !logged_in) return logged_in;
    offer_host_block(context_, options_, plan, login, report_);
    return {};
  }

  /// A key of this computer: one that it has, or one that a security key here makes for it.
  Attempt<Enrolled> enroll_here(const Plan& plan, const ChosenKey& chosen, PiConnection& pi,
                                const channel::Welcome& welcome) {
    std::optional<KeyForPi> made;
    if (chosen.source == KeySource::here) {
      if (!chosen.why.empty()) {
        terminal_.line(chosen.why + ": a new one is made on the security key here.");
      }
      const auto statement = statement_for(welcome, report_.account, plan.limits);
      if (!statement) return tl::make_unexpected(statement.error());
      auto key = make_key_for(welcome, *statement, options_, context_);
      if (!key) return give_up(std::move(key));
      made = std::move(*key);
      show(made->key);
    } else if (chosen.kept->key.fingerprint != report_.fingerprint) {
      show(chosen.kept->key);
    }

    const auto& key = made ? made->key : chosen.kept->key;
    const auto& attestation = made ? made->attestation : chosen.kept->attestation;
    auto offered = offer_key({key, report_.account, plan.limits, attestation, made.has_value()},
                             plan.config, welcome, pi, context_);
    if (!offered) {
      if (made) remains(*made, offered.error());
      return give_up(std::move(offered));
    }
    report_.proved = offered->proved;
    if (!offered->outcome.ok()) {
      auto failure = outcome_failure(offered->outcome, report_.account);
      if (made && refuses_the_key(offered->outcome.code)) {
        discard(*made, context_);
        if (!made->resident) report_.key_file.clear();
      } else if (made) {
        remains(*made, failure);
      }
      return tl::make_unexpected(std::move(failure));
    }
    take_note(offered->outcome);
    return Enrolled{key, std::move(offered->outcome)};
  }

  void remains(const KeyForPi& made, Failure& failure) const {
    failure.next += " The new key is kept: " + enroll_it(made.key);
  }

  /// The one command that takes a kept key whatever else is there.
  [[nodiscard]] std::string enroll_it(const LocalKey& key) const {
    return fmt::format("latchkey enroll --key {} {}", context_.home.shorten(key.file),
                       options_.target);
  }

  /// A key on a security key that is plugged into the Pi.
  Attempt<Enrolled> enroll_in_pi(const Plan& plan, const ChosenKey& chosen, PiConnection& pi,
                                 const channel::Welcome& welcome) {
    if (!chosen.why.empty()) {
      terminal_.line(chosen.why + ": a new one is made on a security key in the Pi.");
    }
    auto request = request_for(welcome, options_, context_);
    if (!request) return give_up(std::move(request));
    request->account = report_.account;
    request->limits = plan.limits;
    if (const auto plugged = context_.security_keys.list()) here_ = *plugged;
    auto made = make_in_pi(*request, welcome, pi, context_);
    if (!made) return give_up(std::move(made));
    auto handed = read_handle(std::move(made->made)).and_then([&](HandedKey key) {
      return check_made(key, *request).map([&] { return std::move(key); });
    });
    if (!made->outcome) {
      return tl::make_unexpected(unsettled(handed, std::move(made->outcome.error())));
    }
    auto& outcome = *made->outcome;
    const bool attested = !outcome.hardware.empty() && !options_.existing;
    report_.proved = attested ? "attestation" : "signature";
    take_note(outcome);
    if (!handed) {
      return tl::make_unexpected(take_out(context_, pi, report_, std::move(handed.error())));
    }
    report_.key_type = handed->key.type_name();
    report_.fingerprint = handed->fingerprint;
    auto saved = save_handle(*handed, context_);
    if (!saved) {
      return tl::make_unexpected(take_out(context_, pi, report_, std::move(saved.error())));
    }
    show(*saved);
    return Enrolled{std::move(*saved), std::move(outcome), std::move(*handed)};
  }

  /// The Pi made it and fell silent before it said what came of it: its handle is not lost.
  Failure unsettled(const Attempt<HandedKey>& handed, Failure failure) {
    if (!handed) return failure;
    const auto saved = save_handle(*handed, context_);
    if (!saved) {
      failure.next += fmt::format(
          " The key was made, and the Pi may have its line; its file could not be saved here ({}): "
          "latchkey adopt {}",
          saved.error().what, options_.target);
      return failure;
    }
    show(*saved);
    failure.next +=
        " The key was made and its file saved here, and the Pi may have its line; if "
        "ssh does not let you in with it: " +
        enroll_it(*saved);
    return failure;
  }

  void take_note(const channel::Outcome& outcome) {
    const bool there = outcome.code == ResultCode::already_there;
    report_.result = there ? "already-there" : "added";
    report_.path = outcome.path;
    report_.hardware = outcome.hardware;
    report_.log_position = outcome.log_position;
    report_.log_hash = to_hex(outcome.log_hash);
    terminal_.done(fmt::format("key {} for {}: {}", there ? "was there already" : "added",
                               report_.account, outcome.path));
    if (!outcome.hardware.empty()) terminal_.done("hardware: " + one_line(outcome.hardware));
  }

  Attempt<> log_in(const Login& login, const Enrolled& enrolled, PiConnection& pi) {
    std::string first;
    if (options_.verify && enrolled.in_pi) {
      const bool here =
          terminal_.interactive() && await_security_key(*enrolled.in_pi, here_, context_);
      if (!here) first = ", once the security key is plugged in here";
    }
    if (options_.verify && first.empty()) return judge(context_, options_, login, pi, report_);
    report_.login = "skipped";
    terminal_.line(fmt::format("Not tried{}: {}", first, report_.command));
    return {};
  }

  const EnrollOptions& options_;
  const Context& context_;
  const Terminal& terminal_;
  EnrollReport report_;
  std::vector<fido::PluggedKey> here_;  ///< before a security key in the Pi was asked for
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
