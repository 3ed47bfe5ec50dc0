// SPDX-License-Identifier: MIT
#include "core/channel/host_session.hpp"

#include <algorithm>
#include <deque>
#include <type_traits>
#include <utility>

#include "core/channel/frame.hpp"
#include "core/channel/message_stream.hpp"
#include "core/channel/pin_questions.hpp"
#include "core/channel/spake2.hpp"
#include "core/crypto/constant_time.hpp"
#include "core/text.hpp"

namespace latchkey::channel {

struct HostSession::State {
  /// What comes next, from the Pi or (code, offer, signature, verdict) from the owner.
  enum class Step {
    hello,
    code,
    share,
    confirmation,
    welcome,
    offer,
    judgement,  ///< the result, or that a signature is wanted
    signature,
    token,
    handles,
    result,
    verdict,
    last,
    over
  };

  State(const std::string& name, crypto::Random& source) : random(source) {
    const Greeting greeting{.name = make_printable(name, kMaxName)};
    // One version and a name within its bounds: this always encodes.
    if (auto payload = encode(greeting)) greeting_payload = std::move(*payload);
    put_frame(output, FrameType::greeting, greeting_payload);
  }

  void receive(ByteView bytes);
  [[nodiscard]] Result<void> enter_code(std::string_view digits);
  [[nodiscard]] Result<void> offer(const Offer& offer);
  [[nodiscard]] Result<void> pin(PinTyped typed);
  [[nodiscard]] Result<void> send(const Message& message, Step from, Step to);

  void end(HostEvent event) {
    events.push_back(std::move(event));
    step = Step::over;
    spake2.reset();
    keys.reset();
  }
  void broken(Error error) { end(Broken{std::move(error)}); }
  void broken(Errc code, const char* doing) { broken({make_error_code(code), doing}); }

  void take(const Frame& frame);
  void take_hello(const Frame& frame);
  void take_share(const Frame& frame);
  void take_confirmation(const Frame& frame);
  void take_stream(ByteView bytes);
  void take(const Message& message);
  void take(const Outcome& outcome);
  void take(const TokenEvent& event);
  void next(Step to, HostEvent event) {
    step = to;
    events.push_back(std::move(event));
  }
  void out_of_order() { broken(Errc::out_of_order, "reading a message"); }

