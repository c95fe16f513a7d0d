/* SPDX-License-Identifier: MIT */
/* writer: the loop's side: a queue of what is not acknowledged yet. */
#include "daemon/writer.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "daemon/writer_wire.h"
#include "scrape.h"

#define RESTART_NS NSEC_PER_SEC
#define READ_BYTES 65536

struct job {
	struct job *next;
	uint64_t tag;
	bool note;
	struct buf bytes;
	size_t sent;
};

struct writer {
	struct event_base *base;
	const struct writer_config *config;
	const struct writer_events *events;
	void *ctx;
	pid_t pid; /* 0: there is none */
	int fd;
	struct event *readable, *writable;
	struct buf in;
	struct job *first, **last; /* in the order in which they came */
	struct job *sending;       /* the first that is not sent wholly */
	uint64_t restart_ns;
	bool greeted; /* the hosts have been told to the caller */
	bool broken;  /* it cannot be opened */
	struct writer_state state;
};

static void hear(evutil_socket_t fd, short what, void *ctx);
static void say(evutil_socket_t fd, short what, void *ctx);

/* Nothing of the loop's may stay open there: all but the socket go. */
static _Noreturn void run_child(const struct writer_config *config, int fd, pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || dup2(fd, STDERR_FILENO + 1) < 0 ||
	    syscall(SYS_close_range, STDERR_FILENO + 2, ~0u, 0) < 0)
		_exit(SCRAPE_EXIT_FAILURE);
	writer_main(config, STDERR_FILENO + 1);
}

static int start(struct writer *w, struct err *err)
{
	pid_t parent = getpid();
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(err, SCRAPE_EIO, "socketpair");
	w->pid = fork();
	if (w->pid == 0)
		run_child(w->config, fds[1], parent);
	(void)close(fds[1]); /* the child's */
	if (w->pid < 0) {
		w->pid = 0;
		(void)close(fds[0]); /* nothing was written */
		return err_sys(err, SCRAPE_EIO, "fork");
	}
	w->fd = fds[0];
	(void)evutil_make_socket_nonblocking(w->fd); /* cannot fail on a socket */
	w->readable = event_new(w->base, w->fd, EV_READ | EV_PERSIST, hear, w);
	w->writable = event_new(w->base, w->fd, EV_WRITE | EV_PERSIST, say, w);
	w->sending = w->first;
	for (struct job *job = w->first; job; job = job->next)
		job->sent = 0;
	if (!w->readable || !w->writable || event_add(w->readable, NULL) < 0 ||
	    (w->sending && event_add(w->writable, NULL) < 0))
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return 0;
}

/* It is gone, or is to go. */
static void stop(struct writer *w)
{
	if (w->readable)
		event_free(w->readable);
	if (w->writable)
		event_free(w->writable);
	w->readable = w->writable = NULL;
	if (w->fd >= 0)
		(void)close(w->fd); /* what was not acknowledged is sent again */
	w->fd = -1;
	if (w->pid > 0) {
		(void)kill(w->pid, SIGKILL); /* what it had not committed was not acknowledged */
		(void)waitpid(w->pid, NULL, 0);
	}
	w->pid = 0;
	w->state.ready = false;
	buf_reset(&w->in);
	w->restart_ns = clock_mono_ns() + RESTART_NS;
}

static void remove_job(struct writer *w, uint64_t tag, bool note)
{
	struct job **at = &w->first;

	while (*at && ((*at)->tag != tag || (*at)->note != note))
		at = &(*at)->next;
	if (*at) {
		struct job *job = *at;

		*at = job->next;
		if (w->last == &job->next)
			w->last = at;
		if (w->sending == job)
			w->sending = job->next;
		w->state.queued--;
		w->state.queued_bytes -= job->bytes.len;
		buf_deinit(&job->bytes);
		free(job);
	}
}

static void take_host(struct writer *w, const char *at, const char *end)
{
	struct wire_host wire;
	struct store_host host;

	memcpy(&wire, at, sizeof(wire));
	at += sizeof(wire);
	host = (struct store_host){.next = wire.next, .first_us = wire.first_us, .until_us = wire.until_us};
	host.host = wire_next_text(&at, end);
	host.instance = wire_next_text(&at, end);
	if (!w->greeted && w->events->host)
		w->events->host(w->ctx, &host);
	if (w->greeted && w->events->news)
		w->events->news(w->ctx, &host);
}

