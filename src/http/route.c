/* SPDX-License-Identifier: MIT */
/* route: a table is small and looked through from its top. */
#include "http/route.h"

#include <stdbool.h>
#include <string.h>

#include "http/server.h"
#include "http/target.h"

/* One segment, decoded into out; -1 if that is not possible. */
static long segment(const char *raw, size_t n, char *out)
{
	if (n > ROUTE_REST_MAX)
		return -1;
	memcpy(out, raw, n);
	out[n] = '\0';
	return target_decode(out, false);
}

/* Both stand behind a slash. */
static bool segments_match(const char *pattern, const char *raw, char *rest)
{
	char here[ROUTE_REST_MAX + 1];

	for (;;) {
		size_t want = strcspn(pattern, "/"), have = strcspn(raw, "/");
		bool any = want == 2 && memcmp(pattern, "{}", 2) == 0;

		if (!*pattern) /* a slash at the end of the route */
			return segment(raw, strlen(raw), rest) >= 0;
		if (segment(raw, have, here) < 0)
			return false;
		if (any ? !*here : strlen(here) != want || memcmp(here, pattern, want) != 0)
			return false;
		if (any)
			memcpy(rest, here, strlen(here) + 1);
		if (!pattern[want] || !raw[have])
			return !pattern[want] && !raw[have];
		pattern += want + 1;
		raw += have + 1;
	}
}

const struct http_route *route_find(const struct http_route *routes, size_t n, const char *raw_path, char *rest)
{
	for (size_t i = 0; i < n; i++) {
		const char *pattern = routes[i].path;

		*rest = '\0';
		if (strcmp(pattern, "/") == 0 ? strcmp(raw_path, "/") == 0
					      : segments_match(pattern + 1, raw_path + 1, rest))
			return &routes[i];
	}
	*rest = '\0';
	return NULL;
}