  crypto::Random& random;
  Step step = Step::hello;
  Bytes greeting_payload;
  Bytes hello_payload;
  Hello hello;
  FrameReader frames;
  std::optional<Spake2> spake2;
  std::optional<SharedKeys> keys;
  std::optional<MessageStream> stream;  ///< from our confirmation on
  bool encrypted = false;               ///< the Pi confirmed: from here on it talks TLS
  Bytes offered_key;
  PinQuestions questions;
  Bytes output;
  std::deque<HostEvent> events;
};

void HostSession::State::receive(ByteView bytes) {
  if (encrypted) return take_stream(bytes);
  frames.receive(bytes);
  while (step != Step::over && !encrypted) {
    auto frame = frames.next();
    if (!frame) return broken(std::move(frame).error());
    if (!*frame) return;
    take(**frame);
  }
  if (step != Step::over) take_stream(frames.take_rest());
}

void HostSession::State::take(const Frame& frame) {
  if (frame.type == FrameType::refuse) {
    auto refusal = decode_refusal(frame.payload);
    if (!refusal) return broken(std::move(refusal).error());
    return end(Refused{*refusal});
  }
  if (frame.type == FrameType::hello && step == Step::hello) return take_hello(frame);
  if (frame.type == FrameType::share_pi && step == Step::share) return take_share(frame);
  if (frame.type == FrameType::confirm_pi && step == Step::confirmation) {
    return take_confirmation(frame);
  }
  broken(Errc::out_of_order, "reading a frame");
}

void HostSession::State::take_hello(const Frame& frame) {
  auto decoded = decode_hello(frame.payload);
  if (!decoded) return broken(std::move(decoded).error());
  if (decoded->version != kProtocolVersion)
    return broken(Errc::version_mismatch, "reading a hello");
  hello = std::move(*decoded);
  hello_payload = frame.payload;
  step = Step::code;
  events.emplace_back(Helloed{hello});
}

Result<void> HostSession::State::enter_code(std::string_view digits) {
  constexpr auto kDoing = "taking the code";
  if (step != Step::code) return fail(Errc::out_of_order, kDoing);
  if (!is_code(digits, hello.groups)) return fail(Errc::malformed, kDoing);
  step = Step::over;  // unless all goes well
  auto password = password_scalar(digits, hello.nonce);
  if (!password) return fail(std::move(password));
  auto ephemeral = p256::random_scalar(random);
  if (!ephemeral) return fail(std::move(ephemeral));
  auto begun = Spake2::begin(Party::a, {}, std::move(*password), std::move(*ephemeral), random);
  if (!begun) return fail(std::move(begun));
  spake2 = std::move(*begun);
  put_frame(output, FrameType::share_host, spake2->share());
  step = Step::share;
  return {};
}

void HostSession::State::take_share(const Frame& frame) {
  auto finished =
      spake2->finish(frame.payload, additional_data(greeting_payload, hello_payload), random);
  if (!finished) return broken(std::move(finished).error());
  auto psk = derive_psk(finished->key);
  if (!psk) return broken(std::move(psk).error());
  auto tls = TlsSession::open(TlsSession::Role::client, *psk, random);
  if (!tls) return broken(std::move(tls).error());
  // The ClientHello shares a flight with our confirmation: nobody waits once more for it.
  put_frame(output, FrameType::confirm_host, finished->own_confirmation.bytes());
  spake2.reset();
  keys = std::move(*finished);
  stream.emplace(std::move(*tls));
  step = Step::confirmation;
}

void HostSession::State::take_confirmation(const Frame& frame) {
  if (!crypto::equal(frame.payload, keys->peer_confirmation.bytes())) {
    return broken(Errc::unauthenticated, "checking that the Pi knows the code");
  }
  keys.reset();
  encrypted = true;
  step = Step::welcome;
}

void HostSession::State::take_stream(ByteView bytes) {
  auto received = stream->receive(bytes);
  while (step != Step::over) {
    auto message = stream->next();
    if (!message) return broken(std::move(message).error());
    if (!*message) break;
    take(**message);
  }
  // What arrived before the fault counts first: a last message and its end may come together.
  if (!received && step != Step::over) broken(std::move(received).error());
}

void HostSession::State::take(const Message& message) {
  if (const auto* outcome = std::get_if<Outcome>(&message)) return take(*outcome);
  if (const auto* event = std::get_if<TokenEvent>(&message)) return take(*event);
  if (const auto* welcome = std::get_if<Welcome>(&message); welcome && step == Step::welcome) {
    return next(Step::offer, Welcomed{*welcome});
  }
  if (const auto* wanted = std::get_if<SignatureWanted>(&message);
      wanted && step == Step::judgement) {
    return next(Step::signature, SignatureAsked{*wanted});
  }
  if (const auto* made = std::get_if<TokenMade>(&message); made && step == Step::token) {
    return next(Step::result, TokenDone{*made});
  }
  if (const auto* handles = std::get_if<Handles>(&message); handles && step == Step::handles) {
    return end(HandlesGiven{*handles});
  }
  out_of_order();
}

void HostSession::State::take(const Outcome& outcome) {
  const bool last = step == Step::last;
  const bool answer = last || step == Step::result || step == Step::judgement;
  if (step <= Step::welcome || (!answer && outcome.ok())) return out_of_order();
  if (last || !outcome.ok()) return end(Answered{outcome});
  next(Step::verdict, Answered{outcome});
}

void HostSession::State::take(const TokenEvent& event) {
  if (step != Step::token || !questions.ask(event)) return out_of_order();
  events.emplace_back(TokenNewsHeard{event});
}

Result<void> HostSession::State::offer(const Offer& offer) {
  const bool again = step == Step::signature;
  const bool is_signed = !offer.signature.empty();
  if (again && (!is_signed || offer.key != offered_key)) {
    return fail(Errc::malformed, "offering a key again, with a signature");
  }
  auto sent = send(offer, again ? Step::signature : Step::offer,
                   is_signed ? Step::result : Step::judgement);
  if (sent) offered_key = offer.key;
  return sent;
}

Result<void> HostSession::State::pin(PinTyped typed) {
  typed.event = questions.open();
  if (typed.event == 0) return fail(Errc::out_of_order, "sending a PIN");
  auto sent = send(typed, Step::token, Step::token);
  if (sent) (void)questions.answer(typed.event);
  return sent;
}

Result<void> HostSession::State::send(const Message& message, Step from, Step to) {
  if (step != from) return fail(Errc::out_of_order, "sending a message");
  auto sent = stream->send(message);
  if (sent)
    step = to;
  else if (!stream->established())
    step = Step::over;
  return sent;
}

HostSession::HostSession(const std::string& name, crypto::Random& random)
    : state_(std::make_unique<State>(name, random)) {}
HostSession::~HostSession() = default;
HostSession::HostSession(HostSession&&) noexcept = default;
HostSession& HostSession::operator=(HostSession&&) noexcept = default;

void HostSession::receive(ByteView bytes) {
  if (state_->step != State::Step::over) state_->receive(bytes);
}

Bytes HostSession::take_output() {
  auto output = std::exchange(state_->output, {});
  if (state_->stream) {
    const auto encrypted = state_->stream->take_output();
    output.insert(output.end(), encrypted.begin(), encrypted.end());
  }
  return output;
}

std::optional<HostEvent> HostSession::next_event() {
  if (state_->events.empty()) return std::nullopt;
  std::optional<HostEvent> event = std::move(state_->events.front());
  state_->events.pop_front();
  return event;
}

Result<void> HostSession::enter_code(std::string_view digits) { return state_->enter_code(digits); }

Result<void> HostSession::offer(const Offer& offer) { return state_->offer(offer); }

Result<void> HostSession::request_token(const TokenRequest& request) {
  return state_->send(request, State::Step::offer, State::Step::token);
}

Result<void> HostSession::pin(PinTyped typed) { return state_->pin(std::move(typed)); }

Result<void> HostSession::request_handles(const HandlesRequest& request) {
  return state_->send(request, State::Step::offer, State::Step::handles);
}

Result<void> HostSession::verdict(const Verdict& verdict) {
  return state_->send(verdict, State::Step::verdict, State::Step::last);
}

}  // namespace latchkey::channel
