/* SPDX-License-Identifier: MIT */
/* history_timeline: series over time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/history_range.h"
#include "profile/label.h"

/* Where the function that is asked for stands, by node. */
struct places {
	bool *self, *below;                   /* it is this node's frame; it is this one's or one's further out */
	bool is_gc, is_unknown, is_truncated; /* the markers that are flags of a row rather than frames */
};

struct making {
	const struct history_timeline_query *query;
	struct history_scope scope;
	struct places places;
	struct strings texts;     /* labels of series; those of one number are one series */
	struct id_list series_of; /* by process or thread: number + 1, 0: not met yet */
	VEC(double *) points;     /* by series */
	struct id_list host_of;   /* by series of HISTORY_BY_HOST: its host, a number of a string */
	double *all;              /* of all series and functions, for shares */
	uint32_t *place_of;       /* by number of a string that is a host's name: which host it is */
	uint64_t *present_us;     /* by host and point */
	bool *present;            /* by point: of any host */
	size_t n_points;
	struct buf buf;
};

static void making_deinit(struct making *m)
{
	history_scope_deinit(&m->scope);
	free(m->places.self);
	free(m->places.below);
	strings_deinit(&m->texts);
	VEC_DEINIT(&m->series_of);
	VEC_EACH (points, &m->points)
		free(*points);
	VEC_DEINIT(&m->points);
	VEC_DEINIT(&m->host_of);
	free(m->all);
	free(m->place_of);
	free(m->present_us);
	free(m->present);
	buf_deinit(&m->buf);
}

static int no_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

/* A function goes by its name and by what it reads like in the tree of the same question. */
static int find_places(struct making *m, const struct profile_query *show)
{
	const struct history *h = m->scope.history;
	const struct trie *trie = &h->names.trie;
	const char *wanted = m->query->function;
	struct labels labels;
	int code = labels_init(&labels, &h->names, show);

	m->places.self = calloc(trie->nodes.n, sizeof(bool));
	m->places.below = calloc(trie->nodes.n, sizeof(bool));
	if (!m->places.self || !m->places.below)
		code = SCRAPE_ENOMEM;
	for (size_t i = 1; i < trie->nodes.n && code == 0; i++) {
		const struct trie_node *node = &trie->nodes.items[i];
		const struct tree_name *name;
		uint32_t number;

		code = labels_frame(&labels, node->label, &number);
		if (code < 0)
			break;
		name = &labels.names.items[number];
		m->places.self[i] = strcmp(name->text, wanted) == 0 || strcmp(name->function, wanted) == 0;
		m->places.below[i] = m->places.self[i] || m->places.below[node->parent];
	}
	labels_deinit(&labels);
	m->places.is_gc = strcmp(wanted, SCRAPE_MARK_GC) == 0;
	m->places.is_unknown = strcmp(wanted, SCRAPE_MARK_UNKNOWN) == 0;
	m->places.is_truncated = strcmp(wanted, SCRAPE_MARK_TRUNCATED) == 0;
	return code;
}

/* Whether the function has a share in a row. In the collector [gc] is innermost. */
static bool has_function(const struct making *m, const struct pack_row *row)
{
	const struct places *places = &m->places;
	uint32_t node = m->scope.history->stacks.items[row->stack];

	if (row->flags & SCRAPE_IN_GC && (places->is_gc || m->query->self))
		return places->is_gc;
	if (row->flags & SCRAPE_TRUNCATED && places->is_truncated && !m->query->self)
		return true;
	if (node == TRIE_ROOT)
		return places->is_unknown && !(row->flags & (SCRAPE_IN_GC | SCRAPE_TRUNCATED));
	return m->query->self ? places->self[node] : places->below[node];
}

static int make_series(struct making *m, uint32_t *ret)
{
	double **points;

	if (!buf_cstr(&m->buf) || strings_add(&m->texts, m->buf.data, m->buf.len, ret) < 0)
		return SCRAPE_ENOMEM;
	if (*ret < m->points.n)
		return 0;
	if (m->points.n >= HISTORY_SERIES_MAX)
		return SCRAPE_ELIMIT;
	points = VEC_PUSH(&m->points);
	if (!points || !(*points = calloc(m->n_points + 1, sizeof(**points))))
		return SCRAPE_ENOMEM;
	return 0;
}

