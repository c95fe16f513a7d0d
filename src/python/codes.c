/* SPDX-License-Identifier: MIT */
/* codes: code objects resolved once and recognised again. */
#include "python/codes.h"

#include <stdlib.h>
#include <string.h>

#include "python/classname.h"
#include "python/linetable.h"
#include "python/modname.h"
#include "python/offsets.h"
#include "python/pystack.h"
#include "python/pystr.h"
#include "scrape.h"
#include "target/mem.h"
#include "target/view.h"

#define CODES_MAX 60000
#define CODES_BYTES_MAX (3u << 20)
#define LINE_TABLE_MAX (1u << 20)
#define CODE_BYTES_MAX (64u << 20)
#define CODE_SIZE_MAX 256
#define OB_TYPE_AT 8
#define OB_SIZE_AT 16
#define VERSION_AT 92 /* co_version: CPython 3.12 to 3.15, Include/cpython/code.h */
#define TEXT_AT 16    /* a str from its length on */
#define TEXT_LEN 80

static size_t print_at(const struct offsets *off)
{
	return off->code_firstlineno;
}

static size_t print_len(const struct offsets *off)
{
	return off->code_linetable + 8 - off->code_firstlineno;
}

int codes_init(struct codes *codes, struct mem *mem, const struct offsets *off, uint64_t code_type)
{
	struct code *unknown;

	*codes = (struct codes){.mem = mem, .off = off, .code_type = code_type};
	unknown = VEC_PUSH(&codes->items);
	if (!unknown)
		return SCRAPE_ENOMEM;
	unknown->function = strdup(SCRAPE_MARK_UNKNOWN);
	if (!unknown->function)
		return SCRAPE_ENOMEM;
	unknown->file = unknown->module = unknown->function + strlen(SCRAPE_MARK_UNKNOWN); /* "" */
	return 0;
}

static void drop_items(struct codes *codes, size_t from)
{
	for (size_t i = from; i < codes->items.n; i++) {
		codes->bytes -= codes->items.items[i].line_table_len + sizeof(struct code);
		free(codes->items.items[i].function);
	}
	codes->items.n = from < codes->items.n ? from : codes->items.n;
}

void codes_deinit(struct codes *codes)
{
	if (codes->items.n > 0)
		drop_items(codes, 1);
	if (codes->items.items)
		free(codes->items.items[CODE_UNKNOWN].function);
	VEC_DEINIT(&codes->items);
	map_deinit(&codes->by_addr);
	buf_deinit(&codes->text);
}

void codes_begin(struct codes *codes)
{
	codes->look++;
}

bool codes_limit(struct codes *codes)
{
	if (codes->items.n < CODES_MAX && codes->bytes < CODES_BYTES_MAX)
		return false;
	drop_items(codes, 1);
	map_clear(&codes->by_addr);
	codes->epoch++;
	return true;
}

void codes_distrust_look(struct codes *codes)
{
	codes->torn = codes->look;
}

/* What a text is, from its first bytes in memory: CPython's own hash of it where that was computed, else a hash of
 * what is seen (PyASCIIObject { ..., length @16, hash @24, state @32, wstr @40 up to 3.11, data }). */
