// SPDX-License-Identifier: MIT
#include <algorithm>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kVersion = 1;
constexpr std::uint8_t kMaxPinCodePoints = 63;

/// A name of somebody else's, fit for a message.
std::string shown(std::string name) {
  constexpr std::size_t kLongest = 32;
  if (name.size() > kLongest) name = name.substr(0, kLongest) + "...";
  for (auto& c : name) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name;
}

/// One object of the text. What is wrong comes to a sentence, of which the first one is kept; the
/// values that are read after it mean nothing.
class Fields final {
 public:
  Fields(const Json& json, std::string path, std::initializer_list<std::string_view> names,
         std::string& complaint)
      : json_(json), path_(std::move(path)), complaint_(complaint) {
    if (!json.is_object()) {
      complain(path_.empty() ? "it" : path_, "is not an object");
      return;
    }
    for (const auto& item : json.items()) {
      if (std::find(names.begin(), names.end(), item.key()) == names.end()) {
        complain(named(shown(item.key())), "is not a field of it");
      }
    }
    for (const auto name : names) {
      if (!json.contains(name)) complain(named(name), "is missing");
    }
  }

  [[nodiscard]] std::string named(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  }
  void complain(const std::string& what, std::string_view is) const {
    if (complaint_.empty()) complaint_ = what + " " + std::string(is);
  }

  [[nodiscard]] const Json& at(std::string_view name) const {
    static const Json nothing;
    return json_.is_object() && json_.contains(name) ? json_.at(name) : nothing;
  }

  template <class Number>
  void read(std::string_view name, Number& number, Number largest) const {
    const auto& json = at(name);
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > largest) {
      return complain(named(name), "is not a number from 0 to " + std::to_string(largest));
    }
    number = static_cast<Number>(json.get<std::uint64_t>());
  }
  void read(std::string_view name, std::string& text) const {
    if (!at(name).is_string()) return complain(named(name), "is not a text");
    text = at(name).get<std::string>();
  }
  void read(std::string_view name, Bytes& bytes) const { read(at(name), named(name), bytes); }
  template <std::size_t Size>
  void read(std::string_view name, std::array<std::uint8_t, Size>& bytes) const {
    Bytes read_bytes;
    read(name, read_bytes);
    if (read_bytes.size() != Size) {
      return complain(named(name), "is not of " + std::to_string(Size) + " bytes");
    }
    std::copy(read_bytes.begin(), read_bytes.end(), bytes.begin());
  }
  void read(const Json& json, const std::string& path, Bytes& bytes) const {
    auto decoded = from_hex(json.is_string() ? json.get<std::string>() : "not hexadecimal");
    if (!decoded) return complain(path, "is not hexadecimal");
    bytes = std::move(*decoded);
  }
  /// The items of an array, each with its own path.
  template <class Take>
  void each(std::string_view name, const Take& take) const {
    const auto& json = at(name);
    if (!json.is_array()) return complain(named(name), "is not an array");
    for (std::size_t i = 0; i < json.size(); ++i) {
      take(json[i], named(name) + "[" + std::to_string(i) + "]");
    }
  }
  [[nodiscard]] std::optional<SigningKey> key(std::string_view name) const {
    const Fields fields(at(name), named(name), {"kind", "seed"}, complaint_);
    std::string kind;
    SigningKey::Seed seed{};
    fields.read("kind", kind);
    fields.read("seed", seed);
    if (kind != "p256" && kind != "ed25519") {
      complain(fields.named("kind"), "is neither p256 nor ed25519");
    }
    if (!complaint_.empty()) return std::nullopt;
    auto made = SigningKey::from_seed(
        kind == "p256" ? SigningKey::Kind::p256 : SigningKey::Kind::ed25519, seed);
    if (!made) {
      complain(fields.named("seed"), "is no private key");
      return std::nullopt;
    }
    return std::move(*made);
  }

 private:
  const Json& json_;
  std::string path_;
  std::string& complaint_;
};

std::optional<Factory> read_factory(const Fields& state, std::string& complaint) {
  const Fields fields(state.at("factory"), "factory", {"attestation_key", "chain"}, complaint);
  std::vector<Bytes> chain;
  fields.each("chain", [&](const Json& json, const std::string& path) {
    fields.read(json, path, chain.emplace_back());
  });
  auto key = fields.key("attestation_key");
  if (!key) return std::nullopt;
  return Factory{std::move(*key), std::move(chain)};
}

