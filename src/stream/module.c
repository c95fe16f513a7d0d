/* SPDX-License-Identifier: MIT */
/* module: names and build ids. */
#include "stream/module.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

#define BUILD_ID_LEAST 8 /* hex digits; most have 40. What is shown of it, too */
#define BUILD_ID_MAX 128

static size_t count_digits(const char *text, size_t n)
{
	size_t digits = 0;

	while (digits < n && isxdigit((unsigned char)text[n - digits - 1]))
		digits++;
	return digits;
}

static bool is_build_id(size_t digits)
{
	return digits >= BUILD_ID_LEAST && digits <= BUILD_ID_MAX;
}

void stream_module_add(struct buf *out, const char *path, size_t n, const char *build_id, size_t n_build_id)
{
	const char *slash = memrchr(path, '/', n);

	buf_add(out, slash ? slash + 1 : path, slash ? n - (size_t)(slash + 1 - path) : n);
	if (is_build_id(n_build_id) && count_digits(build_id, n_build_id) == n_build_id) {
		buf_chr(out, '@');
		buf_add(out, build_id, n_build_id);
	}
}

void stream_module_address(struct buf *out, const char *path, size_t n, const char *build_id, size_t n_build_id,
			   uint64_t addr)
{
	buf_chr(out, '[');
	stream_module_add(out, path, n, build_id, n_build_id < BUILD_ID_LEAST ? n_build_id : BUILD_ID_LEAST);
	buf_fmt(out, "]+0x%" PRIx64, addr);
}

size_t stream_module_split(const char *text, size_t n, const char **ret_build_id)
{
	size_t digits = count_digits(text, n);

	*ret_build_id = text + n;
	if (!is_build_id(digits) || digits + 1 >= n || text[n - digits - 1] != '@')
		return n;
	*ret_build_id = text + n - digits;
	return n - digits - 1;
}
