/* SPDX-License-Identifier: MIT */
/*
 * agent_sampler: the agent's side of the samplers: they are asked for, fed into the history, watched and replaced.
 *
 * A sampler that died is replaced at once; one that dies again soon after is given more and more time. The looks that
 * were due between its last words and the moment its successor meets the same process are counted as lost.
 *
 * There are two at most. The first looks at everybody; a process whose looks have to wait for a lock of its own is set
 * aside by it (a note with SCRAPE_EBUSY) and goes to the second, which looks at nobody else, so that only such
 * processes wait for each other. When the first one is replaced its successor begins with everybody again.
 */
#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "daemon/agent_state.h"
#include "daemon/keeper.h"
#include "daemon/orders.h"
#include "profile/history.h"
#include "scrape.h"

#define LIVED_NS (10 * NSEC_PER_SEC) /* one that lived this long has earned an immediate successor */
#define PAUSE_MIN_NS (100 * NSEC_PER_MSEC)
#define PAUSE_MAX_NS (5 * NSEC_PER_SEC)
#define SILENCE_NS (20 * NSEC_PER_SEC) /* beyond the length of a slice: then it hangs */
#define GAP_MAX_NS (3600 * NSEC_PER_SEC)

/* Every record goes to the history; what is said of sessions, targets and notes is heard on the way. */
#define PASS(name)                                                                                                     \
	static int pass_##name(void *ctx, const struct stream_##name *r)                                               \
	{                                                                                                              \
		const struct agent_sampler *s = ctx;                                                                   \
                                                                                                                       \
		return history_sink.name ? history_sink.name(s->feed, r) : 0;                                          \
	}
PASS(string)
PASS(frame)
PASS(node)
PASS(thread)
PASS(sample)
PASS(slice_thread)
PASS(slice_end)
PASS(loss)
PASS(local)
PASS(way)
PASS(hold)
#undef PASS

static int pass_session(void *ctx, const struct stream_session *r)
{
	struct agent_sampler *s = ctx;

	s->spoke = s->agent->ready = true;
	map_clear(&s->ids);
	return history_sink.session(s->feed, r);
}

static int pass_reset(void *ctx)
{
	const struct agent_sampler *s = ctx;

	return history_sink.reset ? history_sink.reset(s->feed) : 0;
}

/* What was not looked at while there was no sampler is said to be lost, once for each process. */
static int count_gap(struct agent_sampler *s, const struct stream_target *r)
{
	struct stream_loss loss = {.target = r->id, .reason = SCRAPE_LOSS_BEHIND};
	uint32_t orphan = 0;
	uint64_t gap_ns;

	if (!map_get(&s->orphans, r->pid, &orphan) || !orphan)
		return 0;
	gap_ns = clock_mono_ns() - s->since_ns;
	gap_ns = gap_ns < GAP_MAX_NS ? gap_ns : GAP_MAX_NS;
	loss.count = gap_ns / NSEC_PER_USEC * s->agent->config->rate_mhz / NSEC_PER_SEC;
	s->lost += loss.count;
	if (map_put(&s->orphans, r->pid, 0) < 0)
		return SCRAPE_ENOMEM;
	return loss.count > 0 && history_sink.loss ? history_sink.loss(s->feed, &loss) : 0;
}

static int pass_target(void *ctx, const struct stream_target *r)
{
	struct agent_sampler *s = ctx;
	int code = history_sink.target(s->feed, r);

	if (code == 0)
		code = map_put(&s->live, r->pid, 1);
	if (code == 0)
		code = map_put(&s->ids, r->id, (uint32_t)r->pid);
	return code < 0 ? code : count_gap(s, r);
}

static void forget_aside(struct agent_sampler *s, uint32_t pid)
{
	for (size_t i = 0; i < s->only.n; i++)
		if (s->only.items[i] == pid)
			s->only.items[i--] = s->only.items[--s->only.n];
}

static int pass_gone(void *ctx, const struct stream_gone *r)
{
	struct agent_sampler *s = ctx;
	uint32_t pid;

	if (map_get(&s->ids, r->target, &pid)) {
		if (map_put(&s->live, pid, 0) < 0)
			return SCRAPE_ENOMEM;
		if (r->why == STREAM_GONE_EXIT)
			forget_aside(s, pid);
	}
	return history_sink.gone ? history_sink.gone(s->feed, r) : 0;
}

