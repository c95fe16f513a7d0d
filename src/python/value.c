/* SPDX-License-Identifier: MIT */
/* value: a short text of any object. Recursion is at most VALUE_DEPTH_MAX deep, whatever the target holds. */
#include "python/value.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "python/dict.h"
#include "python/number.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "scrape.h"
#include "target/mem.h"

#define SET_SLOTS_MAX 512 /* looked at to find VALUE_ITEMS_MAX members */
#define SET_BLOCK 64
#define ATTRIBUTES_MAX 256 /* of a class or module, looked at for one of them */
#define CLEAN_BYTES_MAX (VALUE_BYTES_MAX * 6) /* escapes make text longer */

static int add_value(struct value_reader *reader, uint64_t addr, int depth, struct buf *out);

void value_reader_init(struct value_reader *reader, struct mem *mem, const struct offsets *offsets, unsigned int reads)
{
	reader->mem = mem;
	reader->offsets = offsets;
	reader->calls_end = mem->calls + reads;
	reader->types_n = 0;
}

bool value_reader_spent(const struct value_reader *reader)
{
	return reader->mem->calls >= reader->calls_end;
}

int value_type_of(struct value_reader *reader, uint64_t addr, const struct value_type **ret)
{
	struct value_type *slot;
	uint64_t type_addr;
	int r = mem_read_u64(reader->mem, addr + reader->offsets->object_type, &type_addr);

	if (r < 0)
		return r;
	for (size_t i = 0; i < reader->types_n && i < VALUE_TYPES; i++)
		if (reader->types[i].type.addr == type_addr) {
			*ret = &reader->types[i];
			return 0;
		}
	slot = &reader->types[reader->types_n % VALUE_TYPES];
	slot->type.addr = 0;
	r = type_read(reader->mem, reader->offsets, type_addr, &slot->type);
	if (r == 0)
		r = mem_read_cstr(reader->mem, slot->type.name_addr, slot->name, sizeof(slot->name));
	if (r < 0 && r != SCRAPE_ELIMIT) {
		slot->type.addr = 0;
		return r;
	}
	reader->types_n++;
	*ret = slot;
	return 0;
}

/* Text inside quotes as Python writes it; control characters are left to text_clean. */
static void add_quoted(struct buf *out, const char *utf8, size_t n)
{
	char quote = memchr(utf8, '\'', n) && !memchr(utf8, '"', n) ? '"' : '\'';

	buf_chr(out, quote);
	for (size_t i = 0; i < n; i++) {
		char c = utf8[i];

		if (c == quote || c == '\\')
			buf_chr(out, '\\');
		if (c == '\n' || c == '\r' || c == '\t')
			buf_str(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
		else
			buf_chr(out, c);
	}
	buf_chr(out, quote);
}

static int add_str(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	struct buf utf8 = BUF_INIT;
	uint64_t length;
	int r = pystr_read_head(reader->mem, reader->offsets, addr, VALUE_BYTES_MAX + 1, &utf8, &length);

	if (r == 0)
		add_quoted(out, utf8.data ? utf8.data : "", utf8.len);
	buf_deinit(&utf8);
	return r;
}

static int add_bytes(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	unsigned char bytes[VALUE_BYTES_MAX + 1], quote;
	uint64_t size;
	int r = mem_read_u64(reader->mem, addr + reader->offsets->var_size, &size);

	if (r < 0)
		return r;
	size = size < sizeof(bytes) ? size : sizeof(bytes);
	r = mem_read(reader->mem, addr + reader->offsets->bytes_data, bytes, (size_t)size);
	if (r < 0)
		return r;
	quote = memchr(bytes, '\'', (size_t)size) && !memchr(bytes, '"', (size_t)size) ? '"' : '\'';
	buf_fmt(out, "b%c", quote);
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\\' || bytes[i] == quote)
			buf_fmt(out, "\\%c", bytes[i]);
		else if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
			buf_chr(out, (char)bytes[i]);
		else
			buf_fmt(out, "\\x%02x", bytes[i]);
	}
	buf_chr(out, (char)quote);
	return 0;
}

