/* SPDX-License-Identifier: MIT */
/* query: words become a question. */
#include "daemon/query.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

#define LABEL_PREFIX "label."
#define LABEL_PREFIX_LEN 6
#define LABEL_KEY_MAX 256
#define KNOWN_MAX (24 + QUERY_LABELS_MAX)

static const struct {
	const char *name;
	enum query_group group;
} known_names[] = {
	{"from", QUERY_INTERVAL},     {"until", QUERY_INTERVAL},   {"service", QUERY_FILTERS},
	{"host", QUERY_FILTERS},      {"pid", QUERY_FILTERS},      {"thread", QUERY_FILTERS},
	{"target", QUERY_FILTERS},    {"mode", QUERY_MODE},        {"merge", QUERY_TREE},
	{"max_nodes", QUERY_TREE},    {"threads", QUERY_TREE},     {"processes", QUERY_TREE},
	{"full_filenames", QUERY_TREE}, {"format", QUERY_TREE},    {"function", QUERY_SERIES},
	{"value", QUERY_SERIES},      {"unit", QUERY_SERIES},      {"step", QUERY_SERIES | QUERY_STEP},
	{"by", QUERY_SERIES},
};

static const struct {
	const char *name;
	enum history_field field;
} fields[] = {
	{"service", HISTORY_SERVICE}, {"host", HISTORY_HOST},     {"pid", HISTORY_PID},
	{"thread", HISTORY_THREAD},   {"target", HISTORY_TARGET},
};

struct word {
	const char *text;
	int value;
};

struct parser {
	const struct query_source *source;
	struct query *query;
	struct err *err;
	const char *labels[QUERY_LABELS_MAX]; /* "label.zone" */
	size_t n_labels;
};

int query_single(const struct query_source *source, const char *name, const char **ret, struct err *err)
{
	const char *value = source->param(source->ctx, name, 0);

	if (value && source->param(source->ctx, name, 1))
		return err_set(err, SCRAPE_EINVAL, "%s is given twice", name);
	if (value && strlen(value) > QUERY_VALUE_MAX)
		return err_set(err, SCRAPE_EINVAL, "%s is longer than %d bytes", name, QUERY_VALUE_MAX);
	*ret = value;
	return 0;
}

int query_number(const char *text, uint64_t max, uint64_t *ret, struct err *err)
{
	uint64_t value = 0;
	const char *p = text;

	for (; isdigit((unsigned char)*p) && value <= max; p++) {
		if (value > (UINT64_MAX - 9) / 10)
			break;
		value = value * 10 + (uint64_t)(*p - '0');
	}
	if (p == text || *p || value > max)
		return err_set(err, SCRAPE_EINVAL, "'%.64s' is no whole number up to %" PRIu64, text, max);
	*ret = value;
	return 0;
}

/* One of a few words; *ret stays as it is without one. */
static int take_word(struct parser *p, const char *name, const struct word *words, int *ret)
{
	char list[128] = "";
	const char *text;
	int r = query_single(p->source, name, &text, p->err);

	if (r < 0 || !text)
		return r;
	for (size_t i = 0; words[i].text; i++) {
		if (strcmp(words[i].text, text) == 0) {
			*ret = words[i].value;
			return 0;
		}
		if (i > 0)
			strncat(list, ", ", sizeof(list) - strlen(list) - 1);
		strncat(list, words[i].text, sizeof(list) - strlen(list) - 1);
	}
	return err_set(p->err, SCRAPE_EINVAL, "%s is one of: %s", name, list);
}

static int take_bool(struct parser *p, const char *name, bool *ret)
{
	static const struct word words[] = {{"0", 0}, {"1", 1}, {NULL, 0}};
	int value = *ret;
	int r = take_word(p, name, words, &value);

	*ret = value != 0;
	return r;
}

/* A copy in the query's arena; NULL without memory. */
static char *keep(struct parser *p, const char *text)
{
	return arena_strndup(&p->query->arena, text, strlen(text));
}

static int wrap(struct err *err, const char *name)
{
	return err_wrap(err, "%s", name);
}

