/* SPDX-License-Identifier: MIT */
/*
 * filtered: a thread that puts a seccomp filter on itself after a second, without restart_syscall, as sandboxes do: a
 * sleep that is interrupted by a stop kills the process. At SIGTERM it says "truth {...}": rounds of work and sleep.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ended;
static volatile unsigned long sink;
static long rounds;

static void on_term(int sig)
{
	(void)sig;
	ended = 1;
}

static int put_filter(void)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_restart_syscall, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof(program) / sizeof(*program), .filter = program};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

__attribute__((noinline)) void sandboxed(void)
{
	while (!ended) {
		for (int i = 0; i < 1000000; i++)
			sink += 1;
		(void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
		rounds++;
	}
}

static void *work(void *arg)
{
	for (time_t until = time(NULL) + 1; time(NULL) <= until;)
		sink += 1;
	if (put_filter() < 0)
		_exit(3);
	sandboxed();
	return arg;
}

int main(void)
{
	pthread_t thread;

	(void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
	if (pthread_create(&thread, NULL, work, NULL) != 0)
		return 2;
	printf("ready %d\n", (int)getpid());
	(void)fflush(stdout);
	(void)pthread_join(thread, NULL);
	printf("truth {\"rounds\": %ld}\n", rounds);
	return 0;
}
