/* SPDX-License-Identifier: MIT */
/*
 * Every reader of CPython's data over memory that a fuzzer wrote. The memory repeats: nearly every address means some
 * of its bytes, so pointers lead somewhere; those with an odd 41st bit cannot be read. Whatever it holds, a reader must
 * end within its number of calls and give clean text.
 * Input: minor version, what to read, then the memory.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "python/classname.h"
#include "python/dict.h"
#include "python/locals.h"
#include "python/modname.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "python/threadname.h"
#include "python/value.h"
#include "scrape.h"
#include "target/mem.h"

#define CALLS_MAX 200000
#define KINDS 7 /* of things to read */

struct repeating {
	struct mem mem;
	const uint8_t *bytes;
	size_t len;
};

static int repeating_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	const struct repeating *m = (const struct repeating *)(const void *)mem;

	if (mem->calls > CALLS_MAX)
		abort();
	for (size_t i = 0; i < n; i++) {
		if (ranges[i].addr >> 40 & 1)
			return (int)i;
		for (size_t k = 0; k < ranges[i].len; k++)
			((uint8_t *)ranges[i].dst)[k] = m->bytes[(ranges[i].addr + k) % m->len];
	}
	return (int)n;
}

static const struct mem_ops repeating_ops = {.readv = repeating_readv};

/* Clean text stays as it is when it is cleaned again. */
static void check_clean(const struct buf *text)
{
	struct buf again = BUF_INIT;

	text_clean(&again, text->data, text->len, SIZE_MAX);
	if (again.len != text->len || (text->len > 0 && memcmp(again.data, text->data, text->len) != 0))
		abort();
	buf_deinit(&again);
}

static int on_thread(void *arg, uint64_t ident, uint64_t name_addr)
{
	(void)arg;
	return ident == 1 && name_addr == 1 ? SCRAPE_ELIMIT : 0;
}

static int on_local(void *arg, const struct local *local)
{
	size_t *n = arg;

	if (!local->name || !local->text || ++*n > LOCALS_MAX)
		abort();
	return 0;
}

static void read_one(struct mem *mem, const struct offsets *o, unsigned int what, struct buf *out)
{
	struct value_reader reader;
	struct dict dict;
	size_t n = 0;
	int r;

	switch (what % KINDS) {
	case 0:
		(void)pystr_read(mem, o, 0, out); /* any result will do, here and below */
		if (out->len > SCRAPE_NAME_MAX)
			abort();
		break;
	case 1:
		value_reader_init(&reader, mem, o, VALUE_READS_MAX);
		(void)value_read(&reader, 0, out);
		break;
	case 2:
		value_reader_init(&reader, mem, o, VALUE_READS_MAX);
		(void)locals_each(&reader, 0, 64, on_local, &n);
		break;
	case 3:
		(void)threadname_each(mem, o, 0, on_thread, NULL);
		break;
	case 4:
		(void)classname_read(mem, o, 0, 64, out);
		break;
	case 5:
		r = dict_open(&dict, mem, o, 0);
		while (r == 0 && (r = dict_next(&dict)) > 0) {
			n += (size_t)r;
			r = 0;
		}
		if (n > DICT_ENTRIES_MAX)
			abort();
		break;
	case 6:
		(void)modname_read(mem, o, 0, 64, out);
		if (out->len > MODNAME_MAX)
			abort();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct repeating memory = {.mem.ops = &repeating_ops, .bytes = data + 2, .len = size - 2};
	struct buf out = BUF_INIT;
	struct offsets offsets;

	if (size < 18 || size > 4096)
		return 0;
	if (offsets_from_table(0x030000f0u | (7u + data[0] % 9) << 16, &offsets, NULL) < 0)
		abort();
	if (data[1] % KINDS == 4 && offset_has(offsets.code_qualname))
		return 0;
	read_one(&memory.mem, &offsets, data[1], &out);
	check_clean(&out);
	buf_deinit(&out);
	return 0;
}
