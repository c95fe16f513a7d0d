/* SPDX-License-Identifier: MIT */
/*
 * number: int and float objects of a target. An int is a size with a sign and digits of 30 bits, lowest first.
 * -100000000000 in 3.8: +16 ob_size -2, +24 digits {0x0876e800, 0x5d}; from 3.12 on +16 is lv_tag = count << 3 | sign
 * (0 positive, 1 zero, 2 negative): here 0x12.
 */
#ifndef PYTHON_NUMBER_H
#define PYTHON_NUMBER_H

#include <stdint.h>

struct buf;
struct mem;
struct offsets;

/* The int at addr if it is not negative and fits. 0, SCRAPE_EFORMAT, SCRAPE_EFAULT, SCRAPE_EGONE, SCRAPE_EPERM. */
int number_read_u64(struct mem *mem, const struct offsets *offsets, uint64_t addr, uint64_t *ret);

/* Appends the int at addr in decimal as repr() does, exactly up to NUMBER_DIGITS_MAX digits of 30 bits; a larger one as
 * "<int of N bits>". Codes as above and SCRAPE_ENOMEM. */
#define NUMBER_DIGITS_MAX 14
int number_add_int(struct mem *mem, const struct offsets *offsets, uint64_t addr, struct buf *out);

/* Appends the float value as repr() does: the shortest text that reads back as the same value. */
void number_add_float(double value, struct buf *out);

#endif
