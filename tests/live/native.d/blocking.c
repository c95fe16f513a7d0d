/* SPDX-License-Identifier: MIT */
/*
 * blocking: a thread in each of many system calls that block. What a stop by ptrace does to them is known: eight return
 * EINTR, the others are begun again, which a seccomp filter may forbid. A thread that came back early says so:
 * "early NAME ERRNO"; at SIGTERM the program says "truth {...}": how many there are, how many came back early, and how
 * many of the signals that it sent itself arrived.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONG_S 1000

static _Atomic int early, begun, arrived;
static volatile sig_atomic_t ended;
static int sent;
static pid_t child;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static const struct timespec long_time = {.tv_sec = LONG_S};

static int pipe_end(void)
{
	int ends[2];

	return pipe(ends) == 0 ? ends[0] : -1; /* the other stays open: nothing ever comes */
}

static int socket_end(int timeout)
{
	struct timeval limit = {.tv_sec = LONG_S};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return -1;
	if (timeout)
		setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return ends[0];
}

#define CALL(name, ...)                                                                                                \
	static long name(void)                                                                                         \
	{                                                                                                              \
		char byte;                                                                                             \
                                                                                                                       \
		(void)byte;                                                                                            \
		__VA_ARGS__                                                                                            \
	}

CALL(do_poll, struct pollfd p = {pipe_end(), POLLIN, 0}; return poll(&p, 1, LONG_S * 1000);)
CALL(do_ppoll, struct pollfd p = {pipe_end(), POLLIN, 0}; return ppoll(&p, 1, &long_time, NULL);)
CALL(do_select, fd_set s; int fd = pipe_end(); struct timeval t = {LONG_S, 0}; FD_ZERO(&s); FD_SET(fd, &s);
     return select(fd + 1, &s, NULL, NULL, &t);)
CALL(do_epoll_wait, struct epoll_event e; return epoll_wait(epoll_create1(0), &e, 1, LONG_S * 1000);)
CALL(do_epoll_pwait, struct epoll_event e; return epoll_pwait(epoll_create1(0), &e, 1, LONG_S * 1000, NULL);)
CALL(do_nanosleep, return nanosleep(&long_time, NULL);)
CALL(do_clock_nanosleep, errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL); return errno ? -1 : 0;)
CALL(do_sleep, return sleep(LONG_S) ? -1 : 0;)
CALL(do_read_pipe, return read(pipe_end(), &byte, 1);)
CALL(do_read_eventfd, unsigned long v; return read(eventfd(0, 0), &v, sizeof(v));)
CALL(do_read_timerfd, unsigned long v; struct itimerspec t = {.it_value = {LONG_S, 0}};
     int fd = timerfd_create(CLOCK_MONOTONIC, 0); timerfd_settime(fd, 0, &t, NULL); return read(fd, &v, sizeof(v));)
CALL(do_read_inotify, char events[4096]; return read(inotify_init(), events, sizeof(events));)
CALL(do_recv, return recv(socket_end(0), &byte, 1, 0);)
CALL(do_recv_timeout, return recv(socket_end(1), &byte, 1, 0);)
CALL(do_futex, static int word; return syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, NULL);)
CALL(do_futex_timeout, static int word; return syscall(SYS_futex, &word, 0, 0, &long_time);)
CALL(do_cond_wait, pthread_mutex_lock(&mutex); return pthread_cond_wait(&never, &mutex);)
CALL(do_msgrcv, struct { long type; char text[8]; } m; int q = msgget(IPC_PRIVATE, 0600);
     return msgrcv(q, &m, sizeof(m.text), 0, 0);)
CALL(do_semop, int s = semget(IPC_PRIVATE, 1, 0600); struct sembuf b = {0, -1, 0}; return semop(s, &b, 1);)
CALL(do_semtimedop, int s = semget(IPC_PRIVATE, 1, 0600); struct sembuf b = {0, -1, 0};
     return semtimedop(s, &b, 1, &long_time);)
CALL(do_sigtimedwait, sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2);
     return sigtimedwait(&set, NULL, &long_time);)
CALL(do_sem_wait, static sem_t s; sem_init(&s, 0, 0); return sem_wait(&s);)
CALL(do_pause, return pause();)
CALL(do_accept, struct sockaddr_un a = {.sun_family = AF_UNIX}; int fd = socket(AF_UNIX, SOCK_STREAM, 0);
     snprintf(a.sun_path + 1, 64, "scrape-blocking-%d", (int)getpid()); bind(fd, (void *)&a, sizeof(a)); listen(fd, 1);
     return accept(fd, NULL, NULL);)
CALL(do_waitpid, return waitpid(child, NULL, 0);)
CALL(do_flock, char path[] = "/tmp/scrape-blocking.XXXXXX"; int a = mkstemp(path); int b = open(path, O_RDONLY);
     unlink(path); flock(a, LOCK_EX); return flock(b, LOCK_EX);)
CALL(do_io_getevents, aio_context_t c = 0; struct io_event e; syscall(SYS_io_setup, 1, &c);
     struct timespec t = long_time; return syscall(SYS_io_getevents, c, 1, 1, &e, &t);)

static const struct call {
	const char *name;
	long (*run)(void);
} calls[] = {
#define ROW(name) {#name, do_##name}
	ROW(poll),	   ROW(ppoll),	     ROW(select),	  ROW(epoll_wait),   ROW(epoll_pwait), ROW(nanosleep),
	ROW(clock_nanosleep), ROW(sleep),    ROW(read_pipe),	  ROW(read_eventfd), ROW(read_timerfd), ROW(read_inotify),
	ROW(recv),	   ROW(recv_timeout), ROW(futex),	  ROW(futex_timeout), ROW(cond_wait),  ROW(msgrcv),
	ROW(semop),	   ROW(semtimedop),  ROW(sigtimedwait),	  ROW(sem_wait),     ROW(pause),       ROW(accept),
	ROW(waitpid),	   ROW(flock),	     ROW(io_getevents),
};

#define CALLS (sizeof(calls) / sizeof(*calls))

static void *block(void *arg)
{
	const struct call *call = arg;
	long r;

	prctl(PR_SET_NAME, call->name);
	begun++;
	r = call->run();
	if (ended)
		return NULL;
	early++;
	printf("early %s %s\n", call->name, r < 0 ? strerror(errno) : "came back");
	fflush(stdout);
	return NULL;
}

static void on_signal(int sig)
{
	(void)sig;
	arrived++;
}

static void on_term(int sig)
{
	(void)sig;
	ended = 1;
}

static void burn(void)
{
	static volatile unsigned long sink;

	for (int i = 0; i < 200000; i++)
		sink += (unsigned long)i;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t others;

	(void)unshare(CLONE_NEWIPC); /* queues and semaphores end with us, if this is permitted */
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	sigaction(SIGRTMIN, &action, NULL);
	/* signals are the main thread's */
	sigfillset(&others);
	pthread_sigmask(SIG_SETMASK, &others, NULL);
	for (size_t i = 0; i < CALLS; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, block, (void *)(unsigned long)&calls[i]);
	}
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
	sigemptyset(&others);
	pthread_sigmask(SIG_SETMASK, &others, NULL);
	while (begun < (int)CALLS)
		usleep(1000);
	usleep(200000);
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	while (!ended) {
		burn();
		if (sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0)
			sent++;
	}
	kill(child, SIGKILL);
	printf("truth {\"calls\": %zu, \"early\": %d, \"sent\": %d, \"arrived\": %d}\n", CALLS, (int)early, sent, (int)arrived);
	fflush(stdout);
	_exit(0);
}
