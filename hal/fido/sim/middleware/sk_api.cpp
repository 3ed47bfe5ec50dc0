// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/sk_api.hpp"

#include <exception>

#include "hal/fido/sim/middleware/enroll.hpp"
#include "hal/fido/sim/middleware/resident.hpp"
#include "hal/fido/sim/middleware/sign.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

/// OpenSSH is written in C: no exception gets there.
template <class Function>
int guarded(Function function) noexcept {
  try {
    const SkResult<> result = function();
    return result ? 0 : static_cast<int>(result.error());
  } catch (const std::exception& error) {
    say(error.what());
    return static_cast<int>(SkError::general);
  }
}

SkResult<> refuse_null() { return fail_sk(SkError::general, "called without what it needs"); }

}  // namespace

std::uint32_t sk_api_version() { return kSkApiVersion; }

int sk_enroll(std::uint32_t algorithm, const std::uint8_t* challenge, std::size_t challenge_length,
              const char* application, std::uint8_t flags, const char* pin, SkOption** options,
              SkEnrollResponse** response) {
  return guarded([&]() -> SkResult<> {
    if (response == nullptr || application == nullptr) return refuse_null();
    *response = nullptr;
    auto read = read_options(options, true);
    if (!read) return tl::make_unexpected(read.error());
    auto enrolled = enroll(
        {algorithm, view(challenge, challenge_length), application, flags, pin, std::move(*read)});
    if (!enrolled) return tl::make_unexpected(enrolled.error());
    *response = enrolled->release();
    return {};
  });
}

int sk_sign(std::uint32_t algorithm, const std::uint8_t* data, std::size_t data_length,
            const char* application, const std::uint8_t* key_handle, std::size_t key_handle_length,
            std::uint8_t flags, const char* pin, SkOption** options, SkSignResponse** response) {
  return guarded([&]() -> SkResult<> {
    if (response == nullptr || application == nullptr) return refuse_null();
    *response = nullptr;
    auto read = read_options(options, false);
    if (!read) return tl::make_unexpected(read.error());
    auto made = sign({algorithm, view(data, data_length), application,
                      view(key_handle, key_handle_length), flags, pin, std::move(*read)});
    if (!made) return tl::make_unexpected(made.error());
    *response = made->release();
    return {};
  });
}

int sk_load_resident_keys(const char* pin, SkOption** options, SkResidentKey*** keys,
                          std::size_t* count) {
  return guarded([&]() -> SkResult<> {
    if (keys == nullptr || count == nullptr) return refuse_null();
    *keys = nullptr;
    *count = 0;
    const auto read = read_options(options, false);
    if (!read) return tl::make_unexpected(read.error());
    auto found = resident_keys(pin, *read);
    if (!found) return tl::make_unexpected(found.error());
    if (found->empty()) return {};
    // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what the array holds
    auto** array = static_cast<SkResidentKey**>(std::calloc(found->size(), sizeof(SkResidentKey*)));
    if (array == nullptr) return fail_sk(SkError::general, "out of memory");
    for (auto& key : *found) array[(*count)++] = key.release();
    *keys = array;
    return {};
  });
}
