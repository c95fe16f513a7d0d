/* SPDX-License-Identifier: MIT */
/*
 * cfi: compiles the call frame information of an ELF file (.eh_frame, and .debug_frame of it or of its separate debug
 * file) into a table (elf/cfirows.h), by libdw. For the symbols child only, as elf/elffile.h.
 */
#ifndef ELF_CFI_H
#define ELF_CFI_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

#define CFI_ROWS_EACH_MAX 16384      /* rows of one entry; what is behind them is not known. The most seen are 3600 */
#define CFI_WORK_MAX (1ull << 32)    /* bytes of entries that libdw may run through for one file, ... */
#define CFI_WORK_EACH 64             /* ... and what asking takes in any case, as such bytes */
#define CFI_REGISTER_MAX 255         /* the last register that an entry may name; x86-64 has numbers up to 130 */
#define CFI_STATES_MAX 64            /* that it may remember at a time; compilers do with one */
#define CFI_FUNCTION_MAX (64u << 20) /* bytes of a function whose parts are wanted */

/* Appends a table to out, empty if the file has no call frame information. debug_fd is its separate debug file or -1:
 * .debug_frame is taken from there if the file itself has none, and fills in where .eh_frame says nothing. What is
 * damaged or means nothing to us becomes CFIROWS_NONE for its addresses; the rest stays. 0; SCRAPE_EFORMAT: no ELF
 * file, or its .eh_frame lies outside of it; SCRAPE_EUNSUP; SCRAPE_ELIMIT: more than a table may hold; SCRAPE_ENOMEM;
 * SCRAPE_EIO. */
int cfi_compile(int fd, int debug_fd, struct buf *out, struct err *err);

struct cfi_range {
	uint64_t from, until; /* link-time addresses; until is behind */
};

/* The parts of a function: the FDE that covers `addr`, and those into the first bytes of which it jumps directly
 * (jmp or jcc with a 32-bit displacement) and which are no functions of their own, for their CFA is not the one at an
 * entry: the .cold part that compilers put elsewhere. 0 with *n_ret <= max ranges; SCRAPE_ENOTFOUND; codes as above. */
int cfi_parts(int fd, uint64_t addr, struct cfi_range *ret, size_t max, size_t *n_ret, struct err *err);

/* Where the functions begin that hold these addresses, by their entries; 0: not known. Codes as above. */
int cfi_starts(int fd, const uint64_t *addrs, size_t n, uint64_t *ret);

#endif
