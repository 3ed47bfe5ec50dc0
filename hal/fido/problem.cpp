// SPDX-License-Identifier: MIT
#include "hal/fido/problem.hpp"

#include <array>
#include <utility>

#include "core/text.hpp"

namespace latchkey::fido {
namespace {

constexpr std::size_t kMaxWords = 200;  // of the library or the system

struct Sentences {
  Trouble trouble;
  std::string_view name;
  std::string_view happened;  ///< behind "the security key"
  std::string_view next;      ///< with DEVICE for the node
};

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long sentences
constexpr std::array<Sentences, kTroubleCount> kSentences{{
    {Trouble::no_key, "no-key", "No security key is plugged in", "Plug one in and try again."},
    {Trouble::not_readable, "not-readable",
     "The security key at DEVICE is there, but this user may not open it",
     "udev opens it to who is logged in at this very machine (60-fido-id.rules and "
     "70-uaccess.rules): plug it in again there, or, for a login from elsewhere, join the group "
     "plugdev and add to /etc/udev/rules.d/70-security-keys.rules the rule "
     "SUBSYSTEM==\"hidraw\", ENV{ID_FIDO_TOKEN}==\"1\", GROUP=\"plugdev\", MODE=\"0660\"."},
    {Trouble::busy, "busy", "Another program is talking to the security key at DEVICE",
     "End what uses it (a browser that waits for a touch, another ssh or latchkey; `fuser -v "
     "DEVICE` names it) and try again."},
    {Trouble::removed, "removed", "The security key was pulled out before it was done",
     "Plug it in again, leave it in until the end, and try again."},
    {Trouble::timed_out, "timed-out", "The security key was not touched in time",
     "Try again, and touch it while it blinks."},
    {Trouble::declined, "declined", "The request was declined at the security key",
     "Try again, and touch it to accept; a key with a display shows what it is asked for."},
    {Trouble::cancelled, "cancelled", "The request to the security key was cancelled",
     "Start again when you are ready."},
    {Trouble::pin_required, "pin-required", "The security key wants its PIN for this",
     "Try again and type the PIN when asked."},
    {Trouble::pin_wrong, "pin-wrong", "The PIN is not the one of this security key",
     "Try again with the right PIN."},
    {Trouble::pin_needs_replug, "pin-needs-replug",
     "The security key takes no more PINs until it is plugged in again, after three wrong ones in "
     "a row",
     "Pull it out, plug it in again, and make sure of the PIN before you type it."},
    {Trouble::pin_blocked, "pin-blocked",
     "The PIN of the security key is blocked after too many wrong ones",
     "Only a reset makes it usable again, and loses every credential on it: `fido2-token -R "
     "DEVICE`; or use another key."},
    {Trouble::pin_not_set, "pin-not-set", "The security key has no PIN yet, and this needs one",
     "Set one with `fido2-token -S DEVICE` (package fido2-tools) and try again."},
    {Trouble::pin_refused, "pin-refused", "The security key does not take this PIN",
     "A PIN has at least 4 characters (some keys want more) and at most 63 bytes; where it has "
     "run out, change it with `fido2-token -C DEVICE`."},
    {Trouble::verification_failed, "verification-failed",
     "The security key does not recognise the finger",
     "Try again with a finger that is enrolled in it, or with the PIN."},
    {Trouble::verification_blocked, "verification-blocked",
     "The security key takes no more fingers after too many that it did not recognise",
     "Try again with the PIN, which unblocks it."},
    {Trouble::store_full, "store-full", "The security key has no room for another resident key",
     "Delete one that you no longer need with `latchkey keys --delete-resident`, or make the key "
     "without --resident."},
    {Trouble::already_there, "already-there",
     "The security key already holds a resident key of this application and user",
     "Use that one (`latchkey keys --resident` lists it), name another with --user or "
     "--application, or delete it with `latchkey keys --delete-resident`."},
    {Trouble::not_its_handle, "not-its-handle",
     "The security key does not know this key: it was made on another one, or deleted",
     "Plug in the security key that it was made on, or make a new key."},
    {Trouble::no_such_algorithm, "no-such-algorithm",
     "The security key cannot make a key of this kind",
     "Ask for the other kind with --type (every security key can make ecdsa), or use one that "
     "can."},
    {Trouble::not_supported, "not-supported", "The security key cannot do this",
     "Leave the option out that asks for it, or use a newer key; `fido2-token -I DEVICE` says "
     "what this one can."},
    {Trouble::nonsense, "nonsense",
     "The security key gave an answer that does not follow the FIDO standard",
     "Plug it in again and try once more; if it stays so, use another key."},
    {Trouble::failed, "failed", "The security key could not do this",
     "Plug it in again and try once more."},
}};
// NOLINTEND(bugprone-suspicious-missing-comma)

constexpr bool in_order() {
  for (std::size_t i = 0; i < kSentences.size(); ++i) {
    if (static_cast<std::size_t>(kSentences.at(i).trouble) != i) return false;
  }
  return true;
}
static_assert(in_order());

const Sentences& sentences(Trouble trouble) noexcept {
  const auto index = static_cast<std::size_t>(trouble);
  return kSentences[index < kTroubleCount ? index : static_cast<std::size_t>(Trouble::failed)];
}

/// A node as an argument of a command; a simulated key has none that fido2-token could open.
std::string node(const Problem& problem) {
  return problem.device.starts_with('/') ? make_printable(problem.device, kMaxWords) : "DEVICE";
}

std::string filled(std::string_view sentence, const Problem& problem) {
  constexpr std::string_view kPlace = "DEVICE";
  std::string text(sentence);
  const auto name = node(problem);
  for (auto at = text.find(kPlace); at != std::string::npos;
       at = text.find(kPlace, at + name.size())) {
    text.replace(at, kPlace.size(), name);
  }
  return text;
}

std::string happened(const Problem& problem) {
  const auto sentence = sentences(problem.trouble).happened;
  constexpr std::string_view kWhere = " at DEVICE";
  const auto where = sentence.find(kWhere);
  if (where == std::string_view::npos || problem.device.starts_with('/')) {
    return filled(sentence, problem);
  }
  std::string text(sentence);
  return text.erase(where, kWhere.size());
}

/// A library's word says nothing to a person where the sentence has said it all.
bool tells_more(const Problem& problem) {
  if (problem.detail.empty()) return false;
  const bool vague = problem.trouble == Trouble::failed || problem.trouble == Trouble::nonsense ||
                     problem.trouble == Trouble::not_supported || problem.trouble == Trouble::busy;
  return vague || !problem.detail.starts_with("FIDO_ERR_");
}

std::string tries(int left) {
  if (left <= 0) return "no tries left";
  return left == 1 ? "1 try left" : std::to_string(left) + " tries left";
}

}  // namespace

std::string_view name(Trouble trouble) noexcept { return sentences(trouble).name; }

std::string what_happened(const Problem& problem) {
  std::string text = happened(problem);
  if (!problem.doing.empty()) {
    text += ", while " + make_printable(problem.doing, kMaxWords);
  }
  std::string aside;
  if (problem.tries_left) aside = tries(*problem.tries_left);
  if (tells_more(problem)) {
    if (!aside.empty()) aside += "; ";
    aside += make_printable(problem.detail, kMaxWords);
  }
  if (!aside.empty()) text += " (" + aside + ')';
  return text + '.';
}

std::string what_to_do(const Problem& problem) {
  return filled(sentences(problem.trouble).next, problem);
}

tl::unexpected<Problem> give_up(Trouble trouble, std::string doing, std::string detail) {
  return tl::make_unexpected(
      Problem{trouble, std::move(doing), std::move(detail), {}, std::nullopt});
}

}  // namespace latchkey::fido
