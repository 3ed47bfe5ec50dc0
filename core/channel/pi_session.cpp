// SPDX-License-Identifier: MIT
#include "core/channel/pi_session.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/channel/frame.hpp"
#include "core/channel/message_stream.hpp"
#include "core/channel/pin_questions.hpp"
#include "core/channel/spake2.hpp"
#include "core/crypto/constant_time.hpp"

namespace latchkey::channel {
namespace {

RefusalReason reason_for(const Error& error) noexcept {
  if (error.is(Errc::version_mismatch)) return RefusalReason::version_mismatch;
  if (error.is(Errc::crypto) || error.is(Errc::entropy)) return RefusalReason::internal;
  return RefusalReason::malformed;
}

}  // namespace

struct PiSession::State {
  /// What comes next, from the host or (start, release, refusal, answers) from the owner.
  enum class Step {
    greeting,
    start,
    share,
    release,
    confirmation,
    refusal,
    handshake,
    offer,
    signature,  ///< the same offer again, with one
    token,
    handles,
    answer,
    verdict,
    last_answer,
    over
  };

  explicit State(crypto::Random& source) : random(source) {}

  void receive(ByteView bytes);
  [[nodiscard]] Result<void> start(const Hello& hello, std::string_view digits);
  [[nodiscard]] Result<void> release_share();
  [[nodiscard]] Result<void> set_welcome(const Welcome& message);
  [[nodiscard]] Result<void> want_signature(const SignatureWanted& wanted);
  [[nodiscard]] Result<void> tell(const TokenEvent& event);
  [[nodiscard]] Result<void> answer(const Outcome& outcome);
  /// A message of the owner's that leads from one step to another.
  [[nodiscard]] Result<void> send(const Message& message, Step from, Step to);
  void refuse(const Refusal& refusal);

  void end() {
    step = Step::over;
    password.reset();
    keys.reset();
  }
  void broken(Error error);
  void broken(Errc code, const char* doing) { broken({make_error_code(code), doing}); }
  /// For a call of the owner that ends the session.
  tl::unexpected<Error> ended(Error error) {
    refuse({reason_for(error)});
    return tl::make_unexpected(std::move(error));
  }

  void take(const Frame& frame);
  void take_greeting(const Frame& frame);
  void take_share(const Frame& frame);
  void take_confirmation(const Frame& frame);
  void take_stream(ByteView bytes);
  void take(const Message& message);
  void take(const Offer& offer);
  void take(const PinTyped& typed);
  void next(Step to, PiEvent event) {
    step = to;
    events.push_back(std::move(event));
  }
  void out_of_order() { broken(Errc::out_of_order, "reading a message"); }
  [[nodiscard]] Result<void> send_welcome();

