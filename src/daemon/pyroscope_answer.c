/* SPDX-License-Identifier: MIT */
/* pyroscope_answer: trees, timelines and lists as Pyroscope tells them. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/proto.h"
#include "base/text.h"
#include "daemon/errand.h"
#include "daemon/pyroscope.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"
#include "store/store.h"

#define PROTO_MIME "application/proto"

/* "service.version" reads "service_version" there. */
static void sanitize(const char *key, char *ret, size_t size)
{
	size_t n = 0;

	for (; key[n] && n + 1 < size; n++)
		ret[n] = (char)(isalnum((unsigned char)key[n]) ? key[n] : '_');
	ret[n] = '\0';
}

/* A key that reads like this one there. */
struct lookup {
	const char *name;
	struct arena *arena;
	const char *found;
};

static int look_at(void *ctx, const char *key)
{
	struct lookup *lookup = ctx;
	char name[QUERY_VALUE_MAX];

	sanitize(key, name, sizeof(name));
	if (strcmp(key, lookup->name) == 0 || (!lookup->found && strcmp(name, lookup->name) == 0))
		lookup->found = arena_strndup(lookup->arena, key, strlen(key));
	return 0;
}

static bool has_label(const struct query *query)
{
	for (size_t i = 0; i < query->ask.which.n_filters; i++)
		if (query->filters[i].field == HISTORY_LABEL)
			return true;
	return query->ask.by == HISTORY_BY_LABEL;
}

/* The question with the names that its labels have here. What is not found stays, and fits nothing. */
static bool resolve(const struct api_question *q, struct api_question *ret, struct errand_answer *answer)
{
	struct history_query all = q->query.ask.which;
	struct query *query = &ret->query;
	struct api_loaded loaded;

	*ret = *q;
	query->ask.which.filters = query->filters;
	if (!has_label(query))
		return true;
	all.n_filters = 0;
	if (!api_load(q, &all, STORE_NO_ROWS, 0, &loaded, answer))
		return false;
	for (size_t i = 0; i <= query->ask.which.n_filters; i++) {
		bool group = i == query->ask.which.n_filters;
		const char **key = group ? &query->ask.label_key : &query->filters[i].key;
		struct lookup lookup = {.arena = &query->arena};

		if (group ? query->ask.by != HISTORY_BY_LABEL : query->filters[i].field != HISTORY_LABEL)
			continue;
		lookup.name = *key;
		if (history_labels(loaded.history, NULL, look_at, &lookup) == 0 && lookup.found)
			*key = lookup.found;
	}
	return true;
}

static void end(struct errand_answer *answer)
{
	api_set_mime(answer, PROTO_MIME);
	if (answer->body.failed)
		(void)errand_refuse(answer, 503, "out of memory");
}

void pyroscope_answer_types(const struct api_question *q, struct errand_answer *answer)
{
	static const char *const types[][4] = {/* id, name, what is counted, in what period */
					       {SELECTOR_CPU, "process_cpu", "cpu", "cpu"},
					       {SELECTOR_WALL, "wall", "wall", "wall"},
					       {SELECTOR_GIL, "gil", "gil", "gil"}};
	struct buf type = BUF_INIT;

	(void)q;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		buf_reset(&type);
		proto_bytes(&type, 1, types[i][0], strlen(types[i][0]));
		proto_bytes(&type, 2, types[i][1], strlen(types[i][1]));
		proto_bytes(&type, 4, types[i][2], strlen(types[i][2]));
		proto_bytes(&type, 5, "nanoseconds", 11);
		proto_bytes(&type, 6, types[i][3], strlen(types[i][3]));
		proto_bytes(&type, 7, "nanoseconds", 11);
		proto_bytes(&answer->body, 1, type.data, type.len);
	}
	buf_deinit(&type);
	end(answer);
}

static int put_name(void *ctx, const char *key)
{
	char name[QUERY_VALUE_MAX];

	sanitize(strcmp(key, "service") == 0 ? "service_name" : key, name, sizeof(name));
	proto_bytes(ctx, 1, name, strlen(name));
	return 0;
}

static int put_value(void *ctx, const char *value)
{
	proto_bytes(ctx, 1, value, strlen(value));
	return 0;
}

static void put_list(const struct api_question *q, unsigned needs, const char *key, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct api_loaded loaded;

	if (!api_load(q, which, needs | STORE_NO_ROWS, 0, &loaded, answer))
		return;
	if (history_labels_of(loaded.history, which, key, key ? put_value : put_name, &answer->body) < 0)
		answer->body.failed = true;
	end(answer);
}

void pyroscope_answer_names(const struct api_question *q, struct errand_answer *answer)
{
	struct api_question own;

	if (resolve(q, &own, answer))
		put_list(&own, 0, NULL, answer);
}

