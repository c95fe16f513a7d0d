/* SPDX-License-Identifier: MIT */
/*
 * fuzz: names of addresses (elf/naming.h) from symbol tables, also packed ones, and what a file says of itself. The input
 * is an ELF file. DWARF is left out: libdw reads it, which is why it is read in a jail.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "elf/naming.h"
#include "scrape.h"

#define ADDRS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t take_u32(const char **at, const char *end)
{
	uint32_t value;

	if (end - *at < 4)
		abort();
	memcpy(&value, *at, sizeof(value));
	*at += sizeof(value);
	return value;
}

/* The answer must be whole, and nothing behind it. */
static void check(const struct buf *out, size_t n_addrs)
{
	const char *at = out->data, *end = at + out->len;

	for (size_t i = 0; i < n_addrs; i++) {
		uint32_t n;

		if (end - at < 8)
			abort();
		at += 8;
		n = take_u32(&at, end);
		if (n > NAMING_CALLS_MAX)
			abort();
		while (n-- > 0) {
			uint64_t name, path;

			(void)take_u32(&at, end); /* the line */
			name = take_u32(&at, end);
			path = take_u32(&at, end);
			if (name == 0 || name > NAMING_NAME_MAX || path > NAMING_NAME_MAX ||
			    (uint64_t)(end - at) < name + path)
				abort();
			at += name + path;
		}
	}
	if (at != end)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct naming_ident ident;
	uint64_t addrs[ADDRS];
	struct buf out = BUF_INIT;
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (fd < 0 || io_write_all(fd, data, size) != 0)
		abort();
	for (size_t i = 0; i < ADDRS; i++)
		addrs[i] = i < ADDRS / 2 ? 0x401000 + i * 0x40 : i * 0x1234567;
	if (naming_resolve(fd, -1, true, addrs, ADDRS, &out, NULL) == 0)
		check(&out, ADDRS);
	if (naming_ident(fd, &ident, NULL) == 0 &&
	    (ident.build_id_len > sizeof(ident.build_id) || !memchr(ident.debuglink, '\0', sizeof(ident.debuglink))))
		abort();
	buf_deinit(&out);
	(void)close(fd);
	return 0;
}
