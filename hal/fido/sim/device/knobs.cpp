// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <limits>

#include "core/bytes.hpp"
#include "hal/fido/sim/device/model.hpp"

namespace latchkey::fido::sim {

namespace {

template <class Integer>
bool read_integer(std::string_view text, std::int64_t least, std::int64_t most, Integer& value) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::int64_t read = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), read, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (read < least || read > most || (hex && read < 0)) return false;
  value = static_cast<Integer>(read);
  return true;
}

// One type for each way to write a field: read() leaves the value alone when it returns false.

struct Flag {
  static std::string wanted() { return "true or false"; }
  static bool read(std::string_view text, bool& value) {
    if (text != "true" && text != "false") return false;
    value = text == "true";
    return true;
  }
  static std::string write(bool value) { return value ? "true" : "false"; }
};

struct Name {
  static std::string wanted() { return "1 to 64 printable ASCII characters"; }
  static bool read(std::string_view text, std::string& value) {
    const bool printable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (text.empty() || text.size() > 64 || !printable) return false;
    value = text;
    return true;
  }
  static std::string write(const std::string& value) { return value; }
};

struct Identifier {
  static std::string wanted() { return "32 hexadecimal digits"; }
  static bool read(std::string_view text, Aaguid& value) {
    const auto bytes = from_hex(text);
    if (!bytes || bytes->size() != value.size()) return false;
    std::copy(bytes->begin(), bytes->end(), value.begin());
    return true;
  }
  static std::string write(const Aaguid& value) { return to_hex(value); }
};

template <std::int64_t Least, std::int64_t Most>
struct Number {
  static std::string wanted() {
    return "a number from " + std::to_string(Least) + " to " + std::to_string(Most);
  }
  static bool read(std::string_view text, std::uint32_t& value) {
    return read_integer(text, Least, Most, value);
  }
  static std::string write(std::uint32_t value) { return std::to_string(value); }
};

template <std::int64_t Least>
struct Duration {
  static constexpr std::int64_t kDay = 86'400'000;
  static std::string wanted() { return Number<Least, kDay>::wanted() + " (milliseconds)"; }
  static bool read(std::string_view text, Millis& value) {
    std::int64_t count = 0;
    if (!read_integer(text, Least, kDay, count)) return false;
    value = Millis(count);
    return true;
  }
  static std::string write(Millis value) { return std::to_string(value.count()); }
};

struct Count {
  static constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  static std::string wanted() { return "never, or a number of reports"; }
  static bool read(std::string_view text, std::optional<unsigned>& value) {
    unsigned count = 0;
    if (text != "never" && !read_integer(text, 0, kMost, count)) return false;
    value = text == "never" ? std::nullopt : std::optional(count);
    return true;
  }
  static std::string write(std::optional<unsigned> value) {
    return value ? std::to_string(*value) : "never";
  }
};

template <std::int64_t Least, std::int64_t Most>
struct List {
  static constexpr std::size_t kMost = 8;
  static std::string wanted() {
    return "at most 8 different numbers from " + std::to_string(Least) + " to " +
           std::to_string(Most) + " with commas, or nothing";
  }
  template <class Integer>
  static bool read(std::string_view text, std::vector<Integer>& value) {
    std::vector<Integer> list;
    while (!text.empty() || !list.empty()) {
      const auto comma = std::min(text.find(','), text.size());
      Integer item{};
      if (!read_integer(text.substr(0, comma), Least, Most, item)) return false;
      if (list.size() == kMost || std::count(list.begin(), list.end(), item) != 0) return false;
      list.push_back(item);
      if (comma == text.size()) break;
      text.remove_prefix(comma + 1);
    }
    value = std::move(list);
    return true;
  }
  template <class Integer>
  static std::string write(const std::vector<Integer>& value) {
    std::string text;
    for (const auto item : value) text += (text.empty() ? "" : ",") + std::to_string(item);
    return text;
  }
};

/// One word of a few; the words stand in the order of the enumerators.
template <class Enum, const auto& Words>
struct Word {
  static std::string wanted() {
    std::string text;
    for (const auto word : Words) (text += text.empty() ? "one of " : ", ") += word;
    return text;
  }
  static bool read(std::string_view text, Enum& value) {
    const auto* const found = std::find(Words.begin(), Words.end(), text);
    if (found == Words.end()) return false;
    value = static_cast<Enum>(found - Words.begin());
    return true;
  }
  static std::string write(Enum value) {
    return std::string(Words[static_cast<std::size_t>(value)]);
  }
};

constexpr std::array<std::string_view, 4> kAttestations{"packed", "fido-u2f", "self", "none"};
constexpr std::array<std::string_view, 3> kLengths{"right", "too-short", "too-long"};
using Attestation = Word<AttestationKind, kAttestations>;
using Announced = Word<Misbehaviour::Length, kLengths>;
using Algorithms = List<-65536, 65535>;
using PinProtocols = List<1, 2>;

constexpr std::int64_t kMaxMessage = 7609;  // what CTAPHID can carry

struct Row {
  Knob knob;
  std::string (*wanted)() = nullptr;
  bool (*set)(Model&, std::string_view) = nullptr;
  std::string (*get)(const Model&) = nullptr;
};

template <class Field>
auto& field_of(auto& model, Field Model::*field) {
  return model.*field;
}
template <class Field>
auto& field_of(auto& model, Field Misbehaviour::*field) {
  return model.misbehaviour.*field;
}

