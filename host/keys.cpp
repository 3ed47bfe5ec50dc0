// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/ssh/fingerprint.hpp"
#include "host/commands.hpp"
#include "host/key_failure.hpp"
#include "host/key_report.hpp"
#include "host/own_keys.hpp"
#include "host/report.hpp"
#include "host/resident_keys.hpp"
#include "host/security_key_choice.hpp"
#include "host/sk_key_facts.hpp"

namespace latchkey::host {
namespace {

std::string_view where(const LocalKey& key) {
  if (key.file.empty()) return "in the agent only";
  if (key.in_agent) return key.encrypted ? "passphrase, in the agent" : "in the agent";
  return key.encrypted ? "passphrase" : "no passphrase";
}

/// "FIDO_2_1, firmware 328707, PIN set (8 tries left), 24 resident keys fit"
std::string described(const PluggedReport& report) {
  const auto& info = *report.info;
  auto text =
      info.versions.empty() ? std::string("U2F") : fmt::format("{}", fmt::join(info.versions, " "));
  if (info.simulated) text += ", simulated: protects nothing";
  if (info.firmware) text += fmt::format(", firmware {}", *info.firmware);
  if (info.pin == fido::PinState::not_set) text += ", no PIN yet";
  if (info.pin == fido::PinState::set) {
    text += report.pin_tries ? fmt::format(", PIN set ({} tries left)", *report.pin_tries)
                             : std::string(", PIN set");
  }
  if (info.built_in_verification) text += ", knows a finger";
  if (info.free_slots) text += fmt::format(", room for {} resident keys", *info.free_slots);
  return text;
}

/// Opened one after the other; no PIN, no touch.
std::vector<PluggedReport> look_at_security_keys(const Context& context) {
  std::vector<PluggedReport> reports;
  const auto plugged = context.security_keys.list();
  if (!plugged) {
    context.terminal.warn(key_failure(plugged.error()).what);
    return reports;
  }
  const Interrupt interrupt;
  for (const auto& key : *plugged) {
    PluggedReport report{key, {}, {}, {}};
    const auto opened = context.security_keys.open(key, interrupt.descriptor());
    if (opened) {
      report.info = (*opened)->info();
      if (report.info->pin == fido::PinState::set) {
        if (const auto tries = (*opened)->pin_tries()) report.pin_tries = *tries;
      }
    } else {
      report.why = key_failure(opened.error()).what;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

Attempt<> list_keys(const KeysOptions& options, const Context& context) {
  const auto& terminal = context.terminal;
  const auto own = OwnKeys::find(context);
  if (!own) return tl::make_unexpected(own.error());
  const auto& found = own->local;
  for (const auto& key : found.keys) {
    const bool sk = key.on_security_key();
    terminal.line(fmt::format(
        "{}  {}  ({}, {}, {})  {}", key.label(context.home), key.fingerprint, key.key.type_name(),
        sk ? "security key, " + SkKeyFacts::of(key).text() : "software", where(key), key.comment));
  }
  for (const auto& file : found.unusable) {
    terminal.warn(fmt::format("{}: {}", context.home.shorten(file.file), file.why));
  }
  if (found.keys.empty()) terminal.line("No SSH key here. Make one: latchkey keygen");
  const auto plugged = look_at_security_keys(context);
  for (const auto& report : plugged) {
    const auto title =
        fmt::format("Security key  {}  {}", report.plugged.name, report.plugged.path);
    if (report.info) {
      terminal.line(fmt::format("{}  ({})", title, described(report)));
    } else {
      terminal.warn(fmt::format("{}: {}", title, report.why));
    }
  }
  if (options.json) write_out(context.standard_output, to_json(found, plugged));
  return {};
}

/// `latchkey keys --resident` and --delete-resident: one security key, with its PIN.
class OnOneKey final {
 public:
  OnOneKey(const KeysOptions& options, const Context& context)
      : options_(options), context_(context) {}

  Attempt<> run() {
    const auto own = OwnKeys::find(context_);
    if (!own) return tl::make_unexpected(own.error());
    const auto& local = own->local.keys;
    const Interrupt interrupt;  // ssh and ssh-add have heard Ctrl-C until here
    const KeyChoice choice{options_.device};
    auto key = choose_security_key(choice, context_, interrupt);
    if (!key) return give_up(std::move(key));
    auto found = read_resident_keys(**key, context_);
    if (!found) return give_up(std::move(found));
    std::vector<ResidentReport> reports;
    for (auto& resident : found->keys) {
      const auto file = std::ranges::find(local, resident.key, &LocalKey::key);
      reports.push_back({std::move(resident), {}, file == local.end() ? "" : file->file});
      auto& report = reports.back();
      report.fingerprint = ssh::fingerprint(report.resident.key.blob()).value_or("SHA256:?");
    }
    if (!options_.delete_resident.empty()) {
      return remove(**key, found->pin, reports, interrupt);
    }
    show((*key)->plugged(), reports);
    return {};
  }

 private:
  void show(const fido::PluggedKey& plugged, const std::vector<ResidentReport>& reports) const {
    const auto& terminal = context_.terminal;
    terminal.line(fmt::format("Resident keys on {}  {}:{}", plugged.name, plugged.path,
                              reports.empty() ? " none" : ""));
    for (const auto& report : reports) {
      terminal.line(fmt::format("  {}  ({}, {})  {}", report.fingerprint,
                                report.resident.key.type_name(), describe(report.resident),
                                report.file.empty() ? "not here: latchkey adopt --resident"
                                                    : context_.home.shorten(report.file)));
    }
    if (options_.json) write_out(context_.standard_output, to_json(plugged.name, reports));
  }

  Attempt<> remove(fido::SecurityKey& key, const fido::Pin& pin,
                   const std::vector<ResidentReport>& reports, const Interrupt& interrupt) const {
    const auto& wanted = options_.delete_resident;
    const auto doomed = std::ranges::find_if(reports, [&](const ResidentReport& report) {
      return report.fingerprint == wanted || report.fingerprint == "SHA256:" + wanted;
    });
    if (doomed == reports.end()) {
      return give_up(Reason::no_key,
                     fmt::format("{} holds no resident key with the fingerprint {}.",
                                 key.plugged().name, wanted),
                     "List them: latchkey keys --resident");
    }
    if (!options_.yes) {
      const auto sure = context_.terminal.confirm(
          fmt::format("Delete {} ({}) from {} for good?", doomed->fingerprint,
                      describe(doomed->resident), key.plugged().name),
          false, "--yes", interrupt.descriptor());
      if (!sure) return tl::make_unexpected(sure.error());
      if (!*sure) return give_up(Reason::cancelled, "Nothing was deleted.");
    }
    const auto removed = key.remove_resident(doomed->resident.handle, pin);
    if (!removed) return tl::make_unexpected(key_failure(removed.error()));
    context_.terminal.done(
        fmt::format("deleted from {}: {}", key.plugged().name, doomed->fingerprint));
    if (!doomed->file.empty()) {
      context_.terminal.line(fmt::format("Its file here is of no use any more: {}",
                                         context_.home.shorten(doomed->file)));
    }
    if (options_.json) write_out(context_.standard_output, to_json(key.plugged().name, {*doomed}));
    return {};
  }

  const KeysOptions& options_;
  const Context& context_;
};

}  // namespace

ExitCode keys(const KeysOptions& options, const Context& context) {
  const bool one_key = options.resident || !options.delete_resident.empty();
  const auto done = one_key ? OnOneKey(options, context).run() : list_keys(options, context);
  if (done) return ExitCode::ok;
  context.terminal.failure(done.error());
  if (options.json) write_out(context.standard_output, to_json(done.error()));
  return exit_code_of(done.error().reason);
}

}  // namespace latchkey::host
