/* SPDX-License-Identifier: MIT */
/*
 * pprof, by a reader of its own: unzipped, cut into fields by hand, every reference followed, every sample compared with
 * the node that it came from. Numbers of fields are from pprof's proto/profile.proto.
 */
#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/text.h"
#include "base/vec.h"
#include "encode/encoder.h"
#include "support/tree_make.h"

#define GOLDEN "tests/fixtures/encode/small.pprof.txt"
#define MESSAGE_MAX ((size_t)256 << 20)
#define DEPTH_MAX 1024

/* libcheck notes the place of each of its own assertions in a file: too slow for millions of them. */
#define MUST(what)                                                                                                     \
	do {                                                                                                           \
		if (!(what))                                                                                           \
			ck_abort_msg("not so: %s", #what);                                                             \
	} while (0)

struct bytes {
	const uint8_t *p, *end;
};

struct field {
	unsigned number;
	uint64_t value;     /* of a number */
	struct bytes bytes; /* of anything longer; p is NULL for a number */
};

struct function {
	uint64_t id, name, system_name, file, start_line;
};

struct location {
	uint64_t id, mapping, function, line;
	unsigned lines;
};

struct label {
	uint64_t key, str, num;
};

struct sample {
	VEC(uint64_t) locations; /* innermost first */
	VEC(uint64_t) values;
	VEC(struct label) labels;
};

struct profile {
	uint8_t *raw;
	VEC(struct bytes) strings;
	VEC(struct function) functions;
	VEC(struct location) locations;
	VEC(struct sample) samples;
	VEC(uint64_t) types; /* type and unit, in turn */
	uint64_t period_type[2], mapping[6];
	uint64_t time, duration, period, comment, default_type;
	unsigned mappings;
};

static uint64_t varint(struct bytes *b)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		MUST(b->p < b->end);
		value |= (uint64_t)(*b->p & 0x7f) << shift;
		if (*b->p++ < 0x80)
			return value;
	}
	ck_abort_msg("a number of more than ten bytes");
	return 0;
}

/* The next field of a message; false at its end. */
static bool next(struct bytes *b, struct field *ret)
{
	uint64_t tag, n;

	if (b->p == b->end)
		return false;
	tag = varint(b);
	*ret = (struct field){.number = (unsigned)(tag >> 3)};
	MUST(ret->number > 0);
	if ((tag & 7) == 0) {
		ret->value = varint(b);
		return true;
	}
	MUST((tag & 7) == 2);
	n = varint(b);
	MUST(n <= (size_t)(b->end - b->p));
	ret->bytes = (struct bytes){b->p, b->p + n};
	b->p += n;
	return true;
}

/* All fields of a flat message into the places by number; a field that has no place fails. */
static void numbers(struct bytes message, uint64_t *places, unsigned n)
{
	struct field f;

	while (next(&message, &f)) {
		MUST(!f.bytes.p && f.number <= n);
		places[f.number - 1] = f.value;
	}
}

static void read_location(struct profile *p, struct bytes message)
{
	struct location *location = VEC_PUSH(&p->locations);
	uint64_t line[2] = {0};
	struct field f;

	while (next(&message, &f)) {
		if (f.number == 1)
			location->id = f.value;
		else if (f.number == 2)
			location->mapping = f.value;
		else if (f.number == 4 && ++location->lines)
			numbers(f.bytes, line, 2);
		else
			ck_abort_msg("field %u of a location", f.number);
	}
	location->function = line[0];
	location->line = line[1];
}

static void read_sample(struct profile *p, struct bytes message)
{
	struct sample *sample = VEC_PUSH(&p->samples);
	struct field f;

	while (next(&message, &f)) {
		MUST(f.bytes.p && f.number <= 3);
		while (f.number == 1 && f.bytes.p < f.bytes.end)
			*VEC_PUSH(&sample->locations) = varint(&f.bytes);
		while (f.number == 2 && f.bytes.p < f.bytes.end)
			*VEC_PUSH(&sample->values) = varint(&f.bytes);
		if (f.number == 3)
			numbers(f.bytes, &VEC_PUSH(&sample->labels)->key, 3);
	}
}

static void read_mapping(struct profile *p, struct bytes message)
{
	uint64_t fields[10] = {0};

	numbers(message, fields, 10);
	p->mappings++;
	p->mapping[0] = fields[0];
	p->mapping[1] = fields[4];
	memcpy(&p->mapping[2], &fields[6], 4 * sizeof(fields[0]));
}

