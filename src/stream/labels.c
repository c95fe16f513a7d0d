/* SPDX-License-Identifier: MIT */
/* labels: "key=value" lines of a target. */
#include "stream/labels.h"

#include <string.h>

#define CLEAN_NEWLINE "\\x0a" /* what text_clean makes of one */

bool stream_label_next(const char **at, const char *end, struct stream_label *ret)
{
	while (*at < end) {
		const char *begin = *at, *eol = memchr(begin, '\n', (size_t)(end - begin)), *equals;
		const char *clean = memmem(begin, (size_t)(end - begin), CLEAN_NEWLINE, strlen(CLEAN_NEWLINE));

		*at = eol ? eol + 1 : end;
		eol = eol ? eol : end;
		if (clean && clean < eol) {
			eol = clean;
			*at = clean + strlen(CLEAN_NEWLINE);
		}
		equals = memchr(begin, '=', (size_t)(eol - begin));
		if (!equals || equals == begin)
			continue;
		*ret = (struct stream_label){.key = begin,
					     .value = equals + 1,
					     .key_len = (size_t)(equals - begin),
					     .value_len = (size_t)(eol - equals - 1)};
		return true;
	}
	return false;
}
