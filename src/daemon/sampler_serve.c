/* SPDX-License-Identifier: MIT */
/*
 * sampler: targets by rule. Processes that discovery meets are judged by the rules; those that are wanted are attached
 * and looked at. When the rules change nobody is let go at once: the targets are judged again one by one, a millisecond
 * of them per tick, so that no look is lost.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/budget.h"
#include "daemon/sampler_private.h"
#include "sample/pytarget.h"
#include "scrape.h"

#define BLOCKED_NS (5 * NSEC_PER_MSEC) /* a look that was kept waiting for longer is the last of its target here */
#define JUDGE_NS NSEC_PER_MSEC         /* per tick, for targets after the rules changed */
#define ATTACH_NS (3 * NSEC_PER_MSEC)  /* per tick, for new ones */
#define ATTACH_MANY_NS (100 * NSEC_PER_MSEC) /* while nobody is looked at yet */
#define BUDGET_NS NSEC_PER_SEC               /* window of the budgets */
#define RAISE_NS (10 * NSEC_PER_SEC)         /* from a change to the next raise */
#define AGAIN_NS (50 * NSEC_PER_MSEC) /* what is no Python is tried again at this age, then at 4, 16, ... times it */
#define AGAIN_MAX_NS (600 * NSEC_PER_SEC)
#define THOROUGH_US 5000000u /* age at which every mapped file is asked about */
#define SLOWEST_MHZ 1000     /* a rate is not lowered below 1 Hz, but to what was asked */

int serve_prepare(struct sampler *s, struct err *err)
{
	s->blocked.fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC); /* without it nobody is set aside */
	return discover_open(&s->discover, err);
}

void serve_deinit(struct sampler *s)
{
	if (s->blocked.fd > 0)
		(void)close(s->blocked.fd); /* read only */
	discover_close(&s->discover);
	rules_deinit(&s->rules);
}

void serve_wait(struct sampler *s)
{
	while (!s->has_rules && !s->stopping) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};

		(void)poll(&p, 1, -1); /* hear tells */
		sampler_hear(s, clock_mono_ns());
	}
}

