// SPDX-License-Identifier: MIT
/// qemu-user emulates no seccomp(2): a role would find no sandbox to enter and, rightly, do
/// nothing. In the libseccomp that the emulator shows to programs of a cross-build, loading a
/// filter is making it, for the architecture of the program; the rest of the library is the real
/// one.
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cerrno>

namespace {

/// Otherwise the library asks the kernel which actions a filter may take; level 3 (libseccomp's
/// own count) has the one that ends the whole process.
[[gnu::constructor]] void know_the_actions() { seccomp_api_set(3); }

}  // namespace

int seccomp_load(const scmp_filter_ctx filter) {
  const int made = ::memfd_create("filter", MFD_CLOEXEC);
  if (made < 0) return -errno;
  const int error = seccomp_export_bpf(filter, made);
  ::close(made);
  return error;
}
