# SPDX-License-Identifier: MIT
# What every target of ours compiles with: one INTERFACE target, no global flags.
add_library(latchkey_compile INTERFACE)
add_library(latchkey::compile ALIAS latchkey_compile)

target_compile_features(latchkey_compile INTERFACE cxx_std_20)
target_compile_options(latchkey_compile INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2
  -fstack-protector-strong)
# GCC 12 with optimisation sees std::optional's value used where has_value() was asked before.
target_compile_options(latchkey_compile INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
# Sizes of files and numbers of inodes have 64 bits, on 32-bit systems too.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  target_compile_definitions(latchkey_compile INTERFACE _FILE_OFFSET_BITS=64)
endif()
target_include_directories(latchkey_compile INTERFACE ${PROJECT_SOURCE_DIR})

if(LATCHKEY_SANITIZE)
  target_compile_options(latchkey_compile INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(latchkey_compile INTERFACE -fsanitize=address,undefined)
endif()

if(LATCHKEY_FUZZERS)
  target_compile_options(latchkey_compile INTERFACE -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(latchkey_compile INTERFACE -fsanitize=address,undefined)
endif()
