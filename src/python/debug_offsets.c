/* SPDX-License-Identifier: MIT */
/*
 * debug_offsets: reads _Py_DebugOffsets, the block of u64 with which _PyRuntime begins from 3.13 on. It is what the
 * target says about itself, so no number is used before it is found to lie inside its own structure.
 * Layouts: CPython Include/internal/pycore_runtime.h (3.13), pycore_debug_offsets.h (3.14, 3.15).
 */
#include <string.h>

#include "base/err.h"
#include "python/offsets.h"
#include "scrape.h"

#define COOKIE "xdebugpy"
#define FIRST_MINOR 13
#define LAYOUTS 3

/* Where in the block, for 3.13, 3.14 and 3.15; 0 where the layout has no such member (0 is the cookie's place). */
struct places {
	uint16_t in[LAYOUTS];
};

enum group {
	RUNTIME, INTERP, THREAD, FRAME, CODE, OBJECT, TYPE, HEAPTYPE,
	TUPLE, LIST, SET, DICT, FLOAT, LONG, BYTES, STR, GC, GROUPS
};

static const struct {
	const char *name;
	struct places size;
} groups[GROUPS] = {
	[RUNTIME] = {"runtime_state", {{24, 24, 24}}},
	[INTERP] = {"interpreter_state", {{48, 48, 48}}},
	[THREAD] = {"thread_state", {{152, 176, 176}}},
	[FRAME] = {"interpreter_frame", {{224, 248, 312}}},
	[CODE] = {"code_object", {{272, 312, 376}}},
	[OBJECT] = {"pyobject", {{352, 400, 464}}},
	[TYPE] = {"type_object", {{368, 416, 480}}},
	[HEAPTYPE] = {"heap_type_object", {{0, 0, 528}}},
	[TUPLE] = {"tuple_object", {{400, 448, 544}}},
	[LIST] = {"list_object", {{424, 472, 568}}},
	[SET] = {"set_object", {{0, 496, 592}}},
	[DICT] = {"dict_object", {{448, 528, 624}}},
	[FLOAT] = {"float_object", {{472, 552, 648}}},
	[LONG] = {"long_object", {{488, 568, 664}}},
	[BYTES] = {"bytes_object", {{512, 592, 688}}},
	[STR] = {"unicode_object", {{536, 616, 712}}},
	[GC] = {"gc", {{568, 648, 752}}},
};

/* What a zero means: an impossible place, the first member, or that this build has no such member. */
enum zero { REFUSED, FIRST, ABSENT };

struct field {
	const char *name;
	size_t member; /* of struct offsets */
	enum group group;
	uint8_t width;
	enum zero zero;
	struct places at;
};

#define M(member) offsetof(struct offsets, member)