static int add_float(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	double value;
	int r = mem_read(reader->mem, addr + reader->offsets->float_value, &value, sizeof(value));

	if (r == 0)
		number_add_float(value, out);
	return r;
}

static int add_bool(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	uint64_t value;
	int r = number_read_u64(reader->mem, reader->offsets, addr, &value);

	if (r == 0)
		buf_str(out, value ? "True" : "False");
	return r;
}

/* The items of a list or tuple: `size` of them at items_addr. */
static int add_items(struct value_reader *reader, uint64_t items_addr, uint64_t size, int depth, struct buf *out)
{
	uint64_t items[VALUE_ITEMS_MAX];
	size_t n = size < VALUE_ITEMS_MAX ? (size_t)size : VALUE_ITEMS_MAX;
	int r = mem_read(reader->mem, items_addr, items, n * 8);

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (i > 0)
			buf_str(out, ", ");
		r = add_value(reader, items[i], depth, out);
	}
	if (size > n)
		buf_str(out, ", ...");
	return r;
}

static int add_list(struct value_reader *reader, uint64_t addr, int depth, struct buf *out)
{
	uint64_t size, items_addr;
	int r = mem_read_u64(reader->mem, addr + reader->offsets->var_size, &size);

	if (r == 0)
		r = mem_read_u64(reader->mem, addr + reader->offsets->list_items, &items_addr);
	if (r < 0)
		return r;
	buf_chr(out, '[');
	if (size > 0)
		r = add_items(reader, items_addr, size, depth, out);
	buf_chr(out, ']');
	return r;
}

static int add_tuple(struct value_reader *reader, uint64_t addr, int depth, struct buf *out)
{
	uint64_t size;
	int r = mem_read_u64(reader->mem, addr + reader->offsets->var_size, &size);

	if (r < 0)
		return r;
	buf_chr(out, '(');
	if (size > 0)
		r = add_items(reader, addr + reader->offsets->tuple_items, size, depth, out);
	buf_str(out, size == 1 ? ",)" : ")");
	return r;
}

static int add_dict(struct value_reader *reader, uint64_t addr, int depth, struct buf *out)
{
	struct dict dict;
	int shown = 0, n = 0, r = dict_open(&dict, reader->mem, reader->offsets, addr);

	if (r < 0)
		return r;
	buf_chr(out, '{');
	while (r == 0 && shown <= VALUE_ITEMS_MAX && !value_reader_spent(reader) && (n = dict_next(&dict)) > 0) {
		for (int i = 0; r == 0 && i < n && shown <= VALUE_ITEMS_MAX; i++, shown++) {
			buf_str(out, shown ? ", " : "");
			if (shown == VALUE_ITEMS_MAX) {
				buf_str(out, "...");
				continue;
			}
			r = add_value(reader, dict.block[i].key_addr, depth, out);
			buf_str(out, ": ");
			if (r == 0)
				r = add_value(reader, dict.block[i].value_addr, depth, out);
		}
	}
	buf_chr(out, '}');
	return r < 0 ? r : n < 0 ? n : 0;
}

/* Members lie scattered over a table of {key, hash}; a hash of -1 marks one that was removed. */
static int add_members(struct value_reader *reader, uint64_t table, uint64_t mask, int depth, struct buf *out)
{
	uint64_t slots[SET_BLOCK][2], shown = 0;
	int r = 0;

	for (uint64_t at = 0; r == 0 && at <= mask && shown <= VALUE_ITEMS_MAX; at += SET_BLOCK) {
		size_t n = mask + 1 - at < SET_BLOCK ? (size_t)(mask + 1 - at) : SET_BLOCK;

		r = mem_read(reader->mem, table + at * 16, slots, n * 16);
		for (size_t i = 0; r == 0 && i < n && shown <= VALUE_ITEMS_MAX; i++) {
			if (slots[i][0] == 0 || slots[i][1] == UINT64_MAX)
				continue;
			buf_str(out, shown ? ", " : "{");
			if (shown++ < VALUE_ITEMS_MAX)
				r = add_value(reader, slots[i][0], depth, out);
			else
				buf_str(out, "...");
		}
	}
	if (shown > 0)
		buf_chr(out, '}');
	return r;
}