/* The series of a thread. */
static int find_series(struct making *m, uint32_t thread, uint32_t *ret)
{
	static const enum history_field fields[] = {
		[HISTORY_BY_SERVICE] = HISTORY_SERVICE,
		[HISTORY_BY_HOST] = HISTORY_HOST,
		[HISTORY_BY_PID] = HISTORY_PID,
		[HISTORY_BY_LABEL] = HISTORY_LABEL,
	};
	const struct history *h = m->scope.history;
	enum history_by by = m->query->by;
	uint32_t process = h->names.actors.threads.items[thread].process,
		 key = by == HISTORY_BY_THREAD ? thread : process;
	int code;

	while (m->series_of.n <= key)
		if (id_add(&m->series_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (m->series_of.items[key]) {
		*ret = m->series_of.items[key] - 1;
		return 0;
	}
	buf_reset(&m->buf);
	if (by == HISTORY_BY_THREAD)
		history_thread_value(h, thread, &m->buf);
	else if (by != HISTORY_BY_NOTHING)
		history_process_value(h, process, (int)fields[by], m->query->label_key, &m->buf);
	code = make_series(m, ret);
	if (code == 0 && by == HISTORY_BY_HOST && m->host_of.n < m->points.n)
		code = id_add(&m->host_of, h->names.actors.processes.items[process].host);
	if (code == 0)
		m->series_of.items[key] = *ret + 1;
	return code;
}

/* The time of a thread in one slice: all that the mode counts, and of it what is asked for. */
static void measure(const struct making *m, const struct pack_thread *thread, double *ret, double *all_ret)
{
	enum profile_mode mode = m->query->which.show.mode;
	uint64_t value, sum = 0, all = 0;
	struct pack_values values;

	if (!m->query->function && mode != PROFILE_GIL) {
		*ret = *all_ret = (double)(mode == PROFILE_CPU ? thread->cpu_ns : thread->wall_ns);
		return;
	}
	all = pack_unseen(thread, mode);
	if (m->query->function && m->places.self[STATE_NODE_UNSEEN])
		sum = all;
	pack_values_init(&values, thread, mode);
	while (pack_next_value(&values, &value)) {
		all += value;
		if (m->query->function && has_function(m, &values.row))
			sum += value;
	}
	*ret = (double)(m->query->function ? sum : all);
	*all_ret = (double)all;
}

static size_t point_of(const struct making *m, const struct history_slice *slice)
{
	return (size_t)((slice->slot_us - m->scope.span.from_us) / m->scope.span.step_us);
}

/* Of cores each host's are what it used in the time that was looked at there. */
static int add_slice(struct making *m, const struct history_slice *slice)
{
	size_t point = point_of(m, slice);
	uint64_t present_us = m->present_us[m->place_of[slice->host] * m->n_points + point];
	double unit = m->query->share ? 1 : (double)present_us * 1000;
	const uint8_t *at = slice->bytes;
	struct pack_thread thread;

	while (history_scope_thread(&m->scope, slice, &at, &thread)) {
		double value, all;
		uint32_t series;
		int code = find_series(m, thread.thread, &series);

		if (code < 0)
			return code;
		measure(m, &thread, &value, &all);
		m->points.items[series][point] += value / unit;
		m->all[point] += all;
	}
	return 0;
}

static bool is_gap(const struct making *m, size_t series, size_t point)
{
	if (m->query->by != HISTORY_BY_HOST)
		return !m->present[point];
	return m->present_us[m->place_of[m->host_of.items[series]] * m->n_points + point] == 0;
}

static void convert(struct making *m)
{
	for (size_t k = 0; k < m->points.n; k++)
		for (size_t i = 0; i < m->n_points; i++) {
			double *v = &m->points.items[k][i];

			if (is_gap(m, k, i))
				*v = NAN;
			else if (m->query->share)
				*v = m->all[i] > 0 ? *v / m->all[i] : 0;
		}
}

static int compare_series(const void *a, const void *b)
{
	const struct history_series *x = a, *y = b;

	return strcmp(x->label, y->label);
}

static int hand_over(struct making *m, struct history_timeline *ret)
{
	struct history_timeline made = {.span = m->scope.span, .n_points = m->n_points};

	made.series = calloc(m->points.n + 1, sizeof(*made.series));
	if (!made.series)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < m->points.n; i++) {
		struct history_series *series = &made.series[made.n_series++];

		series->label = strdup(m->texts.list.items[i].text);
		series->v = take_ptr(&m->points.items[i]);
		if (!series->label) {
			history_timeline_deinit(&made);
			return SCRAPE_ENOMEM;
		}
	}
	qsort(made.series, made.n_series, sizeof(*made.series), compare_series);
	*ret = made;
	return 0;
}

/* The step: as asked, on whole slices, but never more points than there may be. */
static int choose_step(struct making *m, struct err *err)
{
	struct history_span *span = &m->scope.span;
	uint64_t slice_us = m->scope.history->slice_us, length = span->until_us - span->from_us;
	uint64_t n_slices = length / slice_us, step = m->query->step_us;

	if (step == 0)
		step = (n_slices + HISTORY_POINTS_DEFAULT - 1) / HISTORY_POINTS_DEFAULT * slice_us;
	else if (step % slice_us)
		step += slice_us - step % slice_us;
	if (step < slice_us)
		step = slice_us;
	if (length / step >= HISTORY_POINTS_MAX)
		return err_set(err, SCRAPE_EINVAL, "that is more than %d points: ask for a larger step",
			       HISTORY_POINTS_MAX);
	span->step_us = step;
	m->n_points = (size_t)((length + step - 1) / step);
	return 0;
}

/* Which host was looked at when. */
static int find_present(struct making *m)
{
	const struct history *h = m->scope.history;

	m->all = calloc(m->n_points + 1, sizeof(*m->all));
	m->place_of = calloc(h->names.strings.list.n + 1, sizeof(*m->place_of));
	m->present_us = calloc((h->hosts.n + 1) * (m->n_points + 1), sizeof(*m->present_us));
	m->present = calloc(m->n_points + 1, sizeof(*m->present));
	if (!m->all || !m->place_of || !m->present_us || !m->present)
		return SCRAPE_ENOMEM;
	for (uint32_t i = 0; i < h->hosts.n; i++)
		m->place_of[h->hosts.items[i].name] = i + 1; /* 0: the own one */
	VEC_EACH (slice, &h->slices) {
		if (!history_scope_has(&m->scope, slice))
			continue;
		m->present_us[m->place_of[slice->host] * m->n_points + point_of(m, slice)] += slice->present_us;
		m->present[point_of(m, slice)] = true;
	}
	return 0;
}

static int fill(struct making *m)
{
	struct profile_query show = m->query->which.show;
	uint32_t number;
	int code = find_present(m);

	show.by_function = m->query->which.merge == HISTORY_BY_FUNCTION;
	show.by_module = m->query->which.merge == HISTORY_BY_MODULE;
	if (code == 0 && m->query->function)
		code = find_places(m, &show);
	if (code == 0 && m->query->by == HISTORY_BY_NOTHING) /* it is there even if nothing else is */
		code = make_series(m, &number);
	VEC_EACH (slice, &m->scope.history->slices)
		if (code == 0 && history_scope_has(&m->scope, slice))
			code = add_slice(m, slice);
	return code;
}

int history_timeline(const struct history *h, const struct history_timeline_query *query, struct history_timeline *ret,
		     struct err *err)
{
	struct making m = {.query = query};
	int code = history_scope_init(&m.scope, h, &query->which, err);

	if (code == 0)
		code = choose_step(&m, err);
	if (code == 0) {
		code = fill(&m);
		if (code == 0) {
			convert(&m);
			code = hand_over(&m, ret);
		}
		if (code == SCRAPE_ELIMIT)
			(void)err_set(err, code, "that is more than %d series: choose fewer", HISTORY_SERIES_MAX);
		else if (code < 0)
			(void)no_memory(err);
	}
	making_deinit(&m);
	return code;
}

void history_timeline_deinit(struct history_timeline *timeline)
{
	for (size_t i = 0; i < timeline->n_series; i++) {
		free(timeline->series[i].label);
		free(timeline->series[i].v);
	}
	free(timeline->series);
	*timeline = (struct history_timeline){0};
}