static const struct field fields[] = {
	{"interpreters_head", M(rt_interpreters_head), RUNTIME, 8, REFUSED, {{40, 40, 40}}},
	{"id", M(interp_id), INTERP, 8, REFUSED, {{56, 56, 56}}},
	{"next", M(interp_next), INTERP, 8, FIRST, {{64, 64, 64}}},
	{"threads_head", M(interp_threads_head), INTERP, 8, REFUSED, {{72, 72, 72}}},
	{"imports_modules", M(interp_modules), INTERP, 8, REFUSED, {{88, 96, 96}}},
	{"sysdict", M(interp_sysdict), INTERP, 8, REFUSED, {{96, 104, 104}}},
	{"ceval_gil", M(interp_ceval_gil), INTERP, 8, FIRST, {{112, 120, 120}}},
	{"code_object_generation", M(interp_code_generation), INTERP, 8, ABSENT, {{0, 160, 160}}},
	{"next", M(ts_next), THREAD, 8, FIRST, {{168, 192, 192}}},
	{"interp", M(ts_interp), THREAD, 8, FIRST, {{176, 200, 200}}},
	{"current_frame", M(ts_current_frame), THREAD, 8, REFUSED, {{184, 208, 208}}},
	{"thread_id", M(ts_thread_id), THREAD, 8, REFUSED, {{192, 216, 240}}},
	{"native_thread_id", M(ts_native_thread_id), THREAD, 8, REFUSED, {{200, 224, 248}}},
	{"datastack_chunk", M(ts_datastack_chunk), THREAD, 8, REFUSED, {{208, 232, 256}}},
	{"gil_requested", M(ts_gil_requested), THREAD, 4, ABSENT, {{0, 0, 280}}},
	{"previous", M(frame_previous), FRAME, 8, FIRST, {{232, 256, 320}}},
	{"executable", M(frame_code), FRAME, 8, FIRST, {{240, 264, 328}}},
	{"instr_ptr", M(frame_instr), FRAME, 8, FIRST, {{248, 272, 336}}},
	{"localsplus", M(frame_localsplus), FRAME, 8, REFUSED, {{256, 280, 344}}},
	{"owner", M(frame_owner), FRAME, 1, REFUSED, {{264, 288, 352}}},
	{"filename", M(code_filename), CODE, 8, REFUSED, {{280, 320, 384}}},
	{"name", M(code_name), CODE, 8, REFUSED, {{288, 328, 392}}},
	{"qualname", M(code_qualname), CODE, 8, REFUSED, {{296, 336, 400}}},
	{"linetable", M(code_linetable), CODE, 8, REFUSED, {{304, 344, 408}}},
	{"firstlineno", M(code_firstlineno), CODE, 4, REFUSED, {{312, 352, 416}}},
	{"argcount", M(code_argcount), CODE, 4, REFUSED, {{320, 360, 424}}},
	{"localsplusnames", M(code_varnames), CODE, 8, REFUSED, {{328, 368, 432}}},
	{"localspluskinds", M(code_localspluskinds), CODE, 8, REFUSED, {{336, 376, 440}}},
	{"co_code_adaptive", M(code_bytecode), CODE, 2, REFUSED, {{344, 384, 448}}},
	{"ob_type", M(object_type), OBJECT, 8, REFUSED, {{360, 408, 472}}},
	{"tp_name", M(type_name), TYPE, 8, REFUSED, {{376, 424, 488}}},
	{"tp_flags", M(type_flags), TYPE, 8, REFUSED, {{392, 440, 504}}},
	{"tp_basicsize", M(type_basicsize), TYPE, 8, REFUSED, {{0, 0, 512}}},
	{"tp_dictoffset", M(type_dictoffset), TYPE, 8, REFUSED, {{0, 0, 520}}},
	{"ht_cached_keys", M(type_cached_keys), HEAPTYPE, 8, REFUSED, {{0, 0, 536}}},
	{"ob_item", M(tuple_items), TUPLE, 8, REFUSED, {{408, 456, 552}}},
	{"ob_size", M(var_size), TUPLE, 8, REFUSED, {{416, 464, 560}}},
	{"ob_item", M(list_items), LIST, 8, REFUSED, {{432, 480, 576}}},
	{"used", M(set_used), SET, 8, REFUSED, {{0, 504, 600}}},
	{"table", M(set_table), SET, 8, REFUSED, {{0, 512, 608}}},
	{"mask", M(set_mask), SET, 8, REFUSED, {{0, 520, 616}}},
	{"ma_keys", M(dict_keys), DICT, 8, REFUSED, {{456, 536, 632}}},
	{"ma_values", M(dict_values), DICT, 8, REFUSED, {{464, 544, 640}}},
	{"ob_fval", M(float_value), FLOAT, 8, REFUSED, {{480, 560, 656}}},
	{"lv_tag", M(long_size), LONG, 8, REFUSED, {{496, 576, 672}}},
	{"ob_digit", M(long_digits), LONG, 4, REFUSED, {{504, 584, 680}}},
	{"ob_sval", M(bytes_data), BYTES, 1, REFUSED, {{528, 608, 704}}},
	{"state", M(str_state), STR, 4, REFUSED, {{544, 624, 720}}},
	{"length", M(str_length), STR, 8, REFUSED, {{552, 632, 728}}},
	{"asciiobject_size", M(str_ascii_data), STR, 8, REFUSED, {{560, 640, 736}}},
	{"compactunicodeobject_size", M(str_compact_data), STR, 8, REFUSED, {{0, 0, 744}}},
};

/* Members that take two numbers of the block, put together by derive. */
static const struct places at_interp_gc = {{80, 88, 88}}, at_gc_collecting = {{576, 656, 760}};
static const struct places at_gil = {{120, 128, 128}};
static const struct places at_gil_locked = {{136, 144, 144}}, at_gil_holder = {{144, 152, 152}};

static const uint16_t block_sizes[LAYOUTS] = {584, 760, 888};

struct block {
	const unsigned char *bytes;
	unsigned int layout;
	uint64_t size[GROUPS];
};

static uint64_t word(const struct block *block, const struct places *at)
{
	uint64_t value;

	memcpy(&value, block->bytes + at->in[block->layout], sizeof(value));
	return value;
}

static int read_sizes(struct block *block, struct err *err)
{
	for (int g = 0; g < GROUPS; g++) {
		if (groups[g].size.in[block->layout] == 0)
			continue;
		block->size[g] = word(block, &groups[g].size);
		if (block->size[g] < 16 || block->size[g] > OFFSET_MAX)
			return err_set(err, SCRAPE_EFORMAT, "debug offsets: %s cannot have %llu bytes", groups[g].name,
				       (unsigned long long)block->size[g]);
	}
	return 0;
}

static int read_fields(const struct block *block, struct offsets *offsets, struct err *err)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field *f = &fields[i];
		uint32_t *member = (uint32_t *)(void *)((char *)offsets + f->member);
		uint64_t value;

		if (f->at.in[block->layout] == 0)
			continue;
		value = word(block, &f->at);
		if (value == 0 && f->zero == ABSENT) {
			*member = OFFSET_NONE;
			continue;
		}
		if ((value == 0 && f->zero == REFUSED) || value > OFFSET_MAX || value % f->width != 0 ||
		    value + f->width > block->size[f->group])
			return err_set(err, SCRAPE_EFORMAT, "debug offsets: %s.%s cannot be at %llu",
				       groups[f->group].name, f->name, (unsigned long long)value);
		*member = (uint32_t)value;
	}
	return 0;
}

