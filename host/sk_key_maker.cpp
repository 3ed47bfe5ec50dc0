// SPDX-License-Identifier: MIT
#include "host/sk_key_maker.hpp"

#include <fmt/format.h>
#include <utility>

#include "core/ssh/openssh_key.hpp"
#include "host/key_failure.hpp"
#include "host/pin_prompt.hpp"

namespace latchkey::host {
namespace {

using fido::Algorithm;
using fido::Trouble;
using fido::Verification;

constexpr std::size_t kChallenge = 32;

/// One key on one security key.
class Making final {
 public:
  Making(const SkKeyWanted& wanted, fido::SecurityKey& key, const Context& context,
         const Saveable& saveable)
      : wanted_(wanted),
        key_(key),
        terminal_(context.terminal),
        saveable_(saveable),
        prompt_(context.terminal, key) {}

  Attempt<fido::MadeKey> run() {
    if (auto can = check_ability(); !can) return give_up(std::move(can));
    const auto& info = key_.info();
    const bool ed25519 = info.ctap2 && fido::may_support(info, Algorithm::ed25519);
    request_ = {
        wanted_.application, wanted_.user, Algorithm::ed25519, wanted_.resident, wanted_.verify,
        wanted_.overwrite,   false,        wanted_.challenge};
    if (wanted_.algorithm) {
      request_.algorithm = *wanted_.algorithm;
    } else if (!ed25519) {
      say_ecdsa();
      request_.algorithm = Algorithm::ecdsa_p256;
    }
    if (auto free = check_saveable(); !free) return give_up(std::move(free));
    needs_pin_ = verification_ == Verification::pin;
    terminal_.line(fmt::format("{}: it will ask for {}", name(), what_it_asks()));
    return make();
  }

 private:
  [[nodiscard]] const std::string& name() const { return key_.plugged().name; }

  tl::unexpected<Failure> cannot(Trouble trouble, const char* detail) const {
    return tl::make_unexpected(
        key_failure({trouble, "making a key", detail, key_.plugged().path, {}}));
  }

  /// What it says that it cannot do is not tried: nothing has been asked of the person yet.
  Attempt<> check_ability() {
    const auto& info = key_.info();
    if (wanted_.algorithm == Algorithm::ed25519 &&
        !(info.ctap2 && fido::may_support(info, Algorithm::ed25519))) {
      return cannot(Trouble::no_such_algorithm, "no Ed25519");
    }
    if (wanted_.algorithm == Algorithm::ecdsa_p256 &&
        !fido::may_support(info, Algorithm::ecdsa_p256)) {
      return cannot(Trouble::no_such_algorithm, "no ECDSA");
    }
    if (!info.ctap2 && (wanted_.resident || wanted_.verify)) {
      return cannot(Trouble::not_supported, "it speaks U2F alone");
    }
    if (wanted_.resident && !info.resident_keys) {
      return cannot(Trouble::not_supported, "it keeps no resident keys");
    }
    if (wanted_.resident && !wanted_.overwrite && info.free_slots == 0U) {
      return cannot(Trouble::store_full, "it says so itself");
    }
    verification_ = fido::needed_to_make(info, wanted_.resident, wanted_.verify);
    if (verification_ == Verification::not_possible) {
      return info.pin == fido::PinState::not_set
                 ? cannot(Trouble::pin_not_set, "")
                 : cannot(Trouble::not_supported, "it can have no PIN and knows no finger");
    }
    return {};
  }

  [[nodiscard]] std::string_view what_it_asks() const {
    switch (verification_) {
      case Verification::pin: return "its PIN, then a touch";
      case Verification::built_in:
        // First it is looked for one that is there already.
        return wanted_.resident && !wanted_.overwrite ? "your finger, twice" : "your finger";
      default: return "a touch";
    }
  }

  void say_ecdsa() const {
    terminal_.line(fmt::format("{} makes no Ed25519 keys: making an ECDSA one.", name()));
  }

  [[nodiscard]] Attempt<> check_saveable() const {
    return saveable_ ? saveable_(request_.algorithm) : Attempt<>{};
  }

  Attempt<fido::MadeKey> make() {
    std::optional<fido::Pin> pin;
    for (;;) {
      if (needs_pin_ && !pin) {
        auto typed = prompt_.ask();
        if (!typed) return give_up(std::move(typed));
        pin = std::move(*typed);
      }
      terminal_.touch("Touch the security key.");
      auto made = key_.make(request_, pin ? &*pin : nullptr);
      if (made) return checked(std::move(*made));
      const auto& problem = made.error();
      if (problem.trouble == Trouble::pin_required && !pin) {
        terminal_.line(fmt::format("{} wants its PIN after all.", name()));
        needs_pin_ = true;
      } else if (prompt_.again(problem)) {
        pin.reset();
      } else if (problem.trouble == Trouble::no_such_algorithm && !wanted_.algorithm &&
                 request_.algorithm == Algorithm::ed25519) {
        say_ecdsa();
        request_.algorithm = Algorithm::ecdsa_p256;
        if (auto free = check_saveable(); !free) return give_up(std::move(free));
      } else {
        return tl::make_unexpected(of_making(problem));
      }
    }
  }

  /// What did not come back as it should may be on the security key all the same.
  [[nodiscard]] Failure of_making(const fido::Problem& problem) const {
    auto failure = key_failure(problem);
    if (wanted_.resident && problem.trouble == Trouble::nonsense) {
      failure.next +=
          " It may hold the new resident key all the same: `latchkey keys --resident` lists it, "
          "`latchkey keys --delete-resident` deletes it.";
    }
    return failure;
  }

  [[nodiscard]] Attempt<fido::MadeKey> checked(fido::MadeKey made) const {
    if (!ssh::is_security_key(made.key.type()) || algorithm_of(made.key) != request_.algorithm ||
        made.key.application() != request_.application || made.handle.empty() ||
        made.handle.size() > ssh::kMaxKeyHandle) {
      return tl::make_unexpected(of_making({Trouble::nonsense,
                                            "making a key",
                                            "another key than was asked for",
                                            key_.plugged().path,
                                            {}}));
    }
    if (!wanted_.touch) {
      made.flags = static_cast<std::uint8_t>(made.flags & ~ssh::sk_flag::kUserPresence);
    }
    return made;
  }

  const SkKeyWanted& wanted_;
  fido::SecurityKey& key_;
  const Terminal& terminal_;
  const Saveable& saveable_;
  PinPrompt prompt_;
  fido::MakeRequest request_;
  Verification verification_ = Verification::none;
  bool needs_pin_ = false;
};

}  // namespace

Attempt<Bytes> make_challenge(crypto::Random& random) {
  Bytes challenge(kChallenge);
  if (const auto filled = random.fill(challenge); !filled) {
    return give_up(Reason::internal, filled.error().message() + ".");
  }
  return challenge;
}

std::string default_name(Algorithm algorithm) {
  return algorithm == Algorithm::ed25519 ? "id_ed25519_sk" : "id_ecdsa_sk";
}

Algorithm algorithm_of(const ssh::PublicKey& key) noexcept {
  return key.type() == ssh::KeyType::sk_ecdsa_p256 ? Algorithm::ecdsa_p256 : Algorithm::ed25519;
}

Attempt<fido::MadeKey> make_sk_key(const SkKeyWanted& wanted, fido::SecurityKey& key,
                                   const Context& context, const Saveable& saveable) {
  return Making(wanted, key, context, saveable).run();
}

}  // namespace latchkey::host
