// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include <utility>

namespace latchkey {
namespace {

class Category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "latchkey"; }

  [[nodiscard]] std::string message(int condition) const override {
    switch (static_cast<Errc>(condition)) {
      case Errc::malformed: return "malformed";
      case Errc::truncated: return "cut short";
      case Errc::trailing_bytes: return "followed by bytes that do not belong there";
      case Errc::too_large: return "too large";
      case Errc::unsupported: return "not supported";
      case Errc::refused: return "refused";
      case Errc::unauthenticated: return "not authentic";
      case Errc::declined: return "declined";
      case Errc::cancelled: return "cancelled";
      case Errc::timed_out: return "timed out";
      case Errc::closed: return "closed by the other side";
      case Errc::not_found: return "not found";
      case Errc::already_exists: return "already exists";
      case Errc::out_of_order: return "not allowed now";
      case Errc::version_mismatch: return "no protocol version in common";
      case Errc::entropy: return "no randomness from the system";
      case Errc::crypto: return "the cryptographic library failed";
      case Errc::outside: return "another program failed";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& latchkey_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), latchkey_category()};
}

std::string Error::message() const {
  return doing.empty() ? code.message() : doing + ": " + code.message();
}

tl::unexpected<Error> fail(Errc code, std::string doing) {
  return tl::make_unexpected(Error{make_error_code(code), std::move(doing)});
}

tl::unexpected<Error> fail_errno(int error_number, std::string doing) {
  return tl::make_unexpected(
      Error{std::error_code(error_number, std::system_category()), std::move(doing)});
}

}  // namespace latchkey
