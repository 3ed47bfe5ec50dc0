// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "hal/fido/sim/middleware/sk_api.hpp"

/// The shared object, called as ssh-sk-helper calls it; what it hands over is copied and freed.
namespace latchkey::test {

using SkOptions = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::uint32_t sk_version();

struct Enrolled {
  int error = 0;
  std::uint8_t flags = 0;
  Bytes public_key{};
  Bytes key_handle{};
  Bytes signature{};
  Bytes certificate{};
  Bytes authenticator_data{};
};
struct EnrollCall {
  fido::sim::SkAlgorithm algorithm = fido::sim::SkAlgorithm::ed25519;
  std::string challenge = "challenge";
  std::string application = "ssh:";
  std::uint8_t flags = fido::sim::sk_flag::kUserPresence;
  const char* pin = nullptr;
  SkOptions options{};
};
Enrolled sk_enroll(const EnrollCall& call = {});

struct Signed {
  int error = 0;
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
  Bytes r{};
  Bytes s{};
};
struct SignCall {
  fido::sim::SkAlgorithm algorithm = fido::sim::SkAlgorithm::ed25519;
  std::string data = "data";
  std::string application = "ssh:";
  Bytes key_handle{};
  std::uint8_t flags = fido::sim::sk_flag::kUserPresence;
  const char* pin = nullptr;
  SkOptions options{};
};
Signed sk_sign(const SignCall& call);

struct Resident {
  std::uint32_t algorithm = 0;
  std::size_t slot = 0;
  std::string application;
  std::uint8_t flags = 0;
  Bytes user_id;
  Bytes public_key;
  Bytes key_handle;
};
struct Residents {
  int error = 0;
  std::vector<Resident> keys{};
};
Residents sk_residents(const char* pin, const SkOptions& options = {});

}  // namespace latchkey::test
