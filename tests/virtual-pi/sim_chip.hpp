// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "hal/descriptor.hpp"

namespace latchkey::test {

/// A chip of the kernel's gpio-sim, with lines GPIO17 and GPIO27, and line 5 in the hands of the
/// kernel itself (Documentation/admin-guide/gpio/gpio-sim.rst). Needs root and the module.
class SimChip final {
 public:
  static constexpr unsigned kLines = 54;
  static constexpr auto* kHog = "power-switch";  ///< who has line 5

  explicit SimChip(const std::string& label) : label_(label) {
    make(bank_);
    write(bank_ / "num_lines", std::to_string(kLines));
    write(bank_ / "label", label);
    for (const auto* number : {"17", "27"}) {
      make(bank_ / ("line" + std::string(number)));
      write(bank_ / ("line" + std::string(number)) / "name", "GPIO" + std::string(number));
    }
    make(bank_ / "line5" / "hog");
    write(bank_ / "line5" / "hog" / "name", kHog);
    write(bank_ / "line5" / "hog" / "direction", "input");
    write(config_ / "live", "1");
    name_ = read(bank_ / "chip_name");
    attributes_ =
        std::filesystem::path("/sys/devices/platform") / read(config_ / "dev_name") / name_;
    pull_ = hal::Descriptor(
        ::open((attributes_ / "sim_gpio17" / "pull").c_str(), O_WRONLY | O_CLOEXEC));
    REQUIRE(pull_.open());
  }
  ~SimChip() {
    remove();
    for (const auto* part : {"line5/hog", "line5", "line17", "line27"})
      ::rmdir((bank_ / part).c_str());
    ::rmdir(bank_.c_str());
    ::rmdir(config_.c_str());
  }
  SimChip(const SimChip&) = delete;
  SimChip& operator=(const SimChip&) = delete;
  SimChip(SimChip&&) = delete;
  SimChip& operator=(SimChip&&) = delete;

  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }  ///< "gpiochip0"

  /// What the world does to line 17 while nobody drives it.
  void pull(bool up) {
    const std::string word = up ? "pull-up" : "pull-down";
    REQUIRE(::pwrite(pull_.number(), word.data(), word.size(), 0) ==
            static_cast<ssize_t>(word.size()));
  }
  /// The level of line 27, whoever drives it.
  [[nodiscard]] std::string level() const { return read(attributes_ / "sim_gpio27" / "value"); }

  /// The chip goes away, whoever holds lines of it.
  void remove() {
    pull_.close();
    std::ofstream(config_ / "live") << "0";
  }

 private:
  static void make(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    CAPTURE(error.message());
    REQUIRE(std::filesystem::is_directory(folder));
  }
  static void write(const std::filesystem::path& file, const std::string& text) {
    CAPTURE(file.string());
    std::ofstream stream(file);
    stream << text << std::flush;
    REQUIRE(stream.good());
  }
  [[nodiscard]] static std::string read(const std::filesystem::path& file) {
    CAPTURE(file.string());
    std::ifstream stream(file);
    std::string line;
    REQUIRE(std::getline(stream, line).good());
    return line;
  }

  std::string label_;
  std::filesystem::path config_{"/sys/kernel/config/gpio-sim/latchkey-lines"};
  std::filesystem::path bank_ = config_ / "bank0";
  std::filesystem::path attributes_;
  std::string name_;
  hal::Descriptor pull_;
};

}  // namespace latchkey::test
