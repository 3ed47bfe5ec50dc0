// SPDX-License-Identifier: MIT
#include "core/crypto/ec_point.hpp"

#include <mbedtls/ecp.h>

namespace latchkey::crypto {
namespace {

constexpr std::uint8_t kUncompressed = 0x04;

mbedtls_ecp_group_id group_of(Curve curve) noexcept {
  switch (curve) {
    case Curve::p256: return MBEDTLS_ECP_DP_SECP256R1;
    case Curve::p384: return MBEDTLS_ECP_DP_SECP384R1;
    case Curve::p521: return MBEDTLS_ECP_DP_SECP521R1;
  }
  return MBEDTLS_ECP_DP_NONE;
}

/// One curve and one point on it, freed together.
class Workspace final {
 public:
  Workspace() noexcept {
    mbedtls_ecp_group_init(&group_);
    mbedtls_ecp_point_init(&point_);
  }
  ~Workspace() {
    mbedtls_ecp_point_free(&point_);
    mbedtls_ecp_group_free(&group_);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  Workspace(Workspace&&) = delete;
  Workspace& operator=(Workspace&&) = delete;

  [[nodiscard]] bool load(Curve curve) noexcept {
    return mbedtls_ecp_group_load(&group_, group_of(curve)) == 0;
  }
  [[nodiscard]] std::size_t coordinate_size() const noexcept { return (group_.pbits + 7) / 8; }
  [[nodiscard]] bool holds(ByteView point) noexcept {
    return mbedtls_ecp_point_read_binary(&group_, &point_, point.data(), point.size()) == 0 &&
           mbedtls_ecp_check_pubkey(&group_, &point_) == 0;
  }

 private:
  mbedtls_ecp_group group_{};
  mbedtls_ecp_point point_{};
};

}  // namespace

Result<void> check_ec_point(Curve curve, ByteView point) {
  Workspace workspace;
  if (!workspace.load(curve)) return fail(Errc::crypto, "loading an elliptic curve");
  // mbedTLS 3.6 reads compressed points too; SSH knows none.
  const bool shaped =
      point.size() == 1 + 2 * workspace.coordinate_size() && point.front() == kUncompressed;
  if (!shaped || !workspace.holds(point)) {
    return fail(Errc::malformed, "reading a point of an elliptic curve");
  }
  return {};
}

}  // namespace latchkey::crypto
