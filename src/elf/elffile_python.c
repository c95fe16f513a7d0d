/* SPDX-License-Identifier: MIT */
/*
 * elffile_python: which CPython a file is. Three sources, most exact first: the exported constant Py_Version (CPython
 * 3.11+, Include/cpython/pylifecycle.h), the block _Py_DebugOffsets with which _PyRuntime begins (3.13+,
 * Include/internal/pycore_debug_offsets.h), and the suffix of extension modules that every build keeps as a string
 * (Python/dynload_shlib.c): ".cpython-36m-x86_64-linux-gnu.so", ".cpython-312-x86_64-linux-gnu.so".
 */
#include <libelf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "elf/elffile.h"
#include "scrape.h"

#define COOKIE "xdebugpy"
#define TAG ".cpython-3"
#define TAG_END "-x86_64-linux"
#define TAG_MAX 48 /* longer than any tag: so much two windows overlap */
#define WINDOW 16384

static bool plausible(uint64_t version)
{
	return version >> 24 == 3;
}

static int from_constant(struct elffile *file, uint32_t *ret)
{
	uint64_t addr, size, version = 0;
	int r = elffile_symbol(file, "Py_Version", &addr, &size);

	if (r == 0 && size != 4 && size != 8)
		r = SCRAPE_EFORMAT;
	if (r == 0)
		r = elffile_read(file, addr, &version, (size_t)size);
	if (r == 0 && !plausible(version))
		r = SCRAPE_EFORMAT;
	if (r == 0)
		*ret = (uint32_t)version;
	return r;
}

static int from_debug_block(struct elffile *file, uint32_t *ret)
{
	struct {
		char cookie[8];
		uint64_t version;
	} block;
	uint64_t addr, size;
	int r = elffile_symbol(file, "_PyRuntime", &addr, &size);

	if (r < 0)
		r = elffile_section(file, ".PyRuntime", &addr, &size);
	if (r == 0)
		r = elffile_read(file, addr, &block, sizeof(block));
	if (r == 0 && (memcmp(block.cookie, COOKIE, 8) != 0 || !plausible(block.version)))
		r = SCRAPE_ENOTFOUND;
	if (r == 0)
		*ret = (uint32_t)block.version;
	return r;
}

/* The minor version that the text behind TAG tells, or -1. */
static int tag_minor(const char *text, size_t n)
{
	size_t at = 0;
	int minor = 0;

	for (; at < n && at < 2 && text[at] >= '0' && text[at] <= '9'; at++)
		minor = minor * 10 + (text[at] - '0');
	if (at == 0)
		return -1;
	while (at < n && text[at] >= 'a' && text[at] <= 'z') /* abi flags: d, m, u, t */
		at++;
	if (n - at < strlen(TAG_END) || memcmp(text + at, TAG_END, strlen(TAG_END)) != 0)
		return -1;
	return minor;
}

/* Minors met so far: -1 none, -2 several that differ. */
static void scan_window(const char *bytes, size_t n, int *minor)
{
	const char *at = bytes, *end = bytes + n;

	while ((at = memmem(at, (size_t)(end - at), TAG, strlen(TAG)))) {
		int found;

		at += strlen(TAG);
		found = tag_minor(at, (size_t)(end - at));
		if (found >= 0)
			*minor = *minor == -1 || *minor == found ? found : -2;
	}
}

static int scan_segment(const struct elffile *file, const Elf64_Phdr *ph, uint64_t *budget, int *minor)
{
	char window[WINDOW];
	uint64_t left = ph->p_filesz, at = ph->p_offset;
	size_t kept = 0;

	while (left > 0 && *budget > 0) {
		size_t want = WINDOW - kept;
		ssize_t got;

		want = left < want ? (size_t)left : want;
		got = pread(file->fd, window + kept, want, (off_t)at);
		if (got < 0)
			return SCRAPE_EIO;
		if (got == 0)
			return 0; /* cut file */
		scan_window(window, kept + (size_t)got, minor);
		at += (size_t)got;
		left -= (size_t)got;
		*budget -= (size_t)got < *budget ? (size_t)got : *budget;
		kept += (size_t)got;
		if (kept > TAG_MAX) {
			memmove(window, window + kept - TAG_MAX, TAG_MAX);
			kept = TAG_MAX;
		}
	}
	return 0;
}

static int from_tag(struct elffile *file, uint32_t *ret)
{
	const Elf64_Phdr *phdrs = elf64_getphdr(file->elf);
	uint64_t budget = ELFFILE_SCAN_MAX;
	size_t n;
	int minor = -1;

	if (!phdrs || elf_getphdrnum(file->elf, &n) != 0 || n > ELFFILE_SEGMENTS_MAX)
		return SCRAPE_EFORMAT;
	for (size_t i = 0; i < n; i++) {
		const Elf64_Phdr *ph = &phdrs[i];
		int r = 0;

		if (ph->p_type == PT_LOAD && !(ph->p_flags & PF_W) && ph->p_offset <= file->size)
			r = scan_segment(file, ph, &budget, &minor);
		if (r < 0)
			return r;
	}
	if (minor < 0)
		return SCRAPE_ENOTFOUND;
	*ret = 3u << 24 | (uint32_t)minor << 16;
	return 0;
}

int elffile_python_version(struct elffile *file, uint32_t *ret)
{
	if (from_constant(file, ret) == 0 || from_debug_block(file, ret) == 0)
		return 0;
	return from_tag(file, ret);
}