/* The second sampler looks at these and no others. */
static int send_only(struct agent_sampler *s)
{
	struct buf pids = BUF_INIT;
	int r;

	for (size_t i = 0; i < s->only.n; i++)
		for (int shift = 0; shift < 32; shift += 8)
			buf_chr(&pids, (char)(s->only.items[i] >> shift));
	r = pids.failed ? SCRAPE_ENOMEM : front_send_order(&s->front, ORDER_ONLY, pids.data, pids.len);
	buf_deinit(&pids);
	return r;
}

/* The first sampler has let go of a process that kept it waiting. */
static void take_over(struct agent *agent, uint32_t pid)
{
	struct agent_sampler *s = &agent->samplers[AGENT_SECOND];
	uint32_t *place;

	forget_aside(s, pid);
	if (s->only.n == ORDER_ONLY_MAX || !(place = VEC_PUSH(&s->only))) {
		log_warn("PID %" PRIu32 " is not looked at any more: too many are set aside", pid);
		return;
	}
	*place = pid;
	if (s->readable && send_only(s) < 0)
		log_error("the second sampler cannot be told about PID %" PRIu32, pid);
}

/* A process that cannot be looked at is an event of the day in a daemon; one note with no process is the sampler's. */
static int pass_note(void *ctx, const struct stream_note *r)
{
	const struct agent_sampler *s = ctx;

	log_line(r->code == 0 ? LOG_INFO : r->pid ? LOG_WARN : LOG_ERROR, "%.*s", (int)r->len, r->text);
	if (r->code == SCRAPE_EBUSY && s == &s->agent->samplers[AGENT_FIRST])
		take_over(s->agent, (uint32_t)r->pid);
	return history_sink.note ? history_sink.note(s->feed, r) : 0;
}

static const struct stream_sink passing = {
	.session = pass_session,
	.string = pass_string,
	.frame = pass_frame,
	.node = pass_node,
	.target = pass_target,
	.thread = pass_thread,
	.sample = pass_sample,
	.slice_thread = pass_slice_thread,
	.slice_end = pass_slice_end,
	.loss = pass_loss,
	.gone = pass_gone,
	.reset = pass_reset,
	.note = pass_note,
	.local = pass_local,
	.way = pass_way,
	.hold = pass_hold,
};

static void close_stream(struct agent_sampler *s)
{
	if (s->readable)
		event_free(s->readable);
	s->readable = NULL;
	(void)front_finish(&s->front); /* it is the keeper's child: there is no status here */
	history_feed_free(s->feed);
	s->feed = NULL;
}

static void plan_next(struct agent_sampler *s, uint64_t now_ns)
{
	bool lived = now_ns - s->began_ns >= LIVED_NS;

	s->pause_ns = lived ? 0 : s->pause_ns ? s->pause_ns * 2 : PAUSE_MIN_NS;
	if (s->pause_ns > PAUSE_MAX_NS)
		s->pause_ns = PAUSE_MAX_NS;
	s->next_ns = now_ns + s->pause_ns;
}

/* Whom one looked at is who its heir will miss; who was missed before and not met yet still is. */
static void orphan_all(struct agent_sampler *s, struct agent_sampler *heir)
{
	for (size_t i = 0; i < s->live.size; i++) {
		const struct map_slot *slot = &s->live.slots[i];

		if (slot->used && slot->value)
			(void)map_put(&heir->orphans, slot->key, 1); /* without memory fewer losses are counted */
	}
	map_clear(&s->live);
}

static void lost_sampler(struct agent_sampler *s, const char *why)
{
	struct agent *agent = s->agent;
	struct agent_sampler *second = &agent->samplers[AGENT_SECOND];
	uint64_t now = clock_mono_ns();

	close_stream(s);
	if (s->spoke)
		s->since_ns = s->heard_ns;
	orphan_all(s, s);
	if (agent->stopping)
		return;
	s->replaced++;
	plan_next(s, now);
	log_warn("the sampler (PID %d) %s; another is started", (int)s->pid, why);
	if (s != second && second->only.n > 0) { /* the next first one begins with everybody */
		second->only.n = 0;
		if (second->readable)
			(void)keeper_ask_kill(agent->keeper_fd, second->pid, NULL); /* it may be gone already */
		if (second->readable)
			close_stream(second);
		orphan_all(second, s);
	}
	agent_sampler_tend(agent, now);
}