/* {1, 2}, frozenset({1, 2}); the empty ones are set() and frozenset(). */
static int add_set(struct value_reader *reader, uint64_t addr, bool frozen, int depth, struct buf *out)
{
	uint64_t mask, table, used;
	struct mem_range ranges[] = {{addr + reader->offsets->set_used, &used, 8},
				     {addr + reader->offsets->set_mask, &mask, 8},
				     {addr + reader->offsets->set_table, &table, 8}};
	bool named;
	int r = mem_readv(reader->mem, ranges, 3);

	if (r < 3)
		return r < 0 ? r : SCRAPE_EFAULT;
	named = frozen || used == 0;
	if (named)
		buf_str(out, frozen ? "frozenset(" : "set(");
	r = add_members(reader, table, mask < SET_SLOTS_MAX ? mask : SET_SLOTS_MAX - 1, depth, out);
	if (named)
		buf_chr(out, ')');
	return r;
}

/* The str attribute of that name in a dict, raw; nothing if there is none. */
static int add_attribute(struct value_reader *reader, uint64_t dict_addr, const char *name, struct buf *out)
{
	uint64_t value, length;
	struct dict dict;
	int r = dict_open(&dict, reader->mem, reader->offsets, dict_addr);

	if (r < 0)
		return r;
	dict_limit(&dict, ATTRIBUTES_MAX);
	r = dict_get(&dict, name, &value);
	return r < 0 ? r : pystr_read_head(reader->mem, reader->offsets, value, VALUE_BYTES_MAX, out, &length);
}

/* "module.Class"; static types have it all in tp_name. What cannot be read is left out. */
static void add_class(struct value_reader *reader, const struct value_type *type, struct buf *out)
{
	size_t before = out->len;
	uint64_t qualname, length;

	if (!(type->type.flags & TYPE_HEAP)) {
		buf_str(out, type->name);
		return;
	}
	if (add_attribute(reader, type->type.dict_addr, "__module__", out) == 0 && out->len > before)
		buf_chr(out, '.');
	if (out->len - before == 9 && memcmp(out->data + before, "builtins.", 9) == 0)
		out->len = before;
	if (mem_read_u64(reader->mem, type->type.addr + reader->offsets->type_qualname, &qualname) < 0 ||
	    pystr_read_head(reader->mem, reader->offsets, qualname, VALUE_BYTES_MAX, out, &length) < 0)
		buf_str(out, type->name);
}

static int add_type(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	struct value_type self;
	int r = type_read(reader->mem, reader->offsets, addr, &self.type);

	if (r == 0)
		r = mem_read_cstr(reader->mem, self.type.name_addr, self.name, sizeof(self.name));
	if (r < 0 && r != SCRAPE_ELIMIT)
		return r;
	buf_str(out, "<class '");
	add_class(reader, &self, out);
	buf_str(out, "'>");
	return 0;
}

/* Anything else: <function name at 0x..>, <module 'name'>, <module.Class object at 0x..>. */
static int add_object(struct value_reader *reader, const struct value_type *type, uint64_t addr, struct buf *out)
{
	uint64_t inner, length;
	int r = 0;

	if (strcmp(type->name, "function") == 0) {
		buf_str(out, "<function ");
		r = mem_read_u64(reader->mem, addr + reader->offsets->func_qualname, &inner);
		if (r == 0)
			r = pystr_read_head(reader->mem, reader->offsets, inner, VALUE_BYTES_MAX, out, &length);
		buf_fmt(out, " at 0x%llx>", (unsigned long long)addr);
	} else if (strcmp(type->name, "module") == 0) {
		buf_str(out, "<module '");
		r = mem_read_u64(reader->mem, addr + reader->offsets->module_dict, &inner);
		if (r == 0)
			r = add_attribute(reader, inner, "__name__", out);
		buf_str(out, "'>");
	} else {
		buf_chr(out, '<');
		add_class(reader, type, out);
		buf_fmt(out, " object at 0x%llx>", (unsigned long long)addr);
	}
	return r;
}

