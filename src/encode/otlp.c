/* SPDX-License-Identifier: MIT */
/*
 * otlp: tables whose entry 0 is nothing, and samples that name stacks in them. A name of the tree is a location with
 * one line of a function; each stack is there once, innermost location first.
 */
#include "encode/otlp.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/proto.h"
#include "base/text.h"
#include "encode/meta.h"
#include "profile/tree.h"

#define OTLP_MAX ((size_t)256 << 20) /* bytes of a request */

enum {
	RESPONSE_PARTIAL_SUCCESS = 1,
	PARTIAL_SUCCESS_REJECTED = 1,
	PARTIAL_SUCCESS_MESSAGE = 2,
	REQUEST_RESOURCE_PROFILES = 1,
	REQUEST_DICTIONARY = 2,
	RESOURCE_PROFILES_RESOURCE = 1,
	RESOURCE_PROFILES_SCOPE_PROFILES = 2,
	RESOURCE_ATTRIBUTES = 1,
	KEY_VALUE_KEY = 1,
	KEY_VALUE_VALUE = 2,
	ANY_VALUE_STRING = 1,
	SCOPE_PROFILES_SCOPE = 1,
	SCOPE_PROFILES_PROFILES = 2,
	SCOPE_NAME = 1,
	SCOPE_VERSION = 2,
	DICTIONARY_MAPPING = 1,
	DICTIONARY_LOCATION = 2,
	DICTIONARY_FUNCTION = 3,
	DICTIONARY_LINK = 4,
	DICTIONARY_STRING = 5,
	DICTIONARY_ATTRIBUTE = 6,
	DICTIONARY_STACK = 7,
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLES = 2,
	PROFILE_TIME = 3,
	PROFILE_DURATION = 4,
	PROFILE_PERIOD_TYPE = 5,
	PROFILE_PERIOD = 6,
	PROFILE_ID = 7,
	VALUE_TYPE_TYPE = 1,
	VALUE_TYPE_UNIT = 2,
	SAMPLE_STACK = 1,
	SAMPLE_VALUES = 4,
	STACK_LOCATIONS = 1,
	LOCATION_LINES = 3,
	LINE_FUNCTION = 1,
	LINE_LINE = 2,
	FUNCTION_NAME = 1,
	FUNCTION_SYSTEM_NAME = 2,
	FUNCTION_FILE = 3,
	FUNCTION_START_LINE = 4,
};

struct otlp {
	const struct tree *tree;
	uint64_t period_ns;
	uint32_t *parents;
	uint64_t *path;                          /* scratch: locations of a stack */
	struct buf tables[DICTIONARY_STACK + 1]; /* by field of the dictionary */
	struct buf profile, message, inner;
	struct map by_pointer; /* text of the tree -> string */
	uint32_t n_strings, n_stacks;
};

static void add_entry(struct otlp *o, unsigned table)
{
	proto_bytes(&o->tables[table], table, o->message.data, o->message.len);
	buf_reset(&o->message);
}

static uint32_t add_string(struct otlp *o, const char *text)
{
	struct buf clean = BUF_INIT;

	text_clean(&clean, text, strlen(text), 2 * SCRAPE_NAME_MAX);
	proto_bytes(&o->tables[DICTIONARY_STRING], DICTIONARY_STRING, clean.data, clean.len);
	o->profile.failed |= clean.failed;
	buf_deinit(&clean);
	return o->n_strings++;
}

static uint32_t string_of(struct otlp *o, const char *text)
{
	uint32_t number = 0;

	if (!text[0] || map_get(&o->by_pointer, (uintptr_t)text, &number))
		return number;
	number = add_string(o, text);
	o->profile.failed |= map_put(&o->by_pointer, (uintptr_t)text, number) < 0;
	return number;
}

