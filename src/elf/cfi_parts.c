/* SPDX-License-Identifier: MIT */
/*
 * cfi_parts: the parts of one function. Its bytes are not disassembled: any of them may begin a jump. That the target
 * is exactly where an entry begins, of which there are few among all numbers, is what makes it one.
 */
#include "elf/cfi.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "elf/cfi_private.h"
#include "elf/elffile.h"
#include "scrape.h"

#define REG_SP 7

struct parts {
	struct cfi_range *ranges;
	size_t n, max;
};

/* The last entry that begins at addr or before. */
static const struct cfi_fde *find_fde(const struct cfi_source *source, uint64_t addr)
{
	size_t low = 0, high = source->fdes.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (source->fdes.items[middle].from <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && addr < source->fdes.items[low - 1].until ? &source->fdes.items[low - 1] : NULL;
}

/* A function is entered by a call: nothing but the return address is on the stack. */
static bool is_entry(const struct cfi_source *source, uint64_t addr)
{
	Dwarf_Frame *frame;
	bool is = true; /* what cannot be read is no part */
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_cfi_addrframe(source->cfi, addr, &frame) != 0)
		return true;
	if (dwarf_frame_cfa(frame, &ops, &n) == 0 && n > 0)
		is = n == 1 && ops[0].atom == DW_OP_bregx && ops[0].number == REG_SP && ops[0].number2 == 8;
	free(frame);
	return is;
}

/* The target of a jump that begins here: jmp rel32 (e9) or jcc rel32 (0f 80 to 0f 8f). */
static bool jump_target(const uint8_t *at, size_t left, uint64_t addr, uint64_t *ret)
{
	size_t opcode = at[0] == 0xe9 ? 1 : 2;
	int32_t displacement;

	if (left < opcode + sizeof(displacement) || (at[0] != 0xe9 && (at[0] != 0x0f || (at[1] & 0xf0) != 0x80)))
		return false;
	memcpy(&displacement, at + opcode, sizeof(displacement));
	*ret = addr + opcode + sizeof(displacement) + (uint64_t)(int64_t)displacement;
	return true;
}

static void add_part(struct parts *parts, const struct cfi_source *source, uint64_t addr)
{
	const struct cfi_fde *fde = find_fde(source, addr);

	if (!fde || fde->from != addr || parts->n == parts->max)
		return;
	for (size_t i = 0; i < parts->n; i++) {
		if (parts->ranges[i].from == fde->from)
			return;
	}
	if (!is_entry(source, fde->from))
		parts->ranges[parts->n++] = (struct cfi_range){fde->from, fde->until};
}

static int find_parts(struct elffile *file, const struct cfi_source *source, uint64_t addr, struct parts *parts)
{
	const struct cfi_fde *fde = find_fde(source, addr);
	_cleanup_free_ uint8_t *code = NULL;
	uint64_t target;
	size_t size;
	int r;

	if (!fde)
		return SCRAPE_ENOTFOUND;
	if (fde->until - fde->from > CFI_FUNCTION_MAX)
		return SCRAPE_ELIMIT;
	size = (size_t)(fde->until - fde->from);
	code = malloc(size);
	if (!code)
		return SCRAPE_ENOMEM;
	r = elffile_read(file, fde->from, code, size);
	if (r < 0)
		return r;
	if (parts->max > 0)
		parts->ranges[parts->n++] = (struct cfi_range){fde->from, fde->until};
	for (size_t i = 0; i < size; i++) {
		if (jump_target(code + i, size - i, fde->from + i, &target))
			add_part(parts, source, target);
	}
	return 0;
}

static int open_any(struct elffile *file, struct cfi_source *ret)
{
	int r = cfi_source_open(file, ".eh_frame", file, ret);

	if (r < 0 || ret->fdes.n > 0)
		return r;
	cfi_source_close(ret);
	return cfi_source_open(file, ".debug_frame", file, ret);
}

int cfi_parts(int fd, uint64_t addr, struct cfi_range *ret, size_t max, size_t *n_ret, struct err *err)
{
	struct parts parts = {ret, 0, max};
	struct cfi_source source;
	struct elffile file;
	int r = elffile_open(fd, &file, err);

	if (r < 0)
		return r;
	r = open_any(&file, &source);
	if (r == 0) {
		r = find_parts(&file, &source, addr, &parts);
		cfi_source_close(&source);
	}
	elffile_close(&file);
	if (r < 0)
		return err_set(err, r, r == SCRAPE_ENOTFOUND ? "no function is known at this address"
							     : "call frame information that cannot be read");
	*n_ret = parts.n;
	return 0;
}

int cfi_starts(int fd, const uint64_t *addrs, size_t n, uint64_t *ret)
{
	struct cfi_source source;
	struct elffile file;
	int r = elffile_open(fd, &file, NULL);

	if (r < 0)
		return r;
	r = open_any(&file, &source);
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct cfi_fde *fde = find_fde(&source, addrs[i]);

		ret[i] = fde ? fde->from : 0;
	}
	if (r == 0)
		cfi_source_close(&source);
	elffile_close(&file);
	return r;
}
