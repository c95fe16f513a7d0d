/* SPDX-License-Identifier: MIT */
/*
 * cfi: call frame information into a table. libdw runs the program of an entry from its beginning for each address it
 * is asked about; usual entries are short, and for the others there are limits here.
 */
#include "elf/cfi.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "elf/cfi_private.h"
#include "elf/elffile.h"
#include "scrape.h"

#define PAGE 4096

/* Addresses for which a rule holds, less base. */
struct span {
	uint32_t from, until, rule;
	bool begins; /* an entry */
};

struct spans {
	VEC(struct span) list; /* ascending, without overlap */
};

struct compiler {
	uint64_t base, work;
	struct cfi_rules rules;
	VEC(struct cfirows_row) rows;
};

static int find_base(const struct elffile *file, uint64_t *ret)
{
	const Elf64_Phdr *phdrs = elf64_getphdr(file->elf);
	uint64_t base = UINT64_MAX;
	size_t n;

	if (!phdrs || elf_getphdrnum(file->elf, &n) != 0 || n > ELFFILE_SEGMENTS_MAX)
		return SCRAPE_EFORMAT;
	for (size_t i = 0; i < n; i++) {
		if (phdrs[i].p_type == PT_LOAD && phdrs[i].p_vaddr < base)
			base = phdrs[i].p_vaddr;
	}
	if (base == UINT64_MAX)
		return SCRAPE_EFORMAT;
	*ret = base / PAGE * PAGE;
	return 0;
}

static int add_span(struct spans *spans, uint64_t from, uint64_t until, uint32_t rule, bool begins)
{
	struct span *last = spans->list.n > 0 ? &spans->list.items[spans->list.n - 1] : NULL;

	if (rule == CFIROWS_NONE)
		return 0;
	if (last && last->until == from && last->rule == rule && !begins) {
		last->until = (uint32_t)until;
		return 0;
	}
	if (spans->list.n == CFIROWS_MAX)
		return SCRAPE_ELIMIT;
	last = VEC_PUSH(&spans->list);
	if (!last)
		return SCRAPE_ENOMEM;
	*last = (struct span){(uint32_t)from, (uint32_t)until, rule, begins};
	return 0;
}

/* The rule at pc and where it ends, at most *until. */
static int ask(struct compiler *c, Dwarf_CFI *cfi, const struct cfi_fde *fde, uint64_t pc, uint64_t *until,
	       uint32_t *rule_ret)
{
	Dwarf_Addr from, end;
	Dwarf_Frame *frame;
	int r;

	if (dwarf_cfi_addrframe(cfi, pc + c->base, &frame) != 0) { /* as will be those behind it */
		*rule_ret = CFIROWS_NONE;
		return 0;
	}
	(void)dwarf_frame_info(frame, &from, &end, NULL); /* the register of the return address is no matter here */
	if (end > pc + c->base && end - c->base < *until)
		*until = end - c->base;
	r = cfi_rules_add(&c->rules, frame, fde, rule_ret);
	free(frame);
	return r;
}

/* What an entry says of the addresses from `pc` to `until`. */
static int walk(struct compiler *c, const struct cfi_source *source, const struct cfi_fde *fde, uint64_t pc,
		uint64_t until, struct spans *spans)
{
	int r = 0;

	for (size_t n = 0; pc < until && n < CFI_ROWS_EACH_MAX && r == 0; n++) {
		uint64_t end = until;
		uint32_t rule;

		c->work += fde->cost + CFI_WORK_EACH;
		if (c->work > CFI_WORK_MAX)
			return SCRAPE_ELIMIT;
		r = ask(c, source->cfi, fde, pc, &end, &rule);
		if (r == 0)
			r = add_span(spans, pc, end, rule, pc + c->base == fde->from);
		pc = end;
	}
	return r;
}

