/* SPDX-License-Identifier: MIT */
/*
 * A keeper with a front that does nothing but tell: what `scrape serve` is without HTTP. Reads commands on stdin, prints
 * what the samplers send as lines (tests/live/discover.py reads them).
 *
 *	serve_probe CONF [PID...]
 *	rules CONF | sampler | only N PID... | kill N | dump PID | quit      N: number of a sampler, from 0 on
 *	sampler N PID | target N PID SERVICE LABELS | gone N PID WHY | note N PID CODE TEXT | looks N PID LOOKS LOST BEHIND |
 *	slice N TICKS COST_NS | ended N | failed TEXT
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/config.h"
#include "daemon/front.h"
#include "daemon/keeper.h"
#include "scrape.h"

#define FRONTS 8
#define PIDS 8

struct seen {
	int pid;
	uint64_t looks, lost, behind;
};

struct probe_front {
	struct front front;
	int number;
	pid_t sampler;
	bool open;
	VEC(char *) strings;
	VEC(struct seen) targets;
	VEC(uint32_t) threads; /* their targets */
};

struct probe {
	struct probe_front fronts[FRONTS];
	int n, keeper_fd;
	struct config config;
};

static int on_session(void *ctx, const struct stream_session *r)
{
	const struct probe_front *f = ctx;

	(void)r;
	printf("session %d\n", f->number);
	return 0;
}

static int on_string(void *ctx, const struct stream_string *r)
{
	struct probe_front *f = ctx;
	char **place = VEC_PUSH(&f->strings);

	*place = strndup(r->bytes, r->len);
	return 0;
}

static int on_reset(void *ctx)
{
	((struct probe_front *)ctx)->strings.n = 0;
	return 0;
}

static int on_target(void *ctx, const struct stream_target *r)
{
	struct probe_front *f = ctx;
	struct seen *seen = VEC_PUSH(&f->targets);

	seen->pid = (int)r->pid;
	printf("target %d %d %s %s\n", f->number, seen->pid, f->strings.items[r->service],
	       r->labels ? f->strings.items[r->labels - 1] : "-");
	return 0;
}

static int on_thread(void *ctx, const struct stream_thread *r)
{
	struct probe_front *f = ctx;
	uint32_t *place = r->id < f->threads.n ? &f->threads.items[r->id] : VEC_PUSH(&f->threads);

	*place = (uint32_t)r->target;
	return 0;
}

static int on_sample(void *ctx, const struct stream_sample *r)
{
	struct probe_front *f = ctx;

	f->targets.items[f->threads.items[r->thread]].looks += r->looks;
	return 0;
}

static int on_loss(void *ctx, const struct stream_loss *r)
{
	struct seen *seen = &((struct probe_front *)ctx)->targets.items[r->target];

	if (r->reason == SCRAPE_LOSS_BEHIND)
		seen->behind += r->count;
	else
		seen->lost += r->count;
	return 0;
}

static int on_gone(void *ctx, const struct stream_gone *r)
{
	struct probe_front *f = ctx;

	printf("gone %d %d %d\n", f->number, f->targets.items[r->target].pid, (int)r->why);
	return 0;
}

static int on_note(void *ctx, const struct stream_note *r)
{
	const struct probe_front *f = ctx;

	printf("note %d %d %d %.*s\n", f->number, (int)r->pid, (int)r->code, (int)r->len, r->text);
	return 0;
}

static int on_slice_end(void *ctx, const struct stream_slice_end *r)
{
	struct probe_front *f = ctx;

	VEC_EACH(seen, &f->targets) {
		if (seen->looks || seen->lost || seen->behind)
			printf("looks %d %d %llu %llu %llu\n", f->number, seen->pid, (unsigned long long)seen->looks,
			       (unsigned long long)seen->lost, (unsigned long long)seen->behind);
		seen->looks = seen->lost = seen->behind = 0;
	}
	printf("slice %d %llu %llu\n", f->number, (unsigned long long)r->ticks, (unsigned long long)r->cost_ns);
	return 0;
}

static const struct stream_sink sink = {.session = on_session,
					.string = on_string,
					.reset = on_reset,
					.target = on_target,
					.thread = on_thread,
					.sample = on_sample,
					.loss = on_loss,
					.gone = on_gone,
					.note = on_note,
					.slice_end = on_slice_end};

static void send_rules(struct probe *probe, struct probe_front *f)
{
	struct buf order = BUF_INIT;

	if (config_rules_write(&probe->config, &order) < 0 ||
	    front_send_order(&f->front, ORDER_RULES, order.data, order.len) < 0)
		printf("failed the rules cannot be sent\n");
	buf_deinit(&order);
}

static struct probe_front *adopt(struct probe *probe, int pid, int fd)
{
	struct probe_front *f = &probe->fronts[probe->n];

