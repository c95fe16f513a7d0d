/* SPDX-License-Identifier: MIT */
/* locals: the local variables of a frame. Sources: CPython Objects/frameobject.c, Objects/codeobject.c. */
#include "python/locals.h"

#include <string.h>

#include "base/buf.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "python/value.h"
#include "scrape.h"
#include "target/mem.h"

#define CODE_BYTES 144 /* every member used here lies below */
#define CO_VARARGS 4
#define CO_VARKEYWORDS 8
/* co_localspluskinds, Include/internal/pycore_code.h */
#define KIND_HIDDEN 0x10 /* of a comprehension that was inlined */
#define KIND_CELL 0x40
#define KIND_FREE 0x80
/* _PyStackRef of 3.14: the low bits of a slot */
#define TAG_BITS 3u
#define TAG_INT 3u

struct variable {
	uint64_t name_addr, value; /* value is the slot's word */
	bool is_argument, is_cell, skip;
};

struct variables {
	struct value_reader *reader;
	uint8_t code[CODE_BYTES];
	size_t n;
	struct variable items[LOCALS_MAX];
};

static uint32_t code_int(const struct variables *v, uint32_t offset)
{
	uint32_t value = offset <= CODE_BYTES - 4 ? mem_u32(v->code + offset) : 0;

	return value <= INT32_MAX ? value : 0;
}

static uint64_t code_pointer(const struct variables *v, uint32_t offset)
{
	return offset <= CODE_BYTES - 8 ? mem_u64(v->code + offset) : 0;
}

/* Appends the names of a tuple, at most `most`. */
static int add_names(struct variables *v, uint64_t tuple_addr, uint64_t most, bool is_cell)
{
	const struct offsets *o = v->reader->offsets;
	uint64_t names[LOCALS_MAX], n;
	int r = mem_read_u64(v->reader->mem, tuple_addr + o->var_size, &n);

	n = n < most ? n : most;
	n = n < LOCALS_MAX - v->n ? n : LOCALS_MAX - v->n;
	if (r == 0 && n > 0)
		r = mem_read(v->reader->mem, tuple_addr + o->tuple_items, names, (size_t)n * 8);
	for (uint64_t i = 0; r == 0 && i < n; i++)
		v->items[v->n++] = (struct variable){.name_addr = names[i], .is_cell = is_cell};
	return r;
}

/* Up to 3.10 an argument that a closure uses has an empty slot, and a cell of the same name further on. */
static void join_cells(struct variables *v, size_t cells_from)
{
	for (size_t i = 0; i < cells_from; i++)
		for (size_t c = cells_from; v->items[i].value == 0 && c < v->n; c++)
			if (v->items[c].name_addr == v->items[i].name_addr) {
				v->items[i].value = v->items[c].value;
				v->items[i].is_cell = v->items[c].skip = true;
			}
}

static int read_values(struct variables *v, uint64_t frame_addr)
{
	uint64_t slots[LOCALS_MAX];
	int r = 0;

	if (v->n > 0)
		r = mem_read(v->reader->mem, frame_addr + v->reader->offsets->frame_localsplus, slots, v->n * 8);
	for (size_t i = 0; r == 0 && i < v->n; i++)
		v->items[i].value = slots[i];
	return r;
}

static int read_before_3_11(struct variables *v, uint64_t frame_addr)
{
	const struct offsets *o = v->reader->offsets;
	uint32_t nlocals = code_int(v, o->code_nlocals);
	size_t cells_from;
	int r = nlocals > LOCALS_MAX ? SCRAPE_EFORMAT : add_names(v, code_pointer(v, o->code_varnames), nlocals, false);

	if (r == 0 && v->n != nlocals)
		r = SCRAPE_EFORMAT;
	cells_from = v->n;
	if (r == 0)
		r = add_names(v, code_pointer(v, o->code_cellvars), LOCALS_MAX, true);
	if (r == 0)
		r = add_names(v, code_pointer(v, o->code_freevars), LOCALS_MAX, true);
	if (r == 0)
		r = read_values(v, frame_addr);
	if (r == 0)
		join_cells(v, cells_from);
	return r;
}

