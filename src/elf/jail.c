/* SPDX-License-Identifier: MIT */
/*
 * jail: privileges, limits and filters. The uid changes where that is possible: in a user namespace that knows only
 * root it is not, and matters little there without capabilities, files or exec.
 */
#include "elf/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "scrape.h"

#if defined(__has_feature)
#define UNDER_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

#define NOBODY 65534
#define FILES_MAX 16
#define CLONE_FORBIDDEN                                                                                                \
	(CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD | CLONE_PARENT | CLONE_PTRACE |              \
	 CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP)

/* What reading files into memory takes, for libelf and the C library. */
static const int worker_calls[] = {
	SCMP_SYS(pread64), SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(newfstatat), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(clock_gettime), SCMP_SYS(getrandom), SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Besides, the keeper forks, waits, talks, and sets up workers. */
static const int keeper_calls[] = {
	SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(pipe2), SCMP_SYS(wait4),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(setitimer), SCMP_SYS(seccomp),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

/* Memory that is never executable, flags of a descriptor. */
static int allow_worker(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp get_fd = SCMP_A1(SCMP_CMP_EQ, F_GETFD), get_fl = SCMP_A1(SCMP_CMP_EQ, F_GETFL);
	int r = allow(filter, worker_calls, sizeof(worker_calls) / sizeof(worker_calls[0]));

	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_exec);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_exec);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, &get_fd);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, &get_fl);
	if (r == 0 && UNDER_ASAN) /* what it does before each _exit */
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0);
	return r;
}

/* A fork and no other clone; limits of oneself only. */
static int allow_keeper(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp plain = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_FORBIDDEN, 0);
	const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, 0);
	int r = allow_worker(filter);

	if (r == 0)
		r = allow(filter, keeper_calls, sizeof(keeper_calls) / sizeof(keeper_calls[0]));
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &plain);
	if (r == 0) /* its arguments are behind a pointer: the C library takes clone then */
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &self);
	return r;
}

static scmp_filter_ctx make_filter(int (*add)(scmp_filter_ctx filter))
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (filter && (seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) != 0 || add(filter) != 0)) {
		seccomp_release(filter);
		filter = NULL;
	}
	return filter;
}

static int load_filters(struct jail *jail)
{
	scmp_filter_ctx keeper = make_filter(allow_keeper);
	int r = SCRAPE_ENOMEM;

	jail->worker_filter = make_filter(allow_worker);
	if (keeper && jail->worker_filter)
		r = seccomp_load(keeper) == 0 ? 0 : SCRAPE_EPERM;
	seccomp_release(keeper); /* takes NULL */
	return r;
}

static int keep_only(int keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int moved = fcntl(keep, F_DUPFD_CLOEXEC, 16); /* out of the way of what is set below */

	if (null < 0 || moved < 0)
		return SCRAPE_EIO;
	for (int fd = 0; fd < JAIL_KEPT_FD; fd++) {
		if (dup2(null, fd) < 0)
			return SCRAPE_EIO;
	}
	if (dup3(moved, JAIL_KEPT_FD, O_CLOEXEC) < 0 || close_range(JAIL_KEPT_FD + 1, ~0u, 0) < 0)
		return SCRAPE_EIO;
	return 0;
}

static void reset_signals(void)
{
	static const int deaf[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGPIPE};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL); /* KILL, STOP and the C library's own refuse */
	for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		(void)signal(deaf[i], SIG_IGN); /* known signals */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* cannot fail */
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); /* not without CAP_SETPCAP: then there is exec to forbid */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* capset clears them too */
	if (geteuid() == 0) {
		(void)setgroups(0, NULL); /* refused in some user namespaces: see above */
		(void)!setresgid(NOBODY, NOBODY, NOBODY);
		(void)!setresuid(NOBODY, NOBODY, NOBODY);
	}
	return syscall(SYS_capset, &header, none) == 0 ? 0 : SCRAPE_EPERM;
}

static int limit(int resource, uint64_t soft, uint64_t hard)
{
	return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){soft, hard}) == 0 ? 0 : SCRAPE_EIO;
}

int jail_keeper(struct jail *jail, int keep)
{
	int r = keep_only(keep);

	reset_signals();
	if (r == 0)
		r = drop_capabilities();
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = SCRAPE_EPERM;
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* RLIMIT_CORE below is what counts */
	(void)prctl(PR_SET_NAME, "scrape-symbols", 0, 0, 0); /* for ps */
	if (r == 0)
		r = limit(RLIMIT_CORE, 0, 0);
	if (r == 0)
		r = limit(RLIMIT_NOFILE, FILES_MAX, FILES_MAX);
	if (r == 0)
		r = load_filters(jail);
	return r;
}

int jail_worker(const struct jail *jail, uint64_t memory, uint32_t cpu_seconds, uint32_t wall_ms)
{
	const struct itimerval alarm = {.it_value = {.tv_sec = wall_ms / 1000, .tv_usec = wall_ms % 1000 * 1000}};
	int r = 0;

	if (memory > 0 && !UNDER_ASAN) /* its shadow needs more addresses than any limit */
		r = limit(RLIMIT_AS, memory, memory);
	if (r == 0)
		r = limit(RLIMIT_FSIZE, JAIL_FILE_MAX, JAIL_FILE_MAX);
	if (r == 0)
		r = limit(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1);
	if (r == 0 && setitimer(ITIMER_REAL, &alarm, NULL) < 0)
		r = SCRAPE_EIO;
	if (r == 0 && seccomp_load(jail->worker_filter) != 0)
		r = SCRAPE_EPERM;
	return r;
}
