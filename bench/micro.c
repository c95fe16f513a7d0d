/* SPDX-License-Identifier: MIT */
/*
 * micro: what the pieces of a look cost on this machine, so that a figure of the bench can be explained.
 *
 * A victim is forked that never stops computing on one CPU. The program stands on that CPU, as the sampler does, and
 * does one thing many times. All figures are CPU time of this thread in microseconds: median and minimum of ROUNDS.
 * The paced part sleeps between the repetitions: there the wake-up, the two context switches and the caches that the
 * victim has filled meanwhile are part of the price, which is why a look at 100 Hz costs a multiple of one at 10 kHz.
 *
 *	usage: micro [-q] [-w KIB]        -q: a third of the time; -w: the victim's working set
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define ROUNDS 11
#define REPEAT 500
#define RANGES_MAX 16
#define FIELD_BYTES (4u << 20)
#define SPREAD 4096u /* distance of the ranges: each on a page of its own */
#define SLICE_NS 100000u

/* What every measured thing may need. */
struct lab {
	pid_t pid;
	int pidfd, schedstat_fd, stat_fd, syscall_fd, mem_fd, timer_fd;
	int pair[2];
	clockid_t process_clock;
	unsigned char *field; /* at the same address here and in the victim */
	uint32_t *cpu_id;     /* likewise: the rseq area of the victim's only thread */
	int cpu, other_cpu;
	unsigned torn; /* looks whose cpu_id was not ours, or that were interrupted */
};

struct thing {
	const char *name;
	void (*run)(struct lab *lab, unsigned n, size_t size);
	unsigned n;
	size_t size;
};

static unsigned char sink[RANGES_MAX][65536];

static void die(const char *what)
{
	fprintf(stderr, "micro: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void pin(pid_t tid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(tid, sizeof(set), &set))
		die("sched_setaffinity");
}

/* Since Linux 6.12 a thread may ask for a short slice, and with it for the CPU at once. glibc 2.36 has no wrapper. */
static void want_short_slice(void)
{
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} attr = {.size = sizeof(attr), .runtime = SLICE_NS};

	if (syscall(SYS_sched_setattr, 0, &attr, 0))
		fprintf(stderr, "micro: no short scheduling slice: %s\n", strerror(errno));
	if (prctl(PR_SET_TIMERSLACK, 1ul))
		die("PR_SET_TIMERSLACK");
}

/* Touches the whole working set again and again, as an interpreter does with its heap. */
static void victim(volatile unsigned char *field, size_t bytes)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* the worst that can follow is a process left over */
	for (;;)
		for (size_t i = 0; i < bytes; i += 64)
			field[i]++;
}

static int open_proc(const struct lab *lab, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)lab->pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static void lab_init(struct lab *lab, size_t working_set)
{

	*lab = (struct lab){.cpu = sched_getcpu(), .other_cpu = -1};
	lab->field = mmap(NULL, FIELD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (lab->field == MAP_FAILED)
		die("mmap");
	memset(lab->field, 1, FIELD_BYTES);
	lab->cpu_id = (void *)((uintptr_t)__builtin_thread_pointer() + (uintptr_t)__rseq_offset +
			       offsetof(struct rseq, cpu_id));
	for (int cpu = 0; cpu < (int)sysconf(_SC_NPROCESSORS_CONF) && cpu < CPU_SETSIZE; cpu++) {
		cpu_set_t set;

		if (cpu != lab->cpu && !sched_getaffinity(0, sizeof(set), &set) && CPU_ISSET(cpu, &set))
			lab->other_cpu = cpu;
	}
	lab->pid = fork();
	if (lab->pid < 0)
		die("fork");
	if (!lab->pid)
		victim(lab->field, working_set);
	pin(lab->pid, lab->cpu);
	pin(0, lab->cpu);
	lab->pidfd = (int)syscall(SYS_pidfd_open, lab->pid, 0);
	if (lab->pidfd < 0 || clock_getcpuclockid(lab->pid, &lab->process_clock))
		die("pidfd_open or clock_getcpuclockid");
	lab->schedstat_fd = open_proc(lab, "schedstat");
	lab->stat_fd = open_proc(lab, "stat");
	lab->syscall_fd = open_proc(lab, "syscall");
	lab->mem_fd = open_proc(lab, "mem");
	lab->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (lab->timer_fd < 0)
		die("timerfd_create");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lab->pair))
		die("socketpair");
}