std::optional<ResidentCredential> read_credential(const Json& json, const std::string& path,
                                                  std::string& complaint) {
  const Fields fields(json, path,
                      {"id", "rp_id", "rp_id_hash", "user_id", "user_name", "user_display_name",
                       "key", "protection", "made"},
                      complaint);
  auto key = fields.key("key");
  if (!key) return std::nullopt;
  ResidentCredential credential{.key = std::move(*key)};
  fields.read("id", credential.id);
  fields.read("rp_id", credential.rp_id);
  fields.read("rp_id_hash", credential.rp_id_hash);
  fields.read("user_id", credential.user_id);
  fields.read("user_name", credential.user_name);
  fields.read("user_display_name", credential.user_display_name);
  fields.read("made", credential.made, std::numeric_limits<std::uint64_t>::max());
  std::uint8_t protection = 0;
  fields.read<std::uint8_t>("protection", protection, 3);
  if (protection == 0) fields.complain(fields.named("protection"), "is not a number from 1 to 3");
  credential.protection = static_cast<CredProtect>(protection);
  const auto hash = crypto::sha256(as_bytes(credential.rp_id));
  if (!hash || *hash != credential.rp_id_hash) {
    fields.complain(fields.named("rp_id_hash"), "is not the SHA-256 of rp_id");
  }
  return credential;
}

void read_pin(const Fields& fields, State& state) {
  if (!fields.at("pin_hash").is_null()) fields.read("pin_hash", state.pin_hash.emplace());
  fields.read("pin_code_points", state.pin_code_points, kMaxPinCodePoints);
  if (state.pin_hash.has_value() != (state.pin_code_points > 0)) {
    fields.complain("pin_code_points", "does not fit pin_hash");
  }
  fields.read("pin_tries", state.pin_tries, kPinTries);
  fields.read("verification_tries", state.verification_tries, kVerificationTries);
}

Json to_json(const SigningKey& key) {
  return {{"kind", key.kind() == SigningKey::Kind::p256 ? "p256" : "ed25519"},
          {"seed", to_hex(key.seed())}};
}

Json to_json(const ResidentCredential& credential) {
  return {{"id", to_hex(credential.id)},
          {"rp_id", credential.rp_id},
          {"rp_id_hash", to_hex(credential.rp_id_hash)},
          {"user_id", to_hex(credential.user_id)},
          {"user_name", credential.user_name},
          {"user_display_name", credential.user_display_name},
          {"key", to_json(credential.key)},
          {"protection", static_cast<std::uint8_t>(credential.protection)},
          {"made", credential.made}};
}

}  // namespace

std::string to_json(const State& state) {
  Json chain = Json::array();
  for (const auto& certificate : state.factory.chain) chain.push_back(to_hex(certificate));
  Json credentials = Json::array();
  for (const auto& credential : state.credentials) credentials.push_back(to_json(credential));
  const Json json{
      {"version", kVersion},
      {"factory", {{"attestation_key", to_json(state.factory.attestation_key)}, {"chain", chain}}},
      {"wrapping_key", to_hex(state.wrapping_key)},
      {"pin_hash", state.pin_hash ? Json(to_hex(*state.pin_hash)) : Json()},
      {"pin_code_points", state.pin_code_points},
      {"pin_tries", state.pin_tries},
      {"verification_tries", state.verification_tries},
      {"signature_counter", state.signature_counter},
      {"credentials_made", state.credentials_made},
      {"credentials", credentials}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<State> from_json(std::string_view text) {
  const std::string doing = "reading the state of a simulated key: ";
  if (text.size() > kMaxStateSize) return fail(Errc::malformed, doing + "it is over 16 MiB");
  const auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(Errc::malformed, doing + "it is not JSON");

  std::string complaint;
  const Fields fields(
      json, "",
      {"version", "factory", "wrapping_key", "pin_hash", "pin_code_points", "pin_tries",
       "verification_tries", "signature_counter", "credentials_made", "credentials"},
      complaint);
  std::uint64_t version = 0;
  fields.read("version", version, std::numeric_limits<std::uint64_t>::max());
  if (version != kVersion) fields.complain("version", "is not 1, the only one known");
  auto factory = read_factory(fields, complaint);
  if (!factory) return fail(Errc::malformed, doing + complaint);
  State state{.factory = std::move(*factory)};
  fields.read("wrapping_key", state.wrapping_key);
  read_pin(fields, state);
  fields.read("signature_counter", state.signature_counter,
              std::numeric_limits<std::uint32_t>::max());
  fields.read("credentials_made", state.credentials_made,
              std::numeric_limits<std::uint64_t>::max());
  fields.each("credentials", [&](const Json& item, const std::string& path) {
    auto credential = read_credential(item, path, complaint);
    if (credential) state.credentials.push_back(std::move(*credential));
  });
  if (!complaint.empty()) return fail(Errc::malformed, doing + complaint);
  return state;
}

}  // namespace latchkey::fido::sim
