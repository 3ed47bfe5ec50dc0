// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "hal/descriptor.hpp"
#include "tests/unit/hal/fido/libfido2/bench.hpp"

namespace latchkey::test {

/// A simulated key behind FOLDER/hid.sock, as a latchkey-simulated-key serves it, for one client at
/// a time and in virtual time: where the key waits for a person, it has waited at once.
class KeyServer final {
 public:
  KeyServer(const std::string& folder, fido::sim::Model made);
  ~KeyServer();
  KeyServer(const KeyServer&) = delete;
  KeyServer& operator=(const KeyServer&) = delete;
  KeyServer(KeyServer&&) = delete;
  KeyServer& operator=(KeyServer&&) = delete;

  /// Ends the conversation with the client, as if the key had been pulled out.
  void hang_up();

  /// Looks at the key, or changes it, while no report is on its way.
  template <class Function>
  auto with(Function function) {
    const std::scoped_lock lock(mutex_);
    return function(bench_);
  }

 private:
  void serve();
  void set_client(int client);
  void converse(int client);

  Bench bench_;
  std::mutex mutex_;
  int client_ = -1;  ///< guarded by the mutex
  hal::Descriptor listener_;
  std::thread thread_;
};

}  // namespace latchkey::test
