// SPDX-License-Identifier: MIT
#include "hal/fido/linux/report_descriptor.hpp"

#include <doctest/doctest.h>

#include "hal/fido/sim/ctaphid/report.hpp"

using namespace latchkey;
using namespace latchkey::fido;

TEST_CASE("A FIDO device is known by its first usage") {
  CHECK(is_fido_descriptor(sim::kReportDescriptor));
  // The same with longer items, and with others before the usage.
  CHECK(is_fido_descriptor(from_hex("07d0f100000901a101c0").value()));
  CHECK(is_fido_descriptor(from_hex("150006d0f10b01000000a101c0").value()));
}

TEST_CASE("A keyboard, a vendor's device and another usage of the page are none") {
  CHECK_FALSE(is_fido_descriptor(from_hex("05010906a101c0").value()));
  CHECK_FALSE(is_fido_descriptor(from_hex("0600ff0901a101c0").value()));
  CHECK_FALSE(is_fido_descriptor(from_hex("06d0f10902a101c0").value()));
  CHECK_FALSE(is_fido_descriptor(from_hex("05010906a10106d0f10901c0").value()));
}

TEST_CASE("Bytes that are no descriptor, or are cut short, are none") {
  CHECK_FALSE(is_fido_descriptor({}));
  const ByteView whole(sim::kReportDescriptor);
  for (std::size_t size = 0; size < 5; ++size) {
    CAPTURE(size);
    CHECK_FALSE(is_fido_descriptor(whole.first(size)));
  }
  CHECK(is_fido_descriptor(whole.first(5)));
  CHECK_FALSE(is_fido_descriptor(from_hex("fe00000000").value()));
  CHECK_FALSE(is_fido_descriptor(from_hex("07d0").value()));
  Bytes large(kMaxReportDescriptor + 1, 0);
  CHECK_FALSE(is_fido_descriptor(large));
}
