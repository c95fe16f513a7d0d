/* SPDX-License-Identifier: MIT */
/*
 * dict: the entries of a dict, in order of insertion, in blocks of at most DICT_BLOCK. A real one in 3.12, {"a": 1}:
 *
 *	dict  +32 ma_keys 7f..a0  +40 ma_values 0
 *	keys  +8 log2_size 3  +9 log2_index_bytes 3  +10 kind 1  +24 nentries 1  +32 8 bytes of indices
 *	+40   entries: {hash, key, value} of kind 0 and before 3.11, {key, value} of the others
 *
 * A split dict keeps only its keys there, shared by the instances of a class, and its values apart.
 *
 *	struct dict dict;
 *	r = dict_open(&dict, mem, offsets, addr);
 *	while (r == 0 && (r = dict_next(&dict)) > 0)
 *		for (int i = 0; i < r; i++)  ... dict.block[i].key_addr, .value_addr ...
 *
 * A target may change a dict while it is read: what comes out are addresses that may be stale, never more than
 * DICT_ENTRIES_MAX of them. No memory is allocated.
 */
#ifndef PYTHON_DICT_H
#define PYTHON_DICT_H

#include <stddef.h>
#include <stdint.h>

struct mem;
struct offsets;

#define DICT_ENTRIES_MAX 65536
#define DICT_BLOCK 64

struct dict_entry {
	uint64_t key_addr, value_addr;
};

struct dict {
	struct mem *mem;
	const struct offsets *offsets;
	uint64_t entries_addr, values_addr; /* values_addr is 0 unless split */
	uint32_t entries, next;             /* how many there are, which one comes now */
	uint32_t entry_bytes;
	struct dict_entry block[DICT_BLOCK];
};

/* The dict object at addr. 0, SCRAPE_EFAULT, SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EFORMAT. */
int dict_open(struct dict *dict, struct mem *mem, const struct offsets *offsets, uint64_t addr);

/* A keys object with values of their own: what instances have instead of a dict from 3.11 on. values_addr is that of
 * the PyDictValues; codes as above. */
int dict_open_split(struct dict *dict, struct mem *mem, const struct offsets *offsets, uint64_t keys_addr,
		    uint64_t values_addr);

/* Fills dict->block with the next entries, without those that were deleted; returns how many, 0 at the end, or a code
 * as above. */
int dict_next(struct dict *dict);

/* Passes over what lies behind the first `most` entries. */
static inline void dict_limit(struct dict *dict, uint32_t most)
{
	if (dict->entries > most)
		dict->entries = most;
}

/* The value of the str key in an opened dict, from its beginning. 0, SCRAPE_EINVAL if it is not there, or a code as
 * above. Two calls for 64 entries. The key is ASCII, at most DICT_KEY_MAX bytes. */
#define DICT_KEY_MAX 63
int dict_get(struct dict *dict, const char *key, uint64_t *ret);

#endif
