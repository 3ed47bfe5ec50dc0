// SPDX-License-Identifier: MIT
#include "hal/fido/libfido2/assertion.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/cbor/cbor_reader.hpp"
#include "core/crypto/hash.hpp"
#include "hal/fido/libfido2/bytes.hpp"
#include "hal/fido/libfido2/errors.hpp"
#include "hal/fido/libfido2/handles.hpp"

namespace latchkey::fido {
namespace {

constexpr std::string_view kLooking = "asking the security key whether it knows this key";
constexpr std::string_view kSigning = "signing";

constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;

struct Question {
  const std::string& application;
  ByteView handle;
  ByteView message;
  bool touch = false;
  bool finger = false;
};

int prepare(fido_assert_t* raw, const Question& question) {
  if (raw == nullptr) return FIDO_ERR_INTERNAL;
  return first_error(
      [&] {
        return fido_assert_set_clientdata(raw, question.message.data(), question.message.size());
      },
      [&] { return fido_assert_set_rp(raw, question.application.c_str()); },
      [&] { return fido_assert_allow_cred(raw, question.handle.data(), question.handle.size()); },
      [&] { return fido_assert_set_up(raw, question.touch ? FIDO_OPT_TRUE : FIDO_OPT_FALSE); },
      [&] { return fido_assert_set_uv(raw, question.finger ? FIDO_OPT_TRUE : FIDO_OPT_OMIT); });
}

enum class Answer : std::uint8_t { owns, denies, says_nothing, fails };

Answer answer(int error, const fido_assert_t* raw) {
  switch (error) {
    case FIDO_OK: return fido_assert_count(raw) > 0 ? Answer::owns : Answer::denies;
    case FIDO_ERR_USER_PRESENCE_REQUIRED:  // libfido2: a U2F key has it
      return Answer::owns;
    case FIDO_ERR_NO_CREDENTIALS:
    case FIDO_ERR_INVALID_CREDENTIAL:
    // A handle longer than any of its own.
    case FIDO_ERR_LIMIT_EXCEEDED:
    case FIDO_ERR_REQUEST_TOO_LARGE: return Answer::denies;
    // It does not answer such a question without more.
    case FIDO_ERR_PIN_REQUIRED:
    case FIDO_ERR_UP_REQUIRED:
    case FIDO_ERR_UNSUPPORTED_OPTION:
    case FIDO_ERR_INVALID_OPTION: return Answer::says_nothing;
    default: return Answer::fails;
  }
}

struct Heard {
  Answer answer;
  int error;
};

Heard ask_silently(Conversation& key, const std::string& application, ByteView handle,
                   const char* pin) {
  const std::array<std::uint8_t, 32> nothing{};
  const FidoAssertion assertion(fido_assert_new());
  int error = prepare(assertion.get(), {application, handle, nothing});
  if (error == FIDO_OK) {
    error = key.alone(
        [&](fido_dev_t* device) { return fido_dev_get_assert(device, assertion.get(), pin); });
  }
  return {answer(error, assertion.get()), error};
}

/// U2F has one byte for the length.
bool possible(const KeyInfo& info, ByteView handle) {
  return !handle.empty() && handle.size() <= (info.ctap2 ? kMaxCredentialId : 255);
}

/// The authenticator data, out of the byte string that libfido2 1.12 leaves around it.
ByteView authenticator_data(const fido_assert_t* raw) {
  cbor::CborReader reader(view(fido_assert_authdata_ptr(raw, 0), fido_assert_authdata_len(raw, 0)));
  const auto data = reader.byte_string(attest::kMaxAuthenticatorData);
  return reader.end("reading authenticator data") ? data : ByteView();
}

Attempt<Assertion> check(const Conversation& key, const fido_assert_t* raw,
                         const SignRequest& request) {
  const auto lie = [&](std::string detail) {
    return key.give_up(Trouble::nonsense, kSigning, std::move(detail));
  };
  if (fido_assert_count(raw) != 1) return lie("it gave another number of signatures than one");
  // CTAP 2.1 section 6.2.2: it may leave the handle out where only one was asked for.
  const auto id = view(fido_assert_id_ptr(raw, 0), fido_assert_id_len(raw, 0));
  if (!id.empty() && !std::ranges::equal(id, request.handle)) return lie("it used another key");

  const auto data = authenticator_data(raw);
  if (data.size() < 37) return lie("its authenticator data are too short");
  const auto hash = crypto::sha256(as_bytes(request.application));
  if (!hash) return key.give_up(Trouble::failed, kSigning, hash.error().message());
  if (!std::ranges::equal(data.first(32), *hash)) return lie("it signed for another application");
  Assertion made;
  made.flags = data[32];
  for (const auto byte : data.subspan(33, 4)) made.counter = made.counter << 8U | byte;
  if ((made.flags & kUserPresent) == 0) return lie("it signed without a touch");
  if (request.verify && (made.flags & kUserVerified) == 0) {
    return lie("it signed without verification");
  }
  const auto signature = view(fido_assert_sig_ptr(raw, 0), fido_assert_sig_len(raw, 0));
  if (signature.empty() || signature.size() > attest::kMaxSignature) {
    return lie("its signature has an impossible length");
  }
  made.signature = to_bytes(signature);
  return made;
}

/// Whether the key's own reader has to be asked for; a problem where it wants a PIN that it did not
/// get.
Attempt<bool> wants_finger(const Conversation& key, const KeyInfo& info, bool verify,
                           const Pin* pin) {
  if (pin != nullptr || (!verify && !info.always_verifies)) return false;
  if (info.built_in_verification) return true;
  switch (info.pin) {
    case PinState::set: return key.give_up(Trouble::pin_required, kSigning);
    case PinState::not_set: return key.give_up(Trouble::pin_not_set, kSigning);
    case PinState::cannot: break;
  }
  return key.give_up(Trouble::not_supported, kSigning, "it has neither a PIN nor a reader");
}

/// U2F has no PIN; libfido2 refuses one there.
const char* text(const KeyInfo& info, const Pin* pin) {
  return pin != nullptr && info.ctap2 ? pin->c_str() : nullptr;
}

}  // namespace

Attempt<bool> owns_handle(Conversation& key, const KeyInfo& info, const std::string& application,
                          ByteView handle, const Pin* pin) {
  if (!possible(info, handle)) return false;
  const auto heard = ask_silently(key, application, handle, text(info, pin));
  if (heard.answer == Answer::owns) return true;
  if (heard.answer == Answer::denies) return false;
  return key.give_up(heard.error, kLooking);
}

Attempt<Assertion> sign_message(Conversation& key, const KeyInfo& info, const SignRequest& request,
                                const Pin* pin) {
  if (!possible(info, request.handle)) return key.give_up(Trouble::not_its_handle, kSigning);
  const auto finger = wants_finger(key, info, request.verify, pin);
  if (!finger) return tl::make_unexpected(finger.error());

  const auto heard = ask_silently(key, request.application, request.handle, nullptr);
  if (heard.answer == Answer::fails) return key.give_up(heard.error, kSigning);
  // It may be there and not be shown without verification.
  const bool may_hide = request.verify || pin != nullptr;
  if (heard.answer == Answer::denies && !may_hide) {
    return key.give_up(Trouble::not_its_handle, kSigning);
  }

  const FidoAssertion assertion(fido_assert_new());
  int error = prepare(assertion.get(),
                      {request.application, request.handle, request.message, true, *finger});
  if (error != FIDO_OK) return key.give_up(Trouble::failed, kSigning, word_for(error));
  error = key.with_person([&](fido_dev_t* device) {
    return fido_dev_get_assert(device, assertion.get(), text(info, pin));
  });
  if (error != FIDO_OK) return key.give_up(error, kSigning);
  return check(key, assertion.get(), request);
}

}  // namespace latchkey::fido
