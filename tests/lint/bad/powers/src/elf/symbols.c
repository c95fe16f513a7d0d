/* SPDX-License-Identifier: MIT */
#include <libelf.h>
#include <seccomp.h>

int deny[] = {SCMP_SYS(process_vm_writev), SCMP_SYS(setns), SCMP_SYS(ptrace)};
