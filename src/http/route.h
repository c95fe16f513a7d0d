/* SPDX-License-Identifier: MIT */
/* route: which line of a server's table a path belongs to. Segments are compared decoded, so an escaped letter is the
 * letter and an escaped slash is no slash. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stddef.h>

struct http_route;

#define ROUTE_REST_MAX 8192

/* The first route that takes the path (as it was sent: target.h), or NULL. rest, of ROUTE_REST_MAX + 1 bytes, gets what
 * stood in place of {} or behind the slash at the route's end, decoded; "" if nothing. */
const struct http_route *route_find(const struct http_route *routes, size_t n, const char *raw_path, char *rest);

#endif
