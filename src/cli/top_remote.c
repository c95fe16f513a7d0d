/* SPDX-License-Identifier: MIT */
/* top_remote: a daemon is asked what it found. The thread view needs two answers: CPU time, and time with the GIL. */
#include "cli/top_remote.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "base/text.h"
#include "cli/top_json.h"
#include "http/client.h"
#include "scrape.h"

#define TIMEOUT_MS 10000
#define READ_BYTES (64 * 1024)
#define SINCE "-1h" /* what a daemon has at most */
#define QUESTIONS_MAX 2
#define LATE_SECONDS 2 /* a slice that has just ended may not be there yet, and the one before is to be met */
#define REFUSAL_BYTES 200

/* What stands before each answer in the pipe; then `len` bytes: the body, or a sentence. */
struct answer_head {
	int32_t code, status;
	uint64_t len;
};

void top_remote_init(struct top_remote *remote, const struct top_remote_plan *plan)
{
	*remote = (struct top_remote){.plan = *plan, .fd = -1};
}

static void give_up(struct top_remote *remote)
{
	if (remote->fd >= 0)
		(void)close(remote->fd); /* read only; the child meets SIGPIPE */
	remote->fd = -1;
	if (remote->child > 0) {
		(void)kill(remote->child, SIGKILL); /* ours, and not waited for yet */
		while (waitpid(remote->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	remote->child = 0;
	buf_reset(&remote->answer);
}

void top_remote_deinit(struct top_remote *remote)
{
	give_up(remote);
	buf_deinit(&remote->answer);
}

void top_remote_path(const struct top_remote_plan *plan, const struct top_view *view, enum profile_mode mode,
		     struct buf *out)
{
	static const char *const modes[] = {[PROFILE_CPU] = "cpu", [PROFILE_WALL] = "wall", [PROFILE_GIL] = "gil"};

	buf_fmt(out, "/api/v1/profile?format=json&mode=%s&merge=%s&threads=%d", modes[mode],
		view->merge == TOP_LINES ? "line" : "function", view->threads);
	if (view->since)
		buf_str(out, "&from=" SINCE);
	else
		buf_fmt(out, "&from=-%zus", plan->window + LATE_SECONDS);
	if (plan->service) {
		buf_str(out, "&service=");
		text_percent(out, plan->service);
	}
}

/* In the child. */
static int ask(const struct top_remote *remote, enum profile_mode mode, int fd)
{
	const struct http_limits limits = {.timeout_ms = TIMEOUT_MS, .max_body = TOP_REMOTE_BYTES_MAX};
	struct http_answer answer = {0};
	struct answer_head head = {0};
	struct buf path = BUF_INIT;
	struct err err = {0};
	const char *bytes;

	top_remote_path(&remote->plan, &remote->asked, mode, &path);
	head.code = buf_cstr(&path) ? http_get(remote->plan.url, path.data, remote->plan.token, &limits, &answer, &err)
				    : err_set(&err, SCRAPE_ENOMEM, "out of memory");
	head.status = answer.status;
	head.len = head.code < 0 ? strlen(err.text) : answer.body.len;
	bytes = head.code < 0 ? err.text : answer.body.data;
	return io_write_all(fd, &head, sizeof(head)) < 0 || io_write_all(fd, bytes, head.len) < 0 ? -1 : 0;
}

static size_t n_questions(const struct top_view *view)
{
	return view->threads ? QUESTIONS_MAX : 1;
}

static enum profile_mode mode_of(const struct top_view *view, size_t question)
{
	static const enum profile_mode of_threads[QUESTIONS_MAX] = {PROFILE_CPU, PROFILE_GIL};

	return view->threads ? of_threads[question] : view->mode;
}

static void ask_all(const struct top_remote *remote, int fd)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n_questions(&remote->asked); i++)
		r = ask(remote, mode_of(&remote->asked, i), fd);
}

static bool same_question(const struct top_view *a, const struct top_view *b)
{
	return a->mode == b->mode && a->merge == b->merge && a->threads == b->threads && a->since == b->since;
}

int top_remote_tick(struct top_remote *remote, const struct top_view *view, uint64_t now_ns, struct err *err)
{
	int ends[2];

	if (remote->asked_ns && same_question(&remote->asked, view) &&
	    (remote->fd >= 0 || now_ns - remote->asked_ns < remote->plan.every_ns))
		return 0;
	give_up(remote); /* nobody wants that answer any more */
	remote->asked = *view;
	remote->asked_ns = now_ns;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, SCRAPE_EIO, "pipe");
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK); /* a pipe can */
	remote->child = fork();
	if (remote->child == 0) {
		(void)signal(SIGPIPE, SIG_DFL); /* cannot fail for this one */
		ask_all(remote, ends[1]);
		_exit(0);
	}
	(void)close(ends[1]); /* the child's */
	remote->fd = ends[0];
	if (remote->child > 0)
		return 0;
	give_up(remote);
	return err_sys(err, SCRAPE_EIO, "fork");
}

