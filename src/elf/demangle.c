/* SPDX-License-Identifier: MIT */
/*
 * demangle: libiberty through its callbacks, which print in pieces into what we bound. It offers no other way to end
 * it early than not to return from a piece; in that mode it holds no memory but the stack.
 */
#include "elf/demangle.h"

#include <libiberty/demangle.h>
#include <setjmp.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

struct print {
	struct buf text;
	jmp_buf enough;
};

/* ".word" or ".word.123" at the end; returns the length without it. */
static size_t without_suffix(const char *name, size_t n)
{
	static const char *const words[] = {"cold", "part", "isra", "constprop", "lto_priv", "llvm"};
	size_t end = n;

	while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
		end--;
	end = end > 0 && end < n && name[end - 1] == '.' ? end - 1 : n;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (end > len + 1 && name[end - len - 1] == '.' && memcmp(name + end - len, words[i], len) == 0)
			return end - len - 1;
	}
	return n;
}

static size_t without_suffixes(const char *name, size_t n)
{
	const char *version = memchr(name, '@', n);
	size_t shorter;

	if (version && version > name)
		n = (size_t)(version - name);
	while ((shorter = without_suffix(name, n)) < n)
		n = shorter;
	return n;
}

bool demangle_is_mangled(const char *name, size_t n)
{
	return n > 2 && name[0] == '_' && (name[1] == 'Z' || name[1] == 'R');
}

static void take(const char *piece, size_t n, void *opaque)
{
	struct print *print = opaque;

	if (n > DEMANGLE_PRINTED_MAX - print->text.len)
		n = DEMANGLE_PRINTED_MAX - print->text.len;
	buf_add(&print->text, piece, n);
	if (print->text.failed || print->text.len == DEMANGLE_PRINTED_MAX)
		longjmp(print->enough, 1);
}

/* C++ names above a quarter of DEMANGLE_NAME_MAX are refused unless recursion is not limited; what is left then is
 * bounded by their length: at most a few MiB of stack. */
static bool print_name(const char *name, struct print *print)
{
	if (setjmp(print->enough) != 0)
		return !print->text.failed;
	if (rust_demangle_callback(name, 0, take, print))
		return true;
	buf_reset(&print->text); /* what it printed before it gave up */
	return name[1] == 'Z' && cplus_demangle_v3_callback(name, DMGL_NO_RECURSE_LIMIT, take, print);
}

void demangle_name(struct buf *out, const char *name, size_t n, size_t max)
{
	struct print print = {BUF_INIT};
	char copy[DEMANGLE_NAME_MAX + 1];

	n = without_suffixes(name, n);
	if (demangle_is_mangled(name, n) && n <= DEMANGLE_NAME_MAX && !memchr(name, '\0', n)) {
		memcpy(copy, name, n);
		copy[n] = '\0';
		if (print_name(copy, &print) && print.text.len > 0) {
			text_clean(out, print.text.data, print.text.len, max);
			buf_deinit(&print.text);
			return;
		}
	}
	buf_deinit(&print.text);
	text_clean(out, name, n, max);
}
