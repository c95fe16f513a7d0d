/* SPDX-License-Identifier: MIT */
/* pyroscope_call: messages of Pyroscope's querier become words. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/proto.h"
#include "daemon/pyroscope.h"
#include "scrape.h"

enum what {
	START, /* milliseconds since 1970 */
	END,
	TYPE,
	SELECTOR,
	NAME,
	GROUP,
	STEP, /* seconds, a double */
	NODES,
	LIMIT,
	IGNORED, /* does not change what the answer is about */
	REFUSED,
};

struct pyroscope_field {
	unsigned number; /* grafana/pyroscope, api/querier/v1/querier.proto and api/types/v1/types.proto */
	enum what what;
	const char *name;
};

static const struct pyroscope_field types_fields[] = {{1, START, "start"}, {2, END, "end"}, {0, IGNORED, NULL}};
static const struct pyroscope_field names_fields[] = {
	{1, SELECTOR, "matchers"}, {2, START, "start"}, {3, END, "end"}, {0, IGNORED, NULL}};
static const struct pyroscope_field values_fields[] = {
	{1, NAME, "name"}, {2, SELECTOR, "matchers"}, {3, START, "start"}, {4, END, "end"}, {0, IGNORED, NULL}};
static const struct pyroscope_field stacks_fields[] = {{1, TYPE, "profile_typeID"},
						       {2, SELECTOR, "label_selector"},
						       {3, START, "start"},
						       {4, END, "end"},
						       {5, NODES, "max_nodes"},
						       {6, REFUSED, "format"},
						       {7, REFUSED, "stack_trace_selector"},
						       {8, REFUSED, "profile_id_selector"},
						       {0, IGNORED, NULL}};
static const struct pyroscope_field series_fields[] = {
	{1, TYPE, "profile_typeID"}, {2, SELECTOR, "label_selector"},
	{3, START, "start"},         {4, END, "end"},
	{5, GROUP, "group_by"},      {6, STEP, "step"},
	{7, IGNORED, "aggregation"}, {8, REFUSED, "stack_trace_selector"},
	{9, LIMIT, "limit"},         {10, IGNORED, "exemplar_type"},
	{0, IGNORED, NULL}};

#define LIST_GROUPS (QUERY_INTERVAL | QUERY_FILTERS)
static const struct pyroscope_call calls[] = {
	{"ProfileTypes", LIST_GROUPS, pyroscope_answer_types, types_fields},
	{"LabelNames", LIST_GROUPS, pyroscope_answer_names, names_fields},
	{"LabelValues", LIST_GROUPS, pyroscope_answer_values, values_fields},
	{"SelectSeries", LIST_GROUPS | QUERY_MODE | QUERY_SERIES, pyroscope_answer_series, series_fields},
	{"SelectMergeStacktraces", LIST_GROUPS | QUERY_MODE | QUERY_TREE, pyroscope_answer_stacks, stacks_fields},
};

const struct pyroscope_call *pyroscope_call(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}

struct reading {
	struct selector *words;
	const char *key;
	size_t limit, n_selectors;
	struct err *err;
};

/* A string of the message, which may have any bytes. */
static int take_text(struct reading *r, const struct pyroscope_field *what, const struct proto_field *field,
		     const char **ret)
{
	if (!field->is_bytes || field->n > QUERY_VALUE_MAX || memchr(field->bytes, '\0', field->n))
		return err_set(r->err, SCRAPE_EINVAL, "%s is a text of at most %d bytes", what->name, QUERY_VALUE_MAX);
	*ret = arena_strndup(&r->words->arena, field->bytes, field->n);
	return *ret ? 0 : err_set(r->err, SCRAPE_ENOMEM, "out of memory");
}

static int take_nodes(struct reading *r, uint64_t nodes)
{
	char text[32];

	if (nodes == 0)
		return 0;
	(void)snprintf(text, sizeof(text), "%" PRIu64, nodes); /* 20 digits at most */
	return selector_add(r->words, "max_nodes", text, r->err);
}

static int take_time(struct reading *r, const char *name, uint64_t ms)
{
	char text[32];

	if (ms == 0)
		return 0;
	(void)snprintf(text, sizeof(text), "%" PRIu64 ".%03" PRIu64, ms / 1000, ms % 1000); /* fits */
	return selector_add(r->words, name, text, r->err);
}

