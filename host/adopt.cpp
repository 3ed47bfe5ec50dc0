// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/ssh/comment.hpp"
#include "host/commands.hpp"
#include "host/key_report.hpp"
#include "host/own_keys.hpp"
#include "host/report.hpp"
#include "host/resident_keys.hpp"
#include "host/security_key_choice.hpp"
#include "host/sk_key_file.hpp"

namespace latchkey::host {
namespace {

/// `latchkey adopt --resident`: what is on a security key gets its files here.
class FromSecurityKey final {
 public:
  FromSecurityKey(const AdoptOptions& options, const Context& context)
      : options_(options), context_(context) {}

  Attempt<> run() {
    const auto own = OwnKeys::find(context_);
    if (!own) return tl::make_unexpected(own.error());
    const auto residents = read();
    if (!residents) return tl::make_unexpected(residents.error());
    if (residents->empty()) {
      context_.terminal.line(
          "It holds no resident SSH key. To make one: latchkey keygen --resident");
    }
    const OutliveInterrupt outlive;
    // One that cannot be saved does not keep the others from it.
    Attempt<> outcome;
    for (const auto& resident : *residents) {
      auto brought = bring(resident, own->local);
      if (!brought && outcome) outcome = std::move(brought);
    }
    if (outcome && options_.json) {
      write_out(context_.standard_output, to_json_adopted(adopted_, already_there_));
    }
    return outcome;
  }

  /// What was done before it.
  [[nodiscard]] std::string to_json(const Failure& failure) const {
    return to_json_adopted(adopted_, already_there_, failure);
  }

 private:
  [[nodiscard]] Attempt<std::vector<fido::ResidentKey>> read() const {
    const Interrupt interrupt;
    const KeyChoice choice{options_.device};
    const auto key = choose_security_key(choice, context_, interrupt);
    if (!key) return tl::make_unexpected(key.error());
    auto found = read_resident_keys(**key, context_);
    if (!found) return give_up(std::move(found));
    return std::move(found->keys);
  }

  Attempt<> bring(const fido::ResidentKey& resident, const LocalKeys& local) {
    const auto here = std::ranges::find_if(local.keys, [&](const LocalKey& key) {
      return key.key == resident.key && !key.file.empty();
    });
    if (here != local.keys.end()) {
      already_there_.push_back(here->file);
      context_.terminal.line(fmt::format("here already: {}  {}", context_.home.shorten(here->file),
                                         here->fingerprint));
      return {};
    }
    auto flags = static_cast<std::uint8_t>(ssh::sk_flag::kUserPresence | ssh::sk_flag::kResident);
    if (resident.verify) flags |= ssh::sk_flag::kUserVerification;
    auto comment = resident.key.application();
    if (!resident.user.empty()) comment += " " + resident.user;
    const auto file =
        free_key_file(context_.home.ssh_directory() + "/" + resident_file_name(resident));
    const auto saved =
        save_sk_key({{resident.key, flags, resident.handle, ssh::sanitize_comment(comment)},
                     file,
                     false,
                     {},
                     {}},
                    context_);
    if (!saved) {
      context_.terminal.warn(saved.error().what);
      return tl::make_unexpected(saved.error());
    }
    adopted_.push_back(file);
    context_.terminal.done(fmt::format("key brought here: {}  {}  ({})",
                                       context_.home.shorten(file), saved->fingerprint,
                                       describe(resident)));
    return {};
  }

  const AdoptOptions& options_;
  const Context& context_;
  std::vector<std::string> adopted_;
  std::vector<std::string> already_there_;
};

}  // namespace

ExitCode adopt(const AdoptOptions& options, const Context& context) {
  if (!options.resident && !options.target.empty()) return adopt_from_pi(options, context);
  FromSecurityKey from_security_key(options, context);
  Attempt<> done = give_up(Reason::usage, "Say where the key is: a Pi, or --resident.",
                           "From a Pi: latchkey adopt pi@raspberrypi.local; from the security key "
                           "itself: latchkey adopt --resident");
  if (options.resident && options.target.empty()) done = from_security_key.run();
  if (done) return ExitCode::ok;
  context.terminal.failure(done.error());
  if (options.json) write_out(context.standard_output, from_security_key.to_json(done.error()));
  return exit_code_of(done.error().reason);
}

}  // namespace latchkey::host