void pyroscope_answer_values(const struct api_question *q, struct errand_answer *answer)
{
	static const struct {
		const char *name, *key;
		unsigned needs;
	} plain[] = {{"service_name", "service", 0},
		     {"host", "host", STORE_BY_HOST},
		     {"pid", "pid", STORE_BY_PROCESS},
		     {"thread", "thread", STORE_BY_THREAD}};
	struct api_question own;

	if (strcmp(q->key, "__profile_type__") == 0) {
		put_value(&answer->body, SELECTOR_CPU);
		put_value(&answer->body, SELECTOR_WALL);
		put_value(&answer->body, SELECTOR_GIL);
		end(answer);
		return;
	}
	own = *q;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (strcmp(q->key, plain[i].name) == 0) {
			if (resolve(q, &own, answer))
				put_list(&own, plain[i].needs, plain[i].key, answer);
			return;
		}
	own.query.ask.by = HISTORY_BY_LABEL; /* to be resolved as one that is grouped by */
	own.query.ask.label_key = q->key;
	if (resolve(&own, &own, answer))
		put_list(&own, 0, own.query.ask.label_key, answer);
}

/* What a series has altogether. */
static double sum_of(const struct history_series *series, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += isnan(series->v[i]) ? 0 : series->v[i];
	return sum;
}

/* Those that are told: the `limit` largest; 0: all. NULL without memory. */
static bool *choose_series(const struct history_timeline *t, size_t limit)
{
	_cleanup_free_ double *sums = calloc(t->n_series + 1, sizeof(*sums));
	bool *told = calloc(t->n_series + 1, sizeof(*told));

	for (size_t i = 0; sums && i < t->n_series; i++)
		sums[i] = sum_of(&t->series[i], t->n_points);
	for (size_t i = 0; sums && told && i < t->n_series; i++) {
		size_t larger = 0;

		for (size_t k = 0; limit > 0 && k < t->n_series; k++)
			larger += sums[k] > sums[i] || (sums[k] == sums[i] && k < i);
		told[i] = limit == 0 || larger < limit;
	}
	if (sums)
		return told;
	free(told);
	return NULL;
}

static void put_series(const char *label, const struct history_timeline *t, const struct history_series *series,
		       struct buf *out)
{
	struct buf message = BUF_INIT, part = BUF_INIT;
	double step_ns = (double)t->span.step_us * 1000;

	if (label) {
		proto_bytes(&part, 1, label, strlen(label));
		proto_bytes(&part, 2, series->label, strlen(series->label));
		proto_bytes(&message, 1, part.data, part.len);
	}
	for (size_t i = 0; i < t->n_points; i++) {
		if (isnan(series->v[i]))
			continue;
		buf_reset(&part);
		proto_double(&part, 1, series->v[i] * step_ns);
		proto_uint(&part, 2, (t->span.from_us + i * t->span.step_us) / 1000);
		proto_bytes(&message, 2, part.data, part.len);
	}
	if (message.failed || part.failed)
		out->failed = true;
	else
		proto_bytes(out, 1, message.data, message.len);
	buf_deinit(&message);
	buf_deinit(&part);
}

void pyroscope_answer_series(const struct api_question *q, struct errand_answer *answer)
{
	struct history_timeline timeline = {0};
	_cleanup_free_ bool *told = NULL;
	struct api_question own;

	if (!resolve(q, &own, answer) || !api_make_timeline(&own, &timeline, answer))
		return;
	told = choose_series(&timeline, q->query.limit);
	answer->body.failed = !told;
	for (size_t i = 0; told && i < timeline.n_series; i++)
		if (told[i])
			put_series(q->key, &timeline, &timeline.series[i], &answer->body);
	history_timeline_deinit(&timeline);
	end(answer);
}

/* Bars by level, each with its distance from the one before, its width, what is its own, and its name. */
struct bars {
	struct {
		uint64_t *items;
		size_t n, cap;
	} levels[TREE_DEPTH_ROOM];
	size_t n_levels;
	uint64_t total, max_self;
};

static int add_bars(const struct tree *tree, struct bars *bars)
{
	uint64_t next[TREE_DEPTH_ROOM + 1] = {0}, ends[TREE_DEPTH_ROOM] = {0};

	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		uint32_t d = node->depth;
		uint64_t total = node->total * tree->meta.period_ns, self = node->self * tree->meta.period_ns;
		uint64_t *bar;

		if (d >= TREE_DEPTH_ROOM)
			return SCRAPE_ELIMIT;
		if (!VEC_RESERVE(&bars->levels[d], bars->levels[d].n + 4))
			return SCRAPE_ENOMEM;
		bar = bars->levels[d].items + bars->levels[d].n;
		bars->levels[d].n += 4;
		bar[0] = next[d] - ends[d];
		bar[1] = total;
		bar[2] = self;
		bar[3] = i > 0 ? node->name + 1 : 0; /* name 0 is that of all */
		next[d + 1] = next[d];
		next[d] = ends[d] = next[d] + total;
		bars->n_levels = d + 1 > bars->n_levels ? d + 1 : bars->n_levels;
		bars->max_self = self > bars->max_self ? self : bars->max_self;
	}
	bars->total = tree->n_nodes > 0 ? tree->nodes[0].total * tree->meta.period_ns : 0;
	return 0;
}

