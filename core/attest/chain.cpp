// SPDX-License-Identifier: MIT
#include "core/attest/chain.hpp"

#include <fmt/format.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>

namespace latchkey::attest {
namespace {

constexpr std::size_t kMaxPath = 5;  // the leaf and 4 intermediates
constexpr int kMaxSteps = 64;        // certificates looked at, over all paths
constexpr std::uint32_t kMinRsaBits = 2048;

constexpr mbedtls_x509_crt_profile kProfile{
    MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_RSA) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECKEY) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECDSA),
    MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1) |
        MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP521R1),
    kMinRsaBits};

/// Certificates in mbedTLS's own list, which a certificate of a store is no part of.
class List final {
 public:
  List() { mbedtls_x509_crt_init(&head_); }
  ~List() { mbedtls_x509_crt_free(&head_); }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  List(List&&) = delete;
  List& operator=(List&&) = delete;

  [[nodiscard]] bool add(const Certificate& certificate) noexcept {
    const auto der = certificate.der();
    return mbedtls_x509_crt_parse_der_nocopy(&head_, der.data(), der.size()) == 0;
  }
  [[nodiscard]] mbedtls_x509_crt* get() noexcept { return &head_; }

 private:
  mbedtls_x509_crt head_{};
};

/// mbedTLS asks the system's clock, which core has none of: dates are looked at below.
int forget_dates(void* /*context*/, mbedtls_x509_crt* /*crt*/, int /*depth*/,
                 std::uint32_t* flags) noexcept {
  *flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE};
  return 0;
}

bool same(ByteView left, ByteView right) noexcept { return std::ranges::equal(left, right); }

std::string day(WallTime time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<std::string> trouble_with_dates(const Certificate& certificate, WallTime now) {
  if (certificate.valid_at(now)) return std::nullopt;
  if (now < certificate.not_before()) {
    return fmt::format("the certificate \"{}\" is valid only from {}", certificate.common_name(),
                       day(certificate.not_before()));
  }
  return fmt::format("the certificate \"{}\" expired on {}", certificate.common_name(),
                     day(certificate.not_after()));
}

/// Goes through all paths by name, and has mbedTLS judge each that reaches a root. It is handed
/// one path and one root at a time: left to choose, it would prefer by the clock, and never turn
/// back from a choice that leads nowhere.
class Search final {
 public:
  Search(std::span<const Certificate> sent, const CertificateStore& intermediates,
         const CertificateStore& roots, std::optional<WallTime> now)
      : sent_(sent), intermediates_(intermediates), roots_(roots), now_(now) {}

  ChainEnd from(const Certificate& leaf) {
    path_.push_back(&leaf);
    step();
    return std::move(end_);
  }

 private:
  void step() {
    for (const auto& root : roots_.certificates()) {
      if (!done() && issued_last(root) && !same(root.der(), path_.front()->der())) reach(root);
    }
    if (path_.size() == kMaxPath) return;
    for (const auto& next : sent_) pass(next);
    for (const auto& next : intermediates_.certificates()) pass(next);
  }

  void pass(const Certificate& next) {
    const auto is_next = [&](const auto* passed) { return same(passed->der(), next.der()); };
    if (done() || !issued_last(next) || std::ranges::any_of(path_, is_next)) return;
    ++steps_;
    path_.push_back(&next);
    step();
    path_.pop_back();
  }

  void reach(const Certificate& root) {
    ++steps_;
    if (!holds(root)) return;
    std::optional<std::string> trouble;
    if (now_) {
      trouble = trouble_with_dates(root, *now_);
      for (const auto* passed : path_) {
        if (!trouble) trouble = trouble_with_dates(*passed, *now_);
      }
    }
    if (trouble) {
      end_.dates = std::move(trouble);
    } else {
      end_ = {.trusted = true, .root = root.common_name(), .dates = std::nullopt};
    }
  }

  [[nodiscard]] bool holds(const Certificate& root) const {
    List path;
    List anchor;
    if (!anchor.add(root)) return false;
    for (const auto* passed : path_) {
      if (!path.add(*passed)) return false;
    }
    std::uint32_t flags = 0;
    return mbedtls_x509_crt_verify_with_profile(path.get(), anchor.get(), nullptr, &kProfile,
                                                nullptr, &flags, forget_dates, nullptr) == 0;
  }

  [[nodiscard]] bool issued_last(const Certificate& issuer) const noexcept {
    return same(issuer.subject(), path_.back()->issuer());
  }
  [[nodiscard]] bool done() const noexcept { return end_.trusted || steps_ >= kMaxSteps; }

  std::span<const Certificate> sent_;
  const CertificateStore& intermediates_;
  const CertificateStore& roots_;
  std::optional<WallTime> now_;
  std::vector<const Certificate*> path_;
  ChainEnd end_;
  int steps_ = 0;
};

}  // namespace

ChainEnd follow_chain(const Certificate& leaf, std::span<const Certificate> sent,
                      const CertificateStore& intermediates, const CertificateStore& roots,
                      std::optional<WallTime> now) {
  return Search(sent, intermediates, roots, now).from(leaf);
}

}  // namespace latchkey::attest