static int take_interval(struct parser *p, uint64_t now_us)
{
	struct history_query *which = &p->query->ask.which;
	const char *from, *until;
	int r = query_single(p->source, "from", &from, p->err);

	if (r == 0)
		r = query_single(p->source, "until", &until, p->err);
	if (r < 0)
		return r;
	which->until_us = 0;
	if (until && query_time(until, now_us, &which->until_us, p->err) < 0)
		return wrap(p->err, "until");
	if (from && query_time(from, now_us, &which->from_us, p->err) < 0)
		return wrap(p->err, "from");
	if (!from) {
		uint64_t end = until ? which->until_us : now_us;

		which->from_us = end > QUERY_SPAN_US ? end - QUERY_SPAN_US : 0;
	}
	if (until && which->from_us >= which->until_us)
		return err_set(p->err, SCRAPE_EINVAL, "the interval is empty: until is not after from");
	return 0;
}

static int check_pid(struct parser *p, const char *value)
{
	uint64_t pid;

	return value[0] == '~' ? 0 : query_number(value, INT32_MAX, &pid, p->err);
}

static int take_filter(struct parser *p, const char *name, enum history_field field, const char *key)
{
	struct history_query *which = &p->query->ask.which;
	const char *value;

	for (size_t i = 0; (value = p->source->param(p->source->ctx, name, i)); i++) {
		struct history_filter *filter = &p->query->filters[which->n_filters];

		if (which->n_filters == QUERY_FILTERS_MAX)
			return err_set(p->err, SCRAPE_ELIMIT, "more than %d filters", QUERY_FILTERS_MAX);
		if (strlen(value) > QUERY_VALUE_MAX)
			return err_set(p->err, SCRAPE_EINVAL, "%s is longer than %d bytes", name, QUERY_VALUE_MAX);
		if (field == HISTORY_PID && check_pid(p, value) < 0)
			return wrap(p->err, name);
		*filter = (struct history_filter){.field = field, .value = keep(p, value)};
		filter->key = key ? keep(p, key) : NULL;
		if (!filter->value || (key && !filter->key))
			return err_set(p->err, SCRAPE_ENOMEM, "out of memory");
		which->n_filters++;
	}
	return 0;
}

static int take_filters(struct parser *p)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(fields) / sizeof(*fields); i++)
		r = take_filter(p, fields[i].name, fields[i].field, NULL);
	for (size_t i = 0; r == 0 && i < p->n_labels; i++)
		r = take_filter(p, p->labels[i], HISTORY_LABEL, p->labels[i] + LABEL_PREFIX_LEN);
	p->query->ask.which.filters = p->query->filters;
	return r;
}

static int take_mode(struct parser *p)
{
	static const struct word words[] = {
		{"cpu", PROFILE_CPU}, {"wall", PROFILE_WALL}, {"gil", PROFILE_GIL}, {NULL, 0}};
	int mode = PROFILE_CPU;
	int r = take_word(p, "mode", words, &mode);

	p->query->ask.which.show.mode = (enum profile_mode)mode;
	return r;
}

static int take_tree(struct parser *p)
{
	static const struct word words[] = {{"line", HISTORY_BY_LINE},
					    {"function", HISTORY_BY_FUNCTION},
					    {"module", HISTORY_BY_MODULE},
					    {NULL, 0}};
	struct history_query *which = &p->query->ask.which;
	uint64_t max_nodes = QUERY_NODES_DEFAULT;
	const char *text;
	int merge = HISTORY_BY_LINE;
	int r = take_word(p, "merge", words, &merge);

	which->merge = (enum history_merge)merge;
	if (r == 0)
		r = take_bool(p, "threads", &which->show.split_threads);
	if (r == 0)
		r = take_bool(p, "processes", &which->show.split_targets);
	if (r == 0)
		r = take_bool(p, "full_filenames", &which->show.full_filenames);
	if (r == 0)
		r = query_single(p->source, "max_nodes", &text, p->err);
	if (r == 0 && text && query_number(text, UINT32_MAX, &max_nodes, p->err) < 0)
		r = wrap(p->err, "max_nodes");
	which->max_nodes = max_nodes;
	if (r == 0)
		r = query_single(p->source, "format", &text, p->err);
	if (r == 0 && text && !(p->query->format = keep(p, text)))
		r = err_set(p->err, SCRAPE_ENOMEM, "out of memory");
	return r;
}