static int add_container(struct value_reader *reader, const struct value_type *type, uint64_t addr, int depth,
			 struct buf *out)
{
	if (type->type.flags & TYPE_IS_LIST)
		return add_list(reader, addr, depth, out);
	if (type->type.flags & TYPE_IS_TUPLE)
		return add_tuple(reader, addr, depth, out);
	if (type->type.flags & TYPE_IS_DICT)
		return add_dict(reader, addr, depth, out);
	return add_set(reader, addr, strcmp(type->name, "frozenset") == 0, depth, out);
}

static const char *container_cut(const struct value_type *type)
{
	if (type->type.flags & TYPE_IS_LIST)
		return "[...]";
	if (type->type.flags & TYPE_IS_TUPLE)
		return "(...)";
	return type->type.flags & TYPE_IS_DICT || strcmp(type->name, "set") == 0 || strcmp(type->name, "frozenset") == 0
		       ? "{...}"
		       : NULL;
}

static int add_known(struct value_reader *reader, const struct value_type *type, uint64_t addr, int depth,
		     struct buf *out)
{
	const char *cut = container_cut(type);

	if (cut && depth >= VALUE_DEPTH_MAX) {
		buf_str(out, cut);
		return 0;
	}
	if (cut)
		return add_container(reader, type, addr, depth + 1, out);
	if (strcmp(type->name, "NoneType") == 0) {
		buf_str(out, "None");
		return 0;
	}
	if (strcmp(type->name, "bool") == 0)
		return add_bool(reader, addr, out);
	if (strcmp(type->name, "float") == 0)
		return add_float(reader, addr, out);
	if (type->type.flags & TYPE_IS_LONG)
		return number_add_int(reader->mem, reader->offsets, addr, out);
	if (type->type.flags & TYPE_IS_STR)
		return add_str(reader, addr, out);
	if (type->type.flags & TYPE_IS_BYTES)
		return add_bytes(reader, addr, out);
	if (type->type.flags & TYPE_IS_TYPE)
		return add_type(reader, addr, out);
	return add_object(reader, type, addr, out);
}

static int add_value(struct value_reader *reader, uint64_t addr, int depth, struct buf *out)
{
	const struct value_type *type;
	struct value_type copy; /* items may push it out of the cache */
	int r;

	if (out->failed)
		return SCRAPE_ENOMEM;
	if (out->len > VALUE_BYTES_MAX)
		return 0; /* nothing of it would be shown */
	if (value_reader_spent(reader)) {
		buf_str(out, "...");
		return 0;
	}
	r = value_type_of(reader, addr, &type);
	if (r == 0) {
		copy = *type;
		r = add_known(reader, &copy, addr, depth, out);
	}
	if (r == SCRAPE_EGONE || r == SCRAPE_EPERM || r == SCRAPE_ENOMEM)
		return r;
	if (r < 0)
		buf_chr(out, '?');
	return 0;
}

int value_read(struct value_reader *reader, uint64_t addr, struct buf *out)
{
	struct buf raw = BUF_INIT;
	bool cut;
	int r = add_value(reader, addr, 0, &raw);

	cut = raw.len > VALUE_BYTES_MAX;
	if (cut) {
		raw.len = VALUE_BYTES_MAX - 3;
		while (raw.len > 0 && ((unsigned char)raw.data[raw.len] & 0xc0) == 0x80)
			raw.len--; /* not in the middle of a character */
	}
	if (r == 0 && raw.len > 0)
		text_clean(out, raw.data, raw.len, CLEAN_BYTES_MAX);
	if (r == 0 && cut)
		buf_str(out, "...");
	if (r == 0 && (raw.failed || out->failed))
		r = SCRAPE_ENOMEM;
	buf_deinit(&raw);
	return r;
}
