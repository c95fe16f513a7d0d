/* SPDX-License-Identifier: MIT */
/*
 * pprof: the profile.proto of pprof, gzipped; `go tool pprof`, Parca, Pyroscope and Speedscope read it.
 *
 * A name of the tree becomes a location with one line of a function; what was inlined is in one location with its
 * caller, innermost line first. A function has the qualified name, as system_name the same behind its module
 * ("json.decoder.JSONDecoder.decode"), its file and the line where it begins.
 * Processes and threads are not functions: they become labels of the samples below them (service and pid, thread and
 * tid), by which readers can filter and group. A sample has two values, its units and what they stand for in
 * nanoseconds. What was lost is told in a comment.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/gzip.h"
#include "base/proto.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/frames.h"
#include "profile/tree.h"

#define PPROF_MAX ((size_t)256 << 20)         /* bytes before they are compressed: a sample repeats its whole stack */
#define STRING_MAX (2 * SCRAPE_NAME_MAX + 1) /* of a system_name: file and function */

/* Numbers of fields: proto/profile.proto of pprof. Samples name the innermost location first. */
enum {
	PROFILE_SAMPLE_TYPE = 1, PROFILE_SAMPLE = 2, PROFILE_MAPPING = 3, PROFILE_LOCATION = 4, PROFILE_FUNCTION = 5,
	PROFILE_STRING_TABLE = 6, PROFILE_TIME_NANOS = 9, PROFILE_DURATION_NANOS = 10, PROFILE_PERIOD_TYPE = 11,
	PROFILE_PERIOD = 12, PROFILE_COMMENT = 13, PROFILE_DEFAULT_SAMPLE_TYPE = 14,
	VALUE_TYPE_TYPE = 1, VALUE_TYPE_UNIT = 2,
	SAMPLE_LOCATION_ID = 1, SAMPLE_VALUE = 2, SAMPLE_LABEL = 3,
	LABEL_KEY = 1, LABEL_STR = 2, LABEL_NUM = 3,
	MAPPING_ID = 1, MAPPING_FILENAME = 5, MAPPING_BUILD_ID = 6, MAPPING_HAS_FUNCTIONS = 7,
	MAPPING_HAS_FILENAMES = 8, MAPPING_HAS_LINE_NUMBERS = 9, MAPPING_HAS_INLINE_FRAMES = 10,
	LOCATION_ID = 1, LOCATION_MAPPING_ID = 2, LOCATION_LINE = 4,
	LINE_FUNCTION_ID = 1, LINE_LINE = 2,
	FUNCTION_ID = 1, FUNCTION_NAME = 2, FUNCTION_SYSTEM_NAME = 3, FUNCTION_FILENAME = 4, FUNCTION_START_LINE = 5,
};

struct location {
	uint32_t name;
	uint32_t caller; /* of what was inlined: id of the location that it shares with its caller, 0: none */
	bool used;       /* it is in a sample */
};

struct pprof {
	const struct tree *tree;
	uint64_t period_ns;
	struct buf out;           /* the message, not compressed yet */
	struct buf table;         /* its table of strings */
	uint32_t n_strings;
	struct map by_pointer;    /* texts of the tree and of this file -> number in the table */
	struct frames functions;  /* of numbers of strings; a function's id is its number here + 1 */
	VEC(struct location) locations; /* a location's id is its number + 1; first one for each name */
	struct map by_module;     /* its string << 32 | that of its build id -> mapping of native code */
	uint32_t n_mappings;      /* of these */
	struct map by_name;       /* of what was inlined: caller << 32 | name -> its id */
	struct buf message, line, lines, text; /* scratch */
};

/* A node above the one where the walk over the nodes stands, or that one. */
struct step {
	uint64_t id;       /* of its location; 0: it became labels */
	bool inlined;      /* its location has the one above it in itself, and its id stands where that one's did */
	bool covered;      /* such a one was put there */
	bool used;         /* its location is in a sample, and so are those that it stands on */
	size_t stands_on;  /* where in the path's bytes the stack begins that it was put on */
	size_t begin;      /* and with itself */
	size_t labels_end; /* where its labels end */
};

/* Where the walk stands. A stack is the ids of its locations, innermost first: so that of a node is its own id before
 * the stack of the node above, and the bytes are written from their end. */
struct path {
	struct step *steps; /* by depth */
	char *bytes;
	size_t n_bytes;
	struct buf labels; /* fields of a sample, outermost first */
	struct buf label;  /* scratch */
};

static uint64_t clamp(uint64_t value)
{
	return value < INT64_MAX ? value : INT64_MAX;
}