static void add_value_type(struct otlp *o, unsigned field)
{
	const char *mode = o->tree->meta.mode ? o->tree->meta.mode : "cpu";

	buf_reset(&o->message);
	proto_uint(&o->message, VALUE_TYPE_TYPE, string_of(o, mode));
	proto_uint(&o->message, VALUE_TYPE_UNIT, string_of(o, "nanoseconds"));
	proto_bytes(&o->profile, field, o->message.data, o->message.len);
	buf_reset(&o->message);
}

/* Function and location of a name have its number + 1. */
static void add_location(struct otlp *o, const struct tree_name *name, uint64_t number)
{
	uint32_t shown = string_of(o, tree_shown(name));

	proto_uint(&o->message, FUNCTION_NAME, shown);
	proto_uint(&o->message, FUNCTION_SYSTEM_NAME, shown);
	proto_uint(&o->message, FUNCTION_FILE, string_of(o, name->file));
	proto_uint(&o->message, FUNCTION_START_LINE, name->first_line);
	add_entry(o, DICTIONARY_FUNCTION);
	buf_reset(&o->inner);
	proto_uint(&o->inner, LINE_FUNCTION, number);
	proto_uint(&o->inner, LINE_LINE, name->line);
	proto_bytes(&o->message, LOCATION_LINES, o->inner.data, o->inner.len);
	add_entry(o, DICTIONARY_LOCATION);
}

static void add_sample(struct otlp *o, uint32_t node)
{
	const struct tree *tree = o->tree;
	uint64_t self = tree->nodes[node].self, value = INT64_MAX;
	size_t n = 0;

	for (uint32_t at = node; at != 0; at = o->parents[at])
		if (tree->names[tree->nodes[at].name].kind != TREE_GROUP)
			o->path[n++] = tree->nodes[at].name + 1u;
	if (n == 0)
		o->path[n++] = tree->nodes[node].name + 1u; /* what ended in a process itself */
	proto_packed(&o->message, STACK_LOCATIONS, o->path, n);
	add_entry(o, DICTIONARY_STACK);
	if (self <= INT64_MAX / o->period_ns)
		value = self * o->period_ns;
	proto_uint(&o->message, SAMPLE_STACK, ++o->n_stacks);
	proto_packed(&o->message, SAMPLE_VALUES, &value, 1);
	proto_bytes(&o->profile, PROFILE_SAMPLES, o->message.data, o->message.len);
	buf_reset(&o->message);
}

static int make_profile(struct otlp *o)
{
	const struct tree_meta *meta = &o->tree->meta;
	unsigned char id[16];

	for (unsigned table = DICTIONARY_MAPPING; table <= DICTIONARY_STACK; table++)
		proto_bytes(&o->tables[table], table, "", 0);
	o->n_strings = 1;
	add_value_type(o, PROFILE_SAMPLE_TYPE);
	for (size_t i = 0; i < o->tree->n_names; i++)
		add_location(o, &o->tree->names[i], i + 1);
	for (uint32_t i = 0; i < o->tree->n_nodes; i++) {
		if (o->tree->nodes[i].self > 0)
			add_sample(o, i);
		if (o->profile.len + o->tables[DICTIONARY_STACK].len > OTLP_MAX)
			return SCRAPE_ELIMIT;
	}
	proto_fixed64(&o->profile, PROFILE_TIME, meta->start_wall_ns);
	proto_uint(&o->profile, PROFILE_DURATION, meta->duration_ns);
	add_value_type(o, PROFILE_PERIOD_TYPE);
	proto_uint(&o->profile, PROFILE_PERIOD, o->period_ns);
	if (getrandom(id, sizeof(id), GRND_NONBLOCK) == (ssize_t)sizeof(id)) /* at boot it has none */
		proto_bytes(&o->profile, PROFILE_ID, id, sizeof(id));
	return 0;
}

static void put_attributes(struct buf *resource, const struct otlp_attribute *attributes, size_t n)
{
	struct buf value = BUF_INIT, pair = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&value);
		buf_reset(&pair);
		proto_bytes(&value, ANY_VALUE_STRING, attributes[i].value, strlen(attributes[i].value));
		proto_bytes(&pair, KEY_VALUE_KEY, attributes[i].key, strlen(attributes[i].key));
		proto_bytes(&pair, KEY_VALUE_VALUE, value.data, value.len);
		proto_bytes(resource, RESOURCE_ATTRIBUTES, pair.data, pair.len);
	}
	resource->failed |= value.failed || pair.failed;
	buf_deinit(&value);
	buf_deinit(&pair);
}

