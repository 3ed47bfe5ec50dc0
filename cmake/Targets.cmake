# SPDX-License-Identifier: MIT

# latchkey_library(core_ssh SOURCES a.cpp b.cpp LINKS latchkey::core ...)
# A static library named after its folder, with the alias latchkey::<name>.
function(latchkey_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(latchkey_${name} STATIC ${arg_SOURCES})
  add_library(latchkey::${name} ALIAS latchkey_${name})
  target_link_libraries(latchkey_${name} PUBLIC latchkey::compile ${arg_LINKS})
endfunction()

# latchkey_program(latchkeyd DIRECTORY bin|libexec SOURCES main.cpp LINKS ...)
# A thin executable. All of them build with the target `programs`.
add_custom_target(programs)
function(latchkey_program name)
  cmake_parse_arguments(arg "" "DIRECTORY" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE latchkey::compile ${arg_LINKS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${arg_DIRECTORY})
  add_dependencies(programs ${name})
endfunction()

# latchkey_test(ssh_unit LABEL unit SOURCES ... LINKS ...)
# A doctest program with the shared main of tests/unity, one ctest entry. What a cross-build leaves
# out of it is in tests/emulation/LeftOut.cmake.
function(latchkey_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE latchkey::compile latchkey::test_main ${arg_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  set(filter)
  if(LEFT_OUT_${name})
    list(JOIN LEFT_OUT_${name} "," filter)
    string(PREPEND filter "--test-case-exclude=")
  endif()
  add_test(NAME ${name} COMMAND ${name} ${filter})
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL})
endfunction()

# All fuzz targets build with the target `fuzzers`.
add_custom_target(fuzzers)

# latchkey_fuzz(public_key SOURCES fuzz_public_key.cpp LINKS ...)
# The source defines LLVMFuzzerTestOneInput. With LATCHKEY_FUZZERS it becomes a libFuzzer
# program; otherwise a program that replays tests/fuzz/corpus/<name>/ as an ordinary test.
function(latchkey_fuzz name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE latchkey::compile ${arg_LINKS})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers fuzz_${name})
  if(LATCHKEY_FUZZERS)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME replay_${name} COMMAND fuzz_${name} ${corpus})
    set_tests_properties(replay_${name} PROPERTIES LABELS unit)
  endif()
endfunction()