static int read_from_3_11(struct variables *v, uint64_t frame_addr)
{
	const struct offsets *o = v->reader->offsets;
	uint8_t kinds[LOCALS_MAX];
	int r = add_names(v, code_pointer(v, o->code_varnames), code_int(v, o->code_nlocalsplus), false);

	if (r == 0 && v->n > 0)
		r = mem_read(v->reader->mem, code_pointer(v, o->code_localspluskinds) + o->bytes_data, kinds, v->n);
	if (r == 0)
		r = read_values(v, frame_addr);
	for (size_t i = 0; r == 0 && i < v->n; i++) {
		v->items[i].is_cell = kinds[i] & (KIND_CELL | KIND_FREE);
		v->items[i].skip = (kinds[i] & KIND_HIDDEN) && v->items[i].value == 0;
	}
	return r;
}

static void mark_arguments(struct variables *v)
{
	const struct offsets *o = v->reader->offsets;
	uint32_t flags = code_int(v, o->code_flags);
	uint64_t n = (uint64_t)code_int(v, o->code_argcount) + code_int(v, o->code_kwonlyargcount) +
		     !!(flags & CO_VARARGS) + !!(flags & CO_VARKEYWORDS);

	for (size_t i = 0; i < v->n && i < n; i++)
		v->items[i].is_argument = true;
}

/* The word of a slot: an object, a cell around one, or from 3.14 on an int without an object. */
static int add_text(struct variables *v, const struct variable *variable, struct buf *out)
{
	const struct value_type *type;
	uint64_t value = variable->value;
	int r;

	if (PY_MINOR(v->reader->offsets->version) >= 14) {
		if ((value & TAG_BITS) == TAG_INT) {
			buf_fmt(out, "%lld", (long long)((int64_t)value >> 2));
			return 0;
		}
		value &= ~(uint64_t)TAG_BITS;
	}
	if (value && variable->is_cell && !value_reader_spent(v->reader)) {
		r = value_type_of(v->reader, value, &type);
		if (r == 0 && strcmp(type->name, "cell") == 0)
			r = mem_read_u64(v->reader->mem, value + v->reader->offsets->cell_value, &value);
		if (r == SCRAPE_EGONE || r == SCRAPE_EPERM)
			return r;
	}
	if (value == 0) {
		buf_str(out, "<unbound>");
		return 0;
	}
	return value_read(v->reader, value, out);
}

static int report(struct variables *v, locals_fn fn, void *arg, struct buf *name, struct buf *text)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct variable *variable = &v->items[i];
		struct local local = {.is_argument = variable->is_argument};
		int r;

		if (variable->skip)
			continue;
		if (value_reader_spent(v->reader))
			return SCRAPE_ELIMIT;
		buf_reset(name);
		buf_reset(text);
		r = pystr_read(v->reader->mem, v->reader->offsets, variable->name_addr, name);
		if (r == 0)
			r = add_text(v, variable, text);
		if (r < 0)
			return r;
		local.name = buf_cstr(name);
		local.text = buf_cstr(text);
		if (!local.name || !local.text)
			return SCRAPE_ENOMEM;
		r = fn(arg, &local);
		if (r < 0)
			return r;
	}
	return 0;
}

int locals_each(struct value_reader *reader, uint64_t frame_addr, uint64_t code_addr, locals_fn fn, void *arg)
{
	struct variables v = {.reader = reader};
	struct buf name = BUF_INIT, text = BUF_INIT;
	int r = value_reader_spent(reader) ? SCRAPE_ELIMIT : mem_read(reader->mem, code_addr, v.code, sizeof(v.code));

	if (r == 0)
		r = PY_MINOR(reader->offsets->version) >= 11 ? read_from_3_11(&v, frame_addr)
							     : read_before_3_11(&v, frame_addr);
	if (r < 0)
		return r;
	mark_arguments(&v);
	r = report(&v, fn, arg, &name, &text);
	buf_deinit(&name);
	buf_deinit(&text);
	return r;
}