/* Puts a text into the table; readers refuse what is not UTF-8. */
static uint32_t add_string(struct pprof *p, const char *text, size_t len)
{
	buf_reset(&p->text);
	text_clean(&p->text, text, len, STRING_MAX);
	proto_bytes(&p->table, PROFILE_STRING_TABLE, p->text.data, p->text.len);
	p->out.failed |= p->text.failed || p->table.failed;
	return p->n_strings++;
}

/* A text that will not move or change: equal ones of a tree are mostly the same. */
static uint32_t string_of(struct pprof *p, const char *text)
{
	uint32_t number = 0;

	if (!text || !text[0] || map_get(&p->by_pointer, (uintptr_t)text, &number))
		return number;
	number = add_string(p, text, strlen(text));
	p->out.failed |= map_put(&p->by_pointer, (uintptr_t)text, number) < 0;
	return number;
}

static void add_value_type(struct pprof *p, unsigned field, const char *type, const char *unit)
{
	buf_reset(&p->message);
	proto_uint(&p->message, VALUE_TYPE_TYPE, string_of(p, type));
	proto_uint(&p->message, VALUE_TYPE_UNIT, string_of(p, unit));
	proto_bytes(&p->out, field, p->message.data, p->message.len);
}

/* Says that it has functions, so that no reader goes and searches files for symbols. */
static void add_mapping(struct pprof *p, uint64_t id, uint32_t file, uint32_t build_id)
{
	struct buf message = BUF_INIT;

	proto_uint(&message, MAPPING_ID, id);
	proto_uint(&message, MAPPING_FILENAME, file);
	proto_uint(&message, MAPPING_BUILD_ID, build_id);
	proto_uint(&message, MAPPING_HAS_FUNCTIONS, 1);
	proto_uint(&message, MAPPING_HAS_FILENAMES, 1);
	proto_uint(&message, MAPPING_HAS_LINE_NUMBERS, 1);
	proto_uint(&message, MAPPING_HAS_INLINE_FRAMES, 1);
	proto_bytes(&p->out, PROFILE_MAPPING, message.data, message.len);
	p->out.failed |= message.failed;
	buf_deinit(&message);
}

static void add_header(struct pprof *p)
{
	const struct tree_meta *meta = &p->tree->meta;
	const char *mode = meta->mode ? meta->mode : "cpu";
	struct buf sentence = BUF_INIT;

	(void)add_string(p, "", 0); /* number 0 */
	add_value_type(p, PROFILE_SAMPLE_TYPE, "samples", "count");
	add_value_type(p, PROFILE_SAMPLE_TYPE, mode, "nanoseconds");
	add_value_type(p, PROFILE_PERIOD_TYPE, mode, "nanoseconds");
	proto_uint(&p->out, PROFILE_PERIOD, clamp(p->period_ns));
	proto_uint(&p->out, PROFILE_DEFAULT_SAMPLE_TYPE, string_of(p, mode));
	proto_uint(&p->out, PROFILE_TIME_NANOS, clamp(meta->start_wall_ns));
	proto_uint(&p->out, PROFILE_DURATION_NANOS, clamp(meta->duration_ns));
	meta_add_sentence(&sentence, meta, p->tree->n_nodes > 0 ? p->tree->nodes[0].total : 0);
	proto_uint(&p->out, PROFILE_COMMENT, add_string(p, sentence.data, sentence.len));
	p->out.failed |= sentence.failed;
	buf_deinit(&sentence);
	add_mapping(p, 1, add_string(p, meta->title, strnlen(meta->title, sizeof(meta->title))), 0);
}

/* Which file native code is of; Python's is of the first mapping. What was inlined is where its caller is. */
static uint64_t mapping_of(struct pprof *p, const struct location *location)
{
	const struct tree_name *name;
	uint32_t file, build_id, id = 1;
	uint64_t key;

	while (location->caller)
		location = &p->locations.items[location->caller - 1];
	name = &p->tree->names[location->name];
	file = name->kind == TREE_NATIVE ? string_of(p, name->module) : 0;
	if (file == 0)
		return id;
	build_id = string_of(p, name->build_id);
	key = (uint64_t)file << 32 | build_id;
	if (map_get(&p->by_module, key, &id))
		return id;
	id = ++p->n_mappings + 1;
	p->out.failed |= map_put(&p->by_module, key, id) < 0;
	add_mapping(p, id, file, build_id);
	return id;
}

static void add_label(struct pprof *p, struct path *path, const char *key, uint64_t str, uint64_t num)
{
	buf_reset(&path->label);
	proto_uint(&path->label, LABEL_KEY, string_of(p, key));
	proto_uint(&path->label, LABEL_STR, str);
	proto_uint(&path->label, LABEL_NUM, num);
	proto_bytes(&path->labels, SAMPLE_LABEL, path->label.data, path->label.len);
}