static void hear(evutil_socket_t fd, short what, void *ctx)
{
	struct agent_sampler *s = ctx;
	struct err err = {0};
	int r = front_read(&s->front, &err);

	(void)fd;
	(void)what;
	if (r > 0) {
		s->heard_ns = clock_mono_ns();
		return;
	}
	if (r < 0) {
		log_error("the sampler's stream cannot be understood: %s", err.text);
		(void)keeper_ask_kill(s->agent->keeper_fd, s->pid, NULL); /* it may be gone already */
	}
	lost_sampler(s, r < 0 ? "is not understood" : "has ended");
}

static int send_rules(struct agent_sampler *s)
{
	const struct agent *agent = s->agent;
	const struct config *config = agent->is_reloaded ? &agent->reloaded : agent->config;
	struct buf rules = BUF_INIT;
	int r = config_rules_write(config, &rules);

	if (r == 0)
		r = front_send_order(&s->front, ORDER_RULES, rules.data, rules.len);
	buf_deinit(&rules);
	return r;
}

int agent_sampler_send_rules(struct agent *agent)
{
	int r = 0;

	for (size_t i = 0; i < AGENT_SAMPLERS; i++)
		if (agent->samplers[i].readable && r == 0)
			r = send_rules(&agent->samplers[i]);
	return r;
}

static int start(struct agent_sampler *s, uint64_t now_ns, struct err *err)
{
	struct agent *agent = s->agent;
	int fd = -1, r = keeper_ask_sampler(agent->keeper_fd, &fd, err);

	if (r < 0)
		return r;
	s->pid = r;
	s->spoke = false;
	s->began_ns = s->heard_ns = now_ns;
	front_adopt(&s->front, fd, &passing, s);
	s->feed = history_feed_new(agent->history);
	s->readable = event_new(agent->base, fd, EV_READ | EV_PERSIST, hear, s);
	if (!s->feed || !s->readable || event_add(s->readable, NULL) < 0) {
		close_stream(s);
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	r = s->only.n > 0 ? send_only(s) : 0; /* before the rules: it begins when it has these */
	if (r == 0)
		r = send_rules(s);
	return r < 0 ? err_set(err, r, "it cannot be told what to do") : 0;
}

/* One that says nothing for longer than a slice hangs: whatever holds it, another begins anew. */
static void check_silence(struct agent_sampler *s, uint64_t now_ns)
{
	const struct agent *agent = s->agent;

	if (now_ns - s->heard_ns < SILENCE_NS + agent->config->slice_us * NSEC_PER_USEC)
		return;
	(void)keeper_ask_kill(agent->keeper_fd, s->pid, NULL); /* it may be gone already */
	lost_sampler(s, "does not answer");
}

static void tend(struct agent_sampler *s, uint64_t now_ns)
{
	struct err err = {0};

	if (s->readable) {
		(void)front_flush(&s->front); /* what is still left goes with the next tick */
		check_silence(s, now_ns);
		return;
	}
	if (s->agent->stopping || now_ns < s->next_ns || (s->second && s->only.n == 0))
		return;
	if (start(s, now_ns, &err) < 0) {
		log_error("no sampler: %s", err.text);
		plan_next(s, now_ns);
	}
}

void agent_sampler_init(struct agent *agent)
{
	for (size_t i = 0; i < AGENT_SAMPLERS; i++)
		agent->samplers[i].agent = agent;
	agent->samplers[AGENT_SECOND].second = true;
}

void agent_sampler_deinit(struct agent *agent)
{
	for (size_t i = 0; i < AGENT_SAMPLERS; i++) {
		struct agent_sampler *s = &agent->samplers[i];

		if (s->readable)
			close_stream(s);
		map_deinit(&s->live);
		map_deinit(&s->orphans);
		map_deinit(&s->ids);
		VEC_DEINIT(&s->only);
	}
}

void agent_sampler_tend(struct agent *agent, uint64_t now_ns)
{
	for (size_t i = 0; i < AGENT_SAMPLERS; i++)
		tend(&agent->samplers[i], now_ns);
}

bool agent_sampler_runs(const struct agent *agent)
{
	bool runs = false;

	for (size_t i = 0; i < AGENT_SAMPLERS; i++)
		runs |= agent->samplers[i].readable != NULL;
	return runs;
}

void agent_sampler_stop(struct agent *agent)
{
	for (size_t i = 0; i < AGENT_SAMPLERS; i++)
		if (agent->samplers[i].readable)
			front_stop(&agent->samplers[i].front);
}