static void note(struct sampler *s, pid_t pid, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static void note(struct sampler *s, pid_t pid, int code, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* a cut sentence is still a sentence */
	va_end(ap);
	recorder_note(&s->rec, pid, code, text);
}

static uint64_t hash_words(const struct rule *rule)
{
	uint64_t service = rule->service ? XXH64(rule->service, strlen(rule->service), 1) : 0;

	return rule->labels ? XXH64(rule->labels, strlen(rule->labels), service) : service;
}

static uint32_t divisor_of(const struct sampler *s, uint64_t rate_mhz)
{
	uint64_t divisor = rate_mhz ? (s->rate_mhz + rate_mhz / 2) / rate_mhz : 1;

	return divisor > TURN_DIVISOR_MAX ? TURN_DIVISOR_MAX : divisor > 0 ? (uint32_t)divisor : 1;
}

static void set_divisor(struct sampler *s, struct pytarget *target, uint32_t divisor)
{
	if (target->turn.divisor == 0)
		target->turn.seed = (uint64_t)target->proc.pid * 0x9e3779b97f4a7c15ull ^ s->looker.random;
	if (turn_divisor(&target->turn) != divisor)
		turn_divide(&target->turn, s->pace.tick, divisor);
	target->rate_mhz = s->rate_mhz / divisor;
}

/* What a rule says of how to look; not how it names. */
static void apply(struct sampler *s, struct pytarget *target, const struct rule *rule)
{
	target->least_divisor = divisor_of(s, rule->rate_mhz);
	set_divisor(s, target, target->least_divisor);
	target->exact = rule->exact;
	target->generation = s->generation;
	target->words = hash_words(rule);
}

static struct recorder_words words_of(const struct rule *rule)
{
	return (struct recorder_words){.service = rule->service, .labels = rule->labels};
}

static void on_found(void *ctx, const struct attach_wish *wish, struct pytarget *target)
{
	struct sampler *s = ctx;
	const struct recorder_words words = words_of(wish->rule);

	target = sampler_welcome(s, target, wish->parent, &words);
	if (target)
		apply(s, target, wish->rule);
	else
		discover_set(&s->discover, wish->pid, DISCOVER_LEFT, clock_mono_ns() + NSEC_PER_SEC);
}

/* When to try again what is no Python (yet): when it has become four times as old. */
static uint64_t again_ns(const struct sampler *s, pid_t pid, uint64_t now)
{
	struct facts facts = {0};
	uint64_t age_ns = 0, at = AGAIN_NS;

	if (facts_read(&facts, dirfd(s->discover.dir), pid, false) == 0)
		age_ns = facts.known.age_us * NSEC_PER_USEC;
	facts_deinit(&facts);
	while (at <= age_ns && at < AGAIN_MAX_NS)
		at *= 4;
	return at > age_ns ? now + at - age_ns : 0;
}

static void on_failed(void *ctx, const struct attach_wish *wish, int code, const char *why)
{
	struct sampler *s = ctx;
	uint64_t now = clock_mono_ns();

	if (code == SCRAPE_EGONE)
		return;
	if (code == SCRAPE_ENOTREADY || code == SCRAPE_ENOMEM) {
		discover_set(&s->discover, wish->pid, DISCOVER_LEFT, now + NSEC_PER_SEC);
		return;
	}
	if (code == SCRAPE_ENOTPYTHON || code == SCRAPE_EFAULT || code == SCRAPE_EFORMAT) {
		uint64_t at = again_ns(s, wish->pid, now);

		discover_set(&s->discover, wish->pid, at ? DISCOVER_LEFT : DISCOVER_FOREIGN, at);
		if (!wish->rule->pid)
			return; /* whom nobody named is nobody's concern */
	} else {
		discover_set(&s->discover, wish->pid, DISCOVER_LEFT, 0);
		if (code == SCRAPE_EINVAL && !wish->rule->pid)
			return; /* scrape itself, whose own command line has the pattern in it */
	}
	if (code != SCRAPE_ENOTPYTHON || wish->rule->pid)
		recorder_note(&s->rec, wish->pid, code, why);
}

static void on_waits(void *ctx, const struct attach_wish *wish, const char *why)
{
	struct sampler *s = ctx;

	note(s, wish->pid, 0, "%s, waiting for it", why);
}

const struct attach_events serve_events = {.found = on_found, .failed = on_failed, .waits = on_waits};

static enum discover_fate judge(void *ctx, const struct facts *facts, uint64_t *again)
{
	struct sampler *s = ctx;
	uint64_t again_us = 0, now = clock_mono_ns();
	const struct rule *rule = rules_find(&s->rules, &facts->known, &again_us);
	struct attach_wish wish;

	if (!rule && again_us)
		*again = now + again_us * NSEC_PER_USEC;
	if (!rule || rule->exclude)
		return DISCOVER_LEFT;
	if (facts->status.state == 'Z' || sampler_target(s, facts->known.pid)) /* the old one's end was not met yet */
		return DISCOVER_LEFT;
	wish = (struct attach_wish){.pid = facts->known.pid,
				    .parent = facts->status.ppid,
				    .named = rule->pid != 0,
				    .waits = true,
				    .thorough = rule->pid != 0 || facts->known.age_us > THOROUGH_US,
				    .native = rule->native,
				    .any = rule->native,
				    .exact = rule->exact,
				    .rule = rule};
	return attach_want(&s->attach, &wish, now, NULL) < 0 ? DISCOVER_LEFT : DISCOVER_HELD;
}

void serve_lost(struct sampler *s, pid_t pid)
{
	discover_set(&s->discover, pid, DISCOVER_NEW, 0);
}

/* True if it stays. */
static bool judge_target(struct sampler *s, size_t i, uint64_t now)
{
	struct pytarget *target = s->targets.items[i];
	struct facts *facts = &s->discover.facts;
	const struct rule *rule = NULL;
	uint64_t again_us;

	if (facts_read(facts, dirfd(s->discover.dir), target->proc.pid, s->discover.want_command) < 0)
		rule = NULL; /* it has ended: the next look finds out */
	else
		rule = rules_find(&s->rules, &facts->known, &again_us);
	if (!rule && !proc_alive(&target->proc)) {
		target->generation = s->generation;
		return true;
	}
	if (!rule || rule->exclude) {
		discover_set(&s->discover, target->proc.pid, DISCOVER_LEFT, 0);
		sampler_drop(s, i, STREAM_GONE_RULES, now);
		return false;
	}
	if (target->native != (rule->native && s->attach.modules)) { /* other frames: it begins anew */
		serve_lost(s, target->proc.pid);
		sampler_drop(s, i, STREAM_GONE_RULES, now);
		return false;
	}
	if (target->words != hash_words(rule)) {
		const struct recorder_words words = words_of(rule);

		recorder_rename(&s->rec, target, &words, now);
	}
	apply(s, target, rule);
	return true;
}

static void judge_targets(struct sampler *s, uint64_t now)
{
	bool left = false;

	for (size_t i = 0; i < s->targets.n;) {
		if (s->targets.items[i]->generation == s->generation) {
			i++;
			continue;
		}
		if (clock_mono_ns() - now > JUDGE_NS) {
			left = true;
			break;
		}
		i += judge_target(s, i, now);
	}
	s->to_judge = left;
}

/* The timer fires at the highest rate asked; a slice in progress ends, since its looks counted otherwise. */
static void change_rate(struct sampler *s, uint64_t rate_mhz, uint64_t now)
{
	if (rate_mhz == s->rate_mhz)
		return;
	recorder_close_slice(&s->rec, s->targets.items, s->targets.n, now);
	VEC_EACH (place, &s->targets) {
		struct pytarget *target = *place;
		uint64_t asked = s->rate_mhz / (target->least_divisor ? target->least_divisor : 1);

		target->least_divisor = rate_mhz > asked && asked > 0 ? (uint32_t)(rate_mhz / asked) : 1;
	}
	s->rate_mhz = rate_mhz;
	pace_change(&s->pace, rate_mhz, now);
	VEC_EACH (place, &s->targets)
		set_divisor(s, *place, (*place)->least_divisor);
}

static void take_rules(struct sampler *s, const struct order *order, uint64_t now)
{
	struct rules rules = {0};
	struct err err = {0};
	uint64_t rate;
	int r = rules_read(order->bytes, order->n, &rules, &err);

	if (r < 0) {
		if (s->has_rules)
			note(s, 0, r, "the new rules are not taken: %s", err.text);
		else
			s->refused = err;
		s->stopping |= !s->has_rules;
		return;
	}
	attach_forget(&s->attach); /* its wishes name old rules */
	rules_deinit(&s->rules);
	s->rules = rules;
	rate = rules_top_rate(&rules);
	rate = rate ? rate : SCRAPE_RATE_DEFAULT * 1000;
	if (s->has_rules)
		change_rate(s, rate, now);
	else
		s->rate_mhz = rate;
	s->has_rules = true;
	s->generation++;
	s->to_judge = s->tell_missing = true;
	VEC_EACH (entry, &s->discover.known) /* who was about to be attached is new again */
		if (entry->fate == DISCOVER_HELD && !sampler_target(s, entry->pid))
			entry->fate = DISCOVER_NEW;
	discover_again(&s->discover, rules_want_command(&rules));
}

static void take_only(struct sampler *s, const struct order *order, uint64_t now)
{
	pid_t pids[ORDER_ONLY_MAX];
	size_t n = 0;

	while (n < ORDER_ONLY_MAX && (pids[n] = order_pid(order, n)) > 0)
		n++;
	if (discover_only(&s->discover, pids, n) < 0)
		return;
	for (size_t i = 0; n > 0 && i < s->targets.n;) {
		bool stays = false;

		for (size_t k = 0; k < n; k++)
			stays |= pids[k] == s->targets.items[i]->proc.pid;
		if (stays)
			i++;
		else
			sampler_drop(s, i, STREAM_GONE_RULES, now);
	}
	attach_forget(&s->attach);
	VEC_EACH (entry, &s->discover.known)
		if (entry->fate == DISCOVER_HELD && !sampler_target(s, entry->pid))
			entry->fate = DISCOVER_NEW;
}

void serve_order(struct sampler *s, const struct order *order, uint64_t now)
{
	if (order->type == ORDER_RULES)
		take_rules(s, order, now);
	else if (order->type == ORDER_ONLY)
		take_only(s, order, now);
}

/* "1203948 3928 17\n": ns on a CPU, ns waiting for one, timeslices. */
static bool read_own(const struct sampler *s, uint64_t *cpu_ret, uint64_t *wait_ret)
{
	char text[96];
	ssize_t n = s->blocked.fd > 0 ? pread(s->blocked.fd, text, sizeof(text) - 1, 0) : -1;

	if (n <= 0)
		return false;
	text[n] = '\0';
	*cpu_ret = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return sscanf(text, "%*u %" SCNu64, wait_ret) == 1;
}

/* Time in which it neither ran nor waited for a CPU since the last reading: a lock, or a page that has to be fetched.
 * The readings may lie before the look, so this is at most what the look was kept waiting. */
bool serve_blocked(struct sampler *s, size_t i, uint64_t took_ns, uint64_t now)
{
	uint64_t cpu, wait, accounted;
	pid_t pid = s->targets.items[i]->proc.pid;

	if (s->discover.by_list || !read_own(s, &cpu, &wait))
		return false;
	accounted = cpu - s->blocked.cpu_ns + wait - s->blocked.wait_ns;
	s->blocked.cpu_ns = cpu;
	s->blocked.wait_ns = wait;
	if (took_ns < accounted + BLOCKED_NS)
		return false;
	note(s, pid, SCRAPE_EBUSY, "PID %d: a look waited %u ms for the process's memory; it is set aside", (int)pid,
	     (unsigned)((took_ns - accounted) / NSEC_PER_MSEC));
	discover_set(&s->discover, pid, DISCOVER_ASIDE, 0);
	sampler_drop(s, i, STREAM_GONE_REFUSED, now);
	s->sent_ns = 0; /* the front shall know at once */
	return true;
}

static uint32_t most_divisor(const struct sampler *s, const struct pytarget *target)
{
	uint32_t slowest = divisor_of(s, SLOWEST_MHZ);

	return slowest > target->least_divisor ? slowest : target->least_divisor;
}

static void change_turn(struct sampler *s, struct pytarget *target, const struct budget_item *item, uint64_t cost_ns,
			uint64_t window_ns)
{
	bool lower = item->divisor > turn_divisor(&target->turn);

	set_divisor(s, target, item->divisor);
	note(s, target->proc.pid, 0,
	     lower ? "PID %d: looking at it takes %.1f %% of a CPU; it is looked at %.4g times a second from now on"
		   : "PID %d: looking at it takes %.1f %% of a CPU; it is looked at %.4g times a second again",
	     (int)target->proc.pid, 100.0 * (double)cost_ns / (double)window_ns, (double)target->rate_mhz / 1000);
}

/* Looks were timed by the clock on the wall; of that the sampler had the CPU for cpu_ns of busy_ns. */
static void judge_costs(struct sampler *s, uint64_t now)
{
	uint64_t cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID), busy = s->budget.busy_ns;
	uint64_t all = cpu - s->budget.cpu_ns, used = all > s->budget.once_ns ? all - s->budget.once_ns : 0;
	const struct budget_limits limits = {.window_ns = now - s->budget.from_ns,
					     .target_permille = s->rules.budget_target_permille,
					     .permille = s->rules.budget_permille,
					     .may_raise = now - s->budget.changed_ns > RAISE_NS};
	double share = busy > all ? (double)all / (double)busy : 1;
	struct budget_item *items = calloc(s->targets.n + 1, sizeof(*items));

	for (size_t i = 0; items && i < s->targets.n; i++) {
		const struct pytarget *target = s->targets.items[i];

		items[i] = (struct budget_item){.cost_ns = (uint64_t)((double)target->look_ns * share),
						.divisor = turn_divisor(&target->turn),
						.least = target->least_divisor ? target->least_divisor : 1,
						.most = most_divisor(s, target)};
	}
	if (items && s->budget.from_ns > 0)
		budget_decide(items, s->targets.n, used, &limits);
	for (size_t i = 0; items && i < s->targets.n; i++) {
		struct pytarget *target = s->targets.items[i];

		if (items[i].changed && items[i].divisor != turn_divisor(&target->turn)) {
			s->budget.changed_ns = now;
			change_turn(s, target, &items[i], (uint64_t)((double)target->look_ns * share),
				    limits.window_ns);
		}
		target->look_ns = 0;
	}
	free(items);
	s->budget.from_ns = now;
	s->budget.cpu_ns = cpu;
	s->budget.busy_ns = s->budget.once_ns = 0;
}

