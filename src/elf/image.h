/* SPDX-License-Identifier: MIT */
/*
 * image: an ELF file as it lies loaded in a target's memory, and its dynamic symbols. Nothing but memory is read, so
 * a deleted, replaced or unreachable file does not matter, nor does a stripped section table. Addresses that come out
 * are run-time addresses: the load bias is applied (0 for a non-PIE program).
 *
 *	struct image image;
 *	if (image_open(mem, &maps, mapping->start, &image, NULL) == 0 &&
 *	    image_symbol(&image, "_PyRuntime", &addr, &size) == 0)
 *		...
 *
 * A miss is cheap: image_open takes two reads (the page at the base, the dynamic section) and image_symbol two more
 * (the head of the hash table with the first name, one word of its bloom filter).
 *
 * All that is read is hostile. Tables must lie within the loaded segments and every walk is bounded; but a target may
 * tell any lie about itself that fits these bounds. The file may also be mapped as mere data at base_addr: such a
 * mapping has segments that are not there, and what is found should be checked by its meaning.
 *
 * An image holds nothing to be freed; it borrows mem.
 */
#ifndef ELF_IMAGE_H
#define ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct maps;
struct mem;

#define IMAGE_LOADS_MAX 32
#define IMAGE_NOTES_MAX 8
#define IMAGE_BUILD_ID_MAX 64
#define IMAGE_NAME_MAX 255 /* bytes of a symbol's name that is asked for */

/* One PT_LOAD: [start, end) in memory, as long as p_memsz says. */
struct image_load {
	uint64_t start, end;
	uint64_t offset, file_size; /* what of it comes from the file */
	uint32_t flags;             /* PF_R | PF_W | PF_X */
};

struct image_note {
	uint64_t addr, size, align;
};

/* Head of the hash table, read with the first name that is looked for. */
struct image_hash {
	bool ready;
	uint32_t n_buckets;
	uint32_t first, n_words, shift; /* DT_GNU_HASH: first symbol in the table, bloom filter */
	uint32_t n_chains;              /* DT_HASH */
};

struct image {
	struct mem *mem;
	uint64_t base_addr, bias; /* run-time address = link-time address + bias */
	uint64_t start, end;      /* from the first byte of the first segment to the end of the last */
	struct image_load loads[IMAGE_LOADS_MAX];
	size_t n_loads;
	uint64_t dynamic_addr, dynamic_size;     /* 0: static */
	struct image_note notes[IMAGE_NOTES_MAX];
	size_t n_notes;
	uint64_t symtab_addr, strtab_addr, strtab_size, gnu_hash_addr, hash_addr, versym_addr; /* 0: none */
	struct image_hash hash;
};

/* Reads the headers and the dynamic section of the image whose file offset 0 is mapped at base_addr. maps may be NULL;
 * with it, program headers that patchelf moved to the end of the file are found too. 0; SCRAPE_EFORMAT: not an ELF
 * image, or damaged; SCRAPE_EUNSUP: an ELF image of another kind (32 bit, other machine); SCRAPE_EFAULT, SCRAPE_EGONE,
 * SCRAPE_EPERM from mem. A static image (no dynamic section) is opened and has no symbols. */
int image_open(struct mem *mem, const struct maps *maps, uint64_t base_addr, struct image *ret, struct err *err);

/* The defined dynamic symbol of that name, of several versions the default one. An indirect function gives its
 * resolver. Thread-local symbols have no address and are not found. 0; SCRAPE_ENOTFOUND; SCRAPE_EFORMAT: damaged hash
 * table; SCRAPE_EINVAL: the name is longer than IMAGE_NAME_MAX; or as mem. size_ret may be NULL. */
int image_symbol(struct image *image, const char *name, uint64_t *addr_ret, uint64_t *size_ret);

/* The build id, IMAGE_BUILD_ID_MAX bytes at most. 0, SCRAPE_ENOTFOUND, or as mem. */
int image_build_id(const struct image *image, uint8_t ret[IMAGE_BUILD_ID_MAX], size_t *len_ret);

/* The segment that holds addr, or NULL. */
const struct image_load *image_load_at(const struct image *image, uint64_t addr);

#endif
