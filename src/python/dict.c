/* SPDX-License-Identifier: MIT */
/* dict: the entries of a dict. Layouts: CPython Objects/dict-common.h (to 3.10), pycore_dict.h (from 3.11). */
#include "python/dict.h"

#include <string.h>

#include "python/gather.h"
#include "python/offsets.h"
#include "scrape.h"
#include "target/mem.h"

#define KEYS_HEADER_MAX 48
#define LOG2_INDEX_BYTES_MAX 40
#define STR_HEADER_MAX 64

/* Where the entries begin in a keys object, or 0 if its numbers cannot be. */
static uint64_t entries_offset(const struct offsets *o, const uint8_t *keys)
{
	uint64_t size;
	unsigned int log2;

	if (offset_has(o->keys_log2_index_bytes)) {
		log2 = keys[o->keys_log2_index_bytes];
		return log2 <= LOG2_INDEX_BYTES_MAX ? o->keys_indices + (1ull << log2) : 0;
	}
	size = mem_u64(keys + o->keys_size);
	if (size == 0 || size > 1ull << 32 || (size & (size - 1)))
		return 0;
	return o->keys_indices + size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : 4);
}

int dict_open_split(struct dict *dict, struct mem *mem, const struct offsets *offsets, uint64_t keys_addr,
		    uint64_t values_addr)
{
	uint8_t keys[KEYS_HEADER_MAX];
	uint64_t entries, n;
	int r;

	if (offsets->keys_indices > sizeof(keys) || offsets->keys_nentries > sizeof(keys) - 8)
		return SCRAPE_EINVAL;
	r = mem_read(mem, keys_addr, keys, offsets->keys_indices);
	if (r < 0)
		return r;
	entries = entries_offset(offsets, keys);
	n = mem_u64(keys + offsets->keys_nentries);
	if (entries == 0 || n > 1ull << 32)
		return SCRAPE_EFORMAT;
	dict->mem = mem;
	dict->offsets = offsets;
	dict->entries_addr = keys_addr + entries;
	dict->entry_bytes = offset_has(offsets->keys_kind) && keys[offsets->keys_kind] != 0 ? 16 : 24;
	dict->entries = n < DICT_ENTRIES_MAX ? (uint32_t)n : DICT_ENTRIES_MAX;
	dict->next = 0;
	dict->values_addr = values_addr;
	if (values_addr && PY_MINOR(offsets->version) >= 13)
		dict->values_addr += 8; /* struct _dictvalues: four bytes of sizes and padding come first */
	return 0;
}

int dict_open(struct dict *dict, struct mem *mem, const struct offsets *offsets, uint64_t addr)
{
	uint64_t keys, values;
	struct mem_range ranges[2] = {{addr + offsets->dict_keys, &keys, 8}, {addr + offsets->dict_values, &values, 8}};
	int r = mem_readv(mem, ranges, 2);

	if (r < 2)
		return r < 0 ? r : SCRAPE_EFAULT;
	return dict_open_split(dict, mem, offsets, keys, values);
}

static int read_block(struct dict *dict, size_t n)
{
	uint8_t entries[DICT_BLOCK * 24];
	uint64_t values[DICT_BLOCK];
	size_t key_at = dict->entry_bytes - 16;
	struct mem_range ranges[2] = {
		{dict->entries_addr + (uint64_t)dict->next * dict->entry_bytes, entries, n * dict->entry_bytes},
		{dict->values_addr + (uint64_t)dict->next * 8, values, n * 8}};
	int want = dict->values_addr ? 2 : 1, r = mem_readv(dict->mem, ranges, (size_t)want), used = 0;

	if (r < want)
		return r < 0 ? r : SCRAPE_EFAULT;
	for (size_t i = 0; i < n; i++) {
		const uint8_t *entry = entries + i * dict->entry_bytes;
		uint64_t key = mem_u64(entry + key_at);
		uint64_t value = dict->values_addr ? values[i] : mem_u64(entry + key_at + 8);

		if (key && value)
			dict->block[used++] = (struct dict_entry){key, value};
	}
	dict->next += (uint32_t)n;
	return used;
}

int dict_next(struct dict *dict)
{
	int r = 0;

	while (r == 0 && dict->next < dict->entries) {
		uint32_t left = dict->entries - dict->next;

		r = read_block(dict, left < DICT_BLOCK ? left : DICT_BLOCK);
	}
	return r;
}

struct key {
	uint8_t bytes[STR_HEADER_MAX + DICT_KEY_MAX + 1];
};

/* Which of the block's keys is the ASCII str `key`: its number, or -1, or -2 with a code in *ret_code. */
static int match(struct dict *dict, int n, const char *key, int *ret_code)
{
	const struct offsets *o = dict->offsets;
	struct mem_range ranges[DICT_BLOCK] = {0};
	struct key keys[DICT_BLOCK];
	size_t len = strlen(key);

	for (int i = 0; i < n; i++)
		ranges[i] = (struct mem_range){dict->block[i].key_addr, keys[i].bytes, o->str_ascii_data + len};
	*ret_code = gather(dict->mem, ranges, (size_t)n);
	if (*ret_code < 0)
		return -2;
	for (int i = 0; i < n; i++) {
		const uint8_t *str = keys[i].bytes;

		/* kind 1, compact, ascii */
		if (mem_u64(str + o->str_length) == len && (mem_u32(str + o->str_state) & 0x7c) == 0x64 &&
		    memcmp(str + o->str_ascii_data, key, len) == 0)
			return i;
	}
	return -1;
}

int dict_get(struct dict *dict, const char *key, uint64_t *ret)
{
	int n, found, code;

	if (strlen(key) > DICT_KEY_MAX || dict->offsets->str_ascii_data > STR_HEADER_MAX ||
	    dict->offsets->str_length > STR_HEADER_MAX - 8 || dict->offsets->str_state > STR_HEADER_MAX - 4)
		return SCRAPE_EINVAL;
	dict->next = 0;
	while ((n = dict_next(dict)) > 0) {
		found = match(dict, n, key, &code);
		if (found == -2)
			return code;
		if (found >= 0) {
			*ret = dict->block[found].value_addr;
			return 0;
		}
	}
	return n < 0 ? n : SCRAPE_EINVAL;
}
