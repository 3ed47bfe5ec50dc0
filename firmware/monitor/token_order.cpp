// SPDX-License-Identifier: MIT
#include "firmware/monitor/token_order.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "core/channel/statement.hpp"

namespace latchkey::monitor {
namespace {

using channel::ResultCode;
using channel::TokenAlgorithm;

constexpr std::string_view kEd25519 = "sk-ssh-ed25519@openssh.com";
constexpr std::string_view kEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
constexpr std::string_view kApplication = "ssh:";

bool takes(const config::Policy& policy, const SiteFacts& facts, std::string_view type) {
  const auto has = [type](const std::vector<std::string>& types) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  return has(policy.key_types) && has(facts.key_types);
}

/// What is left of `asked` where not every kind may be enrolled; nullopt: nothing.
std::optional<TokenAlgorithm> narrow(TokenAlgorithm asked, bool ed25519, bool ecdsa) {
  switch (asked) {
    case TokenAlgorithm::best:
      if (ed25519 && ecdsa) return TokenAlgorithm::best;
      if (ed25519) return TokenAlgorithm::ed25519;
      if (ecdsa) return TokenAlgorithm::ecdsa_p256;
      return std::nullopt;
    case TokenAlgorithm::ed25519: return ed25519 ? std::optional(asked) : std::nullopt;
    case TokenAlgorithm::ecdsa_p256: return ecdsa ? std::optional(asked) : std::nullopt;
  }
  return std::nullopt;
}

Verdict kind_refused(TokenAlgorithm asked, bool ed25519, bool ecdsa) {
  if (!ed25519 && !ecdsa) {
    return {ResultCode::key_type_not_allowed,
            "This Pi takes no key of a security key: see `key_types` in its latchkey.toml, and "
            "PubkeyAcceptedAlgorithms of its sshd."};
  }
  return {ResultCode::key_type_not_allowed,
          fmt::format("This Pi does not take {} keys; of a security key it takes {}.",
                      asked == TokenAlgorithm::ed25519 ? kEd25519 : kEcdsa,
                      ed25519 ? kEd25519 : kEcdsa)};
}

/// As nobody asks: a touch, nothing to type, nothing to find again without its handle.
roles::TokenRequested unasked(const SiteFacts& facts) {
  roles::TokenRequested request;
  request.comment.assign_cut("security key at " + facts.device);
  request.application.assign_cut(kApplication);
  return request;
}

}  // namespace

Result<crypto::Sha256> hash_told_host_keys(const roles::ServeWindow& window) {
  std::vector<Bytes> told;
  for (std::size_t i = 0; i < window.host_key_count; ++i) {
    told.push_back(window.host_keys.at(i).bytes());
  }
  return channel::hash_host_keys(told);
}

Result<TokenOrder> order_at_pi(const config::Policy& policy, const SiteFacts& facts,
                               const roles::ServeWindow& window,
                               const roles::TokenRequested* asked) {
  const auto request = asked == nullptr ? unasked(facts) : *asked;
  TokenOrder order;
  order.offer.account = request.account;
  order.offer.comment = request.comment;
  order.offer.limits = request.limits;
  order.account = account_for(facts, request.account.view());
  if (order.account == nullptr) {
    order.verdict = account_refused(facts, request.account.view());
    return order;
  }
  const bool ed25519 = takes(policy, facts, kEd25519);
  const bool ecdsa = takes(policy, facts, kEcdsa);
  const auto algorithm = narrow(request.algorithm, ed25519, ecdsa);
  if (!algorithm) {
    order.verdict = kind_refused(request.algorithm, ed25519, ecdsa);
    return order;
  }
  if (!request.application.view().starts_with(kApplication)) {
    order.verdict = {ResultCode::bad_request,
                     "The application of a security key's SSH key has to start with `ssh:`."};
    return order;
  }
  auto& make = order.make;
  make.algorithm = *algorithm;
  make.resident = request.resident;
  make.verify = policy.user_verification ? 1 : request.verify;
  make.existing = request.existing;
  make.unattended = asked == nullptr ? 1 : 0;
  make.no_u2f = ecdsa && policy.aaguid_allow.empty() ? 0 : 1;
  make.application = request.application;
  make.user = request.user;

  auto host_keys = hash_told_host_keys(window);
  if (!host_keys) return fail(std::move(host_keys));
  // The account by its name, "the default one" included: what is signed says who is meant.
  const auto statement = channel::enrolment_statement(window.challenge, order.account->name,
                                                      request.limits.limits(), *host_keys);
  const auto challenge = channel::attestation_challenge(statement);
  if (!challenge) return tl::make_unexpected(challenge.error());
  make.challenge = *challenge;
  if (!order.offer.account.assign(order.account->name) || !make.statement.assign(statement)) {
    return fail(Errc::too_large, "ordering a key of a security key");
  }
  return order;
}

}  // namespace latchkey::monitor
