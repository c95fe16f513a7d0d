/* SPDX-License-Identifier: MIT */
/* cmd_doctor: which rights and kernel features are there, what each missing one costs, and how to get it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "native/arch.h"
#include "scrape.h"
#include "target/cpu.h"
#include "target/ring.h"

enum verdict { GOOD, SO_SO, BAD };

/* One finding: what was looked at, how it is, and if it could be better: what that costs and the cure. */
static void say(enum verdict verdict, const char *what, const char *how, const char *cost)
{
	static const char *const marks[] = {[GOOD] = "ok", [SO_SO] = "--", [BAD] = "!!"};

	(void)printf(" %s  %-26s %s\n", marks[verdict], what, how); /* a report on a terminal or a pipe */
	if (verdict != GOOD && cost[0])
		(void)printf("     %-26s %s\n", "", cost);
}

static bool has_capability(unsigned cap)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &head, data) < 0)
		return false;
	return data[cap / 32].effective >> cap % 32 & 1;
}

/* The number in a file below /proc; `missing` if it is not there. */
static long read_number(const char *path, long missing)
{
	struct buf text = BUF_INIT;
	long value = missing;

	if (io_read_file(AT_FDCWD, path, 4096, &text) == 0 && buf_cstr(&text))
		value = strtol(text.data, NULL, 10);
	buf_deinit(&text);
	return value;
}

static enum verdict check_reading(void)
{
	long yama = read_number("/proc/sys/kernel/yama/ptrace_scope", 0);

	if (has_capability(CAP_SYS_PTRACE)) {
		say(GOOD, "reading other processes", "every process, by CAP_SYS_PTRACE", "");
		return GOOD;
	}
	if (yama == 0) {
		say(SO_SO, "reading other processes", "only your own",
		    "others need CAP_SYS_PTRACE: sudo, or setcap cap_sys_ptrace+ep on scrape");
		return SO_SO;
	}
	say(BAD, "reading other processes", yama == 1 ? "only those that scrape starts (Yama)" : "none (Yama)",
	    "sudo, or setcap cap_sys_ptrace+ep on scrape, or sysctl kernel.yama.ptrace_scope=0");
	return BAD;
}

static enum verdict check_names(void)
{
	if (has_capability(CAP_DAC_READ_SEARCH)) {
		say(GOOD, "service names", "also from the environment of others", "");
		return GOOD;
	}
	say(SO_SO, "service names", "environments of other users stay unread",
	    "CAP_DAC_READ_SEARCH: OTEL_SERVICE_NAME of their processes is used then");
	return SO_SO;
}

static enum verdict check_files(void)
{
	if (has_capability(CAP_CHECKPOINT_RESTORE) || has_capability(CAP_SYS_ADMIN)) {
		say(GOOD, "files that were deleted", "can be opened through /proc/PID/map_files", "");
		return GOOD;
	}
	say(SO_SO, "files that were deleted", "cannot be opened",
	    "CAP_CHECKPOINT_RESTORE; only a Python that exports no symbols and was replaced on disk needs it");
	return SO_SO;
}

static enum verdict check_scheduler(void)
{
	struct utsname name;
	struct cpu cpu;

	(void)uname(&name); /* cannot fail */
	cpu_init(&cpu);
	if (cpu.fast) {
		say(GOOD, "getting a CPU at once", "the kernel grants short slices", "");
		return GOOD;
	}
	say(SO_SO, "getting a CPU at once", has_capability(CAP_SYS_NICE) ? "by nice -20" : "not assured",
	    "a kernel from 6.12 on, or CAP_SYS_NICE; otherwise looks come late where all CPUs are busy");
	return SO_SO;
}

static enum verdict check_cpus(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	struct cpu cpu;
	char how[64];
	int mine;

	cpu_init(&cpu);
	mine = CPU_COUNT(&cpu.allowed);
	(void)snprintf(how, sizeof(how), "%d of %ld", mine, online);
	say(mine < online ? SO_SO : GOOD, "CPUs that may be used", how,
	    "processes on the other CPUs cannot be looked at: start scrape with a wider cpuset");
	return mine < online ? SO_SO : GOOD;
}

static enum verdict check_accounting(void)
{
	if (access("/proc/self/schedstat", R_OK) == 0) {
		say(GOOD, "CPU time of threads", "exact, from schedstat", "");
		return GOOD;
	}
	say(BAD, "CPU time of threads", "there is no /proc/PID/schedstat", "a kernel with CONFIG_SCHED_INFO is needed");
	return BAD;
}

static enum verdict check_children(void)
{
	if (access("/proc/self/task/self/children", R_OK) == 0 || access("/proc/thread-self/children", R_OK) == 0) {
		say(GOOD, "children (-s)", "found as they are born", "");
		return GOOD;
	}
	say(SO_SO, "children (-s)", "cannot be found", "a kernel with CONFIG_PROC_CHILDREN is needed for -s");
	return SO_SO;
}

static enum verdict check_native(void)
{
	struct ring_pool pool = {.max = 1};
	struct ring ring;
	int r = ring_open(&pool, 0, arch_native.perf_mask, &ring);

	if (r == 0) {
		ring_close(&ring);
		say(GOOD, "native stacks", "by perf events, stopping nothing", "");
		return GOOD;
	}
	say(SO_SO, "native stacks", "only with --exact, which stops threads",
	    r == SCRAPE_EPERM ? "CAP_PERFMON: sudo, or sysctl kernel.perf_event_paranoid=1"
			      : "a kernel with perf events, and a sandbox that lets them through");
	return SO_SO;
}

static enum verdict check_filter(void)
{
	if (access("/proc/sys/kernel/seccomp", F_OK) == 0) {
		say(GOOD, "read-only by seccomp", "the sampler cannot write into anything", "");
		return GOOD;
	}
	say(BAD, "read-only by seccomp", "this kernel has no seccomp filters", "scrape does not run without");
	return BAD;
}

static const struct option long_options[] = {OPTS_LONG_COMMON, {NULL, 0, NULL, 0}};

static int run(const struct cmd *cmd, int argc, char **argv)
{
	static enum verdict (*const checks[])(void) = {
		check_reading, check_names,	 check_files,	 check_scheduler, check_cpus,
		check_native,  check_accounting, check_children, check_filter};
	struct opts_show show = {0};
	struct utsname name;
	enum verdict worst = GOOD;
	int option, r;

	optind = 1;
	while ((option = getopt_long(argc, argv, "qvVh", long_options, NULL)) != -1) {
		if (!opts_take_common(cmd, &show, option, optarg, &r))
			return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
		if (r)
			return r - 1;
	}
	if (optind < argc)
		return opts_refuse("doctor takes no arguments");
	(void)uname(&name); /* cannot fail */
	(void)printf("scrape %s on Linux %s, user %d\n", SCRAPE_VERSION, name.release, (int)geteuid());
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		enum verdict verdict = checks[i]();

		worst = verdict > worst ? verdict : worst;
	}
	return worst == BAD ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.usage = "",
	.what = "Tell which rights and kernel features are there and what the missing ones cost",
	.help = "  -h, -V\n",
	.run = run,
};
