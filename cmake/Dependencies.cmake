# SPDX-License-Identifier: MIT
# Every library from outside, as an imported target. All come from Debian packages
# (the list for apt is scripts/packages.txt).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)

pkg_check_modules(libcbor REQUIRED IMPORTED_TARGET libcbor)
pkg_check_modules(libfido2 REQUIRED IMPORTED_TARGET libfido2)
pkg_check_modules(libgpiod REQUIRED IMPORTED_TARGET libgpiod)
pkg_check_modules(libusb REQUIRED IMPORTED_TARGET libusb-1.0)
pkg_check_modules(libcap_ng REQUIRED IMPORTED_TARGET libcap-ng)
pkg_check_modules(libseccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(cli11 REQUIRED IMPORTED_TARGET CLI11)
pkg_check_modules(nlohmann_json REQUIRED IMPORTED_TARGET nlohmann_json)

# mbedTLS 2.28 (Debian 12) has neither pkg-config nor CMake files.
find_path(MBEDTLS_INCLUDE_DIR mbedtls/ssl.h REQUIRED)
# Where 2.28 and 3.6 (Debian 13) differ, a source ends in _mbedtls2.cpp or _mbedtls3.cpp.
set(MBEDTLS_MAJOR 2)
if(EXISTS ${MBEDTLS_INCLUDE_DIR}/mbedtls/build_info.h)
  set(MBEDTLS_MAJOR 3)
endif()
foreach(part mbedtls mbedx509 mbedcrypto)
  string(TOUPPER ${part} upper)
  find_library(${upper}_LIBRARY ${part} REQUIRED)
  add_library(mbedtls::${part} UNKNOWN IMPORTED)
  set_target_properties(mbedtls::${part} PROPERTIES
    IMPORTED_LOCATION ${${upper}_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${MBEDTLS_INCLUDE_DIR})
endforeach()
set_property(TARGET mbedtls::mbedx509 PROPERTY INTERFACE_LINK_LIBRARIES mbedtls::mbedcrypto)
set_property(TARGET mbedtls::mbedtls PROPERTY INTERFACE_LINK_LIBRARIES mbedtls::mbedx509)

# Asio is header-only; with Clang, Debian 12's 1.22 does not see C++20 coroutines by itself.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
add_library(asio::asio INTERFACE IMPORTED)
set_target_properties(asio::asio PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${ASIO_INCLUDE_DIR})
target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED
  $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE>)
# Asio recycles coroutine frames through its own operator new and delete; once those are inlined
# GCC 12 takes the pair for a mismatch.
target_compile_options(asio::asio INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
target_link_libraries(asio::asio INTERFACE Threads::Threads)

if(LATCHKEY_TESTS OR LATCHKEY_FUZZERS)
  find_package(doctest REQUIRED)
  # Of the simulated security key alone.
  pkg_check_modules(libcrypto REQUIRED IMPORTED_TARGET libcrypto)
endif()
