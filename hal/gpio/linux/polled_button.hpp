// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::gpio {

/// While nothing changes: fifty wake-ups a second, which is why a line with edges is better.
inline constexpr Millis kPollPeriod{20};
/// After a change, until the line has been quiet for kSettled: two looks that agree are no level
/// that stood. Of a line that is mere noise thirty agree about once a month; the mains' hum is slow
/// enough to be seen as what it is.
inline constexpr Millis kQuickPeriod{1};
inline constexpr Millis kSettled{40};  ///< longer than any debounce
/// A quick look that comes so late knows nothing of the time before.
inline constexpr Millis kTooLate{10};

/// A line without edges as a button: looked at whenever the alarm rings. An edge has the time of
/// the look that saw it; what comes and goes between two looks is not seen. Where we were kept from
/// looking while the line settles, what is seen then is told with `after_loss`.
class PolledButton final : public Button {
 public:
  /// Looks at the line at once. `words` is what the line is called in sentences, `why` the errno of
  /// asking for it with edges. Clock and alarm
  /// must outlive the button, and nobody else may use the alarm. Errors: as of is_pressed().
  [[nodiscard]] static Result<std::unique_ptr<PolledButton>> open(std::unique_ptr<InputLine> line,
                                                                  const clock::Clock& clock,
                                                                  clock::Alarm& alarm,
                                                                  std::string words, int why = 0);
  ~PolledButton() override;
  PolledButton(const PolledButton&) = delete;
  PolledButton& operator=(const PolledButton&) = delete;
  PolledButton(PolledButton&&) = delete;
  PolledButton& operator=(PolledButton&&) = delete;

  [[nodiscard]] int descriptor() const override { return alarm_.descriptor(); }
  [[nodiscard]] Result<std::optional<Edge>> next_edge() override;
  [[nodiscard]] Result<bool> is_pressed() override;
  [[nodiscard]] std::string remark() const override;

 private:
  PolledButton(std::unique_ptr<InputLine> line, const clock::Clock& clock, clock::Alarm& alarm,
               std::string words);
  void look_again(Instant when);

  std::unique_ptr<InputLine> line_;
  int why_ = 0;
  const clock::Clock& clock_;
  clock::Alarm& alarm_;
  std::string words_;
  bool pressed_ = false;
  Instant due_{};
  Instant looked_{};
  std::optional<Instant> settled_;  // when it will have been quiet for long enough
};

}  // namespace latchkey::gpio
