/* SPDX-License-Identifier: MIT */
/* accept: RFC 9110, 12.5. A damaged list is taken for what can be read of it; weights are kept as thousandths. */
#include "http/accept.h"

#include <string.h>
#include <strings.h>

/* "q=0.75" among the parameters in [at, end) -> 750; 1000 without. */
static int weight(const char *at, const char *end)
{
	while ((at = memchr(at, ';', (size_t)(end - at)))) {
		int value, unit = 100;

		for (at++; at < end && (*at == ' ' || *at == '\t');)
			at++;
		if (end - at < 3 || strncasecmp(at, "q=", 2) != 0)
			continue;
		at += 2;
		if (*at != '0' && *at != '1')
			return 0;
		value = (*at++ - '0') * 1000;
		if (at < end && *at == '.')
			for (at++; at < end && *at >= '0' && *at <= '9' && unit; at++, unit /= 10)
				value += (*at - '0') * unit;
		return value > 1000 ? 1000 : value;
	}
	return 1000;
}

/* How exactly the range in [at, end) fits the type: 0 not, 1 any, 2 its kind, 3 the type itself. */
static int fit(const char *at, const char *end, const char *type)
{
	size_t n = 0;
	size_t kind = strcspn(type, "/") + 1;

	while (at + n < end && !strchr("; \t", at[n]))
		n++;
	if (n == strlen(type) && strncasecmp(at, type, n) == 0)
		return 3;
	if (n >= 2 && n - 1 == kind && at[n - 1] == '*' && strncasecmp(at, type, n - 1) == 0)
		return 2;
	return n == 3 && memcmp(at, "*/*", 3) == 0;
}

static int weight_of(const char *accept, const char *type)
{
	int best = 0, ret = 0;

	while (*accept) {
		const char *end;
		int exact;

		accept += strspn(accept, ", \t");
		end = accept + strcspn(accept, ",");
		exact = fit(accept, end, type);
		if (exact > best) {
			best = exact;
			ret = weight(accept, end);
		}
		accept = end;
	}
	return ret;
}

const char *accept_type(const char *accept, const char *const *types)
{
	const char *ret = NULL;
	int best = 0;

	if (!accept)
		return types[0];
	for (; *types; types++) {
		int w = weight_of(accept, *types);

		if (w > best) {
			best = w;
			ret = *types;
		}
	}
	return ret;
}

bool accept_gzip(const char *encodings)
{
	bool any = false;

	while (encodings && *encodings) {
		const char *end;
		size_t n;

		encodings += strspn(encodings, ", \t");
		end = encodings + strcspn(encodings, ",");
		n = strcspn(encodings, "; \t,");
		if (n == 4 && strncasecmp(encodings, "gzip", 4) == 0)
			return weight(encodings, end) > 0;
		if (n == 1 && *encodings == '*')
			any = weight(encodings, end) > 0;
		encodings = end;
	}
	return any;
}