/* A process or a thread becomes two labels. False if it is neither. */
static bool add_group(struct pprof *p, struct path *path, const struct tree_name *name)
{
	struct tree_group group;

	if (!tree_group(name, &group))
		return false;
	if (group.len > 0)
		add_label(p, path, group.is_thread ? "thread" : "service", add_string(p, group.name, group.len), 0);
	if (group.number > 0)
		add_label(p, path, group.is_thread ? "tid" : "pid", 0, group.number);
	return true;
}

/* The id of the location of a name, within that of its caller if it was inlined; 0 without memory. */
static uint64_t location_of(struct pprof *p, uint32_t name, uint64_t caller)
{
	uint64_t key = caller << 32 | name;
	struct location *location;
	uint32_t id;

	if (caller == 0)
		return (uint64_t)name + 1;
	if (map_get(&p->by_name, key, &id))
		return id;
	location = VEC_PUSH(&p->locations);
	if (!location || map_put(&p->by_name, key, (uint32_t)p->locations.n) < 0) {
		p->out.failed = true;
		return 0;
	}
	*location = (struct location){.name = name, .caller = (uint32_t)caller};
	return p->locations.n;
}

static void put_id(struct path *path, struct step *step)
{
	char id[PROTO_VARINT_MAX];
	size_t n = proto_varint(id, step->id);

	step->begin = step->stands_on - n;
	memcpy(path->bytes + step->begin, id, n);
}

/* Puts the node at the end of the path. Only what ended in a process or thread itself has that as its location. */
static void add_step(struct pprof *p, struct path *path, const struct tree_node *node)
{
	const struct tree_name *name = &p->tree->names[node->name];
	struct step *step = &path->steps[node->depth], *above = node->depth > 0 ? step - 1 : NULL;

	*step = (struct step){.stands_on = path->n_bytes, .begin = path->n_bytes};
	path->labels.len = above ? above->labels_end : 0;
	if (above) {
		bool is_label = add_group(p, path, name);

		step->begin = step->stands_on = above->begin;
		step->inlined = name->inlined && node->depth > 1 && above->id;
		step->id = is_label ? 0 : location_of(p, node->name, step->inlined ? above->id : 0);
		if (step->inlined)
			step->stands_on = above->stands_on;
		else if (above->covered)
			put_id(path, above);
		above->covered = step->inlined;
	}
	step->labels_end = path->labels.len;
	if (step->id)
		put_id(path, step);
}

static void mark_used(struct pprof *p, struct path *path, uint32_t depth)
{
	for (; depth > 0 && !path->steps[depth].used; depth--) {
		path->steps[depth].used = true;
		if (path->steps[depth].id)
			p->locations.items[path->steps[depth].id - 1].used = true;
		while (path->steps[depth].inlined)
			depth--;
	}
}

/* The node that ends the path gets a sample. */
static void add_sample(struct pprof *p, struct path *path, const struct tree_node *node)
{
	const struct step *step = &path->steps[node->depth];
	uint64_t units = clamp(node->self), values[2] = {units, INT64_MAX};

	if (p->period_ns == 0 || units <= INT64_MAX / p->period_ns)
		values[1] = units * p->period_ns;
	buf_reset(&p->message);
	if (step->begin < path->n_bytes) {
		mark_used(p, path, node->depth);
		proto_bytes(&p->message, SAMPLE_LOCATION_ID, path->bytes + step->begin, path->n_bytes - step->begin);
	} else {
		uint64_t id = location_of(p, node->name, 0);

		p->locations.items[id - 1].used = true;
		proto_packed(&p->message, SAMPLE_LOCATION_ID, &id, 1);
	}
	proto_packed(&p->message, SAMPLE_VALUE, values, 2);
	buf_add(&p->message, path->labels.data, step->labels_end);
	proto_bytes(&p->out, PROFILE_SAMPLE, p->message.data, p->message.len);
}

static int add_samples(struct pprof *p, struct path *path)
{
	const struct tree *tree = p->tree;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		add_step(p, path, &tree->nodes[i]);
		if (tree->nodes[i].self > 0)
			add_sample(p, path, &tree->nodes[i]);
		if (p->out.len > PPROF_MAX)
			return SCRAPE_ELIMIT;
	}
	return path->labels.failed || path->label.failed ? SCRAPE_ENOMEM : 0;
}

/* "json.decoder.JSONDecoder.decode", or the file where the module is not known: readers take a system_name that is the
 * name itself for one of C++ and cut "<module>" out of it. */
static uint32_t system_name(struct pprof *p, const struct tree_name *name, const char *shown)
{
	struct buf text = BUF_INIT;
	uint32_t number;

	if (!name->module[0] && !name->file[0])
		return string_of(p, shown);
	buf_str(&text, name->module[0] ? name->module : name->file);
	buf_chr(&text, name->module[0] ? '.' : ':');
	buf_str(&text, shown);
	number = add_string(p, text.data, text.len);
	p->out.failed |= text.failed;
	buf_deinit(&text);
	return number;
}

