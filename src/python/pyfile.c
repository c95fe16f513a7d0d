/* SPDX-License-Identifier: MIT */
/* pyfile: what the file of a CPython tells that its loaded image does not. */
#include "python/pyfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "elf/image.h"
#include "elf/symbols.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/mem.h"
#include "target/proc.h"
#include "target/procfile.h"

#define SCAN_BLOCK (64 * 1024)
#define SCAN_MAX (32u << 20)
#define TAG ".cpython-3"
#define TAG_LEN 10

/* The minor version behind a tag, e.g. "9-x86_64" or "12-x86"; 0 if it is none. */
static uint32_t minor_at(const char *p, const char *end)
{
	uint32_t minor = 0;

	while (p < end && *p >= '0' && *p <= '9' && minor < 100)
		minor = minor * 10 + (uint32_t)(*p++ - '0');
	if (p < end && *p == 'm') /* 3.7 names its ABI with it */
		p++;
	return p < end && *p == '-' ? minor : 0;
}

static uint32_t scan_block(const char *bytes, size_t n)
{
	const char *end = bytes + n, *p = bytes;

	while ((p = memmem(p, (size_t)(end - p), TAG, TAG_LEN))) {
		uint32_t minor = minor_at(p + TAG_LEN, end);

		if (minor)
			return minor;
		p += TAG_LEN;
	}
	return 0;
}

static uint32_t scan_mapping(struct mem *mem, const struct mapping *mapping, char *block)
{
	uint64_t end = mapping->end;

	if (end - mapping->start > SCAN_MAX)
		end = mapping->start + SCAN_MAX;
	for (uint64_t at = mapping->start; at < end; at += SCAN_BLOCK - 64) { /* a tag may lie across two blocks */
		size_t n = end - at < SCAN_BLOCK ? (size_t)(end - at) : SCAN_BLOCK;
		uint32_t minor;

		if (mem_read(mem, at, block, n) < 0)
			return 0;
		minor = scan_block(block, n);
		if (minor || n < SCAN_BLOCK)
			return minor;
	}
	return 0;
}

int pyfile_read_version(struct mem *mem, const struct maps *maps, const struct mapping *mapping, uint32_t *ret)
{
	_cleanup_free_ char *block = malloc(SCAN_BLOCK);

	if (!block)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < maps->n; i++) {
		const struct mapping *m = &maps->items[i];
		uint32_t minor;

		if (!mapping_same_file(m, mapping) || !(m->perms & MAPPING_READ) || m->perms & MAPPING_WRITE)
			continue;
		minor = scan_mapping(mem, m, block);
		if (minor) {
			*ret = 0x03000000u | minor << 16;
			return 0;
		}
	}
	return SCRAPE_EFORMAT;
}

/* Run-time minus link-time address, from the image's own headers. */
static int load_bias(struct mem *mem, const struct mapping *mapping, uint64_t *ret)
{
	struct image image;
	int r = image_open(mem, NULL, mapping->start, &image, NULL);

	if (r == 0)
		*ret = image.bias;
	return r;
}

static uint64_t placed(const struct symbols_value *value, uint64_t bias)
{
	return value->found ? value->value + bias : 0;
}

int pyfile_read(struct symbols *symbols, const struct proc *proc, struct mem *mem, const struct mapping *mapping,
		struct pyfile *ret)
{
	static const struct symbols_request request = {.names = {"_PyRuntime", "PyCode_Type", "_Py_next_func_version"},
						       .sections = {".PyRuntime"},
						       .python_version = 1};
	struct symbols_reply reply;
	_cleanup_close_ int fd = -1;
	uint64_t bias = 0;
	int r = load_bias(mem, mapping, &bias);

	if (r == 0)
		r = procfile_open(proc->dirfd, mapping, &fd, NULL);
	if (r == 0)
		r = symbols_query(symbols, fd, &request, &reply, NULL);
	if (r < 0)
		return r;
	*ret = (struct pyfile){.runtime_addr = placed(&reply.names[0], bias),
			       .code_type_addr = placed(&reply.names[1], bias),
			       .next_version_addr = placed(&reply.names[2], bias),
			       .version = reply.version};
	if (ret->runtime_addr == 0)
		ret->runtime_addr = placed(&reply.sections[0], bias);
	return 0;
}