template <class Way, auto field>
constexpr Row row(std::string_view name, std::string_view meaning) {
  return {
      {name, meaning},
      Way::wanted,
      [](Model& model, std::string_view text) { return Way::read(text, field_of(model, field)); },
      [](const Model& model) { return Way::write(field_of(model, field)); }};
}

using M = Model;
using Bad = Misbehaviour;

constexpr std::array kRows{
    row<Name, &M::name>("name", "what the model is called"),
    row<Flag, &M::u2f>("u2f", "speaks U2F (CTAP1)"),
    row<Flag, &M::fido_2_0>("fido_2_0", "speaks CTAP2"),
    row<Flag, &M::fido_2_1>("fido_2_1", "speaks CTAP 2.1: tokens with permissions"),
    row<Identifier, &M::aaguid>("aaguid", "the identifier of the make"),
    row<Number<0, 0xFFFF'FFFF>, &M::firmware_version>("firmware_version", "as getInfo says it"),
    row<Algorithms, &M::algorithms>("algorithms",
                                    "COSE numbers, preferred first: -7 ES256, -8 EdDSA"),
    row<Flag, &M::resident_keys>("resident_keys", "can store credentials"),
    row<Number<0, 256>, &M::resident_slots>("resident_slots", "how many credentials it can store"),
    row<Flag, &M::client_pin>("client_pin", "can have a PIN"),
    row<PinProtocols, &M::pin_protocols>("pin_protocols", "PIN protocols, preferred first"),
    row<Flag, &M::built_in_verification>("built_in_verification", "has a fingerprint reader"),
    row<Flag, &M::always_uv>("always_uv", "wants verification for everything"),
    row<Flag, &M::make_cred_uv_not_required>("make_cred_uv_not_required",
                                             "makes credentials without verification"),
    row<Flag, &M::cred_protect>("cred_protect", "has the extension credProtect"),
    row<Flag, &M::credential_management>("credential_management", "lists and deletes credentials"),
    row<Attestation, &M::attestation>("attestation", "the statement that makeCredential gives"),
    row<Number<64, kMaxMessage>, &M::max_message_size>("max_message_size",
                                                       "bytes of the longest command it takes"),
    row<Number<1, 256>, &M::max_credentials_in_list>("max_credentials_in_list",
                                                     "how many credentials a command may name"),
    row<Number<1, 1023>, &M::max_credential_id_length>(
        "max_credential_id_length", "bytes of the longest credential, as getInfo says it"),
    row<Number<4, 63>, &M::min_pin_length>("min_pin_length", "characters of the shortest PIN"),
    row<Duration<0>, &M::touch_timeout>("touch_timeout", "how long it waits for a person"),
    row<Duration<1>, &M::keepalive>("keepalive", "how often it says that it is still there"),
    row<Duration<0>, &M::reset_window>("reset_window",
                                       "how long after the plug it can be reset; 0: always"),
    row<Flag, &Bad::endless_keepalive>("endless_keepalive",
                                       "CTAP2 commands never end, cancelled or not"),
    row<Announced, &Bad::announced>("announced", "the length said at the start of an answer"),
    row<Flag, &Bad::bad_cbor>("bad_cbor", "answers are cut in the middle of an item"),
    row<Flag, &Bad::wrong_channel>("wrong_channel", "answers on another channel"),
    row<Flag, &Bad::spares_get_info>("spares_get_info", "the four above leave getInfo alone"),
    row<Count, &Bad::disappears_at>("disappears_at", "gone after so many reports, both ways"),
    row<Flag, &Bad::claims_ed25519>("claims_ed25519", "says EdDSA and has none"),
    row<Flag, &Bad::claims_resident_keys>("claims_resident_keys",
                                          "says that it stores credentials and fails to"),
    row<Flag, &Bad::denies_pin>("denies_pin", "says that no PIN is set though one is"),
    row<Flag, &Bad::wrong_signature>("wrong_signature", "flips one bit of every signature"),
    row<Flag, &Bad::wrong_rp>("wrong_rp", "answers for another relying party"),
};

constexpr auto kKnobs = [] {
  std::array<Knob, kRows.size()> knobs{};
  std::transform(kRows.begin(), kRows.end(), knobs.begin(),
                 [](const Row& row) { return row.knob; });
  return knobs;
}();

Result<const Row*> find_row(std::string_view name) {
  std::string names;
  for (const auto& row : kRows) {
    if (row.knob.name == name) return &row;
    (names += names.empty() ? "" : ", ") += row.knob.name;
  }
  return fail(Errc::not_found,
              "no knob is called \"" + std::string(name) + "\"; there are " + names);
}

}  // namespace

std::span<const Knob> knobs() { return kKnobs; }

Result<void> set_knob(Model& model, std::string_view name, std::string_view value) {
  const auto row = find_row(name);
  if (!row) return tl::make_unexpected(row.error());
  if ((*row)->set(model, value)) return {};
  return fail(Errc::malformed, std::string(name) + " takes " + (*row)->wanted() + ", not \"" +
                                   std::string(value) + "\"");
}

Result<std::string> get_knob(const Model& model, std::string_view name) {
  return find_row(name).map([&](const Row* row) { return row->get(model); });
}

}  // namespace latchkey::fido::sim
