/* SPDX-License-Identifier: MIT */
/*
 * errand: work in a forked child.
 *
 * The child is this same program with this same memory, so the answer crosses as the struct itself and the body behind
 * it. It never returns into the event loop: epoll's descriptor is shared with the parent, so the child must not even
 * clean up.
 */
#include "daemon/errand.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "scrape.h"

#define READ_BYTES ((size_t)256 << 10)
#define PIPE_BYTES (1 << 20)
#define TEND_US 250000
#define CHILD_NICE 5 /* the sampler comes first */

struct errand {
	struct errands *owner;
	struct errand *next;
	errand_work_fn work;
	errand_done_fn done;
	void *job;
	uint64_t until_ns;
	pid_t pid; /* 0: it waits */
	int fd;
	struct event *readable;
	struct buf bytes;
};

struct errands {
	struct event_base *base;
	struct event *clock; /* starts what waits, ends what is late */
	struct errand *list; /* oldest first */
	size_t running, waiting;
	bool ending;
	struct errands_counts counts;
};

void errand_header(struct errand_answer *answer, const char *name, const char *fmt, ...)
{
	struct errand_header *header;
	va_list ap;

	if (answer->n_headers == ERRAND_HEADERS_MAX)
		return;
	header = &answer->headers[answer->n_headers++];
	(void)snprintf(header->name, sizeof(header->name), "%s", name); /* ours, short */
	va_start(ap, fmt);
	(void)vsnprintf(header->value, sizeof(header->value), fmt, ap); /* numbers and times */
	va_end(ap);
}

int errand_refuse(struct errand_answer *answer, int status, const char *fmt, ...)
{
	va_list ap;

	answer->status = status;
	va_start(ap, fmt);
	(void)vsnprintf(answer->error, sizeof(answer->error), fmt, ap); /* a cut sentence is still a sentence */
	va_end(ap);
	return SCRAPE_EINVAL;
}

static void unlink_errand(struct errand *errand)
{
	struct errand **at = &errand->owner->list;

	while (*at != errand)
		at = &(*at)->next;
	*at = errand->next;
}

