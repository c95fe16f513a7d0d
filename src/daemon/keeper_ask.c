/* SPDX-License-Identifier: MIT */
/* keeper: the front's side of the socket. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "daemon/keeper.h"
#include "daemon/keeper_private.h"
#include "scrape.h"

#define ANSWER_MS 5000 /* a fork takes less than one of them */

/* One answer and the descriptor that came with it, or -1. */
static int receive(int keeper_fd, struct keeper_answer *answer, int *fd_ret)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec part = {.iov_base = answer, .iov_len = sizeof(*answer)};
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *head;
	ssize_t n;

	do
		n = recvmsg(keeper_fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(*answer))
		return SCRAPE_EIO;
	head = CMSG_FIRSTHDR(&msg);
	*fd_ret = -1;
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd_ret, CMSG_DATA(head), sizeof(int));
	return 0;
}

/* Waits for the answer to this order; one to an order that was given up before is passed over. */
static int await(int keeper_fd, uint8_t serial, struct keeper_answer *answer, int *fd_ret)
{
	struct pollfd p = {.fd = keeper_fd, .events = POLLIN};

	for (;;) {
		int n = poll(&p, 1, ANSWER_MS), r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return SCRAPE_EIO;
		r = receive(keeper_fd, answer, fd_ret);
		if (r < 0 || answer->serial == serial)
			return r;
		cleanup_close(fd_ret);
	}
}

static const char *reason(int code)
{
	switch (code) {
	case SCRAPE_ELIMIT:
		return "too many were started in a short time";
	case SCRAPE_EGONE:
		return "there is no such sampler any more";
	default:
		return "it could not be started";
	}
}

static int ask(int keeper_fd, struct keeper_order order, int *fd_ret, struct err *err)
{
	static uint8_t serial; /* one keeper, one front, one thread */
	struct keeper_answer answer;
	int fd = -1, r;

	order.serial = ++serial;
	if (send(keeper_fd, &order, sizeof(order), MSG_NOSIGNAL) != sizeof(order))
		return err_sys(err, SCRAPE_EIO, "the keeper is gone");
	r = await(keeper_fd, order.serial, &answer, &fd);
	if (r < 0)
		return err_set(err, r, "the keeper does not answer");
	if (answer.code < 0) {
		cleanup_close(&fd);
		return err_set(err, answer.code, "sampler: %s", reason(answer.code));
	}
	if (fd_ret && fd < 0)
		return err_set(err, SCRAPE_EIO, "the keeper sent no stream");
	if (fd_ret)
		*fd_ret = fd;
	else
		cleanup_close(&fd);
	return answer.pid;
}

int keeper_ask_sampler(int keeper_fd, int *stream_fd_ret, struct err *err)
{
	return ask(keeper_fd, (struct keeper_order){.what = KEEPER_SAMPLER}, stream_fd_ret, err);
}

int keeper_ask_dump(int keeper_fd, pid_t pid, bool locals, int *stream_fd_ret, struct err *err)
{
	return ask(keeper_fd, (struct keeper_order){.what = KEEPER_DUMP, .locals = locals, .pid = pid}, stream_fd_ret,
		   err);
}

int keeper_ask_kill(int keeper_fd, pid_t sampler, struct err *err)
{
	int r = ask(keeper_fd, (struct keeper_order){.what = KEEPER_KILL, .pid = sampler}, NULL, err);

	return r < 0 ? r : 0;
}