static void read_field(struct profile *p, const struct field *f)
{
	uint64_t pair[2] = {0};

	switch (f->number) {
	case 1:
		numbers(f->bytes, pair, 2);
		*VEC_PUSH(&p->types) = pair[0];
		*VEC_PUSH(&p->types) = pair[1];
		break;
	case 2:
		read_sample(p, f->bytes);
		break;
	case 3:
		read_mapping(p, f->bytes);
		break;
	case 4:
		read_location(p, f->bytes);
		break;
	case 5:
		numbers(f->bytes, &VEC_PUSH(&p->functions)->id, 5);
		break;
	case 6:
		*VEC_PUSH(&p->strings) = f->bytes;
		break;
	case 9:
		p->time = f->value;
		break;
	case 10:
		p->duration = f->value;
		break;
	case 11:
		numbers(f->bytes, p->period_type, 2);
		break;
	case 12:
		p->period = f->value;
		break;
	case 13:
		p->comment = f->value;
		break;
	case 14:
		p->default_type = f->value;
		break;
	default:
		ck_abort_msg("field %u of a profile", f->number);
	}
}

static void unzip(const struct buf *zipped, uint8_t **ret, size_t *ret_len)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	uint32_t len;

	ck_assert_uint_ge(zipped->len, 18);
	ck_assert_mem_eq(zipped->data, "\x1f\x8b\x08\x00\x00\x00\x00\x00", 8); /* no name, no time */
	memcpy(&len, zipped->data + zipped->len - 4, 4);
	*ret = malloc(len + 1);
	ck_assert_ptr_nonnull(*ret);
	ck_assert_int_eq(libdeflate_gzip_decompress(d, zipped->data, zipped->len, *ret, len, ret_len), 0);
	ck_assert_uint_eq(*ret_len, len);
	libdeflate_free_decompressor(d);
}

static void check_strings(const struct profile *p)
{
	ck_assert_uint_gt(p->strings.n, 0);
	ck_assert_ptr_eq(p->strings.items[0].p, p->strings.items[0].end);
	for (size_t i = 0; i < p->strings.n; i++) {
		const struct bytes *s = &p->strings.items[i];
		struct buf clean = BUF_INIT;
		size_t n = (size_t)(s->end - s->p);

		ck_assert_uint_le(n, 2 * SCRAPE_NAME_MAX + 1);
		text_clean(&clean, (const char *)s->p, n, n < 16 ? 16 : n);
		ck_assert_uint_eq(clean.len, n);
		ck_assert(n == 0 || memcmp(clean.data, s->p, n) == 0);
		buf_deinit(&clean);
	}
}

/* Ids are not zero, each is there once, and whatever is named is there. Leaves locations and functions by id - 1. */
static void check_references(struct profile *p, size_t n_names)
{
	struct location *by_id = calloc(n_names + 1, sizeof(*by_id));

	ck_assert_ptr_nonnull(by_id);
	for (size_t i = 0; i < p->functions.n; i++) {
		const struct function *f = &p->functions.items[i];

		ck_assert_uint_eq(f->id, i + 1);
		ck_assert(f->name > 0 && f->name < p->strings.n && f->system_name < p->strings.n);
		ck_assert_uint_lt(f->file, p->strings.n);
	}
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct location *location = &p->locations.items[i];

		ck_assert(location->id > 0 && location->id <= n_names && by_id[location->id - 1].id == 0);
		ck_assert(location->function > 0 && location->function <= p->functions.n);
		ck_assert_uint_eq(location->lines, 1);
		ck_assert_uint_eq(location->mapping, 1);
		by_id[location->id - 1] = *location;
	}
	VEC_DEINIT(&p->locations);
	p->locations.items = by_id;
	p->locations.n = p->locations.cap = n_names;
	VEC_EACH (sample, &p->samples) {
		MUST(sample->values.n == 2 && sample->locations.n > 0);
		VEC_EACH (id, &sample->locations)
			MUST(*id > 0 && *id <= n_names && by_id[*id - 1].id == *id);
		VEC_EACH (label, &sample->labels)
			MUST(label->key > 0 && label->key < p->strings.n && label->str < p->strings.n &&
			     (label->str > 0) != (label->num > 0));
	}
	ck_assert_uint_eq(p->mappings, 1);
	ck_assert_uint_eq(p->mapping[0], 1);
	ck_assert_uint_eq(p->types.n, 4);
}

static void read_profile(const struct tree *tree, struct profile *p)
{
	struct buf out = BUF_INIT;
	struct bytes all;
	struct field f;
	size_t len;

	*p = (struct profile){0};
	ck_assert_int_eq(encoder_by_name("pprof")->encode(tree, &out), 0);
	unzip(&out, &p->raw, &len);
	all = (struct bytes){p->raw, p->raw + len};
	while (next(&all, &f))
		read_field(p, &f);
	buf_deinit(&out);
	check_strings(p);
	check_references(p, tree->n_names);
}

