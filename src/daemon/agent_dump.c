/* SPDX-License-Identifier: MIT */
/*
 * agent_dump: what the threads of one process do now, by a sampler of its own that looks once and ends.
 *
 * Only processes that the rules let in can be asked for: the keeper would attach to any.
 */
#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/agent_state.h"
#include "daemon/dump.h"
#include "daemon/keeper.h"
#include "daemon/query.h"
#include "http/request.h"
#include "scrape.h"

#define DUMPS_AT_ONCE 4
#define DUMP_SECONDS 10

struct dumping {
	struct agent *agent;
	struct http_request *request;
	struct event *readable; /* or the time is over */
	struct front front;
	struct dump dump;
	char why[ERR_TEXT_MAX]; /* it was refused */
	bool text, adopted;
};

static int hear_note(void *ctx, const struct stream_note *note)
{
	struct dumping *d = ctx;
	size_t n = note->len < sizeof(d->why) - 1 ? note->len : sizeof(d->why) - 1;

	if (note->code == 0)
		return 0;
	memcpy(d->why, note->text, n);
	d->why[n] = 0;
	return 0;
}

#define PASS(name)                                                                                                     \
	static int pass_##name(void *ctx, const struct stream_##name *r)                                               \
	{                                                                                                              \
		struct dumping *d = ctx;                                                                               \
                                                                                                                       \
		return dump_sink.name(&d->dump, r);                                                                    \
	}
PASS(string)
PASS(frame)
PASS(node)
PASS(target)
PASS(thread)
PASS(sample)
PASS(local)
PASS(way)
PASS(hold)
PASS(loss)
#undef PASS

static const struct stream_sink hearing = {
	.string = pass_string,
	.frame = pass_frame,
	.node = pass_node,
	.target = pass_target,
	.thread = pass_thread,
	.sample = pass_sample,
	.local = pass_local,
	.way = pass_way,
	.hold = pass_hold,
	.loss = pass_loss,
	.note = hear_note,
};

static void dumping_free(struct dumping *d)
{
	d->agent->dumps--;
	if (d->readable)
		event_free(d->readable);
	if (d->adopted)
		(void)front_finish(&d->front); /* it is the keeper's child: there is no status here */
	dump_deinit(&d->dump);
	free(d);
}

static void refuse(struct dumping *d, int status, const char *text)
{
	http_refuse(d->request, status, "%s", text);
	dumping_free(d);
}

static void reply(struct dumping *d)
{
	struct buf body = BUF_INIT;

	if (d->dump.targets.n == 0) {
		refuse(d, 503, d->why[0] ? d->why : "the process could not be looked at");
		return;
	}
	if (d->text)
		dump_text(&d->dump, false, false, &body);
	else
		dump_json(&d->dump, &body);
	if (body.failed)
		http_refuse(d->request, 503, "out of memory");
	else
		http_reply(d->request, 200, d->text ? "text/plain; charset=utf-8" : "application/json", &body);
	buf_deinit(&body);
	dumping_free(d);
}

static void hear(evutil_socket_t fd, short what, void *ctx)
{
	struct dumping *d = ctx;
	struct err err = {0};
	int r;

	(void)fd;
	if (what & EV_TIMEOUT) {
		http_set_header(d->request, "Retry-After", "5");
		refuse(d, 503, "the process could not be looked at in time");
		return;
	}
	r = front_read(&d->front, &err);
	if (r < 0)
		refuse(d, 503, err.text);
	else if (r == 0)
		reply(d);
}

static void gone(void *ctx)
{
	refuse(ctx, 503, "gone");
}

static int start(struct dumping *d, pid_t pid, bool locals, struct err *err)
{
	int fd = -1, r = keeper_ask_dump(d->agent->keeper_fd, pid, locals, &fd, err);

	if (r < 0)
		return r;
	front_adopt(&d->front, fd, &hearing, d);
	d->adopted = true;
	d->readable = event_new(d->agent->base, fd, EV_READ | EV_PERSIST, hear, d);
	if (!d->readable || event_add(d->readable, &(struct timeval){.tv_sec = DUMP_SECONDS}) < 0)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return 0;
}

/* False: what was asked cannot be, and the request is answered. */
static bool parse(const struct agent *agent, struct http_request *request, pid_t *ret_pid, bool *ret_locals)
{
	static const char *const known[] = {"pid", "locals", NULL};
	const char *unknown = http_unknown_param(request, known);
	const char *pid = http_param(request, "pid", 0), *locals = http_param(request, "locals", 0);
	struct err err = {0};
	uint64_t number;

	if (unknown) {
		http_refuse(request, 400, "'%.64s' is no parameter here", unknown);
	} else if (!pid) {
		http_refuse(request, 400, "pid is missing");
	} else if (query_number(pid, INT32_MAX, &number, &err) < 0) {
		http_refuse(request, 400, "pid: %s", err.text);
	} else if (locals && strcmp(locals, "0") != 0 && strcmp(locals, "1") != 0) {
		http_refuse(request, 400, "locals is one of: 0, 1");
	} else if (!agent_knows(agent, (uint32_t)number, true)) {
		http_refuse(request, 404, "no process %.16s is looked at here", pid);
	} else {
		*ret_pid = (pid_t)number;
		*ret_locals = locals && locals[0] == '1';
		return true;
	}
	return false;
}

void agent_dump(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"application/json", "text/plain", NULL};
	struct agent *agent = ((struct api *)ctx)->owner;
	struct dumping *d;
	struct err err = {0};
	bool locals;
	pid_t pid;

	if (!parse(agent, request, &pid, &locals))
		return;
	d = agent->dumps < DUMPS_AT_ONCE ? calloc(1, sizeof(*d)) : NULL;
	if (!d) {
		http_set_header(request, "Retry-After", "5");
		http_refuse(request, 503, "too many dumps at a time");
		return;
	}
	agent->dumps++;
	d->agent = agent;
	d->request = request;
	d->text = http_accepts(request, types) == types[1];
	if (start(d, pid, locals, &err) < 0) {
		http_set_header(request, "Retry-After", "5");
		refuse(d, 503, err.text);
		return;
	}
	http_on_gone(request, gone, d);
}
