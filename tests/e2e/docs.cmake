# SPDX-License-Identifier: MIT
# The pages that a newcomer reads are true: each is done as it says.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(docs_programs ${PROJECT_BINARY_DIR}/bin)

# No page is forgotten: whatever shows a session is done.
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/tutorial/*.md
  ${PROJECT_SOURCE_DIR}/docs/how-to/*.md)
list(APPEND pages ${PROJECT_SOURCE_DIR}/docs/reference/simulated-board.md)
if(NOT LATCHKEY_SANITIZE)  # Debian's ssh-sk-helper has no sanitizer for the provider
  list(APPEND pages ${PROJECT_SOURCE_DIR}/docs/reference/simulated-security-key.md)
endif()
foreach(page ${pages})
  get_filename_component(name ${page} NAME_WE)
  add_test(NAME docs_${name}
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/docs_test.py
      --programs ${docs_programs} --folder ${PROJECT_BINARY_DIR}/docs/${name}
      ${page})
  list(APPEND docs_tests docs_${name})
endforeach()

add_test(NAME readme
  COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/scripts/update-readme --check
    --programs ${docs_programs} --folder ${PROJECT_BINARY_DIR}/docs/readme)
add_test(NAME help_pages
  COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/help_pages_test.py ${docs_programs})
set_tests_properties(${docs_tests} readme help_pages PROPERTIES LABELS e2e TIMEOUT 600)
