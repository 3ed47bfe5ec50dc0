// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include "firmware/config/config.hpp"
#include "firmware/monitor/site.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::monitor {

/// This machine, its users and its sshd, asked anew each time: the answers may change between
/// windows.
class SshdSite final : public Site {
 public:
  /// Both must outlive this. `board`: what to call a machine whose device tree has no model.
  SshdSite(const config::Config& config, process::Runner& runner,
           std::string board = "simulated board")
      : config_(config), runner_(runner), board_(std::move(board)) {}

  [[nodiscard]] Result<SiteFacts> survey() override;
  [[nodiscard]] Result<Destination> destination(const Account& account, const std::string& key_type,
                                                const std::string& address) override;
  [[nodiscard]] Result<void> start_sshd() override;

 private:
  const config::Config& config_;
  process::Runner& runner_;
  std::string board_;
};

}  // namespace latchkey::monitor
