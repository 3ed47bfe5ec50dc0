// SPDX-License-Identifier: MIT
#include "core/channel/p256.hpp"

#include <mbedtls/ecp.h>

#include "core/channel/random_bridge.hpp"

namespace latchkey::channel::p256 {
namespace {

constexpr auto kDoing = "computing on P-256";

/// mbedTLS's handles; freeing them wipes them.
class Number final {
 public:
  Number() { mbedtls_mpi_init(&mpi_); }
  ~Number() { mbedtls_mpi_free(&mpi_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  Number(Number&&) = delete;
  Number& operator=(Number&&) = delete;
  [[nodiscard]] mbedtls_mpi* get() noexcept { return &mpi_; }

 private:
  mbedtls_mpi mpi_{};
};

class CurvePoint final {
 public:
  CurvePoint() { mbedtls_ecp_point_init(&point_); }
  ~CurvePoint() { mbedtls_ecp_point_free(&point_); }
  CurvePoint(const CurvePoint&) = delete;
  CurvePoint& operator=(const CurvePoint&) = delete;
  CurvePoint(CurvePoint&&) = delete;
  CurvePoint& operator=(CurvePoint&&) = delete;
  [[nodiscard]] mbedtls_ecp_point* get() noexcept { return &point_; }

 private:
  mbedtls_ecp_point point_{};
};

class Curve final {
 public:
  Curve() { mbedtls_ecp_group_init(&group_); }
  ~Curve() { mbedtls_ecp_group_free(&group_); }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;
  Curve(Curve&&) = delete;
  Curve& operator=(Curve&&) = delete;
  [[nodiscard]] mbedtls_ecp_group* get() noexcept { return &group_; }

  [[nodiscard]] Result<void> load() {
    if (mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1) != 0) {
      return fail(Errc::crypto, kDoing);
    }
    return {};
  }

  [[nodiscard]] Result<void> read(PointView bytes, CurvePoint& point) {
    const int read =
        mbedtls_ecp_point_read_binary(&group_, point.get(), bytes.data(), bytes.size());
    if (read == MBEDTLS_ERR_MPI_ALLOC_FAILED) return fail(Errc::crypto, kDoing);
    const int checked = read == 0 ? mbedtls_ecp_check_pubkey(&group_, point.get()) : read;
    if (checked == MBEDTLS_ERR_MPI_ALLOC_FAILED) return fail(Errc::crypto, kDoing);
    if (checked != 0) return fail(Errc::malformed, "checking a point of P-256");
    return {};
  }

  [[nodiscard]] Result<Point> write(CurvePoint& point) {
    if (mbedtls_ecp_is_zero(point.get()) != 0) return fail(Errc::refused, kDoing);
    Point bytes;
    std::size_t written = 0;
    if (mbedtls_ecp_point_write_binary(&group_, point.get(), MBEDTLS_ECP_PF_UNCOMPRESSED, &written,
                                       bytes.bytes().data(), kPointSize) != 0 ||
        written != kPointSize) {
      return fail(Errc::crypto, kDoing);
    }
    return bytes;
  }

 private:
  mbedtls_ecp_group group_{};
};

Result<Scalar> write_scalar(Number& number) {
  Scalar scalar;
  if (mbedtls_mpi_write_binary(number.get(), scalar.bytes().data(), scalar.bytes().size()) != 0) {
    return fail(Errc::crypto, kDoing);
  }
  return scalar;
}

Result<Point> multiply(Curve& curve, const Scalar& scalar, const mbedtls_ecp_point* point,
                       crypto::Random& random) {
  Number factor;
  CurvePoint product;
  RandomBridge blinding{&random};
  const auto bytes = scalar.bytes();
  if (mbedtls_mpi_read_binary(factor.get(), bytes.data(), bytes.size()) != 0 ||
      mbedtls_ecp_mul(curve.get(), product.get(), factor.get(), point, RandomBridge::fill,
                      &blinding) != 0) {
    return blinding.error(kDoing);
  }
  return curve.write(product);
}

Result<Point> combine(PointView left, PointView right, int sign) {
  Curve curve;
  CurvePoint first;
  CurvePoint second;
  CurvePoint sum;
  Number one;
  Number factor;
  if (auto loaded = curve.load(); !loaded) return fail(std::move(loaded));
  if (auto read = curve.read(left, first); !read) return fail(std::move(read));
  if (auto read = curve.read(right, second); !read) return fail(std::move(read));
  // The factors 1 and -1 are no secrets: for these muladd only copies, negates and adds.
  if (mbedtls_mpi_lset(one.get(), 1) != 0 || mbedtls_mpi_lset(factor.get(), sign) != 0 ||
      mbedtls_ecp_muladd(curve.get(), sum.get(), one.get(), first.get(), factor.get(),
                         second.get()) != 0) {
    return fail(Errc::crypto, kDoing);
  }
  return curve.write(sum);
}

}  // namespace

Result<Scalar> reduce(ByteView wide) {
  Curve curve;
  Number number;
  if (auto loaded = curve.load(); !loaded) return fail(std::move(loaded));
  if (mbedtls_mpi_read_binary(number.get(), wide.data(), wide.size()) != 0 ||
      mbedtls_mpi_mod_mpi(number.get(), number.get(), &curve.get()->N) != 0) {
    return fail(Errc::crypto, kDoing);
  }
  if (mbedtls_mpi_cmp_int(number.get(), 0) == 0) return fail(Errc::refused, "making a scalar");
  return write_scalar(number);
}

Result<Scalar> random_scalar(crypto::Random& random) {
  Curve curve;
  Number number;
  RandomBridge source{&random};
  if (auto loaded = curve.load(); !loaded) return fail(std::move(loaded));
  if (mbedtls_ecp_gen_privkey(curve.get(), number.get(), RandomBridge::fill, &source) != 0) {
    return source.error("making a scalar");
  }
  return write_scalar(number);
}

Result<void> check(PointView point) {
  Curve curve;
  CurvePoint parsed;
  if (auto loaded = curve.load(); !loaded) return loaded;
  return curve.read(point, parsed);
}

Result<Point> multiply(const Scalar& scalar, PointView point, crypto::Random& random) {
  Curve curve;
  CurvePoint parsed;
  if (auto loaded = curve.load(); !loaded) return fail(std::move(loaded));
  if (auto read = curve.read(point, parsed); !read) return fail(std::move(read));
  return multiply(curve, scalar, parsed.get(), random);
}

Result<Point> multiply_base(const Scalar& scalar, crypto::Random& random) {
  Curve curve;
  if (auto loaded = curve.load(); !loaded) return fail(std::move(loaded));
  return multiply(curve, scalar, &curve.get()->G, random);
}

Result<Point> add(PointView left, PointView right) { return combine(left, right, 1); }
Result<Point> subtract(PointView left, PointView right) { return combine(left, right, -1); }

}  // namespace latchkey::channel::p256
