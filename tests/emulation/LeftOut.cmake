# SPDX-License-Identifier: MIT
# What qemu-user cannot do, and the test cases that are about it: all that is left out of the tests
# of a cross-build. Each configuring says so. A name ends in * where it has a comma.
function(left_out program why)
  set(LEFT_OUT_${program} ${LEFT_OUT_${program}} ${ARGN} PARENT_SCOPE)
  list(JOIN ARGN ", " test_cases)
  message(NOTICE "Left out of ${program} under emulation (${why}): ${test_cases}")
endfunction()

set(no_filter "the emulator has no seccomp")
left_out(roles_unit ${no_filter} "in the sandbox only the named system calls work")
left_out(keyfile_unit ${no_filter} "in the sandbox any other system call is the end")
left_out(token_process_unit ${no_filter} "it watches without privileges*")
left_out(net_role_unit ${no_filter} "the process is confined*")

left_out(net_role_unit "a handshake takes longer there than the step that is to be missed"
  "a handshake that stops half way is dropped"
  "a person's step has more time than a machine's"
  "who is asked for a signature has a person's time*"
  "while the Pi's person is awaited net sets no deadline")
left_out(monitor_unit "the emulator sends no packet without bytes"
  "nonsense costs its sender the connection*")