/* What is asked and cannot be had. */
static void tell_missing(struct sampler *s)
{
	bool native = false;

	if (rules_want_exact(&s->rules) && !s->config->exact)
		note(s, 0, SCRAPE_EUNSUP,
		     "the first rule with exact = yes needs a restart of the daemon; without ptrace now");
	VEC_EACH (rule, &s->rules.list)
		native |= rule->native;
	if (native && !s->attach.modules)
		note(s, 0, s->no_native.code, "%s", s->no_native.text);
	VEC_EACH (rule, &s->rules.list)
		if (rule->pid && facts_read(&s->discover.facts, dirfd(s->discover.dir), rule->pid, false) < 0)
			note(s, rule->pid, SCRAPE_EGONE, "no process has PID %d", (int)rule->pid);
	s->tell_missing = false;
}

static void attach_some(struct sampler *s, uint64_t budget_ns)
{
	uint64_t before = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	attach_run(&s->attach, clock_mono_ns(), budget_ns);
	s->budget.once_ns += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - before;
}

void serve_tick(struct sampler *s, uint64_t now)
{
	bool was_listed = s->discover.listed_ns != 0;

	if (s->tell_missing)
		tell_missing(s);
	if (s->to_judge)
		judge_targets(s, now);
	discover_poll(&s->discover, clock_mono_ns(), judge, s);
	if (s->attach.list.n > 0)
		attach_some(s, s->targets.n > 0 && was_listed ? ATTACH_NS : ATTACH_MANY_NS);
	if (now - s->budget.from_ns >= BUDGET_NS)
		judge_costs(s, now);
	(void)read_own(s, &s->blocked.cpu_ns, &s->blocked.wait_ns); /* untouched where there is none */
}
