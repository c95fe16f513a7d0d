/* SPDX-License-Identifier: MIT */
/*
 * symbols_child: answers questions about files, one at a time. Each is worked on by a forked worker whose only way out
 * is a pipe, so a worker that was taken over can lie about its own file and nothing else. A worker ends by its own
 * limits and alarm: nobody here may send a signal. One that sleeps in a filesystem that does not answer cannot be
 * ended at all; it is left behind and counted.
 */
#include "elf/symbols_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "elf/jail.h"
#include "scrape.h"

struct keeper {
	const struct symbols_options *options;
	struct jail jail;
	pid_t lost[SYMBOLS_LOST_MAX];
	size_t n_lost;
};

struct packet_control {
	_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(int) * (SYMBOLS_FILES + 1))];
};

static void close_files(const struct symbols_files *files)
{
	const int fds[SYMBOLS_FILES] = {files->file, files->out, files->debug};

	for (size_t i = 0; i < SYMBOLS_FILES; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]); /* the worker has written what there is to write */
}

/* Takes the descriptors from the message, as many as this kind of request has; closes all if the number is another. */
static bool take_descriptors(struct msghdr *msg, bool with_out, struct symbols_files *ret)
{
	int fds[SYMBOLS_FILES + 1], n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; at + sizeof(int) <= bytes && n <= SYMBOLS_FILES; at += sizeof(int))
			memcpy(&fds[n++], CMSG_DATA(c) + at, sizeof(int));
	}
	if (n >= 1 + with_out && n <= 2 + with_out && !(msg->msg_flags & MSG_CTRUNC)) {
		*ret = (struct symbols_files){
			.file = fds[0], .out = with_out ? fds[1] : -1, .debug = n == 2 + with_out ? fds[n - 1] : -1};
		return true;
	}
	while (n > 0)
		(void)close(fds[--n]); /* nothing was done with it */
	return false;
}

/* The next request. 1; 0 for one that makes no sense; negative when the caller is gone. */
static int receive(struct symbols_packet_request *ret, struct symbols_files *files_ret)
{
	struct packet_control control;
	struct iovec iov = {ret, sizeof(*ret)};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t n;

	do {
		n = recvmsg(JAIL_KEPT_FD, &msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return SCRAPE_EGONE;
	*files_ret = (struct symbols_files){-1, -1, -1};
	/* what is no request has one descriptor or none, as far as anybody can tell */
	return take_descriptors(&msg, n == sizeof(*ret) && symbols_brings_table(ret->request.kind), files_ret) &&
	       n == sizeof(*ret) && !(msg.msg_flags & MSG_TRUNC) && ret->magic == SYMBOLS_MAGIC;
}

static void answer(struct symbols_packet_reply *packet, uint32_t serial)
{
	packet->magic = SYMBOLS_MAGIC;
	packet->serial = serial;
	(void)send(JAIL_KEPT_FD, packet, sizeof(*packet), MSG_NOSIGNAL); /* a caller who left needs no answer */
}

static void refuse(struct symbols_packet_reply *packet, int code, const char *text)
{
	*packet = (struct symbols_packet_reply){.code = code};
	(void)snprintf(packet->text, sizeof(packet->text), "%.127s", text); /* cut there */
}

static _Noreturn void work(const struct keeper *k, const struct symbols_files *files, int out,
			   const struct symbols_request *request)
{
	const struct symbols_options *o = k->options;
	struct symbols_packet_reply packet = {0};
	struct err err = {0};
	int r;

	(void)close(JAIL_KEPT_FD); /* the pipe is the only way out */
	r = jail_worker(&k->jail, o->memory, o->cpu_seconds, o->wall_ms);
	if (r < 0)
		err_set(&err, r, "a worker could not give up its rights");
	else
		r = o->work(files, request, &packet.reply, &err);
	if (r < 0)
		refuse(&packet, r, err.text);
	_exit(write(out, &packet, sizeof(packet)) == sizeof(packet) ? 0 : 1);
}

/* How the worker ended, if it did so within a moment. */
static void explain_death(struct keeper *k, pid_t worker, struct symbols_packet_reply *packet)
{
	int status, sig;

	for (uint32_t ms = 0; ms < k->options->grace_ms; ms++) {
		if (waitpid(worker, &status, WNOHANG) == worker) {
			sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
			if (sig == SIGALRM || sig == SIGXCPU) {
				refuse(packet, SCRAPE_ELIMIT, "reading the file takes too long");
				return;
			}
			refuse(packet, SCRAPE_EIO, "reading the file killed the reader");
			return;
		}
		(void)nanosleep(&(struct timespec){.tv_nsec = NSEC_PER_MSEC}, NULL); /* cut short is fine */
	}
	k->lost[k->n_lost++] = worker;
	refuse(packet, SCRAPE_ELIMIT, "the file's filesystem does not answer");
}

/* Reads the worker's one packet; false if none came in time. Ends the process if the caller left. */
static bool await(const struct keeper *k, int in, struct symbols_packet_reply *packet)
{
	uint64_t deadline = clock_mono_ns() + (k->options->wall_ms + k->options->grace_ms) * NSEC_PER_MSEC;
	struct pollfd fds[2] = {{.fd = in, .events = POLLIN}, {.fd = JAIL_KEPT_FD}};
	uint64_t now;

	while ((now = clock_mono_ns()) < deadline) {
		int n = poll(fds, 2, (int)((deadline - now) / NSEC_PER_MSEC) + 1);

		if (fds[1].revents & (POLLHUP | POLLERR))
			_exit(0);
		if (n > 0 && fds[0].revents)
			return read(in, packet, sizeof(*packet)) == sizeof(*packet);
	}
	return false;
}

static void reap(struct keeper *k)
{
	pid_t worker;

	while ((worker = waitpid(-1, NULL, WNOHANG)) > 0) {
		for (size_t i = 0; i < k->n_lost; i++) {
			if (k->lost[i] == worker)
				k->lost[i] = k->lost[--k->n_lost];
		}
	}
}

static void serve(struct keeper *k, const struct symbols_files *files, const struct symbols_request *request,
		  struct symbols_packet_reply *packet)
{
	_cleanup_close_ int in = -1;
	int pipes[2];
	pid_t worker;

	reap(k);
	if (k->n_lost == SYMBOLS_LOST_MAX) {
		refuse(packet, SCRAPE_EIO, "too many files whose filesystem does not answer");
		return;
	}
	if (pipe2(pipes, O_CLOEXEC) < 0) {
		refuse(packet, SCRAPE_EIO, "no pipe");
		return;
	}
	in = pipes[0];
	worker = fork();
	if (worker == 0)
		work(k, files, pipes[1], request);
	(void)close(pipes[1]); /* ours; the worker has its own */
	if (worker < 0)
		refuse(packet, SCRAPE_ENOMEM, "no new process");
	else if (!await(k, in, packet))
		explain_death(k, worker, packet);
	else
		(void)waitpid(worker, NULL, WNOHANG); /* mostly too early: reap() comes by */
}

void symbols_child(int socket, const struct symbols_options *options)
{
	struct keeper k = {.options = options};
	struct symbols_packet_request request;
	struct symbols_packet_reply packet = {.code = jail_keeper(&k.jail, socket)};
	struct symbols_files files;
	int r;

	answer(&packet, 0);
	if (packet.code < 0)
		_exit(1);
	while ((r = receive(&request, &files)) >= 0) {
		if (r == 0)
			refuse(&packet, SCRAPE_EINVAL, "not a request");
		else
			serve(&k, &files, &request.request, &packet);
		close_files(&files);
		answer(&packet, request.serial);
	}
	_exit(0);
}