/* Members that the block gives in two steps, and neighbours of members that it gives: the order around them has been
 * the same from 3.13 to 3.15, so they move together. */
static int derive(const struct block *block, struct offsets *offsets, struct err *err)
{
	uint64_t gc = word(block, &at_interp_gc), collecting = word(block, &at_gc_collecting);
	uint64_t gil = word(block, &at_gil), locked = word(block, &at_gil_locked), holder = word(block, &at_gil_holder);

	if (gc == 0 || gc % 8 || gc > OFFSET_MAX || collecting == 0 || collecting % 4 ||
	    collecting + 4 > block->size[GC] || gc + block->size[GC] > block->size[INTERP])
		return err_set(err, SCRAPE_EFORMAT, "debug offsets: gc.collecting cannot be at %llu + %llu",
			       (unsigned long long)gc, (unsigned long long)collecting);
	if (gil == 0 || gil % 8 || gil > block->size[INTERP] || locked % 4 || locked < gil || locked - gil > 4096 ||
	    holder % 8 || holder < gil || holder - gil > 4096)
		return err_set(err, SCRAPE_EFORMAT, "debug offsets: the GIL cannot be at %llu, %llu, %llu",
			       (unsigned long long)gil, (unsigned long long)locked, (unsigned long long)holder);
	if (offsets->rt_interpreters_head < 32 || offsets->ts_datastack_chunk < 8)
		return err_set(err, SCRAPE_EFORMAT, "debug offsets: interpreters or data stack too early");
	offsets->interp_gc_collecting = (uint32_t)(gc + collecting);
	offsets->gil_locked = (uint32_t)(locked - gil);
	offsets->gil_last_holder = (uint32_t)(holder - gil);
	offsets->rt_initialized = offsets->rt_interpreters_head - 32;
	offsets->rt_main_thread = offsets->rt_interpreters_head + 24;
	offsets->ts_id = offsets->ts_datastack_chunk - 8;
	offsets->ts_datastack_top = offsets->ts_datastack_chunk + 8;
	if (block->layout < 2)
		offsets->str_compact_data = (uint32_t)block->size[STR] - 8; /* PyUnicodeObject = compact + a pointer */
	return 0;
}

/* No block tells where a frame keeps its globals. The table's place holds as long as what lies around it is where the
 * table says; else functions have no module. */
static void keep_globals(const struct block *block, const struct offsets *table, struct offsets *offsets)
{
	if (offsets->frame_code != table->frame_code || offsets->frame_previous != table->frame_previous ||
	    offsets->frame_instr != table->frame_instr || offsets->frame_globals + 8 > block->size[FRAME])
		offsets->frame_globals = OFFSET_NONE;
}

int offsets_from_debug_block(const void *bytes, size_t len, struct offsets *ret, struct err *err)
{
	struct block block = {.bytes = bytes};
	struct offsets offsets, table = {0};
	uint64_t version, free_threaded;
	unsigned int minor;
	int r;

	if (len < 24 || memcmp(bytes, COOKIE, 8) != 0)
		return err_set(err, SCRAPE_EFORMAT, "no debug offsets at _PyRuntime");
	memcpy(&version, block.bytes + 8, sizeof(version));
	memcpy(&free_threaded, block.bytes + 16, sizeof(free_threaded));
	r = offsets_check_version(version, err);
	if (r < 0)
		return r;
	minor = PY_MINOR(version);
	if (minor < FIRST_MINOR)
		return err_set(err, SCRAPE_EFORMAT, "debug offsets in CPython 3.%u, which has none", minor);
	if (free_threaded != 0)
		return err_set(err, SCRAPE_EUNSUP, "CPython 3.%u.%u is a free-threaded build: not supported yet", minor,
			       PY_MICRO((unsigned int)version));
	block.layout = minor - FIRST_MINOR < LAYOUTS ? minor - FIRST_MINOR : LAYOUTS - 1;
	if (len < block_sizes[block.layout])
		return err_set(err, SCRAPE_EFORMAT, "debug offsets are cut after %zu bytes", len);

	r = offsets_from_table(minor <= PY_MINOR_LAST ? (uint32_t)version : 0x03000000u | PY_MINOR_LAST << 16, &table,
			       err);
	offsets = table;
	if (r == 0)
		r = read_sizes(&block, err);
	if (r == 0)
		r = read_fields(&block, &offsets, err);
	if (r == 0)
		r = derive(&block, &offsets, err);
	if (r < 0)
		return r;
	keep_globals(&block, &table, &offsets);
	offsets.version = (uint32_t)version;
	*ret = offsets;
	return 0;
}
