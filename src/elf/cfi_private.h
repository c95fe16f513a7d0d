/* SPDX-License-Identifier: MIT */
/* cfi_private: what the files of cfi share. */
#ifndef ELF_CFI_PRIVATE_H
#define ELF_CFI_PRIVATE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "elf/cfirows.h"

struct elffile;
struct err;

/* A frame description entry: what one stretch of code, mostly a function, says of its frames. */
struct cfi_fde {
	uint64_t from, until;
	uint32_t size_at; /* where in the section it says until - from, ... */
	uint8_t size_n;   /* ... in so many bytes */
	bool bx_lost; /* it says somewhere that rbx is lost */
	uint32_t cost;     /* bytes that libdw may have to run through for one of its addresses */
};

/* A section with call frame information. libdw gets a small ELF file around a copy of the section instead of the file
 * itself: it would read much more of that (every .debug section), and trust it (.eh_frame_hdr). In the copy, entries
 * that are not listed are empty. */
struct cfi_source {
	void *image;
	Elf *elf;
	Dwarf *dwarf;   /* of .debug_frame only */
	Dwarf_CFI *cfi; /* NULL: the file has no such section */
	VEC(struct cfi_fde) fdes; /* ascending, without overlap */
};

/* name: ".eh_frame" or ".debug_frame" of file. program: the file whose code it is about; only entries about its
 * executable segments are listed, and of those that overlap the first, by address, then in the section. The files may
 * be closed before the source. 0, also without such a section; SCRAPE_EFORMAT, SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int cfi_source_open(struct elffile *file, const char *name, const struct elffile *program, struct cfi_source *ret);
void cfi_source_close(struct cfi_source *source);

bool cfi_read_uleb(const uint8_t **at, const uint8_t *end, uint64_t *ret);

/* What a program says, as flags: */
#define CFI_BX_LOST 1u /* somewhere that rbx is */
#define CFI_REFUSED 2u /* what would take too much memory (limits in elf/cfi.h) */
unsigned int cfi_program_look(const uint8_t *at, const uint8_t *end, size_t address_size);

/* Rules and expressions, each kept once. */
struct cfi_rules {
	VEC(struct cfirows_rule) rules;
	VEC(struct cfirows_op) ops;
	struct map rule_ids, expression_ids; /* by hash */
};

void cfi_rules_deinit(struct cfi_rules *rules);

/* The rule for a frame that libdw made of an entry: its index, or CFIROWS_NONE if it means nothing to us. 0;
 * SCRAPE_ELIMIT; SCRAPE_ENOMEM. */
int cfi_rules_add(struct cfi_rules *rules, Dwarf_Frame *frame, const struct cfi_fde *fde, uint32_t *ret);

#endif