static int take_by(struct parser *p)
{
	static const struct word words[] = {{"service", HISTORY_BY_SERVICE},
					    {"host", HISTORY_BY_HOST},
					    {"pid", HISTORY_BY_PID},
					    {"thread", HISTORY_BY_THREAD},
					    {NULL, 0}};
	struct history_timeline_query *ask = &p->query->ask;
	const char *text;
	int by = HISTORY_BY_NOTHING;
	int r = query_single(p->source, "by", &text, p->err);

	if (r < 0 || !text)
		return r;
	if (strncmp(text, LABEL_PREFIX, LABEL_PREFIX_LEN) == 0 && text[LABEL_PREFIX_LEN]) {
		ask->by = HISTORY_BY_LABEL;
		ask->label_key = keep(p, text + LABEL_PREFIX_LEN);
		return ask->label_key ? 0 : err_set(p->err, SCRAPE_ENOMEM, "out of memory");
	}
	r = take_word(p, "by", words, &by);
	ask->by = (enum history_by)by;
	return r < 0 ? err_set(p->err, r, "by is one of: service, host, pid, thread, label.KEY") : 0;
}

static int take_series(struct parser *p)
{
	static const struct word values[] = {{"total", 0}, {"self", 1}, {NULL, 0}};
	static const struct word units[] = {{"cores", 0}, {"share", 1}, {NULL, 0}};
	struct history_timeline_query *ask = &p->query->ask;
	int self = 0, share = 0;
	const char *text;
	int r = take_word(p, "value", values, &self);

	if (r == 0)
		r = take_word(p, "unit", units, &share);
	ask->self = self;
	ask->share = share;
	if (r == 0)
		r = query_single(p->source, "function", &text, p->err);
	if (r == 0 && text && !(ask->function = keep(p, text)))
		r = err_set(p->err, SCRAPE_ENOMEM, "out of memory");
	return r < 0 ? r : take_by(p);
}

static int take_step(struct parser *p)
{
	const char *text;
	int r = query_single(p->source, "step", &text, p->err);

	if (r == 0 && text && query_duration(text, &p->query->ask.step_us, p->err) < 0)
		r = wrap(p->err, "step");
	return r;
}

/* Names of labels are open: each new one is put on the list of those that are known, until none is left over. */
static int check_names(struct parser *p, unsigned groups, const char *const *extra)
{
	const char *known[KNOWN_MAX + 1] = {NULL};
	size_t n = 0;
	const char *name;

	for (size_t i = 0; i < sizeof(known_names) / sizeof(*known_names); i++)
		if (groups & known_names[i].group)
			known[n++] = known_names[i].name;
	for (; extra && *extra && n < KNOWN_MAX - QUERY_LABELS_MAX; extra++)
		known[n++] = *extra;
	while ((name = p->source->unknown(p->source->ctx, known))) {
		bool label = groups & QUERY_FILTERS && strncmp(name, LABEL_PREFIX, LABEL_PREFIX_LEN) == 0 &&
			     name[LABEL_PREFIX_LEN] && strlen(name) <= LABEL_KEY_MAX;

		if (!label)
			return err_set(p->err, SCRAPE_EINVAL, "'%.64s' is no parameter here", name);
		if (p->n_labels == QUERY_LABELS_MAX)
			return err_set(p->err, SCRAPE_ELIMIT, "more than %d different labels", QUERY_LABELS_MAX);
		known[n] = keep(p, name);
		if (!known[n])
			return err_set(p->err, SCRAPE_ENOMEM, "out of memory");
		p->labels[p->n_labels++] = known[n++];
	}
	return 0;
}

int query_parse(const struct query_source *source, unsigned groups, const char *const *extra, uint64_t now_us,
		struct query *ret, struct err *err)
{
	struct parser p = {.source = source, .query = ret, .err = err};
	int r;

	*ret = (struct query){0};
	r = check_names(&p, groups, extra);
	if (r == 0 && groups & QUERY_INTERVAL)
		r = take_interval(&p, now_us);
	if (r == 0 && groups & QUERY_FILTERS)
		r = take_filters(&p);
	if (r == 0 && groups & QUERY_MODE)
		r = take_mode(&p);
	if (r == 0 && groups & QUERY_TREE)
		r = take_tree(&p);
	if (r == 0 && groups & QUERY_SERIES)
		r = take_series(&p);
	if (r == 0 && groups & (QUERY_SERIES | QUERY_STEP))
		r = take_step(&p);
	return r;
}

void query_deinit(struct query *query)
{
	arena_deinit(&query->arena);
}