static uint64_t text_mark(const struct offsets *off, const unsigned char *p)
{
	uint64_t length = mem_u64(p), hash = mem_u64(p + 8);
	size_t at = (mem_u32(p + off->str_state - TEXT_AT) >> 6 & 1 ? off->str_ascii_data : off->str_compact_data) -
		    TEXT_AT;
	size_t end = length < TEXT_LEN - at ? at + length : TEXT_LEN;

	if (hash != UINT64_MAX)
		return map_mix(hash ^ length << 48);
	hash = length;
	for (size_t i = at; i < end; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ull;
	return map_mix(hash);
}

/* From 3.12 on a serial number tells code objects apart; before, texts must be compared. */
static bool compares_texts(const struct codes *codes, const unsigned char *print)
{
	return PY_MINOR(codes->off->version) < 12 || mem_u32(print + VERSION_AT - print_at(codes->off)) == 0;
}

static uint64_t print_ptr(const struct codes *codes, const unsigned char *print, uint32_t member)
{
	return mem_u64(print + member - print_at(codes->off));
}

static bool is_current(const struct codes *codes, const struct code *code, uint64_t counter)
{
	return code->checked == codes->look ||
	       (counter != 0 && code->counter == counter && code->checked > codes->torn);
}

static struct code *known(struct codes *codes, uint64_t addr)
{
	uint32_t i;

	if (!map_get(&codes->by_addr, addr, &i) || i >= codes->items.n || codes->items.items[i].addr != addr)
		return NULL;
	return &codes->items.items[i];
}

/* Queues the windows that comparing this code object needs and that the view does not have. */
static void want_compare(struct codes *codes, struct view *view, struct pystack *stack, const struct code *code)
{
	const struct offsets *off = codes->off;
	uint64_t windows[3] = {code->addr + print_at(off)};
	size_t n = 1;

	if (compares_texts(codes, code->print)) {
		windows[n++] = print_ptr(codes, code->print, off->code_name) + TEXT_AT;
		windows[n++] = print_ptr(codes, code->print, off->code_filename) + TEXT_AT;
	}
	for (size_t i = 0; i < n; i++) {
		size_t len = i == 0 ? print_len(off) : TEXT_LEN;

		pystack_touch(stack, windows[i], len);
		if (!view_peek(view, windows[i], len))
			(void)view_want(view, windows[i], len); /* what is missing is read one by one */
	}
}

static bool same_text(struct codes *codes, struct view *view, uint64_t addr, uint64_t mark)
{
	const unsigned char *p = view_get(view, addr + TEXT_AT, TEXT_LEN, 0);

	return p && text_mark(codes->off, p) == mark;
}

static bool is_same(struct codes *codes, struct view *view, const struct code *code)
{
	const struct offsets *off = codes->off;
	const unsigned char *p = view_get(view, code->addr + print_at(off), print_len(off), 0);

	if (!p || memcmp(p, code->print, print_len(off)) != 0)
		return false;
	return !compares_texts(codes, code->print) ||
	       (same_text(codes, view, print_ptr(codes, code->print, off->code_name), code->name_mark) &&
		same_text(codes, view, print_ptr(codes, code->print, off->code_filename), code->file_mark));
}

static uint64_t mark_at(struct codes *codes, uint64_t addr)
{
	unsigned char text[TEXT_LEN];

	return mem_read(codes->mem, addr + TEXT_AT, text, sizeof(text)) == 0 ? text_mark(codes->off, text) : 0;
}

/* Length of the object's own items: of a bytes object, or of a code object's inline instructions. */
static int read_size(struct codes *codes, uint64_t addr, uint64_t max, uint32_t *ret)
{
	uint64_t size;
	int r = mem_read_u64(codes->mem, addr + OB_SIZE_AT, &size);

	if (r < 0)
		return r;
	if (size > max)
		return SCRAPE_EFORMAT;
	*ret = (uint32_t)size;
	return 0;
}

/* The function's name into codes->text: qualified where the version has it, else with its class where it is found. */
static int read_name(struct codes *codes, const unsigned char *head, const struct pyframe *frame)
{
	const struct offsets *off = codes->off;
	if (offset_has(off->code_qualname))
		return pystr_read(codes->mem, off, mem_u64(head + off->code_qualname), &codes->text);
	if (classname_read(codes->mem, off, frame->addr, frame->code, &codes->text) == 0)
		return 0;
	buf_reset(&codes->text);
	return pystr_read(codes->mem, off, mem_u64(head + off->code_name), &codes->text);
}

/* The module's name into codes->text, or nothing: not to have one is no failure. Functions of one module often stand
 * side by side in a stack. */
static int read_module(struct codes *codes, const unsigned char *head, const struct pyframe *frame)
{
	int r;

	if (frame->globals == 0)
		return 0;
	if (codes->newest.look == codes->look && codes->newest.globals_addr == frame->globals) {
		buf_str(&codes->text, codes->items.items[codes->newest.index].module);
		return 0;
	}
	r = modname_read(codes->mem, codes->off, frame->globals, mem_u64(head + codes->off->code_filename),
			 &codes->text);
	return r == SCRAPE_EMOVED || r == SCRAPE_ENOMEM ? r : 0;
}

/* Takes function, file, module and line table out of codes->text into one allocation. */
static int keep_texts(struct codes *codes, struct code *code, size_t file_at, size_t module_at, uint64_t table)
{
	size_t len = codes->text.len;
	int r;

	code->function = malloc(len + code->line_table_len);
	if (!code->function || codes->text.failed)
		return SCRAPE_ENOMEM;
	memcpy(code->function, codes->text.data, len);
	code->file = code->function + file_at;
	code->module = code->function + module_at;
	code->line_table = (unsigned char *)code->function + len;
	r = code->line_table_len == 0
		    ? 0
		    : mem_read(codes->mem, table + codes->off->bytes_data, code->line_table, code->line_table_len);
	/* the static code object of the __init__ specialisation, 3.13+: Python/specialize.c, _Py_InitCleanup */
	code->hidden = strcmp(code->function, "__init__") == 0 && strcmp(code->file, "__init__") == 0;
	return r;
}

/* The code object is still what it was when its reading began, and its frame still runs it with the same globals: then
 * its texts are its own, even if the look as a whole turns out to be torn. */
static int read_again(struct codes *codes, const struct code *code, const struct pyframe *frame)
{
	const struct offsets *off = codes->off;
	unsigned char print[CODE_PRINT_MAX];
	uint64_t code_addr, globals;
	struct mem_range ranges[] = {{code->addr + print_at(off), print, print_len(off)},
				     {frame->addr + off->frame_code, &code_addr, sizeof(code_addr)},
				     {frame->addr + off->frame_globals, &globals, sizeof(globals)}};
	int n = frame->globals ? 3 : 1, r = mem_readv(codes->mem, ranges, (size_t)n);

	if (r < n)
		return r < 0 ? r : SCRAPE_EFAULT;
	if (memcmp(print, code->print, print_len(off)) != 0)
		return SCRAPE_EMOVED;
	return n == 1 || ((code_addr & ~(uint64_t)3) == frame->code && globals == frame->globals) ? 0 : SCRAPE_EMOVED;
}

static int read_code(struct codes *codes, const struct pyframe *frame, struct code *code)
{
	const struct offsets *off = codes->off;
	unsigned char head[CODE_SIZE_MAX] = {0};
	size_t file_at, module_at;
	bool is_inline = !offset_has(off->ts_frame);
	uint64_t table;
	int r = frame->code % 8 ? SCRAPE_EFORMAT : mem_read(codes->mem, frame->code, head, off->code_linetable + 8);

	if (r < 0)
		return r;
	if (codes->code_type && mem_u64(head + OB_TYPE_AT) != codes->code_type)
		return SCRAPE_EFORMAT;
	*code = (struct code){.addr = frame->code, .first_line = mem_u32(head + off->code_firstlineno)};
	memcpy(code->print, head + print_at(off), print_len(off));
	r = read_size(codes, is_inline ? frame->code : mem_u64(head + off->code_bytecode), CODE_BYTES_MAX,
		      &code->code_bytes);
	table = mem_u64(head + off->code_linetable);
	if (r == 0)
		r = read_size(codes, table, LINE_TABLE_MAX, &code->line_table_len);
	if (r < 0)
		return r;
	code->code_bytes *= is_inline ? 2 : 1;
	buf_reset(&codes->text);
	r = read_name(codes, head, frame);
	buf_chr(&codes->text, '\0');
	file_at = codes->text.len;
	if (r == 0)
		r = pystr_read(codes->mem, off, mem_u64(head + off->code_filename), &codes->text);
	buf_chr(&codes->text, '\0');
	module_at = codes->text.len;
	if (r == 0)
		r = read_module(codes, head, frame);
	buf_chr(&codes->text, '\0');
	if (r == 0 && compares_texts(codes, code->print)) {
		code->name_mark = mark_at(codes, mem_u64(head + off->code_name));
		code->file_mark = mark_at(codes, mem_u64(head + off->code_filename));
	}
	if (r == 0)
		r = keep_texts(codes, code, file_at, module_at, table);
	return r < 0 ? r : read_again(codes, code, frame);
}

static int add_code(struct codes *codes, const struct pyframe *frame, uint64_t counter, uint32_t *ret)
{
	struct code fresh = {0}, *code;
	int r = read_code(codes, frame, &fresh);

	code = r < 0 ? NULL : VEC_PUSH(&codes->items);
	if (!code) {
		free(fresh.function);
		return r < 0 ? r : SCRAPE_ENOMEM;
	}
	fresh.checked = codes->look;
	fresh.counter = counter;
	*code = fresh;
	codes->bytes += sizeof(fresh) + fresh.line_table_len;
	*ret = (uint32_t)(codes->items.n - 1);
	codes->newest.globals_addr = frame->globals;
	codes->newest.look = codes->look;
	codes->newest.index = *ret;
	return map_put(&codes->by_addr, frame->code, *ret);
}

static int resolve_frame(struct codes *codes, struct view *view, struct pyframe *frame, uint64_t counter)
{
	struct code *code = known(codes, frame->code);

	if (code && (is_current(codes, code, counter) || is_same(codes, view, code))) {
		code->checked = codes->look;
		code->counter = counter;
		frame->index = (uint32_t)(code - codes->items.items);
		return 0;
	}
	view->misses++; /* read beside the view, after the guard: that it stood still for that too is to be shown */
	return add_code(codes, frame, counter, &frame->index);
}

/* The instruction lies in the code, or just before its first one: a frame that is really there. */
static bool in_code(const struct codes *codes, const struct pyframe *frame)
{
	const struct code *code = &codes->items.items[frame->index];
	uint64_t begin = offset_has(codes->off->ts_frame) ? 0 : frame->code + codes->off->code_bytecode;

	return frame->instr + 2 >= begin && frame->instr + 2 - begin < (uint64_t)code->code_bytes + 2;
}

/* The thread may stand in the middle of a call: then its top frame is half made, and the globals in it may be those of
 * who lay there before. A code object that was read by it is read again with the next frame that runs it. */
static bool is_half_made(struct codes *codes, const struct pyframe *frame, int r, size_t n_before)
{
	if (r == 0 && in_code(codes, frame))
		return false;
	if (frame->index >= n_before)
		codes->items.items[frame->index].addr = 0;
	return true;
}

int codes_resolve(struct codes *codes, struct view *view, struct pystack *stack, uint64_t counter)
{
	size_t kept = 0, n_before = codes->items.n;

	VEC_EACH (frame, &stack->frames) {
		struct code *code = known(codes, frame->code);

		if (!code || code->wanted == codes->look || is_current(codes, code, counter))
			continue;
		code->wanted = codes->look;
		want_compare(codes, view, stack, code);
	}
	view->misses += view->fetched < view->n;
	(void)view_fetch(view); /* what could not be read fails again in is_same */
	VEC_EACH (frame, &stack->frames) {
		int r = resolve_frame(codes, view, frame, counter);
		bool top = frame == stack->frames.items;

		if (r == SCRAPE_ENOMEM)
			return r;
		if (r < 0)
			frame->index = CODE_UNKNOWN;
		if ((top && is_half_made(codes, frame, r, n_before)) || codes->items.items[frame->index].hidden)
			continue;
		stack->frames.items[kept++] = *frame;
	}
	stack->frames.n = kept;
	return 0;
}

uint32_t codes_line(const struct codes *codes, uint32_t index, uint64_t instr)
{
	const struct code *code = &codes->items.items[index];
	int64_t offset = (int64_t)instr;

	if (index == CODE_UNKNOWN)
		return 0;
	if (!offset_has(codes->off->ts_frame))
		offset = (int64_t)(instr - code->addr - codes->off->code_bytecode);
	return linetable_line(code->line_table, code->line_table_len, (int32_t)code->first_line, offset,
			      PY_MINOR(codes->off->version));
}
