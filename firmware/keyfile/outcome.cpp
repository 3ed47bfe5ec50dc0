// SPDX-License-Identifier: MIT
#include "firmware/keyfile/outcome.hpp"

#include <cerrno>
#include <utility>

namespace latchkey::keyfile {
namespace {

Reason reason_of(const Error& error) {
  if (error.is(Errc::timed_out)) return Reason::busy;
  if (error.is(Errc::too_large)) return Reason::file_unsuitable;
  if (error.code.category() != std::system_category()) return Reason::failed;
  switch (error.code.value()) {
    case ENOSPC:
    case EDQUOT: return Reason::no_space;
    case EROFS: return Reason::read_only;
    case EACCES:
    case EPERM: return Reason::no_permission;
    case ELOOP:
    case ENOTDIR:
    case ENXIO: return Reason::file_unsuitable;
    case EAGAIN:
    case EBUSY:
    case ETXTBSY: return Reason::busy;
    default: return Reason::failed;
  }
}

std::string advice_for(Reason reason) {
  switch (reason) {
    case Reason::no_space: return "; free some space and try again";
    case Reason::read_only: return "; remount the file system for writing and try again";
    case Reason::no_permission: return "; the account must be able to write there";
    case Reason::busy: return "; another program is using it, try again";
    case Reason::file_unsuitable: return "; it must be a plain file in plain directories";
    default: return {};
  }
}

}  // namespace

tl::unexpected<Refusal> refuse(Reason reason, std::string text) {
  return tl::make_unexpected(Refusal{reason, std::move(text)});
}

tl::unexpected<Refusal> refuse(const Error& error, const std::string& what) {
  const auto reason = reason_of(error);
  return refuse(reason, what + ": " + error.message() + advice_for(reason));
}

}  // namespace latchkey::keyfile