/* All entries of a source, less what is told already and what an entry before has told. */
static int fill(struct compiler *c, const struct cfi_source *source, const struct spans *told, struct spans *spans)
{
	uint64_t pc = 0;
	size_t i = 0;
	int r = 0;

	VEC_EACH(fde, &source->fdes) {
		uint64_t until = fde->until - c->base;

		if (fde->from < c->base || until > UINT32_MAX)
			continue;
		pc = fde->from - c->base > pc ? fde->from - c->base : pc;
		while (pc < until && r == 0) {
			uint64_t stop = until;

			while (i < told->list.n && told->list.items[i].until <= pc)
				i++;
			if (i < told->list.n && told->list.items[i].from <= pc) {
				pc = told->list.items[i].until;
				continue;
			}
			if (i < told->list.n && told->list.items[i].from < stop)
				stop = told->list.items[i].from;
			r = walk(c, source, fde, pc, stop, spans);
			pc = stop;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_row(struct compiler *c, uint32_t pc, uint32_t rule, bool begins)
{
	size_t n = c->rows.n;
	struct cfirows_row *row;

	if (n > 0 && c->rows.items[n - 1].rule == rule && !begins)
		return 0;
	if (n == CFIROWS_MAX)
		return SCRAPE_ELIMIT;
	row = VEC_PUSH(&c->rows);
	if (!row)
		return SCRAPE_ENOMEM;
	*row = (struct cfirows_row){.pc = pc, .rule = rule & CFIROWS_NONE, .begins = begins};
	return 0;
}

/* Spans of two sources, which nowhere overlap, into rows. */
static int merge(struct compiler *c, const struct spans *a, const struct spans *b)
{
	size_t i = 0, j = 0;
	uint32_t end = 0;
	int r = 0;

	while (r == 0 && (i < a->list.n || j < b->list.n)) {
		bool first = j == b->list.n || (i < a->list.n && a->list.items[i].from < b->list.items[j].from);
		const struct span *span = first ? &a->list.items[i++] : &b->list.items[j++];

		if (c->rows.n > 0 && span->from > end)
			r = add_row(c, end, CFIROWS_NONE, false);
		if (r == 0)
			r = add_row(c, span->from, span->rule, span->begins);
		end = span->until;
	}
	if (r == 0 && c->rows.n > 0)
		r = add_row(c, end, CFIROWS_NONE, false);
	return r;
}

static int compile_section(struct compiler *c, struct elffile *file, const char *name, const struct elffile *program,
			   const struct spans *told, struct spans *spans)
{
	struct cfi_source source;
	int r = cfi_source_open(file, name, program, &source);

	if (r < 0)
		return r;
	r = fill(c, &source, told, spans);
	cfi_source_close(&source);
	return r;
}

/* That .debug_frame lies outside of its file takes nothing from .eh_frame. */
static int compile_extra(struct compiler *c, struct elffile *file, const struct elffile *program,
			 const struct spans *told, struct spans *spans)
{
	int r = compile_section(c, file, ".debug_frame", program, told, spans);

	return r == SCRAPE_EFORMAT ? 0 : r;
}

/* debug: the separate file, or NULL. */
static int compile(struct compiler *c, struct elffile *file, struct elffile *debug)
{
	struct spans none = {0}, eh = {0}, other = {0};
	int r = compile_section(c, file, ".eh_frame", file, &none, &eh);

	if (r == 0)
		r = compile_extra(c, file, file, &eh, &other);
	if (r == 0 && debug && other.list.n == 0)
		r = compile_extra(c, debug, file, &eh, &other);
	if (r == 0)
		r = merge(c, &eh, &other);
	VEC_DEINIT(&eh.list);
	VEC_DEINIT(&other.list);
	return r;
}

static int write_table(const struct compiler *c, const struct elffile *file, struct buf *out)
{
	struct cfirows_header header = {.magic = CFIROWS_MAGIC, .machine = file->machine, .base = c->base,
				     .n_ops = (uint32_t)c->rules.ops.n, .n_rows = (uint32_t)c->rows.n,
				     .n_rules = (uint32_t)c->rules.rules.n};

	buf_add(out, &header, sizeof(header));
	buf_add(out, c->rules.ops.items, c->rules.ops.n * sizeof(*c->rules.ops.items));
	buf_add(out, c->rows.items, c->rows.n * sizeof(*c->rows.items));
	buf_add(out, c->rules.rules.items, c->rules.rules.n * sizeof(*c->rules.rules.items));
	return out->failed ? SCRAPE_ENOMEM : 0;
}

static const char *reason(int code)
{
	switch (code) {
	case SCRAPE_ELIMIT:
		return "more call frame information than a table may hold";
	case SCRAPE_ENOMEM:
		return "no memory for call frame information";
	default:
		return "a damaged ELF file";
	}
}

int cfi_compile(int fd, int debug_fd, struct buf *out, struct err *err)
{
	struct compiler c = {0};
	struct elffile file, debug;
	bool has_debug;
	int r = elffile_open(fd, &file, err);

	if (r < 0)
		return r;
	has_debug = debug_fd >= 0 && elffile_open(debug_fd, &debug, NULL) == 0;
	r = find_base(&file, &c.base);
	if (r == 0)
		r = compile(&c, &file, has_debug ? &debug : NULL);
	if (r == 0)
		r = write_table(&c, &file, out);
	if (has_debug)
		elffile_close(&debug);
	elffile_close(&file);
	cfi_rules_deinit(&c.rules);
	VEC_DEINIT(&c.rows);
	return r < 0 ? err_set(err, r, "%s", reason(r)) : 0;
}