static void lab_deinit(struct lab *lab)
{
	const int fds[] = {lab->pidfd,	lab->schedstat_fd, lab->stat_fd, lab->syscall_fd,
			   lab->mem_fd, lab->timer_fd,	   lab->pair[0], lab->pair[1]};

	if (kill(lab->pid, SIGKILL) || waitpid(lab->pid, NULL, 0) != lab->pid)
		die("ending the victim");
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		(void)close(fds[i]); /* read only */
	(void)munmap(lab->field, FIELD_BYTES); /* nothing to lose */
}

/* The things measured. */

static void do_nothing(struct lab *lab, unsigned n, size_t size)
{
	(void)lab;
	(void)n;
	(void)size;
}

static void do_getrusage(struct lab *lab, unsigned n, size_t size)
{
	struct rusage usage;

	(void)lab;
	(void)n;
	(void)size;
	if (getrusage(RUSAGE_THREAD, &usage))
		die("getrusage");
}

static void do_getcpu(struct lab *lab, unsigned n, size_t size)
{
	(void)lab;
	(void)n;
	(void)size;
	if (sched_getcpu() < 0)
		die("sched_getcpu");
}

static void do_clock(struct lab *lab, unsigned n, size_t size)
{
	(void)size;
	(void)clock_ns(n ? lab->process_clock : CLOCK_MONOTONIC);
}

static void do_pread(struct lab *lab, unsigned n, size_t size)
{
	const int fds[] = {lab->schedstat_fd, lab->stat_fd, lab->syscall_fd};

	if (pread(fds[n], sink[0], size, 0) <= 0)
		die("pread");
}

static void do_poll(struct lab *lab, unsigned n, size_t size)
{
	struct pollfd pollfd = {.fd = lab->pidfd, .events = POLLIN};

	(void)n;
	(void)size;
	if (poll(&pollfd, 1, 0) != 0)
		die("poll");
}

static void do_affinity(struct lab *lab, unsigned n, size_t size)
{
	(void)n;
	(void)size;
	pin(0, lab->cpu);
}

/* There and back: two hops, to a CPU that is idle and to the one where the victim runs. */
static void do_hops(struct lab *lab, unsigned n, size_t size)
{
	(void)n;
	(void)size;
	pin(0, lab->other_cpu);
	pin(0, lab->cpu);
}

static void do_mem(struct lab *lab, unsigned n, size_t size)
{
	for (unsigned i = 0; i < n; i++)
		if (pread(lab->mem_fd, sink[i], size, (off_t)(uintptr_t)(lab->field + i * SPREAD)) != (ssize_t)size)
			die("pread mem");
}

static void do_readv(struct lab *lab, unsigned n, size_t size)
{
	struct iovec local[RANGES_MAX], remote[RANGES_MAX];

	for (unsigned i = 0; i < n; i++) {
		local[i] = (struct iovec){sink[i], size};
		remote[i] = (struct iovec){lab->field + i * SPREAD, size};
	}
	if (process_vm_readv(lab->pid, local, n, remote, n, 0) != (ssize_t)(n * size))
		die("process_vm_readv");
}

/* A timer that is the next to expire is written into the hardware, which a hypervisor may have to do for us. */
static void do_arm(struct lab *lab, unsigned n, size_t size)
{
	struct itimerspec when = {.it_value = {.tv_sec = (time_t)n, .tv_nsec = (long)size}};

	if (timerfd_settime(lab->timer_fd, 0, &when, NULL))
		die("timerfd_settime");
}

/* A socket whose other end nobody waits for; drained so that it never fills. */
static void do_send(struct lab *lab, unsigned n, size_t size)
{
	(void)n;
	if (write(lab->pair[0], sink[0], size) != (ssize_t)size || read(lab->pair[1], sink[1], size) != (ssize_t)size)
		die("socket pair");
}

