/* SPDX-License-Identifier: MIT */
/*
 * fuzz: ELF images in a hostile memory. The first byte chooses: even, nothing is readable at first; odd, a whole
 * small image is there. Then records: page number (0 to 63, from BASE on), offset in it in units of 8 bytes (two
 * bytes, little-endian), length in bytes (0: to the end of the page), and the bytes. Pages that no record names
 * cannot be read. What is found must keep the promises of elf/image.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../support/fake_image.h"
#include "elf/image.h"
#include "target/mem.h"

#define PAGE 4096
#define PAGES 64
#define BASE 0x7f0000000000ull
#define CALLS_MAX 20000 /* four lookups with the longest chains, one read an entry, stay far below */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct mem_sparse {
	struct mem mem;
	uint8_t present[PAGES];
	uint8_t pages[PAGES][PAGE];
};

static int sparse_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct mem_sparse *sparse = (struct mem_sparse *)mem;

	for (size_t i = 0; i < n; i++) {
		for (size_t done = 0; done < ranges[i].len; done++) {
			uint64_t at = ranges[i].addr - BASE + done;

			if (at >= PAGES * PAGE || !sparse->present[at / PAGE])
				return (int)i;
			((uint8_t *)ranges[i].dst)[done] = sparse->pages[at / PAGE][at % PAGE];
		}
	}
	return (int)n;
}

static void load_fake(struct mem_sparse *sparse)
{
	struct fake_image fake;

	fake_image_init(&fake);
	memcpy(sparse->pages, &fake, sizeof(fake));
	sparse->present[0] = sparse->present[1] = 1;
}

static void load(struct mem_sparse *sparse, const uint8_t *data, size_t size)
{
	if (size > 0 && data[0] & 1)
		load_fake(sparse);
	for (data += size > 0, size -= size > 0; size >= 4;) {
		size_t page = data[0] % PAGES, at = (data[1] | data[2] << 8) % (PAGE / 8) * 8;
		size_t n = data[3] && data[3] < PAGE - at ? data[3] : PAGE - at;

		data += 4;
		size -= 4;
		n = n < size ? n : size;
		sparse->present[page] = 1;
		memcpy(sparse->pages[page] + at, data, n);
		data += n;
		size -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mem_ops ops = {.readv = sparse_readv};
	static const char *const names[] = {"_PyRuntime", "ab", "", "Py_Version"};
	static struct mem_sparse sparse;
	struct image image;
	uint8_t id[IMAGE_BUILD_ID_MAX];
	uint64_t addr, length;
	size_t len;

	memset(&sparse, 0, sizeof(sparse));
	sparse.mem.ops = &ops;
	load(&sparse, data, size);
	if (image_open(&sparse.mem, NULL, BASE, &image, NULL) != 0)
		return 0;
	if (image.n_loads == 0 || image.n_loads > IMAGE_LOADS_MAX || image.start >= image.end)
		abort();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)image_symbol(&image, names[i], &addr, &length); /* any answer will do */
	if (image_build_id(&image, id, &len) == 0 && (len == 0 || len > sizeof(id)))
		abort();
	if (sparse.mem.calls > CALLS_MAX * 4)
		abort();
	return 0;
}
