/* SPDX-License-Identifier: MIT */
/* keeper: the parent that keeps the rights. */
#include "daemon/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/keeper_private.h"
#include "daemon/sampler.h"
#include "daemon/spawn.h"
#include "scrape.h"

#define STREAM_FD 3 /* of a sampler: all others but the first three are closed */
#define END_NS (2 * NSEC_PER_SEC)

/* When the last ones were started, oldest at `next`. */
struct starts {
	uint64_t at_ns[KEEPER_STARTS_MAX];
	unsigned next;
};

struct keeper {
	const struct keeper_plan *plan;
	int socket, signals;
	sigset_t mask; /* that the children get */
	pid_t front;
	int front_status;
	struct spawned samplers[KEEPER_SAMPLERS_MAX];
	size_t n;
	struct starts samplers_started, dumps_started;
};

static bool may_start(struct starts *starts, uint64_t now)
{
	uint64_t oldest = starts->at_ns[starts->next];

	if (oldest && now - oldest < KEEPER_STARTS_SECONDS * NSEC_PER_SEC)
		return false;
	starts->at_ns[starts->next] = now;
	starts->next = (starts->next + 1) % KEEPER_STARTS_MAX;
	return true;
}

/* Listening sockets, the keeper's own: none of it is the sampler's business. */
static void in_sampler(void *ctx, int *stream_fd)
{
	const struct keeper *keeper = ctx;

	if (*stream_fd != STREAM_FD && dup3(*stream_fd, STREAM_FD, O_CLOEXEC) < 0)
		_exit(SCRAPE_EXIT_FAILURE);
	*stream_fd = STREAM_FD;
	(void)close_range(STREAM_FD + 1, ~0u, 0); /* fails on kernels that are older than what openat2 needs */
	(void)sigprocmask(SIG_SETMASK, &keeper->mask, NULL); /* cannot fail */
	keeper_keep_fewer();
}

static int start(struct keeper *keeper, const struct keeper_order *order, struct spawned **ret)
{
	const pid_t pid = order->pid;
	const bool dump = order->what == KEEPER_DUMP;
	const struct sampler_config config = {.job = dump ? SAMPLER_ONCE : SAMPLER_SERVE,
					      .pids = &pid,
					      .n_pids = dump,
					      .mask = keeper->mask,
					      .slice_us = SCRAPE_SLICE_SECONDS * 1000000ull,
					      .debuginfod = keeper->plan->debuginfod,
					      .locals = dump && order->locals,
					      .exact = keeper->plan->exact && !dump};
	struct spawned *spawned = &keeper->samplers[keeper->n];
	struct err err = {0};
	int r;

	if (dump && pid <= 0)
		return SCRAPE_EINVAL;
	if (keeper->n == KEEPER_SAMPLERS_MAX ||
	    !may_start(dump ? &keeper->dumps_started : &keeper->samplers_started, clock_mono_ns()))
		return SCRAPE_ELIMIT;
	r = spawn_sampler(&config, in_sampler, keeper, spawned, &err);
	if (r < 0)
		log_error("%s", err.text);
	if (spawned->sampler > 0)
		keeper->n++; /* also half-started: to be waited for */
	if (r < 0 && spawned->sampler > 0)
		(void)kill(spawned->sampler, SIGKILL); /* ours, and not waited for yet */
	*ret = spawned;
	return r;
}

static int end(const struct keeper *keeper, pid_t pid)
{
	for (size_t i = 0; i < keeper->n; i++)
		if (keeper->samplers[i].sampler == pid)
			return kill(pid, SIGKILL) == 0 ? 0 : SCRAPE_EGONE; /* ours, and not waited for yet */
	return SCRAPE_EGONE;
}

static void answer(const struct keeper *keeper, struct keeper_answer *text, int fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec part = {.iov_base = text, .iov_len = sizeof(*text)};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.align = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(int));
	}
	(void)sendmsg(keeper->socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT); /* the front is gone: we shall hear of it */
}

