/* SPDX-License-Identifier: MIT */
/* process_vm_readv(...) in a comment is prose */
#include <libelf.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <event2/http.h>

void reach(int pid)
{
	process_vm_readv(pid, 0, 0, 0, 0, 0);
	open("/proc/1/mem", 0);
	ptrace(PTRACE_SEIZE, pid, 0, 0);
	ptrace(PTRACE_POKEDATA, pid, 0, 0);
	process_vm_writev (pid, 0, 0, 0, 0, 0);
	setns(pid, 0);
	syscall(SYS_perf_event_open, 0);
	my_ptrace(pid);
}
#include <libiberty/demangle.h>
#include <lzma.h>