static void take_done(struct writer *w, uint64_t tag, const char *at, const char *end)
{
	struct wire_done done;

	memcpy(&done, at, sizeof(done));
	at += sizeof(done);
	remove_job(w, tag, false);
	w->state.store_rows += done.put.slices;
	w->events->done(w->ctx, tag, (int)done.code, &done.put, wire_next_text(&at, end));
}

static void take_noted(struct writer *w, uint64_t tag, const char *at, const char *end)
{
	struct wire_noted noted;

	memcpy(&noted, at, sizeof(noted));
	at += sizeof(noted);
	remove_job(w, tag, true);
	if (w->events->noted)
		w->events->noted(w->ctx, tag, noted.code < 0 ? noted.code : noted.id, wire_next_text(&at, end));
}

static void take_state(struct writer *w, const char *at, const char *end)
{
	struct wire_state state;

	memcpy(&state, at, sizeof(state));
	at += sizeof(state);
	w->state.store_bytes = state.bytes ? state.bytes : w->state.store_bytes;
	w->state.outbox = state.outbox;
	(void)snprintf(w->state.trouble, sizeof(w->state.trouble), "%s", wire_next_text(&at, end)); /* cut */
	if (state.code == 0)
		w->state.failing_since_us = 0;
	else if (!w->state.failing_since_us)
		w->state.failing_since_us = clock_wall_ns() / NSEC_PER_USEC;
}

static void take_failure(struct writer *w, const char *at, const char *end)
{
	int64_t code;

	memcpy(&code, at, sizeof(code));
	at += sizeof(code);
	w->broken = !w->greeted; /* later it may heal */
	(void)snprintf(w->state.trouble, sizeof(w->state.trouble), "%s", wire_next_text(&at, end)); /* cut */
	if (!w->state.failing_since_us)
		w->state.failing_since_us = clock_wall_ns() / NSEC_PER_USEC;
	if (w->broken && w->events->failed)
		w->events->failed(w->ctx, (int)code, w->state.trouble);
}

static void take(struct writer *w, const struct wire_head *head, const char *at)
{
	const char *end = at + head->length;

	switch (head->type) {
	case WIRE_HOST:
		take_host(w, at, end);
		break;
	case WIRE_READY:
		w->state.ready = true;
		if (!w->greeted && w->events->ready)
			w->events->ready(w->ctx);
		w->greeted = true;
		break;
	case WIRE_DONE:
		take_done(w, head->tag, at, end);
		break;
	case WIRE_NOTED:
		take_noted(w, head->tag, at, end);
		break;
	case WIRE_STATE:
		take_state(w, at, end);
		break;
	case WIRE_FAILED:
		take_failure(w, at, end);
		break;
	}
}

static void take_all(struct writer *w)
{
	size_t at = 0;

	while (w->fd >= 0 && w->in.len - at >= sizeof(struct wire_head)) {
		struct wire_head head;

		memcpy(&head, w->in.data + at, sizeof(head));
		if (w->in.len - at - sizeof(head) < head.length)
			break;
		take(w, &head, w->in.data + at + sizeof(head));
		at += sizeof(head) + head.length;
	}
	buf_consume(&w->in, at);
}

static void hear(evutil_socket_t fd, short what, void *ctx)
{
	struct writer *w = ctx;
	ssize_t n;

	(void)what;
	if (!buf_reserve(&w->in, READ_BYTES)) {
		stop(w);
		return;
	}
	n = read(fd, w->in.data + w->in.len, READ_BYTES);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		stop(w);
		return;
	}
	w->in.len += (size_t)n;
	take_all(w);
}

static void say(evutil_socket_t fd, short what, void *ctx)
{
	struct writer *w = ctx;

	(void)what;
	while (w->sending) {
		struct job *job = w->sending;
		ssize_t n = send(fd, job->bytes.data + job->sent, job->bytes.len - job->sent, MSG_NOSIGNAL);

		if (n < 0)
			return; /* full, or gone: hear tells */
		job->sent += (size_t)n;
		if (job->sent < job->bytes.len)
			return;
		w->sending = job->next;
	}
	(void)event_del(w->writable); /* cannot fail */
}