  crypto::Random& random;
  Step step = Step::greeting;
  Bytes greeting_payload;
  Bytes hello_payload;
  Greeting greeting;
  FrameReader frames;
  std::optional<p256::Scalar> password;
  Bytes host_share;
  std::optional<SharedKeys> keys;
  std::optional<Welcome> welcome;       ///< until it is sent
  std::optional<MessageStream> stream;  ///< from the host's confirmation on
  Bytes unsigned_key;  ///< of an offer without signature, while one may be asked for
  PinQuestions questions;
  Bytes output;
  std::deque<PiEvent> events;
};

void PiSession::State::broken(Error error) {
  // Whoever has not greeted is no peer, and is told nothing; but a greeting of another version is
  // one, and its owner wants to know.
  const bool greeted = step != Step::greeting || error.is(Errc::version_mismatch);
  if (greeted && !stream) put_frame(output, FrameType::refuse, encode(Refusal{reason_for(error)}));
  events.emplace_back(PeerBroken{std::move(error)});
  end();
}

void PiSession::State::receive(ByteView bytes) {
  if (stream) return take_stream(bytes);
  frames.receive(bytes);
  while (step != Step::over && step != Step::refusal && !stream) {
    auto frame = frames.next();
    if (!frame) return broken(std::move(frame).error());
    if (!*frame) return;
    take(**frame);
  }
  if (step == Step::handshake) take_stream(frames.take_rest());
}

void PiSession::State::take(const Frame& frame) {
  if (frame.type == FrameType::greeting && step == Step::greeting) return take_greeting(frame);
  if (frame.type == FrameType::share_host && step == Step::share) return take_share(frame);
  if (frame.type == FrameType::confirm_host && step == Step::confirmation) {
    return take_confirmation(frame);
  }
  broken(Errc::out_of_order, "reading a frame");
}

void PiSession::State::take_greeting(const Frame& frame) {
  auto decoded = decode_greeting(frame.payload);
  if (!decoded) return broken(std::move(decoded).error());
  if (std::ranges::find(decoded->versions, kProtocolVersion) == decoded->versions.end()) {
    return broken(Errc::version_mismatch, "reading a greeting");
  }
  greeting = std::move(*decoded);
  greeting_payload = frame.payload;
  step = Step::start;
  events.emplace_back(Greeted{greeting.name});
}

Result<void> PiSession::State::start(const Hello& hello, std::string_view digits) {
  constexpr auto kDoing = "starting a conversation";
  if (step != Step::start) return fail(Errc::out_of_order, kDoing);
  if (hello.version != kProtocolVersion) return fail(Errc::unsupported, kDoing);
  if (!is_code(digits, hello.groups)) return fail(Errc::malformed, kDoing);
  auto payload = encode(hello);
  if (!payload) return fail(std::move(payload));
  auto scalar = password_scalar(digits, hello.nonce);
  if (!scalar) return ended(std::move(scalar).error());
  password = std::move(*scalar);
  hello_payload = std::move(*payload);
  put_frame(output, FrameType::hello, hello_payload);
  step = Step::share;
  return {};
}

void PiSession::State::take_share(const Frame& frame) {
  if (frame.payload.size() != p256::kPointSize) {
    return broken(Errc::malformed, "reading a share");
  }
  const auto checked = p256::check(ByteView(frame.payload).first<p256::kPointSize>());
  if (!checked) return broken(checked.error());
  host_share = frame.payload;
  step = Step::release;
  events.emplace_back(ShareWanted{});
}

Result<void> PiSession::State::release_share() {
  if (step != Step::release) return fail(Errc::out_of_order, "releasing the share");
  auto ephemeral = p256::random_scalar(random);
  if (!ephemeral) return ended(std::move(ephemeral).error());
  auto scalar = std::move(*password);
  password.reset();
  auto spake2 = Spake2::begin(Party::b, {}, std::move(scalar), std::move(*ephemeral), random);
  if (!spake2) return ended(std::move(spake2).error());
  auto finished =
      spake2->finish(host_share, additional_data(greeting_payload, hello_payload), random);
  if (!finished) return ended(std::move(finished).error());
  keys = std::move(*finished);
  put_frame(output, FrameType::share_pi, spake2->share());
  step = Step::confirmation;
  return {};
}

void PiSession::State::take_confirmation(const Frame& frame) {
  if (frame.payload.size() != kConfirmationSize) {
    return broken(Errc::malformed, "reading a confirmation");
  }
  if (!crypto::equal(frame.payload, keys->peer_confirmation.bytes())) {
    keys.reset();
    step = Step::refusal;
    events.emplace_back(CodeWrong{});
    return;
  }
  auto psk = derive_psk(keys->key);
  if (!psk) return broken(std::move(psk).error());
  auto tls = TlsSession::open(TlsSession::Role::server, *psk, random);
  if (!tls) return broken(std::move(tls).error());
  put_frame(output, FrameType::confirm_pi, keys->own_confirmation.bytes());
  keys.reset();
  stream.emplace(std::move(*tls));
  step = Step::handshake;
  events.emplace_back(CodeProved{});
}

void PiSession::State::take_stream(ByteView bytes) {
  auto received = stream->receive(bytes);
  if (stream->established() && step == Step::handshake) {
    if (auto sent = send_welcome(); !sent) return broken(std::move(sent).error());
  }
  while (step != Step::over) {
    auto message = stream->next();
    if (!message) return broken(std::move(message).error());
    if (!*message) break;
    take(**message);
  }
  if (!received && step != Step::over) broken(std::move(received).error());
}

void PiSession::State::take(const Message& message) {
  if (const auto* offer = std::get_if<Offer>(&message)) return take(*offer);
  if (const auto* typed = std::get_if<PinTyped>(&message)) return take(*typed);
  if (const auto* request = std::get_if<TokenRequest>(&message); request && step == Step::offer) {
    return next(Step::token, TokenAsked{*request});
  }
  if (const auto* request = std::get_if<HandlesRequest>(&message); request && step == Step::offer) {
    return next(Step::handles, HandlesAsked{*request});
  }
  if (const auto* verdict = std::get_if<Verdict>(&message); verdict && step == Step::verdict) {
    return next(Step::last_answer, Judged{*verdict});
  }
  out_of_order();
}

void PiSession::State::take(const Offer& offer) {
  const bool is_signed = !offer.signature.empty();
  if (step == Step::signature) {
    if (!is_signed || offer.key != unsigned_key) return out_of_order();
    unsigned_key.clear();
  } else if (step == Step::offer) {
    if (!is_signed) unsigned_key = offer.key;
  } else {
    return out_of_order();
  }
  next(Step::answer, Offered{offer});
}

void PiSession::State::take(const PinTyped& typed) {
  const auto open = questions.open();
  if (!questions.answer(typed.event)) return out_of_order();
  // Typed for a question that something has overtaken, or after all questions: for nobody.
  if (step != Step::token || typed.event != open) return;
  events.emplace_back(PinGiven{typed});
}

Result<void> PiSession::State::set_welcome(const Welcome& message) {
  const bool early = step == Step::greeting || step == Step::start;
  const bool late = step > Step::handshake || step == Step::refusal;
  if (early || late) return fail(Errc::out_of_order, "preparing the welcome");
  if (auto checked = encode(message); !checked) return fail(std::move(checked));
  welcome = message;
  return stream && stream->established() ? send_welcome() : Result<void>{};
}

Result<void> PiSession::State::send_welcome() {
  if (!welcome) return {};
  if (auto sent = stream->send(*welcome); !sent) return ended(std::move(sent).error());
  welcome.reset();
  step = Step::offer;
  return {};
}

Result<void> PiSession::State::send(const Message& message, Step from, Step to) {
  if (step != from) return fail(Errc::out_of_order, "sending a message");
  auto sent = stream->send(message);
  if (!sent) {
    if (!stream->established()) end();
    return sent;
  }
  step = to;
  return sent;
}

Result<void> PiSession::State::want_signature(const SignatureWanted& wanted) {
  if (unsigned_key.empty()) return fail(Errc::out_of_order, "asking for a signature");
  return send(wanted, Step::answer, Step::signature);
}

Result<void> PiSession::State::tell(const TokenEvent& event) {
  auto asked = questions;
  if (!asked.ask(event)) return fail(Errc::out_of_order, "telling of a security key");
  auto sent = send(event, Step::token, Step::token);
  if (sent) questions = asked;
  return sent;
}

Result<void> PiSession::State::answer(const Outcome& outcome) {
  const bool asked = step == Step::answer || step == Step::last_answer;
  const bool unasked = step >= Step::offer && step != Step::over;
  if (!asked && !(unasked && !outcome.ok())) return fail(Errc::out_of_order, "answering");
  if (auto sent = stream->send(outcome); !sent) {
    if (!stream->established()) end();
    return sent;
  }
  if (step == Step::answer && outcome.ok()) {
    step = Step::verdict;
  } else {
    end();
  }
  return {};
}

void PiSession::State::refuse(const Refusal& refusal) {
  if (step == Step::over || step == Step::greeting) return end();
  if (stream) {
    stream->close();
  } else {
    put_frame(output, FrameType::refuse, encode(refusal));
  }
  end();
}

PiSession::PiSession(crypto::Random& random) : state_(std::make_unique<State>(random)) {}
PiSession::~PiSession() = default;
PiSession::PiSession(PiSession&&) noexcept = default;
PiSession& PiSession::operator=(PiSession&&) noexcept = default;

void PiSession::receive(ByteView bytes) {
  if (state_->step == State::Step::over || state_->step == State::Step::refusal) return;
  state_->receive(bytes);
}

Bytes PiSession::take_output() {
  auto output = std::exchange(state_->output, {});
  if (state_->stream) {
    const auto encrypted = state_->stream->take_output();
    output.insert(output.end(), encrypted.begin(), encrypted.end());
  }
  return output;
}

std::optional<PiEvent> PiSession::next_event() {
  if (state_->events.empty()) return std::nullopt;
  std::optional<PiEvent> event = std::move(state_->events.front());
  state_->events.pop_front();
  return event;
}

bool PiSession::awaits_offer() const noexcept {
  return state_->step == State::Step::offer || state_->step == State::Step::signature;
}

Result<void> PiSession::start(const Hello& hello, std::string_view digits) {
  return state_->start(hello, digits);
}
Result<void> PiSession::release_share() { return state_->release_share(); }
Result<void> PiSession::set_welcome(const Welcome& welcome) { return state_->set_welcome(welcome); }
Result<void> PiSession::want_signature(const SignatureWanted& wanted) {
  return state_->want_signature(wanted);
}
Result<void> PiSession::tell(const TokenEvent& event) { return state_->tell(event); }
Result<void> PiSession::give(const TokenMade& made) {
  return state_->send(made, State::Step::token, State::Step::answer);
}
Result<void> PiSession::give(const Handles& handles) {
  return state_->send(handles, State::Step::handles, State::Step::over);
}
Result<void> PiSession::answer(const Outcome& outcome) { return state_->answer(outcome); }
void PiSession::refuse(const Refusal& refusal) { state_->refuse(refusal); }

}  // namespace latchkey::channel