/* The smallest verified look: cpu_id, n ranges, cpu_id in one call, proof, time and identity; no walk, no sending. */
static void do_look(struct lab *lab, unsigned n, size_t size)
{
	struct iovec local[RANGES_MAX + 2], remote[RANGES_MAX + 2];
	struct rusage before, after;
	uint32_t cpu[2] = {UINT32_MAX, UINT32_MAX};

	if (getrusage(RUSAGE_THREAD, &before))
		die("getrusage");
	local[0] = (struct iovec){&cpu[0], sizeof(cpu[0])};
	remote[0] = (struct iovec){lab->cpu_id, sizeof(cpu[0])};
	for (unsigned i = 0; i < n; i++) {
		local[i + 1] = (struct iovec){sink[i], size};
		remote[i + 1] = (struct iovec){lab->field + i * SPREAD, size};
	}
	local[n + 1] = (struct iovec){&cpu[1], sizeof(cpu[1])};
	remote[n + 1] = remote[0];
	if (process_vm_readv(lab->pid, local, n + 2, remote, n + 2, 0) != (ssize_t)(n * size + sizeof(cpu)))
		die("process_vm_readv");
	if (getrusage(RUSAGE_THREAD, &after))
		die("getrusage");
	lab->torn += cpu[0] != cpu[1] || cpu[0] != (uint32_t)sched_getcpu() ||
		     before.ru_nvcsw + before.ru_nivcsw != after.ru_nvcsw + after.ru_nivcsw;
	do_pread(lab, 0, 64);
	do_poll(lab, 0, 0);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_row(const char *name, double *us, unsigned count)
{
	qsort(us, count, sizeof(*us), by_size);
	printf("%-58s %9.3f %9.3f\n", name, us[count / 2], us[0]);
	fflush(stdout);
}

static void measure(struct lab *lab, const struct thing *thing)
{
	double us[ROUNDS];

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID);

		for (unsigned i = 0; i < REPEAT; i++)
			thing->run(lab, thing->n, thing->size);
		us[round] = (double)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start) / REPEAT / 1e3;
	}
	print_row(thing->name, us, ROUNDS);
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / NSEC_PER_SEC), .tv_nsec = (long)(ns % NSEC_PER_SEC)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* One round of a paced thing: CPU microseconds each, sleep included. A tick that is late is not made up for. */
static double pace(struct lab *lab, const struct thing *thing, unsigned hz, unsigned ticks)
{
	uint64_t start = clock_ns(CLOCK_THREAD_CPUTIME_ID), due = clock_mono_ns();

	for (unsigned i = 0; i < ticks; i++) {
		uint64_t now = clock_mono_ns();

		due = due + NSEC_PER_SEC / hz > now ? due + NSEC_PER_SEC / hz : now;
		sleep_until(due);
		thing->run(lab, thing->n, thing->size);
	}
	return (double)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - start) / ticks / 1e3;
}

static void measure_paced(struct lab *lab, const struct thing *thing, unsigned divisor)
{
	static const unsigned rates[] = {100, 1000, 10000};

	for (size_t r = 0; r < sizeof(rates) / sizeof(*rates); r++) {
		unsigned ticks = (rates[r] == 100 ? 120 : rates[r]) / divisor;
		double us[3];
		char name[80];

		for (unsigned round = 0; round < 3; round++)
			us[round] = pace(lab, thing, rates[r], ticks);
		snprintf(name, sizeof(name), "%s, %u Hz", thing->name, rates[r]);
		print_row(name, us, 3);
	}
}