int writer_new(struct event_base *base, const struct writer_config *config, const struct writer_events *events,
	       void *ctx, struct writer **ret, struct err *err)
{
	struct writer *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	*w = (struct writer){.base = base, .config = config, .events = events, .ctx = ctx, .fd = -1};
	w->last = &w->first;
	r = start(w, err);
	if (r < 0) {
		writer_free(w, 0);
		return r;
	}
	*ret = w;
	return 0;
}

/* In its own loop: the caller's has ended. */
static void wait_for(struct writer *w, unsigned wait_ms)
{
	uint64_t until_ns = clock_mono_ns() + wait_ms * NSEC_PER_MSEC;

	while (w->first && w->fd >= 0 && clock_mono_ns() < until_ns) {
		struct pollfd poll_fd = {.fd = w->fd, .events = (short)(POLLIN | (w->sending ? POLLOUT : 0))};

		if (poll(&poll_fd, 1, 50) <= 0)
			continue;
		if (poll_fd.revents & POLLOUT)
			say(w->fd, EV_WRITE, w);
		if (poll_fd.revents & (POLLIN | POLLHUP | POLLERR))
			hear(w->fd, EV_READ, w);
	}
}

void writer_free(struct writer *w, unsigned wait_ms)
{
	if (!w)
		return;
	wait_for(w, wait_ms);
	if (w->fd >= 0 && wait_ms) { /* it ends by itself when nobody is there any more */
		(void)shutdown(w->fd, SHUT_RDWR);
		for (unsigned i = 0; i < 20 && w->pid > 0; i++) {
			if (waitpid(w->pid, NULL, WNOHANG) != 0)
				w->pid = 0;
			else
				(void)poll(NULL, 0, 50);
		}
	}
	stop(w);
	while (w->first)
		remove_job(w, w->first->tag, w->first->note);
	buf_deinit(&w->in);
	free(w);
}

static struct job *job_new(uint64_t tag, bool note)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job) {
		job->tag = tag;
		job->note = note;
	}
	return job;
}

static int queue(struct writer *w, struct job *job)
{
	if (job->bytes.failed) {
		buf_deinit(&job->bytes);
		free(job);
		return SCRAPE_ENOMEM;
	}
	*w->last = job;
	w->last = &job->next;
	w->state.queued++;
	w->state.queued_bytes += job->bytes.len;
	if (!w->sending)
		w->sending = job;
	if (w->writable)
		(void)event_add(w->writable, NULL); /* without memory at the next one */
	return 0;
}

int writer_put(struct writer *w, const struct store_slices *slices, uint64_t tag)
{
	const struct wire_put put = {slices->since, slices->next, slices->now_us};
	struct job *job = job_new(tag, false);

	if (!job)
		return SCRAPE_ENOMEM;
	(void)wire_begin(&job->bytes, WIRE_PUT, tag);
	buf_add(&job->bytes, &put, sizeof(put));
	wire_text(&job->bytes, slices->host);
	wire_text(&job->bytes, slices->instance);
	buf_add(&job->bytes, slices->bytes, slices->n);
	wire_end(&job->bytes, 0);
	return queue(w, job);
}

int writer_note(struct writer *w, const struct store_note *note, uint64_t tag)
{
	const struct wire_note wire = {note->at_us, note->until_us, note->pin};
	struct job *job = job_new(tag, true);

	if (!job)
		return SCRAPE_ENOMEM;
	(void)wire_begin(&job->bytes, WIRE_NOTE, tag);
	buf_add(&job->bytes, &wire, sizeof(wire));
	wire_text(&job->bytes, note->text);
	wire_text(&job->bytes, note->service);
	wire_text(&job->bytes, note->host);
	wire_text(&job->bytes, note->by);
	wire_end(&job->bytes, 0);
	return queue(w, job);
}

int writer_unnote(struct writer *w, int64_t id, uint64_t tag)
{
	struct job *job = job_new(tag, true);

	if (!job)
		return SCRAPE_ENOMEM;
	(void)wire_begin(&job->bytes, WIRE_UNNOTE, tag);
	buf_add(&job->bytes, &id, sizeof(id));
	wire_end(&job->bytes, 0);
	return queue(w, job);
}

void writer_tend(struct writer *w, uint64_t now_ns)
{
	if (w->pid > 0 || w->broken || now_ns < w->restart_ns)
		return;
	w->state.restarts++;
	if (start(w, NULL) < 0)
		stop(w);
}

void writer_state(const struct writer *w, struct writer_state *ret)
{
	*ret = w->state;
}
