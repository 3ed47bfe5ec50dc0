// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "hal/fido/libfido2/device.hpp"
#include "hal/fido/libfido2/watched_stream.hpp"
#include "hal/fido/problem.hpp"

namespace latchkey::fido {

/// How long a key may take.
struct Patience {
  Millis step{10'000};    ///< for each thing that it does by itself
  Millis person{60'000};  ///< for a command with a touch, from its beginning to its end
};

/// One opened key as libfido2 has it, and how long each command to it may take.
class Conversation final {
 public:
  /// Opens it. `path` names it in problems. Sets libfido2's mode for this thread: a key that says
  /// CTAP2 and gives nonsense is not tried with U2F.
  [[nodiscard]] static Attempt<Conversation> open(std::unique_ptr<ReportStream> stream,
                                                  std::unique_ptr<Watch> watch, std::string path,
                                                  const Patience& patience);

  using Command = std::function<int(fido_dev_t* device)>;
  /// Runs one command, which the key does by itself, or for which it waits for a person. Returns
  /// libfido2's code; where that is negative, give_up() knows more.
  [[nodiscard]] int alone(const Command& command);
  [[nodiscard]] int with_person(const Command& command);
  /// The same with the key spoken to by U2F, over an opening of its own: libfido2 forgets what a
  /// key can when it is told to speak U2F, and fido_dev_force_fido2(3) does not bring it back.
  [[nodiscard]] int with_person_by_u2f(const Command& command);
  /// Listens for at most so long to a command that goes on behind it.
  [[nodiscard]] int listen(Millis patience, const Command& command);
  /// Cancels what still goes on.
  void cancel();

  /// The problem that the last command came to: gone, interrupted and late before what libfido2
  /// made of them. Asks for the tries left where a PIN was wrong, which costs none.
  [[nodiscard]] tl::unexpected<Problem> give_up(int fido_error, std::string_view doing);
  /// The same for what was found out here.
  [[nodiscard]] tl::unexpected<Problem> give_up(Trouble trouble, std::string_view doing,
                                                std::string detail = {}) const;

  [[nodiscard]] Ending ending() const noexcept { return watch_->ending(); }
  [[nodiscard]] fido_dev_t* device() const noexcept { return device_.get(); }

 private:
  Conversation(std::unique_ptr<Watch> watch, std::unique_ptr<ReportStream> stream, std::string path,
               const Patience& patience);
  [[nodiscard]] int run(const Limits& limits, fido_dev_t* device, const Command& command);
  [[nodiscard]] OpenedDevice open_device();

  // Each outlives the next.
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<ReportStream> stream_;
  Device device_;
  std::string path_;
  Patience patience_;
  bool waits_for_person_ = false;  ///< in the last command
};

}  // namespace latchkey::fido
