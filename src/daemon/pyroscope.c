/* SPDX-License-Identifier: MIT */
/* pyroscope: requests become questions. */
#include "daemon/pyroscope.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "daemon/api_asking.h"
#include "http/request.h"
#include "profile/history.h"
#include "scrape.h"

#define PROTO_TYPE "application/proto"

/* A text of the question that lives as long as it. False: answered and gone. */
static bool keep_key(struct asking *asking, const char *key)
{
	if (!key)
		return true;
	asking->question.key = arena_strndup(&asking->question.query.arena, key, strlen(key));
	if (!asking->question.key)
		asking_refuse(asking, 503, "out of memory");
	return asking->question.key != NULL;
}

/* The words, read; the rest of the question. False: answered and gone. */
static bool take_words(struct asking *asking, struct selector *words, int r, unsigned groups, const char *key,
		       const struct err *err)
{
	const struct query_source source = selector_source(words);

	if (r < 0) {
		asking_refuse(asking, r == SCRAPE_ENOMEM ? 503 : 400, err->text);
		return false;
	}
	if (!asking_parse_from(asking, &source, groups, NULL))
		return false;
	asking->question.query.ask.which.merge = HISTORY_BY_FUNCTION; /* as Pyroscope does */
	return keep_key(asking, key) && asking_bound(asking);
}

static bool check_call(struct asking *asking, const struct pyroscope_call *call)
{
	const struct http_request *request = asking->request;
	const char *type = http_header(request, "Content-Type"), *encoding = http_header(request, "Content-Encoding");

	if (!call)
		asking_refuse(asking, 404, "there is no such call; those there are stand in scrape-http(7)");
	else if (!http_is_post(request))
		asking_refuse(asking, 405, "a call is a POST");
	else if (!type || strncasecmp(type, PROTO_TYPE, strlen(PROTO_TYPE)) != 0 ||
		 !strchr("; ", type[strlen(PROTO_TYPE)]))
		asking_refuse(asking, 415, "a call has the type " PROTO_TYPE);
	else if (encoding && strcasecmp(encoding, "identity") != 0)
		asking_refuse(asking, 415, "a call that is compressed is not read");
	else
		return true;
	return false;
}

void pyroscope_ask_call(void *ctx, struct http_request *request)
{
	const struct pyroscope_call *call = pyroscope_call(http_rest(request));
	struct asking *asking = asking_new(ctx, request, call ? call->answer : NULL);
	struct selector words = {0};
	const char *bytes, *key = NULL;
	struct err err = {0};
	size_t n, limit = 0;
	int r;

	if (!asking)
		return;
	asking->connect = true;
	if (!check_call(asking, call))
		return;
	n = http_body(request, &bytes);
	r = pyroscope_read(call, bytes, n, &words, &key, &limit, &err);
	if (r == 0 && call->answer == pyroscope_answer_values && !key)
		r = err_set(&err, SCRAPE_EINVAL, "name is missing: which label?");
	if (take_words(asking, &words, r, call->groups, key, &err)) {
		asking->question.query.limit = limit;
		asking_start(asking);
	}
	selector_deinit(&words);
}

/* "now-1h" and the like become words. */
static int add_time(struct selector *words, const struct http_request *request, const char *name, struct err *err)
{
	const char *text = http_param(request, name, 0);

	if (!text)
		return 0;
	text = pyroscope_time(words, text);
	return text ? selector_add(words, name, text, err) : err_set(err, SCRAPE_ENOMEM, "out of memory");
}

void pyroscope_ask_render(void *ctx, struct http_request *request)
{
	static const char *const known[] = {"query", "from", "until", "maxNodes", "max-nodes", "format", NULL};
	const char *query = http_param(request, "query", 0), *format = http_param(request, "format", 0);
	const char *nodes = http_param(request, "maxNodes", 0);
	struct asking *asking;
	struct selector words = {0};
	struct err err = {0};
	int r = 0;

	if (!api_only_params(request, known))
		return;
	asking = asking_new(ctx, request, pyroscope_answer_render);
	if (!asking)
		return;
	if (!nodes)
		nodes = http_param(request, "max-nodes", 0);
	if (!query || (format && strcmp(format, "json") != 0))
		r = err_set(&err, SCRAPE_EINVAL,
			    query ? "format is json here" : "query is missing: " SELECTOR_CPU "{}");
	if (r == 0)
		r = selector_add_matchers(&words, query, &err);
	if (r == 0)
		r = add_time(&words, request, "from", &err);
	if (r == 0)
		r = add_time(&words, request, "until", &err);
	if (r == 0 && nodes)
		r = selector_add(&words, "max_nodes", nodes, &err);
	if (take_words(asking, &words, r, QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_TREE, query, &err))
		asking_start(asking);
	selector_deinit(&words);
}
