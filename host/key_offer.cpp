// SPDX-License-Identifier: MIT
#include "host/key_offer.hpp"

#include <fmt/format.h>
#include <utility>

#include "core/channel/statement.hpp"
#include "host/printable.hpp"
#include "host/signer.hpp"

namespace latchkey::host {
namespace {

constexpr Millis kAnswer{20'000};   // verify, write, sync, read back on a slow card
constexpr Millis kConfirm{30'000};  // for the second press, where the Pi wants one

Attempt<Bytes> sign(const KeyOffer& offer, const SshConfig& config, const channel::Welcome& welcome,
                    const Context& context) {
  const auto& terminal = context.terminal;
  const auto statement = statement_for(welcome, offer.account, offer.limits);
  if (!statement) return tl::make_unexpected(statement.error());
  if (offer.key.on_security_key()) {
    terminal.touch("Touch your security key.");
  } else if (offer.key.asks() && terminal.interactive()) {
    terminal.line(
        fmt::format("{} has a passphrase; ssh-keygen asks for it.", offer.key.label(context.home)));
  }
  const Signer signer(context.runner, config.agent, terminal.interactive(),
                      config.security_key_provider);
  return signer.sign(offer.key, channel::kProofNamespace, *statement);
}

}  // namespace

Attempt<Bytes> statement_for(const channel::Welcome& welcome, const std::string& account,
                             const channel::Limits& limits) {
  const auto host_keys = channel::hash_host_keys(welcome.host_keys);
  if (!host_keys) return give_up(Reason::internal, host_keys.error().message() + ".");
  return channel::enrolment_statement(welcome.challenge, account, limits, *host_keys);
}

Millis patience_for_result(const channel::Welcome& welcome) noexcept {
  return welcome.confirm_press ? kAnswer + kConfirm : kAnswer;
}

Attempt<OfferedKey> offer_key(const KeyOffer& offer, const SshConfig& config,
                              const channel::Welcome& welcome, PiConnection& pi,
                              const Context& context) {
  channel::Offer message{
      offer.account, offer.key.key.blob(), offer.key.comment, offer.limits, {}, offer.attestation};
  bool signs = !offer.made_for_it || offer.attestation.empty();
  for (;;) {
    if (signs) {
      auto signature = sign(offer, config, welcome, context);
      if (!signature) return give_up(std::move(signature));
      message.signature = std::move(*signature);
    }
    if (welcome.confirm_press) {
      // Where the key has yet to sign, a press at once would come too early.
      context.terminal.touch(signs ? "Press the Pi's button once more to confirm."
                                   : "When the Pi's LED is on with one short gap each second, "
                                     "press its button once more to confirm.");
    }
    auto answer = pi.offer(message, patience_for_result(welcome));
    if (!answer) return give_up(std::move(answer));
    if (auto* const outcome = std::get_if<channel::Outcome>(&*answer)) {
      return OfferedKey{std::move(*outcome), signs ? "signature" : "attestation"};
    }
    if (signs) {
      return give_up(Reason::not_latchkey, "The Pi asks for a signature that it has.",
                     "Upgrade latchkey here and latchkey-pi there to the same version.");
    }
    auto why = one_line(std::get<channel::SignatureWanted>(*answer).why);
    if (why.ends_with('.')) why.pop_back();
    context.terminal.line(
        fmt::format("The attestation alone is no proof to the Pi{}{}. So the key signs as well.",
                    why.empty() ? "" : ": ", why));
    signs = true;
  }
}

}  // namespace latchkey::host
