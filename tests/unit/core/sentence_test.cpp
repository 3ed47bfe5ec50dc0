// SPDX-License-Identifier: MIT
#include "core/sentence.hpp"

#include <doctest/doctest.h>

#include <cerrno>

using namespace latchkey;

TEST_CASE("what was being done needs the code, a whole sentence does not") {
  const auto said = [](const tl::unexpected<Error>& error) { return sentence(error.value()); };
  CHECK(said(fail(Errc::too_large, "reading x.toml")) == "reading x.toml: too large");
  CHECK(said(fail_errno(EIO, "reading line 3")).find("reading line 3: ") == 0);
  CHECK(said(fail(Errc::not_found, "there is no LED PWR; there are none")) ==
        "there is no LED PWR; there are none");
  CHECK(said(fail_errno(EBUSY, "line 3 is in use by \"x\"; end that")) ==
        "line 3 is in use by \"x\"; end that");
  CHECK(said(fail(Errc::malformed, "nothing says which line it is")) ==
        "nothing says which line it is");
  CHECK(said(fail(Errc::refused)) == "refused");
}