static void forget(struct profile *p)
{
	VEC_EACH (sample, &p->samples) {
		VEC_DEINIT(&sample->locations);
		VEC_DEINIT(&sample->values);
		VEC_DEINIT(&sample->labels);
	}
	VEC_DEINIT(&p->samples);
	VEC_DEINIT(&p->strings);
	VEC_DEINIT(&p->functions);
	VEC_DEINIT(&p->locations);
	VEC_DEINIT(&p->types);
	free(p->raw);
}

static void put_string(const struct profile *p, uint64_t number, struct buf *out)
{
	const struct bytes *s = &p->strings.items[number];

	buf_add(out, s->p, (size_t)(s->end - s->p));
}

static void put_function(const struct profile *p, uint64_t location_id, struct buf *out)
{
	const struct location *location = &p->locations.items[location_id - 1];
	const struct function *function = &p->functions.items[location->function - 1];

	put_string(p, function->name, out);
	buf_chr(out, '|');
	put_string(p, function->system_name, out);
	buf_chr(out, '|');
	put_string(p, function->file, out);
	buf_fmt(out, "|%" PRIu64 "|%" PRIu64, function->start_line, location->line);
}

static void put_sample(const struct profile *p, const struct sample *sample, struct buf *out)
{
	VEC_EACH (label, &sample->labels) {
		put_string(p, label->key, out);
		buf_chr(out, '=');
		if (label->str)
			put_string(p, label->str, out);
		else
			buf_fmt(out, "%" PRIu64, label->num);
		buf_chr(out, ' ');
	}
	for (size_t i = sample->locations.n; i-- > 0;) {
		put_function(p, sample->locations.items[i], out);
		buf_chr(out, i > 0 ? ';' : ' ');
	}
	buf_fmt(out, "%" PRIu64 " %" PRIu64 "\n", sample->values.items[0], sample->values.items[1]);
}

static void put_header(const struct profile *p, struct buf *out)
{
	for (size_t i = 0; i < 4; i++) {
		put_string(p, p->types.items[i], out);
		buf_chr(out, i % 2 ? '\n' : '/');
	}
	put_string(p, p->period_type[0], out);
	buf_chr(out, '/');
	put_string(p, p->period_type[1], out);
	buf_fmt(out, " %" PRIu64 "\nshown: ", p->period);
	put_string(p, p->default_type, out);
	buf_fmt(out, "\nfrom %" PRIu64 " for %" PRIu64 "\n", p->time, p->duration);
	put_string(p, p->comment, out);
	buf_chr(out, '\n');
	put_string(p, p->mapping[1], out);
	buf_fmt(out, " %" PRIu64 "%" PRIu64 "%" PRIu64 "%" PRIu64 "\n", p->mapping[2], p->mapping[3], p->mapping[4],
		p->mapping[5]);
}

START_TEST(golden)
{
	struct buf got = BUF_INIT, expect = BUF_INIT;
	struct profile p;
	struct tree tree;

	tree_make_small(&tree);
	read_profile(&tree, &p);
	put_header(&p, &got);
	VEC_EACH (sample, &p.samples)
		put_sample(&p, sample, &got);
	ck_assert_int_eq(io_read_file(AT_FDCWD, GOLDEN, 1 << 20, &expect), 0);
	ck_assert_str_eq(buf_cstr(&got), buf_cstr(&expect));
	buf_deinit(&got);
	buf_deinit(&expect);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

/* Every sample has the stack and the value of its node, in a tree without processes and threads. */
static void check_samples(const struct tree *tree, const struct profile *p)
{
	uint32_t path[DEPTH_MAX];
	uint64_t units = 0, ns = 0;
	size_t n = 0;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const struct sample *sample = &p->samples.items[n];

		MUST(node->depth < DEPTH_MAX);
		path[node->depth] = node->name;
		if (node->self == 0)
			continue;
		MUST(n < p->samples.n && sample->locations.n == node->depth);
		n++;
		for (uint32_t k = 0; k < node->depth; k++)
			MUST(sample->locations.items[k] == path[node->depth - k] + 1u);
		MUST(sample->values.items[0] == node->self);
		units += sample->values.items[0];
		ns += sample->values.items[1];
	}
	ck_assert_uint_eq(n, p->samples.n);
	ck_assert_uint_eq(units, tree->nodes[0].total);
	ck_assert_uint_eq(ns, tree->nodes[0].total * tree->meta.period_ns);
}