/* The answer to one question, at *at; true if it is there. */
static bool next_answer(const struct buf *answer, size_t *at, struct answer_head *head, const char **bytes_ret)
{
	if (answer->len - *at < sizeof(*head))
		return false;
	memcpy(head, answer->data + *at, sizeof(*head));
	if (answer->len - *at - sizeof(*head) < head->len)
		return false;
	*bytes_ret = answer->data + *at + sizeof(*head);
	*at += sizeof(*head) + head->len;
	return true;
}

/* What a daemon says may be anybody's. */
static int refuse(const struct answer_head *head, const char *bytes, struct err *err)
{
	struct buf clean = BUF_INIT;

	text_clean(&clean, bytes, head->len < REFUSAL_BYTES ? head->len : REFUSAL_BYTES, 2 * REFUSAL_BYTES);
	(void)buf_cstr(&clean);
	if (head->code < 0)
		(void)err_set(err, head->code, "%s", clean.failed ? "out of memory" : clean.data);
	else
		(void)err_set(err, SCRAPE_EIO, "the daemon answers %d: %s", (int)head->status,
			      clean.failed ? "" : clean.data);
	buf_deinit(&clean);
	return err->code;
}

static int take_answer(const struct answer_head *head, const char *bytes, enum profile_mode mode, struct top *top,
		       struct top_sum *sum, struct err *err)
{
	struct top_sum one = {0};
	int code;

	if (head->code < 0 || head->status != 200)
		return refuse(head, bytes, err);
	code = top_json_read(bytes, head->len, mode, &top->names, &one, &top->about, err);
	if (code == 0 && sum->duration_us > 0) { /* the same looks, counted in another mode */
		one.duration_us = one.looks = one.ticks = 0;
		memset(one.lost, 0, sizeof(one.lost));
	}
	if (code == 0 && top_sum_add(sum, &one) < 0)
		code = err_set(err, SCRAPE_ENOMEM, "out of memory");
	top_sum_deinit(&one);
	return code;
}

static int take_all(const struct top_remote *remote, struct top *top, struct err *err)
{
	struct top_sum sum = {0};
	size_t at = 0;
	int code = 0;

	if (remote->answer.failed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	for (size_t i = 0; code == 0 && i < n_questions(&remote->asked); i++) {
		struct answer_head head;
		const char *bytes;

		if (!next_answer(&remote->answer, &at, &head, &bytes))
			code = err_set(err, SCRAPE_EIO, "the question was not asked to its end");
		else
			code = take_answer(&head, bytes, mode_of(&remote->asked, i), top, &sum, err);
	}
	if (code == 0)
		top_replace(top, &sum);
	top_sum_deinit(&sum);
	return code;
}

int top_remote_read(struct top_remote *remote, struct top *top, struct err *err)
{
	char bytes[READ_BYTES];
	ssize_t n;
	int code;

	if (remote->fd < 0)
		return 0;
	n = read(remote->fd, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(&remote->answer, bytes, (size_t)n);
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return 0;
	code = take_all(remote, top, err);
	give_up(remote);
	return code < 0 ? code : 1;
}