static const struct thing flat_out[] = {
	{"an empty call (to subtract)", do_nothing, 0, 0},
	{"getcpu (vdso)", do_getcpu, 0, 0},
	{"clock_gettime(MONOTONIC) (vdso)", do_clock, 0, 0},
	{"clock_gettime(the victim's CPU clock)", do_clock, 1, 0},
	{"getrusage(RUSAGE_THREAD)", do_getrusage, 0, 0},
	{"poll(pidfd)", do_poll, 0, 0},
	{"pread schedstat", do_pread, 0, 64},
	{"pread stat", do_pread, 1, 512},
	{"pread syscall", do_pread, 2, 256},
	{"timerfd_settime, a minute ahead", do_arm, 60, 0},
	{"timerfd_settime, 50 us ahead (the hardware is programmed)", do_arm, 0, 50000},
	{"sched_setaffinity to the CPU where we are", do_affinity, 0, 0},
	{"socket pair: write and read 64 bytes", do_send, 0, 64},
	{"socket pair: write and read 4096 bytes", do_send, 0, 4096},
	{"pread mem, 1 x 64 bytes", do_mem, 1, 64},
	{"pread mem, 1 x 4096 bytes", do_mem, 1, 4096},
	{"process_vm_readv 1 x 8 bytes", do_readv, 1, 8},
	{"process_vm_readv 1 x 512 bytes", do_readv, 1, 512},
	{"process_vm_readv 1 x 4096 bytes", do_readv, 1, 4096},
	{"process_vm_readv 1 x 16384 bytes", do_readv, 1, 16384},
	{"process_vm_readv 1 x 65536 bytes", do_readv, 1, 65536},
	{"process_vm_readv 4 x 8 bytes", do_readv, 4, 8},
	{"process_vm_readv 4 x 512 bytes", do_readv, 4, 512},
	{"process_vm_readv 4 x 4096 bytes", do_readv, 4, 4096},
	{"process_vm_readv 8 x 8 bytes", do_readv, 8, 8},
	{"process_vm_readv 8 x 512 bytes", do_readv, 8, 512},
	{"process_vm_readv 16 x 8 bytes", do_readv, 16, 8},
	{"process_vm_readv 16 x 512 bytes", do_readv, 16, 512},
	{"process_vm_readv 16 x 4096 bytes", do_readv, 16, 4096},
	{"look: cpu_id, 2 x 512, cpu_id + proof", do_look, 2, 512},
	{"look: cpu_id, 2 x 4096, cpu_id + proof", do_look, 2, 4096},
	{"look: cpu_id, 14 x 128, cpu_id + proof", do_look, 14, 128},
};

static const struct thing paced[] = {
	{"wake-up only", do_nothing, 0, 0},
	{"wake-up + victim's CPU clock", do_clock, 1, 0},
	{"wake-up + process_vm_readv 1 x 512", do_readv, 1, 512},
	{"wake-up + look of 2 x 512", do_look, 2, 512},
	{"wake-up + look of 2 x 4096", do_look, 2, 4096},
	{"wake-up + look of 14 x 128", do_look, 14, 128},
};

/* The same on a CPU that has nothing else to do: there a wake-up also ends and begins the CPU's own sleep. */
static void run_idle(struct lab *lab, unsigned divisor)
{
	static const struct thing nothing = {"wake-up only, idle CPU", do_nothing, 0, 0};

	if (kill(lab->pid, SIGSTOP))
		die("stopping the victim");
	measure_paced(lab, &nothing, divisor);
	if (kill(lab->pid, SIGCONT))
		die("waking the victim");
}

static void run_paced(struct lab *lab, unsigned divisor, size_t kib)
{
	printf("\n## CPU us per tick, victim walks %zu KiB\n\n", kib);
	for (size_t i = 0; i < sizeof(paced) / sizeof(*paced); i++)
		measure_paced(lab, &paced[i], divisor);
	run_idle(lab, divisor);
}

int main(int argc, char **argv)
{
	static const struct thing hops = {"two hops by sched_setaffinity (idle CPU, victim's CPU)", do_hops, 0, 0};
	unsigned divisor = 1;
	size_t kib = 256;
	struct lab lab;

	for (int opt; (opt = getopt(argc, argv, "qw:")) != -1;) {
		if (opt == 'q')
			divisor = 3;
		else if (opt == 'w')
			kib = (size_t)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (kib < 1 || kib > FIELD_BYTES >> 10) {
		fprintf(stderr, "micro: -w takes 1 to %u KiB\n", FIELD_BYTES >> 10);
		return 2;
	}
	lab_init(&lab, kib << 10);
	want_short_slice();
	printf("## CPU us each, one after the other                                        median       min\n\n");
	for (size_t i = 0; i < sizeof(flat_out) / sizeof(*flat_out); i++)
		measure(&lab, &flat_out[i]);
	if (lab.other_cpu >= 0)
		measure(&lab, &hops);
	run_paced(&lab, divisor, kib);
	printf("\nlooks that were interrupted or saw another CPU: %u\n", lab.torn);
	lab_deinit(&lab);
	return 0;
}
