// SPDX-License-Identifier: MIT
#include "firmware/monitor/settings.hpp"

namespace latchkey::monitor {

pairing::CodeShape shape_of(const config::Config& config) {
  return config.code == config::CodeShape::strict ? pairing::CodeShape::strict
                                                  : pairing::CodeShape::normal;
}

pairing::Speed speed_of(const config::Config& config) {
  switch (config.speed) {
    case config::Speed::slow: return pairing::Speed::slow;
    case config::Speed::normal: return pairing::Speed::normal;
    case config::Speed::fast: return pairing::Speed::fast;
  }
  return pairing::Speed::normal;
}

}  // namespace latchkey::monitor
