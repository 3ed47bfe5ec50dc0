// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hal/fido/security_keys.hpp"
#include "host/local_keys.hpp"

/// What `--json` prints of keys: one object on one line, with LF.
namespace latchkey::host {

/// A security key that is plugged in, and what it says of itself.
struct PluggedReport {
  fido::PluggedKey plugged;
  std::optional<fido::KeyInfo> info;  ///< nullopt: it could not be opened
  std::optional<int> pin_tries;
  std::string why;  ///< it could not be opened: a sentence
};

/// A resident key, and its file here.
struct ResidentReport {
  fido::ResidentKey resident;
  std::string fingerprint;
  std::string file;  ///< empty: none
};

/// {"ok":true,"keys":[…],"security_keys":[…],"unusable":[…],"agent":true}
[[nodiscard]] std::string to_json(const LocalKeys& keys,
                                  const std::vector<PluggedReport>& security_keys);
/// Of one key that was just made.
[[nodiscard]] std::string to_json(const LocalKey& key);
/// {"ok":true,"security_key":"…","residents":[…]}
[[nodiscard]] std::string to_json(const std::string& security_key,
                                  const std::vector<ResidentReport>& residents);
/// {"ok":true,"adopted":[files],"already_there":[files]}
[[nodiscard]] std::string to_json_adopted(const std::vector<std::string>& adopted,
                                          const std::vector<std::string>& already_there);
/// The same with "ok":false, and what to_json(Failure) has: not all of it could be done.
[[nodiscard]] std::string to_json_adopted(const std::vector<std::string>& adopted,
                                          const std::vector<std::string>& already_there,
                                          const Failure& failure);

}  // namespace latchkey::host