static int take_step(struct reading *r, const struct proto_field *field)
{
	double step = proto_get_double(field);
	char text[64];

	if (!(step >= 0 && step < 1e9))
		return err_set(r->err, SCRAPE_EINVAL, "step is no number of seconds");
	(void)snprintf(text, sizeof(text), "%.3f", step); /* ten digits at most */
	return step > 0 ? selector_add(r->words, "step", text, r->err) : 0;
}

static int take_key(struct reading *r, const struct pyroscope_field *what, const char *name)
{
	const char *word = selector_label(r->words, name);

	if (!word)
		return err_set(r->err, SCRAPE_ENOMEM, "out of memory");
	if (r->key)
		return err_set(r->err, SCRAPE_EINVAL, "%s is one label here", what->name);
	r->key = name;
	return what->what == GROUP ? selector_add(r->words, "by", word, r->err) : 0;
}

static int take_field(struct reading *r, const struct pyroscope_field *what, const struct proto_field *field)
{
	const char *text = NULL;
	int code = 0;

	if (what->what == TYPE || what->what == SELECTOR || what->what == NAME || what->what == GROUP)
		code = take_text(r, what, field, &text);
	else if (what->what <= LIMIT && field->is_bytes)
		code = err_set(r->err, SCRAPE_EINVAL, "%s is a number", what->name);
	if (code < 0)
		return code;
	switch (what->what) {
	case START:
		return take_time(r, "from", field->value);
	case END:
		return take_time(r, "until", field->value);
	case TYPE:
		return selector_add_type(r->words, text, r->err);
	case SELECTOR:
		if (r->n_selectors++)
			return err_set(r->err, SCRAPE_EINVAL, "%s is one selector here", what->name);
		return selector_add_matchers(r->words, text, r->err);
	case NAME:
	case GROUP:
		return take_key(r, what, text);
	case STEP:
		return take_step(r, field);
	case NODES:
		return take_nodes(r, field->value);
	case LIMIT:
		r->limit = (size_t)field->value;
		return 0;
	case REFUSED:
		if (!field->is_bytes && field->value <= 1) /* the usual format, said aloud */
			return 0;
		return err_set(r->err, SCRAPE_EINVAL, "%s is not known here", what->name);
	case IGNORED:
		break;
	}
	return 0;
}

int pyroscope_read(const struct pyroscope_call *call, const char *bytes, size_t n, struct selector *ret,
		   const char **key_ret, size_t *limit_ret, struct err *err)
{
	struct reading r = {.words = ret, .err = err};
	struct proto_reader reader = {.at = bytes, .end = bytes + n};
	struct proto_field field;
	int more, code = 0;

	while (code == 0 && (more = proto_next(&reader, &field)) != 0) {
		const struct pyroscope_field *what = call->fields;

		if (more < 0)
			return err_set(err, SCRAPE_EINVAL, "the message is no protocol buffer");
		while (what->number && what->number != field.number)
			what++;
		code = take_field(&r, what, &field); /* of a newer client: ignored */
	}
	*key_ret = r.key;
	*limit_ret = r.limit;
	return code;
}

const char *pyroscope_time(struct selector *s, const char *text)
{
	static const char *const units[][2] = {{"s", "s"}, {"m", "min"}, {"h", "h"}, {"d", "d"}, {"w", "w"}};
	size_t digits = strspn(text, "0123456789");
	char made[64];

	if (digits >= 13 && digits < 20 && !text[digits]) {
		(void)snprintf(made, sizeof(made), "%.*s.%s", (int)digits - 3, text, text + digits - 3); /* fits */
		return arena_strndup(&s->arena, made, strlen(made));
	}
	if (strncmp(text, "now-", 4) == 0) {
		const char *number = text + 4;
		size_t n = strspn(number, "0123456789");

		for (size_t i = 0; n > 0 && n < 12 && i < sizeof(units) / sizeof(*units); i++)
			if (strcmp(number + n, units[i][0]) == 0) {
				(void)snprintf(made, sizeof(made), "%.*s%s", (int)n, number, units[i][1]); /* fits */
				return arena_strndup(&s->arena, made, strlen(made));
			}
	}
	return arena_strndup(&s->arena, text, strlen(text));
}
