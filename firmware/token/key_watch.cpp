// SPDX-License-Identifier: MIT
#include "firmware/token/key_watch.hpp"

#include <algorithm>

namespace latchkey::token {

std::vector<Change> KeyWatch::see(const std::vector<fido::PluggedKey>& list) {
  std::vector<Change> changes;
  if (key_ && std::find(list.begin(), list.end(), *key_) == list.end()) {
    key_.reset();
    changes.push_back(Change::left);
  }
  const bool was_crowded = crowded_;
  crowded_ = list.size() > 1;
  if (crowded_ && !was_crowded) changes.push_back(Change::second);
  if (!key_ && list.size() == 1) {
    key_ = list.front();
    changes.push_back(Change::arrived);
  }
  return changes;
}

}  // namespace latchkey::token