static void bars_free(struct bars *bars)
{
	for (size_t i = 0; bars && i < bars->n_levels; i++)
		VEC_DEINIT(&bars->levels[i]);
	free(bars);
}

/* Of a question that was resolved. NULL: the answer is a refusal. */
static struct bars *make_bars(const struct api_question *q, struct tree *tree, struct errand_answer *answer)
{
	struct history_span span = {0};
	struct bars *bars = NULL;
	int r;

	if (!api_make_tree(q, tree, &span, answer))
		return NULL;
	bars = calloc(1, sizeof(*bars));
	r = bars ? add_bars(tree, bars) : SCRAPE_ENOMEM;
	if (r == 0)
		return bars;
	api_refuse(answer, r, "");
	bars_free(bars);
	return NULL;
}

void pyroscope_answer_stacks(const struct api_question *q, struct errand_answer *answer)
{
	struct buf graph = BUF_INIT, level = BUF_INIT;
	struct api_question own;
	struct tree tree = {0};
	struct bars *bars = resolve(q, &own, answer) ? make_bars(&own, &tree, answer) : NULL;

	if (bars && bars->total > 0) { /* without a graph nothing is drawn, which is right then */
		proto_bytes(&graph, 1, "total", 5);
		for (size_t i = 0; i < tree.n_names; i++)
			proto_bytes(&graph, 1, tree.names[i].text, strlen(tree.names[i].text));
		for (size_t i = 0; i < bars->n_levels; i++) {
			buf_reset(&level);
			proto_packed(&level, 1, bars->levels[i].items, bars->levels[i].n);
			proto_bytes(&graph, 2, level.data, level.len);
		}
		proto_uint(&graph, 3, bars->total);
		proto_uint(&graph, 4, bars->max_self);
		answer->body.failed = graph.failed || level.failed;
		proto_bytes(&answer->body, 1, graph.data, graph.len);
	}
	if (bars)
		end(answer);
	bars_free(bars);
	buf_deinit(&graph);
	buf_deinit(&level);
	tree_deinit(&tree);
}

static void put_bars(const struct tree *tree, const struct bars *bars, struct buf *out)
{
	buf_str(out, "{\"version\":1,\"flamebearer\":{\"names\":[\"total\"");
	for (size_t i = 0; i < tree->n_names; i++) {
		buf_chr(out, ',');
		text_json(out, tree->names[i].text, strlen(tree->names[i].text));
	}
	buf_str(out, "],\"levels\":[");
	for (size_t i = 0; i < bars->n_levels; i++) {
		for (size_t k = 0; k < bars->levels[i].n; k++)
			buf_fmt(out, k ? ",%" PRIu64 : i ? ",[%" PRIu64 : "[%" PRIu64, bars->levels[i].items[k]);
		buf_chr(out, ']');
	}
	buf_fmt(out, "],\"numTicks\":%" PRIu64 ",\"maxSelf\":%" PRIu64 "}", bars->total, bars->max_self);
}

/* {"startTime":1763820300,"samples":[13000000000,...],"durationDelta":10} */
static void put_timeline(const struct history_timeline *t, struct buf *out)
{
	buf_str(out, ",\"timeline\":{\"startTime\":");
	api_put_seconds(out, t->span.from_us);
	buf_str(out, ",\"samples\":[");
	for (size_t i = 0; i < t->n_points; i++) {
		double v = t->n_series > 0 && !isnan(t->series[0].v[i]) ? t->series[0].v[i] : 0;

		buf_fmt(out, i ? ",%.0f" : "%.0f", v * (double)t->span.step_us * 1000);
	}
	buf_str(out, "],\"durationDelta\":");
	api_put_seconds(out, t->span.step_us);
	buf_str(out, ",\"watermarks\":null}}\n");
}

void pyroscope_answer_render(const struct api_question *q, struct errand_answer *answer)
{
	struct history_timeline timeline = {0};
	struct api_question own;
	struct tree tree = {0};
	struct bars *bars = resolve(q, &own, answer) ? make_bars(&own, &tree, answer) : NULL;

	if (bars && api_make_timeline(&own, &timeline, answer)) {
		api_set_mime(answer, "application/json");
		put_bars(&tree, bars, &answer->body);
		buf_str(&answer->body,
			",\"metadata\":{\"format\":\"single\",\"spyName\":\"scrape\",\"sampleRate\":1000000000,"
			"\"units\":\"samples\",\"name\":");
		text_json(&answer->body, q->key, strlen(q->key));
		buf_chr(&answer->body, '}');
		put_timeline(&timeline, &answer->body);
	}
	history_timeline_deinit(&timeline);
	bars_free(bars);
	tree_deinit(&tree);
}