static void put_request(struct otlp *o, const struct otlp_attribute *attributes, size_t n, struct buf *out)
{
	struct buf whole = BUF_INIT, scope = BUF_INIT;

	put_attributes(&o->message, attributes, n);
	proto_bytes(&whole, RESOURCE_PROFILES_RESOURCE, o->message.data, o->message.len);
	buf_reset(&o->message);
	proto_bytes(&o->message, SCOPE_NAME, "scrape", 6);
	proto_bytes(&o->message, SCOPE_VERSION, SCRAPE_VERSION, strlen(SCRAPE_VERSION));
	proto_bytes(&scope, SCOPE_PROFILES_SCOPE, o->message.data, o->message.len);
	proto_bytes(&scope, SCOPE_PROFILES_PROFILES, o->profile.data, o->profile.len);
	proto_bytes(&whole, RESOURCE_PROFILES_SCOPE_PROFILES, scope.data, scope.len);
	proto_bytes(out, REQUEST_RESOURCE_PROFILES, whole.data, whole.len);
	buf_reset(&whole);
	for (unsigned table = DICTIONARY_MAPPING; table <= DICTIONARY_STACK; table++)
		buf_add(&whole, o->tables[table].data, o->tables[table].len);
	proto_bytes(out, REQUEST_DICTIONARY, whole.data, whole.len);
	out->failed |= whole.failed || scope.failed;
	buf_deinit(&whole);
	buf_deinit(&scope);
}

int otlp_add(struct buf *out, const struct tree *tree, const struct otlp_attribute *attributes, size_t n)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	_cleanup_free_ uint64_t *path = calloc(TREE_DEPTH_ROOM + 1, sizeof(*path));
	uint64_t period_ns = meta_period_ns(&tree->meta);
	struct otlp o = {.tree = tree, .parents = parents, .path = path, .period_ns = period_ns ? period_ns : 1};
	bool failed;
	int r;

	if (!parents || !path)
		return SCRAPE_ENOMEM;
	tree_parents(tree, parents);
	r = make_profile(&o);
	if (r == 0)
		put_request(&o, attributes, n, out);
	failed = o.profile.failed || o.message.failed || o.inner.failed || out->failed;
	for (unsigned table = DICTIONARY_MAPPING; table <= DICTIONARY_STACK; table++) {
		failed |= o.tables[table].failed;
		buf_deinit(&o.tables[table]);
	}
	buf_deinit(&o.profile);
	buf_deinit(&o.message);
	buf_deinit(&o.inner);
	map_deinit(&o.by_pointer);
	return r < 0 ? r : failed ? SCRAPE_ENOMEM : 0;
}

/* The last of a message's fields of this number, which a reader of protobuf takes. */
static bool find_field(const void *message, size_t n, uint64_t number, struct proto_field *ret)
{
	struct proto_reader reader = {.at = message, .end = (const char *)message + n};
	struct proto_field field;
	bool found = false;

	while (proto_next(&reader, &field) > 0)
		if (field.number == number) {
			*ret = field;
			found = true;
		}
	return found;
}

bool otlp_is_rejected(const void *answer, size_t n, struct buf *reason)
{
	struct proto_field partial, rejected, message;

	if (n == 0 || !find_field(answer, n, RESPONSE_PARTIAL_SUCCESS, &partial) || !partial.is_bytes ||
	    !find_field(partial.bytes, partial.n, PARTIAL_SUCCESS_REJECTED, &rejected) || rejected.value == 0)
		return false;
	if (find_field(partial.bytes, partial.n, PARTIAL_SUCCESS_MESSAGE, &message) && message.is_bytes)
		buf_add(reason, message.bytes, message.n);
	return true;
}
