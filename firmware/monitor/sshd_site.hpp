// SPDX-License-Identifier: MIT
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/monitor/site.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::monitor {

/// This machine, its users and its sshd, asked anew each time: the answers may change between
/// windows.
class SshdSite final : public Site {
 public:
  /// Both must outlive this.
  SshdSite(const config::Config& config, process::Runner& runner) noexcept
      : config_(config), runner_(runner) {}

  [[nodiscard]] Result<SiteFacts> survey() override;
  [[nodiscard]] Result<Destination> destination(const Account& account, const std::string& key_type,
                                                const std::string& address) override;
  [[nodiscard]] Result<void> start_sshd() override;

 private:
  const config::Config& config_;
  process::Runner& runner_;
};

}  // namespace latchkey::monitor
