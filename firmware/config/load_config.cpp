// SPDX-License-Identifier: MIT
#include "firmware/config/config.hpp"
#include "firmware/config/regular_file.hpp"

namespace latchkey::config {

Result<Config> load_config(const std::string& path) {
  const auto text = read_regular_file(path, kMaxConfig);
  if (text) return parse_config(*text, path);
  if (text.error().code == std::errc::no_such_file_or_directory) {
    return fail(Errc::not_found, text.error().doing);
  }
  return tl::make_unexpected(text.error());
}

}  // namespace latchkey::config
