/* SPDX-License-Identifier: MIT */
/* noting: annotations on their way to the writer. */
#include "daemon/noting.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/api.h"
#include "daemon/writer.h"
#include "http/request.h"
#include "scrape.h"
#include "store/store.h"

#define JSON_MIME "application/json"
#define NOTING_MAX 1024

/* A place for a request that waits for the writer. */
static bool keep_request(struct noting *n, struct http_request *request, uint64_t *ret_tag)
{
	struct http_request **place;

	for (uint64_t i = 0; i < n->requests.n; i++)
		if (!n->requests.items[i]) {
			n->requests.items[i] = request;
			*ret_tag = i;
			return true;
		}
	place = n->requests.n < NOTING_MAX ? VEC_PUSH(&n->requests) : NULL;
	if (!place)
		return false;
	*place = request;
	*ret_tag = n->requests.n - 1;
	return true;
}

static int status_of(int code)
{
	switch (code) {
	case SCRAPE_ENOTFOUND:
		return 404;
	case SCRAPE_EIO:
	case SCRAPE_EBUSY:
	case SCRAPE_EPERM:
	case SCRAPE_ENOMEM:
		return 503;
	default:
		return 400;
	}
}

void noting_done(struct noting *n, uint64_t tag, int64_t id, const char *error)
{
	struct http_request *request = tag < n->requests.n ? n->requests.items[tag] : NULL;
	struct buf body = BUF_INIT;

	if (!request)
		return;
	n->requests.items[tag] = NULL;
	if (id < 0) {
		http_refuse(request, status_of((int)id), "%s", error);
		return;
	}
	buf_fmt(&body, "{\"id\":%" PRId64 "}\n", id);
	api_reply(request, 201, JSON_MIME, &body);
}

/* Seconds since 1970, in microseconds. */
static bool read_time(const json_t *value, uint64_t *ret_us)
{
	double seconds = json_number_value(value);

	if (!json_is_number(value) || !(seconds >= 0 && seconds < 1e11))
		return false;
	*ret_us = (uint64_t)(seconds * 1e6 + 0.5);
	return true;
}

static const char *text_member(const json_t *root, const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text ? text : "";
}

/* What is wrong with a member, which would be overlooked in silence. */
static const char *wrong_member(const char *key, const json_t *value)
{
	if (json_is_null(value))
		return NULL;
	if (strcmp(key, "text") == 0 || strcmp(key, "service") == 0 || strcmp(key, "host") == 0)
		return json_is_string(value) ? NULL : "text, service and host are strings";
	if (strcmp(key, "at") == 0 || strcmp(key, "until") == 0)
		return json_is_number(value) ? NULL : "at and until are seconds since 1970";
	if (strcmp(key, "delete") == 0)
		return json_is_integer(value) ? NULL : "delete is the id of an annotation";
	if (strcmp(key, "pin") == 0)
		return json_is_boolean(value) ? NULL : "pin is true or false";
	return "an annotation has text, service, host, at, until and pin, or only delete";
}

static const char *wrong_in(json_t *root)
{
	const char *key, *wrong = NULL;
	json_t *value;

	json_object_foreach(root, key, value)
	{
		if (!wrong)
			wrong = wrong_member(key, value);
	}
	return wrong;
}

static void take_note(struct noting *n, struct http_request *request, json_t *root)
{
	const json_t *gone = json_object_get(root, "delete"), *at = json_object_get(root, "at"),
		     *until = json_object_get(root, "until");
	struct store_note note = {.at_us = clock_wall_ns() / NSEC_PER_USEC,
				  .text = text_member(root, "text"),
				  .service = text_member(root, "service"),
				  .host = text_member(root, "host"),
				  .by = http_peer(request),
				  .pin = json_is_true(json_object_get(root, "pin"))};
	const char *wrong = wrong_in(root);
	uint64_t tag;
	int r;

	if (wrong) {
		http_refuse(request, 400, "%s", wrong);
		return;
	}
	if ((at && !json_is_null(at) && !read_time(at, &note.at_us)) ||
	    (until && !json_is_null(until) && !read_time(until, &note.until_us))) {
		http_refuse(request, 400, "at and until are seconds since 1970");
		return;
	}
	if (!keep_request(n, request, &tag)) {
		http_refuse(request, 503, "too many at a time");
		return;
	}
	r = json_is_integer(gone) ? writer_unnote(n->writer, json_integer_value(gone), tag)
				  : writer_note(n->writer, &note, tag);
	if (r < 0)
		noting_done(n, tag, SCRAPE_ENOMEM, "out of memory");
}

void noting_request(struct noting *n, struct http_request *request)
{
	const char *type = http_header(request, "Content-Type"), *body;
	size_t len = http_body(request, &body);
	json_error_t where;
	json_t *root = NULL;

	if (!type || strncmp(type, JSON_MIME, strlen(JSON_MIME)) != 0)
		http_refuse(request, 400, "the body is application/json");
	else if (!(root = json_loadb(body, len, JSON_REJECT_DUPLICATES, &where)))
		http_refuse(request, 400, "line %d: %.128s", where.line, where.text);
	else if (!json_is_object(root))
		http_refuse(request, 400, "an object is wanted");
	else
		take_note(n, request, root);
	json_decref(root);
}

void noting_end(struct noting *n)
{
	for (uint64_t tag = 0; tag < n->requests.n; tag++)
		noting_done(n, tag, SCRAPE_EIO, "the program ends");
	VEC_DEINIT(&n->requests);
}
