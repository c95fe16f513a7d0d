/* SPDX-License-Identifier: MIT */
/*
 * type: what a type object says about its instances, and where an instance keeps its attributes. list in 3.12:
 *
 *	+24 tp_name "list"  +32 tp_basicsize 40  +168 tp_flags 0x2401543  +264 tp_dict  +288 tp_dictoffset 0
 *	+344 tp_mro
 */
#ifndef PYTHON_TYPE_H
#define PYTHON_TYPE_H

#include <stdbool.h>
#include <stdint.h>

struct dict;
struct mem;
struct offsets;

/* tp_flags, CPython Include/object.h: what a type is made of, inherited by subclasses. */
#define TYPE_INLINE_VALUES (1ull << 2) /* from 3.13 on */
#define TYPE_MANAGED_DICT (1ull << 4)  /* from 3.11 on */
#define TYPE_HEAP (1ull << 9)
#define TYPE_IS_LONG (1ull << 24)
#define TYPE_IS_LIST (1ull << 25)
#define TYPE_IS_TUPLE (1ull << 26)
#define TYPE_IS_BYTES (1ull << 27)
#define TYPE_IS_STR (1ull << 28)
#define TYPE_IS_DICT (1ull << 29)
#define TYPE_IS_TYPE (1ull << 31)

struct type {
	uint64_t addr, name_addr, flags, dict_addr, mro_addr;
	int64_t basicsize, dictoffset;
};

/* The type object at addr: one call. 0, SCRAPE_EFAULT, SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EFORMAT (its numbers cannot
 * be a type's). */
int type_read(struct mem *mem, const struct offsets *offsets, uint64_t addr, struct type *ret);

/* The type of the object at addr: two calls. */
int type_of(struct mem *mem, const struct offsets *offsets, uint64_t object_addr, struct type *ret);

/* Opens the attributes of an instance of that type; *ret_any is false (and dict not opened) if it has none. Follows
 * where versions keep them: tp_dictoffset to 3.10, in front of the object from 3.11, inline from 3.13. */
int type_instance_dict(struct mem *mem, const struct offsets *offsets, const struct type *type, uint64_t object_addr,
		       struct dict *dict, bool *ret_any);

/* The value of an instance's own attribute. 0, SCRAPE_EINVAL if there is none, or as above. */
int type_instance_get(struct mem *mem, const struct offsets *offsets, uint64_t object_addr, const char *name,
		      uint64_t *ret);

#endif