	*f = (struct probe_front){.number = probe->n++, .sampler = pid, .open = true};
	front_adopt(&f->front, fd, &sink, f);
	printf("sampler %d %d\n", f->number, pid);
	return f;
}

static void start_sampler(struct probe *probe, int dump_pid)
{
	struct err err = {0};
	int fd, pid;

	if (probe->n == FRONTS)
		return;
	pid = dump_pid ? keeper_ask_dump(probe->keeper_fd, dump_pid, false, &fd, &err)
		       : keeper_ask_sampler(probe->keeper_fd, &fd, &err);
	if (pid < 0)
		printf("failed %s\n", err.text);
	else if (dump_pid)
		(void)adopt(probe, pid, fd);
	else
		send_rules(probe, adopt(probe, pid, fd));
}

static void change_rules(struct probe *probe, const char *path)
{
	struct config config;
	struct err err = {0};

	if (config_load(path, &(struct config_flags){0}, &config, &err) < 0) {
		printf("failed %s\n", err.text);
		return;
	}
	config_deinit(&probe->config);
	probe->config = config;
	for (int i = 0; i < probe->n; i++)
		if (probe->fronts[i].open)
			send_rules(probe, &probe->fronts[i]);
}

static void send_only(struct probe *probe, char *words)
{
	struct buf pids = BUF_INIT;
	long number = strtol(words, &words, 10);

	for (;;) {
		char *end;
		uint32_t pid = (uint32_t)strtoul(words, &end, 10);
		const uint8_t bytes[] = {pid & 0xff, pid >> 8 & 0xff, pid >> 16 & 0xff, pid >> 24 & 0xff};

		if (end == words)
			break;
		buf_add(&pids, bytes, sizeof(bytes));
		words = end;
	}
	if (number < 0 || number >= probe->n ||
	    front_send_order(&probe->fronts[number].front, ORDER_ONLY, pids.data, pids.len) < 0)
		printf("failed only\n");
	buf_deinit(&pids);
}

/* False: quit. */
static bool obey(struct probe *probe, char *line)
{
	struct err err = {0};

	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "rules ", 6) == 0)
		change_rules(probe, line + 6);
	else if (strcmp(line, "sampler") == 0)
		start_sampler(probe, 0);
	else if (strncmp(line, "dump ", 5) == 0)
		start_sampler(probe, atoi(line + 5));
	else if (strncmp(line, "only ", 5) == 0)
		send_only(probe, line + 5);
	else if (strncmp(line, "kill ", 5) == 0 &&
		 keeper_ask_kill(probe->keeper_fd, probe->fronts[atoi(line + 5) % FRONTS].sampler, &err) < 0)
		printf("failed %s\n", err.text);
	return strcmp(line, "quit") != 0;
}

static void read_front(struct probe_front *f)
{
	struct err err = {0};
	int r = front_read(&f->front, &err);

	if (r > 0)
		return;
	if (r < 0)
		printf("failed %s\n", err.text);
	printf("ended %d\n", f->number);
	(void)front_finish(&f->front);
	f->open = false;
}

static int front_main(void *ctx, int keeper_fd)
{
	struct probe *probe = ctx;
	char line[4096];

	probe->keeper_fd = keeper_fd;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("front %d %d\n", (int)getpid(), (int)geteuid());
	start_sampler(probe, 0);
	for (;;) {
		struct pollfd p[1 + FRONTS] = {{.fd = 0, .events = POLLIN}};

		for (int i = 0; i < probe->n; i++)
			p[1 + i] = (struct pollfd){.fd = probe->fronts[i].open ? probe->fronts[i].front.fd : -1,
						   .events = POLLIN};
		if (poll(p, 1 + (nfds_t)probe->n, -1) < 0)
			return 3;
		if (p[0].revents && (!fgets(line, sizeof(line), stdin) || !obey(probe, line)))
			return 7;
		for (int i = 0; i < FRONTS; i++)
			if (p[1 + i].revents)
				read_front(&probe->fronts[i]);
	}
}

int main(int argc, char **argv)
{
	static struct probe probe;
	struct err err = {0};
	struct keeper_plan plan = {0};
	pid_t pids[PIDS];
	struct config_flags flags = {.pids = pids};

	for (int i = 2; i < argc && i < PIDS + 2; i++)
		pids[i - 2] = atoi(argv[i]);
	flags.n_pids = argc < 2 ? 0 : argc - 2 < PIDS ? (size_t)argc - 2 : PIDS;
	if (argc < 2 || config_load(argv[1], &flags, &probe.config, &err) < 0) {
		fprintf(stderr, "serve_probe: %s\n", err.text);
		return 2;
	}
	setvbuf(stdin, NULL, _IONBF, 0);
	plan.exact = rules_want_exact(&probe.config.rules);
	return keeper_main(&plan, front_main, &probe);
}
