/* SPDX-License-Identifier: MIT */
/*
 * linetable: which source line an instruction belongs to. Pure functions over the bytes of co_lnotab (to 3.9) or
 * co_linetable (from 3.10); the three encodings:
 *
 *	to 3.9   pairs (u8 bytes, i8 lines): 06 01 08 ff  = after 6 bytes one line on, after 8 more one back
 *	3.10     pairs (u8 bytes, i8 lines): the line of the bytes that follow; -128 says that they have none
 *	3.11 on  entries 1 cccc lll + operands: lll + 1 code units (2 bytes each); cccc says how the line is coded:
 *	         0-9 same line, 1 operand byte; 10-12 line + 0..2, 2 bytes; 13 svarint; 14 svarint and 3 varints;
 *	         15 none
 *
 * Sources: CPython Objects/lnotab_notes.txt (3.8, 3.10), Objects/locations.md (3.11).
 *
 *	linetable_line("\x06\x01\x08\xff", 4, 10, 6, 9)     -> 11
 */
#ifndef PYTHON_LINETABLE_H
#define PYTHON_LINETABLE_H

#include <stddef.h>
#include <stdint.h>

/* The line of the instruction that is `offset` bytes into the code of CPython 3.`minor` (3.10: f_lasti * 2). A negative
 * offset, as a frame has that did not begin yet, gives first_line; an instruction that belongs to no line gives the
 * line before it in the table. 0: the table does not cover the offset, or it is damaged. Any bytes are safe. */
uint32_t linetable_line(const void *table, size_t len, int32_t first_line, int64_t offset, unsigned int minor);

#endif
