/* SPDX-License-Identifier: MIT */
/*
 * image_symbol: one dynamic symbol by name, through DT_GNU_HASH or DT_HASH. The formats: System V ABI, "Hash Table",
 * and for the GNU one the lookup in glibc's elf/dl-lookup.c.
 *
 *	DT_GNU_HASH   u32 n_buckets, first, n_words, shift; u64 bloom[n_words]; u32 bucket[n_buckets]; u32 chain[]
 *	DT_HASH       u32 n_buckets, n_chains; u32 bucket[n_buckets]; u32 chain[n_chains]
 */
#include <elf.h>
#include <string.h>

#include "elf/image.h"
#include "elf/image_private.h"
#include "scrape.h"
#include "target/mem.h"

#define PAGE 4096u
#define CHAIN_MAX 4096  /* symbols of one bucket: linkers aim at one to four */
#define CHAIN_CHUNK 32  /* read at once */
#define BLOOM_MAX (1u << 26)
#define VERSION_HIDDEN 0x8000u

struct lookup {
	struct image *image;
	const char *name;
	size_t len; /* with the NUL */
	bool found;
	uint64_t addr, size;
};

static uint32_t gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (uint8_t)*name;
	return h;
}

static uint32_t sysv_hash(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		uint32_t high;

		h = (h << 4) + (uint8_t)*name;
		high = h & 0xf0000000;
		h ^= high >> 24;
		h &= ~high;
	}
	return h;
}

/* Part of a table; a table that leads out of its segment is damaged, not unreadable. */
static int read_table(const struct image *image, uint64_t addr, void *dst, size_t len)
{
	if (!image_holds(image, addr, len))
		return SCRAPE_EFORMAT;
	return mem_read(image->mem, addr, dst, len);
}

static int name_matches(const struct lookup *l, uint32_t st_name)
{
	const struct image *image = l->image;
	char name[IMAGE_NAME_MAX + 1];
	int r;

	if (st_name > image->strtab_size || l->len > image->strtab_size - st_name)
		return 0;
	r = read_table(image, image->strtab_addr + st_name, name, l->len);
	if (r < 0)
		return r;
	return memcmp(name, l->name, l->len) == 0;
}

static int is_hidden(const struct image *image, uint32_t index)
{
	uint16_t version;
	int r;

	if (image->versym_addr == 0)
		return 0;
	r = read_table(image, image->versym_addr + 2 * (uint64_t)index, &version, sizeof(version));
	return r < 0 ? r : (version & VERSION_HIDDEN) != 0;
}

/* Looks at one symbol. 1: it is the one; 0: go on, an older version may have been noted; negative: failed. */
static int consider(struct lookup *l, uint32_t index)
{
	const struct image *image = l->image;
	Elf64_Sym sym;
	int r = read_table(image, image->symtab_addr + sizeof(sym) * (uint64_t)index, &sym, sizeof(sym));

	if (r < 0)
		return r;
	if (sym.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(sym.st_info) == STT_TLS)
		return 0;
	r = name_matches(l, sym.st_name);
	if (r <= 0)
		return r;
	r = is_hidden(image, index);
	if (r < 0 || (r > 0 && l->found))
		return r < 0 ? r : 0;
	l->found = true;
	l->addr = sym.st_value + (sym.st_shndx == SHN_ABS ? 0 : image->bias);
	l->size = sym.st_size;
	return r == 0;
}

static int read_gnu_head(struct image *image)
{
	struct image_hash *hash = &image->hash;
	uint32_t head[4];
	int r;

	if (hash->ready)
		return 0;
	r = read_table(image, image->gnu_hash_addr, head, sizeof(head));
	if (r < 0)
		return r;
	if (head[0] == 0 || head[2] == 0 || head[2] > BLOOM_MAX || (head[2] & (head[2] - 1)) != 0 || head[3] > 31)
		return SCRAPE_EFORMAT;
	*hash = (struct image_hash){true, head[0], .first = head[1], .n_words = head[2], .shift = head[3]};
	return 0;
}

/* 1: perhaps in this image; 0: surely not. */
static int in_bloom(const struct image *image, uint32_t h)
{
	const struct image_hash *hash = &image->hash;
	uint64_t word;
	int r = read_table(image, image->gnu_hash_addr + 16 + 8 * (uint64_t)((h / 64) & (hash->n_words - 1)), &word,
			   sizeof(word));

	if (r < 0)
		return r;
	return (int)((word >> (h % 64)) & (word >> ((h >> hash->shift) % 64)) & 1);
}

