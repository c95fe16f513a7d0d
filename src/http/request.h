/* SPDX-License-Identifier: MIT */
/*
 * request: one question and its answer. A handler answers at once, or keeps the request and answers later from the
 * same loop; either way exactly one http_reply or http_refuse ends it, and the request is not to be touched after.
 * What the functions below return lives until then. If the client has gone meanwhile the answer is dropped silently
 * and the request is freed all the same (http_on_gone tells whoever could stop working). A handler may take its time:
 * the server's deadlines are for the client.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct http_request;

/* Decoded, without the base path: "/api/v1/profile". Never a control character, never a dot segment. */
const char *http_path(const struct http_request *request);
/* What stood in place of {} or behind the slash of the route that matched, decoded; "" if nothing. */
const char *http_rest(const struct http_request *request);
bool http_is_post(const struct http_request *request);
/* The i-th value of a query parameter, decoded, without control characters; NULL if there are no more. */
const char *http_param(const struct http_request *request, const char *name, size_t i);
/* The name of a query parameter that is none of these (NULL-ended), or NULL: what nobody reads is refused by name. */
const char *http_unknown_param(const struct http_request *request, const char *const *known);
/* The first of that name, in any case of letters; NULL: none. */
const char *http_header(const struct http_request *request, const char *name);
/* "127.0.0.1", "::1", or "unix". An IPv4 client of a socket for both families is told as IPv4. */
const char *http_peer(const struct http_request *request);
/* Which of these media types (NULL-ended, "text/html") the client likes best; the first if it does not say; NULL if it
 * takes none of them. */
const char *http_accepts(const struct http_request *request, const char *const *types);
/* The body of a POST: its length, and in ret its bytes (without a NUL). */
size_t http_body(const struct http_request *request, const char **ret);

/* Answer headers, to be set before the answer; a second value replaces the first (but for Set-Cookie). A value with a
 * control character is not sent. */
void http_set_header(struct http_request *request, const char *name, const char *value);
/* Answers with the bytes (body is emptied; NULL: none). Compressed with gzip if the client takes it, the type is text
 * and there is more than 1 KiB; a body that is compressed already has "Content-Encoding" set by the caller. HEAD, 204
 * and 304 are sent without it. Every answer gets X-Content-Type-Options: nosniff, Referrer-Policy: no-referrer and, if
 * none was set, Cache-Control: no-store. A body that failed becomes a 503. */
void http_reply(struct http_request *request, int status, const char *mime, struct buf *body);
/* {"error": "sentence"} */
void http_refuse(struct http_request *request, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Called once if the client goes away before the answer, also when the server is freed; not after it. The request is
 * still to be ended, from within fn or later. */
void http_on_gone(struct http_request *request, void (*fn)(void *ctx), void *ctx);
/* Called once when the whole answer has been handed to the client's socket; not if it went away or was cut before. The
 * request is no more. */
void http_on_sent(struct http_request *request, void (*fn)(void *ctx), void *ctx);

#endif