START_TEST(many_nodes)
{
	struct profile p;
	struct tree tree;

	tree_make_service(&tree, 100000);
	read_profile(&tree, &p);
	check_samples(&tree, &p);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

START_TEST(evil_names)
{
	struct profile p;
	struct tree tree;

	tree_make_evil(&tree);
	read_profile(&tree, &p);
	check_samples(&tree, &p);
	for (size_t i = 0; i + 3 < tree.n_names; i++) { /* behind the root; the last but one is empty, the last unclean */
		const struct location *location = &p.locations.items[i + 1];
		const struct bytes *s = &p.strings.items[p.functions.items[location->function - 1].name];
		const char *name = tree.names[i + 1].function;

		ck_assert_uint_eq((size_t)(s->end - s->p), strlen(name));
		ck_assert_mem_eq(s->p, name, strlen(name));
	}
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

START_TEST(labels)
{
	static const char expected[] =
		"service=web pid=11 thread=main tid=11 thread main (tid 11)|thread main (tid 11)||0|0 1 10000000\n"
		"service=web pid=11 thread=main tid=11 WORK 10 100000000\n"
		"service=web pid=11 thread=main tid=11 WORK;WORK 100 1000000000\n"
		"service=web pid=11 tid=12 thread (tid 12)|thread (tid 12)||0|0 2 20000000\n"
		"service=web pid=11 tid=12 WORK 20 200000000\n"
		"service=web pid=11 tid=12 WORK;WORK 200 2000000000\n"
		"service=web pid=11 GC 2000 20000000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=a (pid 3); tid=21 "
		"thread a (pid 3); (tid 21)|thread a (pid 3); (tid 21)||0|0 4 40000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=a (pid 3); tid=21 WORK 40 400000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=a (pid 3); tid=21 WORK;WORK 400 4000000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=(tid 22) tid=22 "
		"thread (tid 22) (tid 22)|thread (tid 22) (tid 22)||0|0 5 50000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=(tid 22) tid=22 WORK 50 500000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 thread=(tid 22) tid=22 WORK;WORK 500 5000000000\n"
		"service=thread evil (tid 9) (pid 7) pid=21 GC 5000 50000000000\n"
		"GC 7 70000000\n";
	static const char work[] = "work|app.work|/srv/app.py|1|3", gc[] = "[gc]|[gc]||0|0";
	struct buf got = BUF_INIT, text = BUF_INIT;
	struct profile p;
	struct tree tree;

	tree_make_threads(&tree);
	read_profile(&tree, &p);
	VEC_EACH (sample, &p.samples)
		put_sample(&p, sample, &text);
	for (const char *at = buf_cstr(&text); *at;) { /* the two frames in short */
		bool is_work = strncmp(at, work, strlen(work)) == 0, is_gc = strncmp(at, gc, strlen(gc)) == 0;

		if (is_work || is_gc)
			buf_str(&got, is_work ? "WORK" : "GC");
		else
			buf_chr(&got, *at);
		at += is_work ? strlen(work) : is_gc ? strlen(gc) : 1;
	}
	ck_assert_str_eq(buf_cstr(&got), expected);
	buf_deinit(&got);
	buf_deinit(&text);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

/* A function is one whatever its lines; another module, file or beginning makes another. */
START_TEST(functions)
{
	struct profile p;
	struct tree tree;

	tree_make_init(&tree, 8, 8);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 0);
	tree_make_node(&tree, 1, tree_make_function(&tree, "m", "f", "/m.py", 1, 2), 1);
	tree_make_node(&tree, 1, tree_make_function(&tree, "m", "f", "/m.py", 1, 3), 1);
	tree_make_node(&tree, 1, tree_make_function(&tree, "n", "f", "/m.py", 1, 2), 1);
	tree_make_node(&tree, 1, tree_make_function(&tree, "m", "f", "/n.py", 1, 2), 1);
	tree_make_node(&tree, 1, tree_make_function(&tree, "m", "f", "/m.py", 9, 9), 1);
	tree_make_totals(&tree);
	for (size_t i = 1; i < tree.n_names; i++) { /* interned, as a profile's are */
		tree.names[i].function = tree.names[1].function;
		if (i != 3)
			tree.names[i].module = tree.names[1].module;
		if (i != 4)
			tree.names[i].file = tree.names[1].file;
	}
	read_profile(&tree, &p);
	ck_assert_uint_eq(p.functions.n, 4);
	ck_assert_uint_eq(p.locations.items[1].function, p.locations.items[2].function);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

START_TEST(long_names)
{
	static char name[SCRAPE_NAME_MAX + 1], module[256];
	struct buf text = BUF_INIT;
	struct profile p;
	struct tree tree;

	memset(name, 'n', sizeof(name) - 1);
	memset(module, 'm', sizeof(module) - 1);
	tree_make_init(&tree, 2, 2);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 0);
	tree_make_node(&tree, 1, tree_make_function(&tree, module, name, name, 1, 1), 1);
	tree_make_totals(&tree);
	read_profile(&tree, &p);
	put_function(&p, 2, &text);
	ck_assert_uint_eq(text.len, 3 * SCRAPE_NAME_MAX + 255 + 1 + strlen("|||1|1"));
	forget(&p);
	tree.names[1].module = ""; /* the longest there is: file and function */
	read_profile(&tree, &p);
	buf_reset(&text);
	put_function(&p, 2, &text);
	ck_assert_uint_eq(text.len, 4 * SCRAPE_NAME_MAX + 1 + strlen("|||1|1"));
	buf_deinit(&text);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

START_TEST(nothing_and_root_only)
{
	struct tree tree = {.meta = {.mode = NULL}};
	struct buf text = BUF_INIT;
	struct profile p;

	read_profile(&tree, &p);
	ck_assert_uint_eq(p.samples.n + p.functions.n + p.locations.n, 0);
	forget(&p);
	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 5);
	read_profile(&tree, &p);
	put_sample(&p, &p.samples.items[0], &text);
	ck_assert_str_eq(buf_cstr(&text), "all|all||0|0 5 50000000\n");
	buf_deinit(&text);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

START_TEST(huge_numbers)
{
	struct profile p;
	struct tree tree;

	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), UINT64_MAX);
	tree.meta.start_wall_ns = tree.meta.duration_ns = UINT64_MAX;
	tree.meta.mode = "wall";
	memset(tree.meta.title, '\xc3', sizeof(tree.meta.title)); /* cut within a character, and without an end */
	read_profile(&tree, &p);
	ck_assert_uint_eq(p.samples.items[0].values.items[0], INT64_MAX);
	ck_assert_uint_eq(p.samples.items[0].values.items[1], INT64_MAX);
	ck_assert_uint_eq(p.time, INT64_MAX);
	ck_assert_uint_eq(p.duration, INT64_MAX);
	ck_assert_mem_eq(p.strings.items[p.types.items[2]].p, "wall", 4);
	forget(&p);
	tree.nodes[0].self = INT64_MAX / tree.meta.period_ns;
	read_profile(&tree, &p);
	ck_assert_uint_eq(p.samples.items[0].values.items[1], INT64_MAX / 10000000 * 10000000);
	forget(&p);
	tree_deinit(&tree);
}
END_TEST

/* A sample of the deepest stack, with ids of 3 bytes, takes 48 KiB and a little: so many fit, a few more do not. */
START_TEST(limit)
{
	size_t stack = 3 * SCRAPE_DEPTH_MAX, fit = MESSAGE_MAX / (stack + 32), more = MESSAGE_MAX / stack + 1;
	struct buf out = BUF_INIT;
	struct tree tree;
	uint32_t name = 1 << 14;

	tree_make_init(&tree, name + 1, SCRAPE_DEPTH_MAX + more);
	while (tree.n_names <= name)
		(void)tree_make_name(&tree, "f", "", 0, TREE_NATIVE);
	tree_make_node(&tree, 0, 0, 0);
	for (uint32_t depth = 1; depth < SCRAPE_DEPTH_MAX; depth++)
		tree_make_node(&tree, depth, name, 0);
	for (size_t i = 0; i < fit; i++)
		tree_make_node(&tree, SCRAPE_DEPTH_MAX, name, 1);
	ck_assert_int_eq(encoder_by_name("pprof")->encode(&tree, &out), 0);
	for (size_t i = fit; i < more; i++)
		tree_make_node(&tree, SCRAPE_DEPTH_MAX, name, 1);
	buf_deinit(&out);
	ck_assert_int_eq(encoder_by_name("pprof")->encode(&tree, &out), SCRAPE_ELIMIT);
	ck_assert_uint_eq(out.len, 0);
	buf_deinit(&out);
	tree_deinit(&tree);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pprof");
	TCase *tcase = tcase_create("pprof");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, golden);
	tcase_add_test(tcase, many_nodes);
	tcase_add_test(tcase, evil_names);
	tcase_add_test(tcase, labels);
	tcase_add_test(tcase, functions);
	tcase_add_test(tcase, long_names);
	tcase_add_test(tcase, nothing_and_root_only);
	tcase_add_test(tcase, huge_numbers);
	tcase_add_test(tcase, limit);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