/* False: the front has closed its end. */
static bool take_order(struct keeper *keeper)
{
	struct keeper_order order;
	struct keeper_answer reply = {0};
	struct spawned *spawned = NULL;
	ssize_t n = recv(keeper->socket, &order, sizeof(order), MSG_DONTWAIT | MSG_TRUNC);

	if (n != sizeof(order))
		return n != 0;
	reply.serial = order.serial;
	reply.code = SCRAPE_EINVAL;
	if (order.what == KEEPER_SAMPLER || order.what == KEEPER_DUMP)
		reply.code = start(keeper, &order, &spawned);
	else if (order.what == KEEPER_KILL)
		reply.code = end(keeper, order.pid);
	if (reply.code == 0 && spawned)
		reply.pid = spawned->sampler;
	answer(keeper, &reply, reply.code == 0 && spawned ? spawned->fd : -1);
	if (spawned && spawned->fd >= 0) {
		(void)close(spawned->fd); /* the front's now */
		spawned->fd = -1;
	}
	return true;
}

/* True when the front has ended. */
static bool reap(struct keeper *keeper)
{
	bool ended = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == keeper->front) {
			keeper->front_status = status;
			ended = true;
		}
		for (size_t i = 0; i < keeper->n; i++)
			if (keeper->samplers[i].sampler == pid) {
				spawn_close(&keeper->samplers[i]);
				keeper->samplers[i] = keeper->samplers[--keeper->n];
				break;
			}
	}
	return ended;
}

/* True when the front has ended. */
static bool take_signals(struct keeper *keeper)
{
	struct signalfd_siginfo info;
	bool ended = false;

	while (!ended && read(keeper->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			ended = reap(keeper);
		else
			(void)kill(keeper->front, (int)info.ssi_signo); /* ours, and not waited for yet */
	}
	return ended;
}

static void serve(struct keeper *keeper)
{
	bool open = true, ended = false;

	while (!ended) {
		struct pollfd p[] = {{.fd = keeper->signals, .events = POLLIN},
				     {.fd = open ? keeper->socket : -1, .events = POLLIN}};

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if (p[0].revents)
			ended = take_signals(keeper);
		if (p[1].revents && !ended)
			open = take_order(keeper);
	}
}

/* What reads a file system that does not answer cannot be killed: it is not waited for. */
static void end_samplers(struct keeper *keeper)
{
	const struct timespec pause = {.tv_nsec = 10 * NSEC_PER_MSEC};
	uint64_t until = clock_mono_ns() + END_NS;

	for (size_t i = 0; i < keeper->n; i++)
		(void)kill(keeper->samplers[i].sampler, SIGKILL); /* as above */
	while (keeper->n > 0 && clock_mono_ns() < until) {
		(void)reap(keeper);
		(void)nanosleep(&pause, NULL);
	}
}

static int run_front(const struct keeper *keeper, pid_t parent, int fd, int (*front)(void *ctx, int keeper_fd),
		     void *ctx)
{
	struct err err = {0};
	int code;

	(void)setpgid(0, 0);                                 /* Ctrl-C comes once, from the keeper */
	(void)sigprocmask(SIG_SETMASK, &keeper->mask, NULL); /* cannot fail */
	if (keeper_drop_rights(&err) < 0) {
		log_error("%s", err.text);
		return SCRAPE_EXIT_FAILURE;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user would have cleared it */
	if (getppid() != parent)
		return SCRAPE_EXIT_FAILURE;
	code = front(ctx, fd);
	(void)fflush(NULL); /* whoever closed stdout hears nothing */
	return code;
}

static int open_signals(struct keeper *keeper)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, &keeper->mask);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int keeper_main(const struct keeper_plan *plan, int (*front)(void *ctx, int keeper_fd), void *ctx)
{
	struct keeper keeper = {.plan = plan};
	const pid_t self = getpid();
	int fds[2], status;

	keeper.signals = open_signals(&keeper);
	if (keeper.signals < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		log_error("the keeper cannot begin: %s", strerror(errno));
		return SCRAPE_EXIT_FAILURE;
	}
	keeper.socket = fds[0];
	keeper.front = fork();
	if (keeper.front == 0) {
		(void)close(fds[0]);         /* the other side's */
		(void)close(keeper.signals); /* as above */
		_exit(run_front(&keeper, self, fds[1], front, ctx));
	}
	(void)close(fds[1]); /* the other side's */
	if (keeper.front < 0) {
		log_error("the front cannot be started: %s", strerror(errno));
		return SCRAPE_EXIT_FAILURE;
	}
	keeper_keep_few();
	serve(&keeper);
	end_samplers(&keeper);
	(void)close(keeper.socket);  /* nothing is to be said any more */
	(void)close(keeper.signals); /* read only */
	(void)sigprocmask(SIG_SETMASK, &keeper.mask, NULL);
	status = keeper.front_status;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