static void end_child(struct errand *errand)
{
	if (errand->readable)
		event_free(errand->readable);
	if (errand->fd >= 0)
		(void)close(errand->fd); /* read only */
	if (errand->pid > 0) {
		(void)kill(errand->pid, SIGKILL); /* it has ended, or it is not wanted */
		while (waitpid(errand->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static void start_waiting(struct errands *errands);

static void finish(struct errand *errand, enum errand_end end, struct errand_answer *answer)
{
	struct errands *errands = errand->owner;
	bool ran = errand->pid > 0;

	unlink_errand(errand);
	end_child(errand);
	errands->running -= ran;
	errands->waiting -= !ran;
	errands->counts.done += end == ERRAND_DONE;
	errands->counts.late += end == ERRAND_LATE;
	errands->counts.failed += end == ERRAND_FAILED;
	errand->done(errand->job, end, answer);
	buf_deinit(&errand->bytes);
	free(errand);
	start_waiting(errands);
}

static bool is_text(const char *text, size_t size)
{
	return memchr(text, 0, size) != NULL;
}

/* The child has closed its end: what came is an answer, or a part of one. */
static void take_answer(struct errand *errand)
{
	struct errand_answer answer;
	struct buf *bytes = &errand->bytes;

	if (bytes->failed || bytes->len < sizeof(answer)) {
		finish(errand, ERRAND_FAILED, NULL);
		return;
	}
	memcpy(&answer, bytes->data, sizeof(answer));
	if (answer.body.len != bytes->len - sizeof(answer) || answer.n_headers > ERRAND_HEADERS_MAX ||
	    !is_text(answer.error, sizeof(answer.error)) || !is_text(answer.mime, sizeof(answer.mime))) {
		finish(errand, ERRAND_FAILED, NULL);
		return;
	}
	buf_consume(bytes, sizeof(answer));
	answer.body = *bytes;
	*bytes = (struct buf)BUF_INIT;
	finish(errand, ERRAND_DONE, &answer);
	buf_deinit(&answer.body);
}

static void hear(evutil_socket_t fd, short what, void *ctx)
{
	struct errand *errand = ctx;
	ssize_t n;

	(void)what;
	if (!buf_reserve(&errand->bytes, READ_BYTES)) {
		finish(errand, ERRAND_FAILED, NULL);
		return;
	}
	n = read(fd, errand->bytes.data + errand->bytes.len, READ_BYTES);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		take_answer(errand);
		return;
	}
	errand->bytes.len += (size_t)n;
	if (errand->bytes.len > ERRAND_BODY_MAX + sizeof(struct errand_answer))
		finish(errand, ERRAND_FAILED, NULL);
}

/* In the child. Nothing of the parent's may be touched through a descriptor: all but the pipe go first. */
static void run(const struct errand *errand, int fd, pid_t parent)
{
	struct errand_answer answer = {.status = 200};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(SCRAPE_EXIT_FAILURE);
	if (dup2(fd, STDERR_FILENO + 1) < 0)
		_exit(SCRAPE_EXIT_FAILURE);
	fd = STDERR_FILENO + 1;
	if (syscall(SYS_close_range, fd + 1, ~0u, 0) < 0)
		_exit(SCRAPE_EXIT_FAILURE);
	/* the parent's clock is sooner, if there still is a parent */
	(void)setrlimit(RLIMIT_CPU, &(struct rlimit){ERRAND_SECONDS + 1, ERRAND_SECONDS + 1});
	(void)setpriority(PRIO_PROCESS, 0, CHILD_NICE); /* or it runs like others */
	errand->work(errand->job, &answer);
	if (answer.body.failed)
		(void)errand_refuse(&answer, 503, "out of memory");
	if (answer.body.len > ERRAND_BODY_MAX || answer.status >= 400)
		answer.body.len = 0;
	if (io_write_all(fd, &answer, sizeof(answer)) == 0)
		(void)io_write_all(fd, answer.body.data, answer.body.len); /* the parent sees what is missing */
	_exit(SCRAPE_EXIT_OK);
}

static bool start(struct errand *errand)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	(void)fcntl(fds[0], F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; the default works too */
	errand->pid = fork();
	if (errand->pid == 0)
		run(errand, fds[1], parent);
	(void)close(fds[1]); /* the child's */
	errand->fd = fds[0];
	if (errand->pid < 0) {
		errand->pid = 0;
		return false;
	}
	errand->owner->running++;
	errand->owner->waiting--;
	errand->readable = event_new(errand->owner->base, fds[0], EV_READ | EV_PERSIST, hear, errand);
	return errand->readable && event_add(errand->readable, NULL) == 0;
}

static void start_waiting(struct errands *errands)
{
	struct errand *errand = errands->list;

	while (errand && !errands->ending && errands->running < ERRANDS_AT_ONCE) {
		struct errand *next = errand->next;

		if (errand->pid == 0 && !start(errand)) {
			finish(errand, ERRAND_FAILED, NULL); /* which comes back here for the others */
			return;
		}
		errand = next;
	}
}

/* The first that is late or not wanted any more, NULL without one. */
static struct errand *find_late(const struct errands *errands, uint64_t now)
{
	struct errand *errand = errands->list;

	while (errand && errand->until_ns > now)
		errand = errand->next;
	return errand;
}

static void tend(evutil_socket_t fd, short what, void *ctx)
{
	struct errands *errands = ctx;
	struct errand *late;

	(void)fd;
	(void)what;
	while ((late = find_late(errands, clock_mono_ns())))
		finish(late, ERRAND_LATE, NULL);
	start_waiting(errands);
	if (!errands->list)
		(void)event_del(errands->clock); /* cannot fail */
}

struct errands *errands_new(struct event_base *base)
{
	struct errands *errands = calloc(1, sizeof(*errands));

	if (!errands)
		return NULL;
	errands->base = base;
	errands->clock = event_new(base, -1, EV_PERSIST, tend, errands);
	if (!errands->clock) {
		errands_free(errands);
		return NULL;
	}
	return errands;
}

void errands_free(struct errands *errands)
{
	if (!errands)
		return;
	errands->ending = true;
	while (errands->list)
		finish(errands->list, ERRAND_FAILED, NULL);
	if (errands->clock)
		event_free(errands->clock);
	free(errands);
}

struct errand *errand_start(struct errands *errands, errand_work_fn work, errand_done_fn done, void *job)
{
	struct errand **at = &errands->list;
	struct errand *errand = NULL;

	if (errands->waiting < ERRANDS_QUEUED &&
	    event_add(errands->clock, &(struct timeval){.tv_usec = TEND_US}) == 0)
		errand = calloc(1, sizeof(*errand));
	if (!errand) {
		errands->counts.refused++;
		return NULL;
	}
	*errand = (struct errand){.owner = errands,
				  .work = work,
				  .done = done,
				  .job = job,
				  .fd = -1,
				  .until_ns = clock_mono_ns() + ERRAND_SECONDS * NSEC_PER_SEC};
	while (*at)
		at = &(*at)->next;
	*at = errand;
	errands->waiting++;
	event_active(errands->clock, EV_TIMEOUT, 0); /* not from here: done could be called before the caller has it */
	return errand;
}

void errand_cancel(struct errand *errand)
{
	errand->until_ns = 0;
	event_active(errand->owner->clock, EV_TIMEOUT, 0);
}

void errands_counts(const struct errands *errands, struct errands_counts *ret)
{
	*ret = errands->counts;
}
