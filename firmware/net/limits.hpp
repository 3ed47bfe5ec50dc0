// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "core/time.hpp"

namespace latchkey::net {

/// How long and how much latchkey-net puts up with. The program uses these numbers; the tests of
/// the library shorten the times.
struct Limits {
  Millis greeting{2'000};       ///< from connecting to a whole greeting
  Millis machine_step{10'000};  ///< for each step that a machine takes, however it drips
  Millis offer{120'000};        ///< a passphrase or a touch may stand before the offer
  Millis verdict{60'000};       ///< from the result to the host's verdict
  Millis writing{10'000};       ///< from the first byte that waits to the last one taken
  Millis last_words{1'000};     ///< once the window is over: for peers that are being told why

  std::size_t ungreeted = 16;         ///< connections without a greeting; then the oldest goes
  std::size_t peers = 4;              ///< connections that greeted, those saying goodbye included
  std::size_t input = 64UL * 1024;    ///< bytes from one connection; an honest one sends half
  std::size_t output = 128UL * 1024;  ///< bytes waiting for one connection
};

}  // namespace latchkey::net
