/* SPDX-License-Identifier: MIT */
/* history_filter: filters become one answer per process and per thread, before any row is read. */
#include "profile/history_filter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/expression.h"
#include "profile/history_state.h"

/* One filter, ready to be asked. */
struct test {
	const struct history_filter *filter;
	struct expression *expression; /* of "~RE"; else NULL */
};

struct tests {
	struct test items[HISTORY_FILTERS_MAX];
	size_t n;
};

static void tests_deinit(struct tests *tests)
{
	for (size_t i = 0; i < tests->n; i++)
		expression_free(tests->items[i].expression);
}

static int tests_init(struct tests *tests, const struct history_filter *filters, size_t n, struct err *err)
{
	tests->n = 0;
	if (n > HISTORY_FILTERS_MAX)
		return err_set(err, SCRAPE_EINVAL, "more than %d filters", HISTORY_FILTERS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct test *test = &tests->items[tests->n++];
		int code;

		*test = (struct test){.filter = &filters[i]};
		if (filters[i].exactly || filters[i].value[0] != '~')
			continue;
		if (strlen(filters[i].value + 1) > HISTORY_EXPRESSION_MAX)
			return err_set(err, SCRAPE_EINVAL, "a regular expression is longer than %d bytes",
				       HISTORY_EXPRESSION_MAX);
		code = expression_compile(filters[i].value + 1, &test->expression, err);
		if (code < 0)
			return code == SCRAPE_ENOMEM ? code : SCRAPE_EINVAL;
	}
	return 0;
}

static bool passes(const struct test *test, const char *value)
{
	if (test->expression)
		return expression_matches(test->expression, value);
	return strcmp(test->filter->value, value) == 0;
}

static bool same_kind(const struct history_filter *a, const struct history_filter *b)
{
	return a->field == b->field && (a->field != HISTORY_LABEL || strcmp(a->key, b->key) == 0);
}

/* The value of a label in "key=value" lines. */
static void put_label(const char *lines, const char *key, struct buf *out)
{
	size_t n = strlen(key);

	while (*lines) {
		size_t len = strcspn(lines, "\n");

		if (len > n && memcmp(lines, key, n) == 0 && lines[n] == '=') {
			buf_add(out, lines + n + 1, len - n - 1);
			return;
		}
		lines += len + (lines[len] == '\n');
	}
}

void history_process_value(const struct history *h, uint32_t number, int field, const char *key, struct buf *out)
{
	const struct actor_process *process = &h->names.actors.processes.items[number];

	buf_reset(out);
	switch (field) {
	case HISTORY_SERVICE:
		buf_str(out, history_text(h, process->service));
		break;
	case HISTORY_HOST:
		buf_str(out, history_host_text(h, process->host));
		break;
	case HISTORY_PID:
		buf_fmt(out, "%u", process->pid);
		break;
	case HISTORY_TARGET:
		buf_fmt(out, "%s/%u/%" PRIu64, history_host_text(h, process->host), process->pid, process->start_ticks);
		break;
	case HISTORY_LABEL:
		put_label(history_text(h, process->labels), key, out);
		break;
	}
}

void history_thread_value(const struct history *h, uint32_t number, struct buf *out)
{
	const struct actor_thread *thread = &h->names.actors.threads.items[number];

	buf_reset(out);
	if (thread->tid == ACTORS_TID_PRUNED)
		buf_str(out, SCRAPE_MARK_PRUNED);
	else if (*history_text(h, thread->name))
		buf_str(out, history_text(h, thread->name));
	else
		buf_fmt(out, "tid %u", thread->tid);
}

/* Whether one of the filters of the i-th's kind passes. */
static bool any_passes(const struct tests *tests, size_t i, const char *value)
{
	for (size_t k = i; k < tests->n; k++)
		if (same_kind(tests->items[i].filter, tests->items[k].filter) && passes(&tests->items[k], value))
			return true;
	return false;
}

static bool first_of_kind(const struct tests *tests, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_kind(tests->items[i].filter, tests->items[k].filter))
			return false;
	return true;
}

static bool process_passes(const struct history *h, const struct tests *tests, uint32_t process, struct buf *buf)
{
	for (size_t i = 0; i < tests->n; i++) {
		const struct history_filter *filter = tests->items[i].filter;

		if (filter->field == HISTORY_THREAD || !first_of_kind(tests, i))
			continue;
		history_process_value(h, process, (int)filter->field, filter->key, buf);
		if (!buf_cstr(buf) || !any_passes(tests, i, buf->data))
			return false;
	}
	return true;
}

static bool host_passes(const struct tests *tests, const char *name)
{
	for (size_t i = 0; i < tests->n; i++)
		if (tests->items[i].filter->field == HISTORY_HOST)
			return any_passes(tests, i, name);
	return true;
}

/* A thread goes by its name and by its number. */
static bool thread_passes(const struct history *h, const struct tests *tests, uint32_t thread, struct buf *buf)
{
	for (size_t i = 0; i < tests->n; i++) {
		char tid[16];

		if (tests->items[i].filter->field != HISTORY_THREAD || !first_of_kind(tests, i))
			continue;
		(void)snprintf(tid, sizeof(tid), "%u", h->names.actors.threads.items[thread].tid);
		history_thread_value(h, thread, buf);
		if (!buf_cstr(buf) || !(any_passes(tests, i, buf->data) || any_passes(tests, i, tid)))
			return false;
	}
	return true;
}

int history_match_init(struct history_match *match, const struct history *h, const struct history_filter *filters,
		       size_t n, struct err *err)
{
	const struct actors *actors = &h->names.actors;
	struct tests tests;
	struct buf buf = BUF_INIT;
	int code = tests_init(&tests, filters, n, err);

	*match = (struct history_match){0};
	if (code == 0) {
		match->processes = calloc(actors->processes.n + 1, sizeof(bool));
		match->threads = calloc(actors->threads.n + 1, sizeof(bool));
		match->hosts = calloc(h->names.strings.list.n + 1, sizeof(bool));
		if (!match->processes || !match->threads || !match->hosts)
			code = err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	if (code == 0)
		match->hosts[0] = host_passes(&tests, h->host);
	for (size_t i = 0; code == 0 && i < h->hosts.n; i++)
		match->hosts[h->hosts.items[i].name] = host_passes(&tests, history_text(h, h->hosts.items[i].name));
	for (uint32_t i = 0; code == 0 && i < actors->processes.n; i++)
		match->processes[i] = process_passes(h, &tests, i, &buf);
	for (uint32_t i = 0; code == 0 && i < actors->threads.n; i++)
		match->threads[i] =
			match->processes[actors->threads.items[i].process] && thread_passes(h, &tests, i, &buf);
	if (code == 0 && buf.failed)
		code = err_set(err, SCRAPE_ENOMEM, "out of memory");
	buf_deinit(&buf);
	tests_deinit(&tests);
	return code;
}

void history_match_deinit(struct history_match *match)
{
	free(match->threads);
	free(match->processes);
	free(match->hosts);
}