/* The id of the function that the name is a line of; defined when it is met first. */
static uint64_t function_of(struct pprof *p, const struct tree_name *name)
{
	const char *shown = tree_shown(name);
	struct frame function = {
		.function = string_of(p, shown),
		.file = string_of(p, name->file),
		.module = string_of(p, name->module),
		.first_line = name->first_line,
		.kind = (uint32_t)name->kind,
	};
	size_t known = p->functions.list.n;
	uint32_t number;

	if (frames_add(&p->functions, &function, &number) < 0) {
		p->out.failed = true;
		return 0;
	}
	if (number < known)
		return (uint64_t)number + 1;
	buf_reset(&p->message);
	proto_uint(&p->message, FUNCTION_ID, (uint64_t)number + 1);
	proto_uint(&p->message, FUNCTION_NAME, function.function);
	proto_uint(&p->message, FUNCTION_SYSTEM_NAME, system_name(p, name, shown));
	proto_uint(&p->message, FUNCTION_FILENAME, function.file);
	proto_uint(&p->message, FUNCTION_START_LINE, name->first_line);
	proto_bytes(&p->out, PROFILE_FUNCTION, p->message.data, p->message.len);
	return (uint64_t)number + 1;
}

static void add_locations(struct pprof *p)
{
	for (size_t i = 0; i < p->locations.n; i++) {
		uint64_t line = i + 1, mapping;

		if (!p->locations.items[i].used)
			continue;
		mapping = mapping_of(p, &p->locations.items[i]);
		for (; line; line = p->locations.items[line - 1].caller) {
			const struct tree_name *name = &p->tree->names[p->locations.items[line - 1].name];
			uint64_t function = function_of(p, name);

			buf_reset(&p->line);
			proto_uint(&p->line, LINE_FUNCTION_ID, function);
			proto_uint(&p->line, LINE_LINE, name->line);
			proto_bytes(&p->lines, LOCATION_LINE, p->line.data, p->line.len);
		}
		buf_reset(&p->message);
		proto_uint(&p->message, LOCATION_ID, i + 1);
		proto_uint(&p->message, LOCATION_MAPPING_ID, mapping);
		buf_add(&p->message, p->lines.data, p->lines.len);
		proto_bytes(&p->out, PROFILE_LOCATION, p->message.data, p->message.len);
		buf_reset(&p->lines);
	}
}

static uint32_t deepest(const struct tree *tree)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < tree->n_nodes; i++)
		depth = tree->nodes[i].depth > depth ? tree->nodes[i].depth : depth;
	return depth;
}

static int make_message(struct pprof *p)
{
	size_t depths = (size_t)deepest(p->tree) + 1;
	_cleanup_free_ struct step *steps = calloc(depths, sizeof(*steps));
	_cleanup_free_ char *bytes = malloc(depths * PROTO_VARINT_MAX);
	struct path path = {.steps = steps, .bytes = bytes, .n_bytes = depths * PROTO_VARINT_MAX};
	int r;

	if (!steps || !bytes)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < p->tree->n_names; i++) {
		struct location *location = VEC_PUSH(&p->locations);

		if (!location)
			return SCRAPE_ENOMEM;
		*location = (struct location){.name = (uint32_t)i};
	}
	add_header(p);
	r = add_samples(p, &path);
	buf_deinit(&path.labels);
	buf_deinit(&path.label);
	if (r < 0)
		return r;
	add_locations(p);
	buf_add(&p->out, p->table.data, p->table.len);
	if (p->out.failed || p->message.failed || p->line.failed || p->lines.failed)
		return SCRAPE_ENOMEM;
	return p->out.len > PPROF_MAX ? SCRAPE_ELIMIT : 0;
}

static int encode_pprof(const struct tree *tree, struct buf *out)
{
	struct pprof p = {.tree = tree, .period_ns = meta_period_ns(&tree->meta)};
	int r = make_message(&p);

	buf_deinit(&p.table);
	if (r == 0)
		r = gzip_add(out, p.out.data, p.out.len);
	buf_deinit(&p.out);
	buf_deinit(&p.message);
	buf_deinit(&p.line);
	buf_deinit(&p.lines);
	VEC_DEINIT(&p.locations);
	map_deinit(&p.by_name);
	map_deinit(&p.by_module);
	buf_deinit(&p.text);
	map_deinit(&p.by_pointer);
	frames_deinit(&p.functions);
	return r;
}

const struct encoder encoder_pprof = {
	.name = "pprof",
	.suffix = ".pb.gz",
	.also = ".pprof",
	.mime = "application/octet-stream",
	.what = "gzipped profile.proto, for go tool pprof, Parca and Pyroscope",
	.labels = true,
	.encode = encode_pprof,
};
