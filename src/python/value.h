/* SPDX-License-Identifier: MIT */
/*
 * value: a short text of any object, as repr() would begin it, without running anything in the target. Objects may be
 * half built while they are read, so whatever cannot be made sense of is "?", and every size is cut: VALUE_ITEMS_MAX
 * items of a container, VALUE_DEPTH_MAX containers in each other, VALUE_BYTES_MAX bytes in all, and a number of calls
 * to mem that holds for everything that one reader reads.
 *
 *	struct value_reader reader;
 *	value_reader_init(&reader, mem, offsets, VALUE_READS_MAX);
 *	r = value_read(&reader, object_addr, &buf);      {'a': [1, 2.5, None], 'b': <shop.Cart object at 0x7f01..>}
 */
#ifndef PYTHON_VALUE_H
#define PYTHON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "python/type.h"

struct buf;
struct mem;
struct offsets;

#define VALUE_ITEMS_MAX 8
#define VALUE_BYTES_MAX 128
#define VALUE_DEPTH_MAX 3
#define VALUE_READS_MAX 1000 /* for all frames of a dump */

#define VALUE_TYPES 16
#define VALUE_NAME_MAX 64

/* A type met before: most objects of a program are of few types. */
struct value_type {
	struct type type;
	char name[VALUE_NAME_MAX]; /* tp_name, cut */
};

struct value_reader {
	struct mem *mem;
	const struct offsets *offsets;
	uint64_t calls_end; /* of mem->calls */
	size_t types_n;
	struct value_type types[VALUE_TYPES];
};

void value_reader_init(struct value_reader *reader, struct mem *mem, const struct offsets *offsets, unsigned int reads);

/* True when no read is left: values are "..." from then on. */
bool value_reader_spent(const struct value_reader *reader);

/* Appends the text of the object at addr, clean (base/text.h). 0 also for what cannot be read; SCRAPE_EGONE,
 * SCRAPE_EPERM, SCRAPE_ENOMEM. */
int value_read(struct value_reader *reader, uint64_t addr, struct buf *out);

/* The type of the object at addr and its name, from those met before if it is there. Valid until the next call. 0,
 * SCRAPE_EFAULT, SCRAPE_EFORMAT, SCRAPE_EGONE, SCRAPE_EPERM. */
int value_type_of(struct value_reader *reader, uint64_t addr, const struct value_type **ret);

#endif
