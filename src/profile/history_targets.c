/* SPDX-License-Identifier: MIT */
/* history_targets: who has been met, by process and by label. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "profile/history_filter.h"
#include "profile/history_state.h"

/* What the kept slices say of a process. */
struct sighting {
	uint64_t first_us, last_us; /* slots; last_us 0: it is in none */
	uint64_t newest;            /* number + 1 of the slice that the following is of */
	uint64_t cpu_ns;
	uint32_t threads;
};

static void see(struct sighting *s, const struct history_slice *slice, const struct pack_thread *thread, bool merged)
{
	if (s->last_us == 0 || slice->slot_us < s->first_us)
		s->first_us = slice->slot_us;
	if (slice->until_us > s->last_us)
		s->last_us = slice->until_us;
	if (s->newest != slice->seq + 1) {
		s->newest = slice->seq + 1;
		s->cpu_ns = 0;
		s->threads = 0;
	}
	s->cpu_ns += thread->cpu_ns;
	s->threads += !merged;
}

int history_targets(const struct history *h, history_target_fn fn, void *ctx)
{
	const struct actors *actors = &h->names.actors;
	_cleanup_free_ struct sighting *sightings = calloc(actors->processes.n + 1, sizeof(*sightings));
	uint64_t newest = h->slices.n > 0 ? h->slices.items[h->slices.n - 1].seq + 1 : 0;
	int code = 0;

	if (!sightings)
		return SCRAPE_ENOMEM;
	VEC_EACH (slice, &h->slices) {
		const uint8_t *end, *at = history_section(slice, SECTION_THREADS, &end);
		struct pack_thread thread;

		while (pack_next_thread(&at, end, &thread)) {
			const struct actor_thread *actor = &actors->threads.items[thread.thread];

			see(&sightings[actor->process], slice, &thread, actor->tid == 0);
		}
	}
	for (size_t i = 0; i < actors->processes.n && code == 0; i++) {
		const struct actor_process *process = &actors->processes.items[i];
		const struct sighting *s = &sightings[i];
		struct history_target target = {.host = history_host_text(h, process->host),
						.pid = process->pid,
						.start_ticks = process->start_ticks,
						.service = history_text(h, process->service),
						.command = history_text(h, process->command),
						.runtime = history_text(h, process->runtime),
						.labels = history_text(h, process->labels),
						.first_us = s->first_us,
						.last_us = s->last_us,
						.threads = s->threads,
						.gone = h->gone.items[i]};

		if (s->last_us == 0)
			continue;
		target.cpu_ns = s->newest == newest ? s->cpu_ns : 0;
		code = fn(ctx, &target);
	}
	return code < 0 ? code : 0;
}

/* The processes and threads that the kept slices name. */
static int mark(const struct history *h, bool **threads_ret, bool **processes_ret)
{
	bool *threads = calloc(h->names.actors.threads.n + 1, sizeof(*threads));
	bool *processes = calloc(h->names.actors.processes.n + 1, sizeof(*processes));

	*threads_ret = threads;
	*processes_ret = processes;
	if (!threads || !processes)
		return SCRAPE_ENOMEM;
	VEC_EACH (slice, &h->slices) {
		const uint8_t *end, *at = history_section(slice, SECTION_THREADS, &end);
		struct pack_thread thread;

		while (pack_next_thread(&at, end, &thread)) {
			threads[thread.thread] = true;
			processes[h->names.actors.threads.items[thread.thread].process] = true;
		}
	}
	return 0;
}

/* Texts, each of which is told once. */
struct telling {
	struct strings told;
	struct buf buf;
	int (*fn)(void *ctx, const char *text);
	void *ctx;
};

static int tell(struct telling *t)
{
	size_t before = t->told.list.n;
	uint32_t number;

	if (!buf_cstr(&t->buf) || strings_add(&t->told, t->buf.data, t->buf.len, &number) < 0)
		return SCRAPE_ENOMEM;
	return number < before ? 0 : t->fn(t->ctx, t->told.list.items[number].text);
}

static int tell_text(struct telling *t, const char *text, size_t n)
{
	buf_reset(&t->buf);
	buf_add(&t->buf, text, n);
	return tell(t);
}

static int tell_keys_of(struct telling *t, const char *lines)
{
	int code = 0;

	while (*lines && code >= 0) {
		size_t len = strcspn(lines, "\n"), n = strcspn(lines, "=");

		if (n < len)
			code = tell_text(t, lines, n);
		lines += len + (lines[len] == '\n');
	}
	return code;
}

static int tell_keys(const struct history *h, struct telling *t, const bool *processes)
{
	static const char *const keys[] = {"service", "host", "pid", "thread"};
	int code = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && code >= 0; i++)
		code = tell_text(t, keys[i], strlen(keys[i]));
	for (size_t i = 0; i < h->names.actors.processes.n && code >= 0; i++)
		if (processes[i])
			code = tell_keys_of(t, history_text(h, h->names.actors.processes.items[i].labels));
	return code;
}

static int tell_values(const struct history *h, const char *key, struct telling *t, const bool *processes)
{
	static const struct {
		const char *key;
		enum history_field field;
	} known[] = {{"service", HISTORY_SERVICE}, {"host", HISTORY_HOST}, {"pid", HISTORY_PID}};
	enum history_field field = HISTORY_LABEL;
	int code = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(key, known[i].key) == 0)
			field = known[i].field;
	for (uint32_t i = 0; i < h->names.actors.processes.n && code >= 0; i++) {
		if (!processes[i])
			continue;
		history_process_value(h, i, (int)field, key, &t->buf);
		if (field != HISTORY_LABEL || t->buf.len > 0)
			code = tell(t);
	}
	return code;
}

static int tell_threads(const struct history *h, struct telling *t, const bool *threads)
{
	int code = 0;

	for (uint32_t i = 0; i < h->names.actors.threads.n && code >= 0; i++)
		if (threads[i]) {
			history_thread_value(h, i, &t->buf);
			code = tell(t);
		}
	return code;
}

static int tell_all(const struct history *h, const struct history_match *match, const char *key,
		    int (*fn)(void *ctx, const char *text), void *ctx)
{
	_cleanup_free_ bool *threads = NULL;
	_cleanup_free_ bool *processes = NULL;
	struct telling t = {.fn = fn, .ctx = ctx};
	int code = mark(h, &threads, &processes);

	for (size_t i = 0; match && code == 0 && i < h->names.actors.processes.n; i++)
		processes[i] = processes[i] && match->processes[i];
	for (size_t i = 0; match && code == 0 && i < h->names.actors.threads.n; i++)
		threads[i] = threads[i] && match->threads[i];
	if (code == 0 && !key)
		code = tell_keys(h, &t, processes);
	else if (code == 0 && strcmp(key, "thread") == 0)
		code = tell_threads(h, &t, threads);
	else if (code == 0)
		code = tell_values(h, key, &t, processes);
	strings_deinit(&t.told);
	buf_deinit(&t.buf);
	return code < 0 ? code : 0;
}

int history_labels(const struct history *h, const char *key, int (*fn)(void *ctx, const char *text), void *ctx)
{
	return tell_all(h, NULL, key, fn, ctx);
}

int history_labels_of(const struct history *h, const struct history_query *query, const char *key,
		      int (*fn)(void *ctx, const char *text), void *ctx)
{
	struct history_match match;
	int code = history_match_init(&match, h, query->filters, query->n_filters, NULL);

	if (code == 0)
		code = tell_all(h, &match, key, fn, ctx);
	history_match_deinit(&match);
	return code;
}
