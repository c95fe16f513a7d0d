/* SPDX-License-Identifier: MIT */
/* filter: the sampler's seccomp filter. */
#include "daemon/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "base/err.h"
#include "scrape.h"

/* Calls that cannot change anything outside of the caller, whatever their arguments. */
static const int harmless[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(lseek),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(getrusage),
	SCMP_SYS(getcpu),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(shutdown),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_getattr),
	SCMP_SYS(sched_yield),
	SCMP_SYS(munmap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(futex),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(waitid),
	SCMP_SYS(wait4),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(getrandom),
};

#define NO_FD 0xffffffff /* -1 as an int */

#define ALLOW(call, n, ...) seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(call), n, ##__VA_ARGS__)

/* Calls that may do harm by their arguments: a rule for each harmless use. */
static int add_bounded(scmp_filter_ctx ctx, int stream_fd, int symbols_fd)
{
	int r = ALLOW(write, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)stream_fd));

	r = r ? r : ALLOW(sendmsg, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)stream_fd));
#ifdef __SANITIZE_ADDRESS__ /* what its runtime asks for, and its report */
	r = r ? r : ALLOW(sigaltstack, 0);
	r = r ? r : ALLOW(write, 1, SCMP_A0(SCMP_CMP_EQ, 2));
#endif
	if (symbols_fd >= 0)
		r = r ? r : ALLOW(sendmsg, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)symbols_fd));
	/* files only for reading: neither O_WRONLY nor O_RDWR, nothing created or cut */
	r = r ? r : ALLOW(openat, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE, O_RDONLY));
	r = r ? r
	      : ALLOW(openat, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_DIRECTORY, O_DIRECTORY));
	/* its flags lie in memory, out of a filter's sight: what it opened still cannot be written (write is bounded)
	 */
	r = r ? r : ALLOW(openat2, 0);
	/* private memory without code: a shared writable mapping of a target's file would be a write into the target */
	r = r ? r
	      : ALLOW(mmap, 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));
	r = r ? r : ALLOW(mprotect, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	r = r ? r : ALLOW(sched_setaffinity, 1, SCMP_A0(SCMP_CMP_EQ, 0));
	r = r ? r : ALLOW(sched_setattr, 1, SCMP_A0(SCMP_CMP_EQ, 0));
	r = r ? r : ALLOW(prctl, 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_TIMERSLACK));
	r = r ? r : ALLOW(fcntl, 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	r = r ? r : ALLOW(fcntl, 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
	return r ? r : ALLOW(fcntl, 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD)); /* fdopendir of older glibcs */
}

static int add_ptrace(scmp_filter_ctx ctx, bool regs)
{
	int r = ALLOW(ptrace, 1, SCMP_A0(SCMP_CMP_EQ, PTRACE_SEIZE));

	if (regs)
		r = r ? r : ALLOW(ptrace, 1, SCMP_A0(SCMP_CMP_EQ, PTRACE_GETREGSET));
	r = r ? r : ALLOW(ptrace, 1, SCMP_A0(SCMP_CMP_EQ, PTRACE_INTERRUPT));
	return r ? r : ALLOW(ptrace, 1, SCMP_A0(SCMP_CMP_EQ, PTRACE_DETACH));
}

/* perf events of other threads, their rings, tables from the child that reads files. What an event does lies behind a
 * pointer, out of a filter's sight; a ring is mapped for reading, and so can be any file. */
static int add_native(scmp_filter_ctx ctx, int native_fd)
{
	int r = ALLOW(sendmsg, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)native_fd));

	r = r ? r : ALLOW(perf_event_open, 2, SCMP_A2(SCMP_CMP_MASKED_EQ, NO_FD, NO_FD),
			  SCMP_A3(SCMP_CMP_MASKED_EQ, NO_FD, NO_FD));
	r = r ? r : ALLOW(mmap, 1, SCMP_A2(SCMP_CMP_EQ, PROT_READ));
	r = r ? r : ALLOW(memfd_create, 0);
	return r ? r : ALLOW(fcntl, 1, SCMP_A1(SCMP_CMP_EQ, F_ADD_SEALS));
}

int filter_sampler(const struct filter_sampler_config *config, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = ctx ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < sizeof(harmless) / sizeof(*harmless); i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, harmless[i], 0);
	r = r ? r : add_bounded(ctx, config->stream_fd, config->symbols_fd);
	if (config->native_fd >= 0)
		r = r ? r : add_native(ctx, config->native_fd);
	if (config->servers_fd >= 0) {
		r = r ? r : ALLOW(sendmsg, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)config->servers_fd));
		r = r ? r : ALLOW(recvmsg, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)config->servers_fd));
	}
	if (config->exact)
		r = r ? r : add_ptrace(ctx, config->native_fd >= 0);
	r = r ? r : seccomp_load(ctx); /* sets no_new_privs itself */
	if (ctx)
		seccomp_release(ctx);
	errno = -r;
	return r ? err_sys(err, SCRAPE_EIO, "the sampler's seccomp filter cannot be installed") : 0;
}