/* The chain from symbol `index` on; the last entry has its lowest bit set. */
static int walk_gnu_chain(struct lookup *l, uint64_t chain_addr, uint32_t h, uint32_t index)
{
	size_t seen = 0;

	while (seen < CHAIN_MAX) {
		uint64_t addr = chain_addr + 4 * (uint64_t)(index - l->image->hash.first);
		uint32_t chain[CHAIN_CHUNK];
		size_t n = (PAGE - (size_t)(addr % PAGE)) / 4;
		int r;

		n = n == 0 ? 1 : n < CHAIN_CHUNK ? n : CHAIN_CHUNK;
		if (!image_holds(l->image, addr, n * 4))
			n = 1; /* at the end of a segment */
		r = read_table(l->image, addr, chain, n * 4);
		if (r < 0)
			return r;
		for (size_t i = 0; i < n; i++) {
			r = (chain[i] | 1) == (h | 1) ? consider(l, index + (uint32_t)i) : 0;
			if (r != 0 || (chain[i] & 1))
				return r < 0 ? r : 0;
		}
		index += (uint32_t)n;
		seen += n;
	}
	return SCRAPE_EFORMAT;
}

static int lookup_gnu(struct lookup *l)
{
	struct image *image = l->image;
	uint32_t h = gnu_hash(l->name), index;
	uint64_t buckets_addr;
	int r = read_gnu_head(image);

	if (r == 0)
		r = in_bloom(image, h);
	if (r <= 0)
		return r;
	buckets_addr = image->gnu_hash_addr + 16 + 8 * (uint64_t)image->hash.n_words;
	r = read_table(image, buckets_addr + 4 * (uint64_t)(h % image->hash.n_buckets), &index, sizeof(index));
	if (r < 0 || index == 0)
		return r;
	if (index < image->hash.first)
		return SCRAPE_EFORMAT;
	return walk_gnu_chain(l, buckets_addr + 4 * (uint64_t)image->hash.n_buckets, h, index);
}

static int read_sysv_head(struct image *image)
{
	uint32_t head[2];
	int r;

	if (image->hash.ready)
		return 0;
	r = read_table(image, image->hash_addr, head, sizeof(head));
	if (r < 0)
		return r;
	if (head[0] == 0)
		return SCRAPE_EFORMAT;
	image->hash = (struct image_hash){true, head[0], .n_chains = head[1]};
	return 0;
}

static int lookup_sysv(struct lookup *l)
{
	struct image *image = l->image;
	uint32_t index;
	uint64_t addr;
	int r = read_sysv_head(image);

	if (r < 0)
		return r;
	addr = image->hash_addr + 8 + 4 * (uint64_t)(sysv_hash(l->name) % image->hash.n_buckets);
	for (size_t seen = 0; seen < CHAIN_MAX; seen++) {
		r = read_table(image, addr, &index, sizeof(index));
		if (r < 0 || index == STN_UNDEF)
			return r;
		if (index >= image->hash.n_chains)
			return SCRAPE_EFORMAT;
		r = consider(l, index);
		if (r != 0)
			return r < 0 ? r : 0;
		addr = image->hash_addr + 8 + 4 * ((uint64_t)image->hash.n_buckets + index);
	}
	return SCRAPE_EFORMAT;
}

int image_symbol(struct image *image, const char *name, uint64_t *addr_ret, uint64_t *size_ret)
{
	struct lookup l = {.image = image, .name = name, .len = strlen(name) + 1};
	int r = 0;

	if (l.len - 1 > IMAGE_NAME_MAX)
		return SCRAPE_EINVAL;
	if (image->symtab_addr == 0 || image->strtab_addr == 0)
		return SCRAPE_ENOTFOUND;
	if (image->gnu_hash_addr != 0)
		r = lookup_gnu(&l);
	else if (image->hash_addr != 0)
		r = lookup_sysv(&l);
	if (r < 0)
		return r;
	if (!l.found)
		return SCRAPE_ENOTFOUND;
	*addr_ret = l.addr;
	if (size_ret)
		*size_ret = l.size;
	return 0;
}
