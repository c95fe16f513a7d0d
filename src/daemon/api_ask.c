/* SPDX-License-Identifier: MIT */
/*
 * api_ask: requests become questions, and answers of errands become replies.
 *
 * A question without an end is given one, the watermark, before the fork: so the parent knows what the child will
 * answer, and how far a poller's cursor advances.
 */
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "base/vec.h"
#include "daemon/api.h"
#include "daemon/api_answer.h"
#include "daemon/api_asking.h"
#include "daemon/errand.h"
#include "daemon/query.h"
#include "encode/encoder.h"
#include "http/request.h"
#include "profile/history.h"
#include "scrape.h"

#define PPROF_SECONDS_DEFAULT 30
#define PPROF_SECONDS_MAX 600
#define PPROF_GRACE_NS (2 * NSEC_PER_SEC) /* for a slice to close behind the seconds asked for */
#define PPROF_LOOK_US 100000
#define FORMATS_MAX 16
#define RETRY_SECONDS "5"

struct asking *asking_new(struct api *api, struct http_request *request, api_answer_fn answer)
{
	struct asking *asking = calloc(1, sizeof(*asking));

	if (!asking) {
		http_refuse(request, 503, "out of memory");
		return NULL;
	}
	asking->api = api;
	asking->request = request;
	asking->question.api = api;
	asking->question.answer = answer;
	return asking;
}

void asking_times(const struct api *api, struct api_times *ret)
{
	*ret = (struct api_times){0};
	api->source->times(api->owner, ret);
}

static void asking_free(struct asking *asking)
{
	if (asking->timer)
		event_free(asking->timer);
	query_deinit(&asking->question.query);
	query_deinit(&asking->question.base);
	free(asking);
}

/* {"code": "invalid_argument", "message": "sentence"} (connectrpc.com/docs/protocol, "Error codes"). */
static void refuse_connect(struct asking *asking, int status, const char *text)
{
	const char *code = status == 503   ? "unavailable"
			   : status == 404 ? "unimplemented"
			   : status == 415 ? "internal"
					   : "invalid_argument";
	struct buf body = BUF_INIT;

	buf_fmt(&body, "{\"code\":\"%s\",\"message\":", code);
	text_json(&body, text, strlen(text));
	buf_str(&body, "}\n");
	api_reply(asking->request, status, "application/json", &body);
}

static void refuse(struct asking *asking, int status, const char *text)
{
	if (asking->connect)
		refuse_connect(asking, status, text);
	else
		http_refuse(asking->request, status, "%s", text);
}

void asking_refuse(struct asking *asking, int status, const char *text)
{
	if (status == 503)
		http_set_header(asking->request, "Retry-After", RETRY_SECONDS);
	refuse(asking, status, text);
	asking_free(asking);
}

static void work(void *job, struct errand_answer *answer)
{
	const struct asking *asking = job;

	asking->question.answer(&asking->question, answer);
}

static void reply(struct asking *asking, struct errand_answer *answer)
{
	struct http_request *request = asking->request;

	for (size_t i = 0; i < answer->n_headers; i++)
		http_set_header(request, answer->headers[i].name, answer->headers[i].value);
	if (asking->reset)
		api_advance_when_sent(asking->api, request, asking->pid, asking->question.query.ask.which.until_us);
	http_reply(request, answer->status, answer->mime, &answer->body);
}

static void done(void *job, enum errand_end end, struct errand_answer *answer)
{
	struct asking *asking = job;

	if (end != ERRAND_DONE) {
		asking_refuse(asking, 503,
			      end == ERRAND_LATE ? "that took longer than 10 s; ask for less"
						 : "the answer could not be made; try again");
		return;
	}
	if (answer->status >= 400)
		refuse(asking, answer->status, answer->error);
	else
		reply(asking, answer);
	asking_free(asking);
}

static void gone(void *ctx)
{
	const struct asking *asking = ctx;

	errand_cancel(asking->errand);
}

/* Takes asking. */
void asking_start(struct asking *asking)
{
	asking_times(asking->api, &asking->question.times);
	http_on_gone(asking->request, gone, asking);
	asking->errand = errand_start(asking->api->errands, work, done, asking);
	if (!asking->errand)
		asking_refuse(asking, 503, "too many questions at a time");
}

static void set_until(struct asking *asking, const struct api_times *times)
{
	struct history_query *which = &asking->question.query.ask.which;

	if (which->until_us == 0 || which->until_us > times->watermark_us)
		which->until_us = times->watermark_us;
}

/* Reads the parameters. False: it is answered and gone. */
bool asking_parse(struct asking *asking, unsigned groups, const char *const *extra)
{
	const struct query_source source = api_query_source(asking->request);

	return asking_parse_from(asking, &source, groups, extra);
}

bool asking_parse_from(struct asking *asking, const struct query_source *source, unsigned groups,
		       const char *const *extra)
{
	struct err err = {0};
	int r = query_parse(source, groups, extra, api_now_us(asking->api), &asking->question.query, &err);

	if (r < 0)
		asking_refuse(asking, r == SCRAPE_ENOMEM ? 503 : 400, err.text);
	return r == 0;
}

/* False: there is no closed slice yet, and it is answered and gone. */
bool asking_bound(struct asking *asking)
{
	struct api_times times;

	asking_times(asking->api, &times);
	if (times.watermark_us == 0) {
		asking_refuse(asking, 503, "no slice has closed yet; soon one will");
		return false;
	}
	set_until(asking, &times);
	return true;
}

static void use_format(struct asking *asking, const struct encoder *encoder)
{
	struct history_query *which = &asking->question.query.ask.which;

	asking->question.encoder = encoder;
	if (encoder->functions && which->merge == HISTORY_BY_LINE)
		which->merge = HISTORY_BY_FUNCTION;
}

static bool use_named(struct asking *asking, const char *name)
{
	const struct encoder *encoder = encoder_by_name(name);

	if (encoder && encoder->times != ENCODER_NEEDS_TIMES)
		use_format(asking, encoder);
	else if (encoder || strcmp(name, "scrape") == 0)
		asking_refuse(asking, 406, "this format is in the order of time, which only a recording keeps");
	else
		asking_refuse(asking, 400, "there is no such format");
	return encoder && encoder->times != ENCODER_NEEDS_TIMES;
}

/* By name, else what the client likes best, else JSON. False: answered and gone. */
static bool choose_format(struct asking *asking)
{
	const char *name = asking->question.query.format;
	const char *types[FORMATS_MAX + 1] = {NULL};
	const struct encoder *offered[FORMATS_MAX + 1] = {encoder_by_name("json")};
	char texts[FORMATS_MAX][64];
	const char *type;
	size_t n = 1;

	if (name)
		return use_named(asking, name);
	for (size_t i = 0; encoders[i] && n < FORMATS_MAX; i++)
		if (encoders[i] != offered[0] && encoders[i]->times != ENCODER_NEEDS_TIMES && !encoders[i]->page)
			offered[n++] = encoders[i];
	for (size_t i = 0; i < n; i++) {
		const char *mime = offered[i]->mime;

		(void)snprintf(texts[i], sizeof(texts[i]), "%.*s", (int)strcspn(mime, ";"), mime); /* ours, short */
		types[i] = texts[i];
	}
	type = http_accepts(asking->request, types);
	for (size_t i = 0; type && i < n; i++)
		if (types[i] == type)
			use_format(asking, offered[i]);
	http_set_header(asking->request, "Vary", "Accept");
	if (!type)
		asking_refuse(asking, 406, "none of the formats is one that you accept");
	return type != NULL;
}

void api_ask_profile(void *ctx, struct http_request *request)
{
	struct asking *asking = asking_new(ctx, request, api_answer_encoded);

	if (asking && asking_parse(asking, QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_TREE, NULL) &&
	    choose_format(asking) && asking_bound(asking))
		asking_start(asking);
}

/* A share: "0.01". */
static int read_threshold(const char *text, double *ret, struct err *err)
{
	char *end;
	double value = text[0] >= '0' && text[0] <= '9' ? strtod(text, &end) : -1;

	if (!(value >= 0 && value < 1) || *end)
		return err_set(err, SCRAPE_EINVAL, "threshold is a share from 0 to 1, such as 0.01");
	*ret = value;
	return 0;
}

void api_ask_data(void *ctx, struct http_request *request)
{
	static const char *const extra[] = {"threshold", NULL};
	struct asking *asking = asking_new(ctx, request, api_answer_nested);
	const char *threshold = http_param(request, "threshold", 0);
	struct err err = {0};

	if (!asking || !asking_parse(asking, QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_TREE, extra))
		return;
	if (http_param(request, "format", 0))
		asking_refuse(asking, 400, "'format' is no parameter here");
	else if (threshold && read_threshold(threshold, &asking->question.query.threshold, &err) < 0)
		asking_refuse(asking, 400, err.text);
	else if (asking_bound(asking))
		asking_start(asking);
}

void api_ask_timeline(void *ctx, struct http_request *request)
{
	struct asking *asking = asking_new(ctx, request, api_answer_timeline);

	if (asking && asking_parse(asking, QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_SERIES, NULL) &&
	    asking_bound(asking))
		asking_start(asking);
}

void api_ask_heatmap(void *ctx, struct http_request *request)
{
	struct asking *asking = asking_new(ctx, request, api_answer_heatmap);

	if (!asking || !asking_parse(asking, QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_STEP, NULL))
		return;
	if (asking->question.query.ask.which.show.mode != PROFILE_CPU)
		asking_refuse(asking, 400, "a heat map is of CPU time: mode=cpu");
	else if (asking_bound(asking))
		asking_start(asking);
}

/* Lists are of the interval, and without one of all that a daemon keeps in memory, of the last hour elsewhere. */
static void ask_list(struct api *api, struct http_request *request, api_answer_fn answer)
{
	struct asking *asking = asking_new(api, request, answer);

	if (!asking || !asking_parse(asking, QUERY_INTERVAL, NULL))
		return;
	if (!api->collects && !http_param(request, "from", 0))
		asking->question.query.ask.which.from_us = 0;
	asking->question.key = http_rest(request);
	asking_times(api, &asking->question.times);
	set_until(asking, &asking->question.times);
	if (asking->question.query.ask.which.from_us >= asking->question.query.ask.which.until_us)
		asking->question.query.ask.which.from_us = 0;
	asking_start(asking);
}

void api_ask_targets(void *ctx, struct http_request *request)
{
	ask_list(ctx, request, api_answer_targets);
}

void api_ask_labels(void *ctx, struct http_request *request)
{
	ask_list(ctx, request, api_answer_labels);
}

void api_ask_values(void *ctx, struct http_request *request)
{
	ask_list(ctx, request, api_answer_values);
}

void api_ask_gaps(void *ctx, struct http_request *request)
{
	ask_list(ctx, request, api_answer_gaps);
}

/* What was noted of the time that has not been told yet counts too. */
void api_ask_annotations(void *ctx, struct http_request *request)
{
	struct api *api = ctx;
	struct asking *asking;

	if (http_is_post(request)) {
		if (api->source->annotate)
			api->source->annotate(api->owner, request);
		else
			http_refuse(request, 404, "nothing can be noted here: there is no store");
		return;
	}
	asking = asking_new(api, request, api_answer_annotations);
	if (asking && asking_parse(asking, QUERY_INTERVAL, NULL))
		asking_start(asking);
}

/* Adds a filter of our own to what the parameters said. False: answered and gone. */
static bool add_filter(struct asking *asking, enum history_field field, const char *value)
{
	struct query *query = &asking->question.query;
	struct history_query *which = &query->ask.which;
	const char *copy = arena_strndup(&query->arena, value, strlen(value));

	if (!copy || which->n_filters == QUERY_FILTERS_MAX) {
		asking_refuse(asking, 503, "out of memory");
		return false;
	}
	query->filters[which->n_filters++] = (struct history_filter){.field = field, .value = copy, .exactly = true};
	which->filters = query->filters;
	return true;
}

/* Where the poller stands, or the oldest that is kept. */
static void set_cursor(struct asking *asking, const struct api_times *times)
{
	struct history_query *which = &asking->question.query.ask.which;
	uint64_t at = article_cursor_get(&asking->api->cursors, http_peer(asking->request), asking->pid);

	which->until_us = times->watermark_us;
	which->from_us = at > times->oldest_us ? at : times->oldest_us;
	if (which->from_us > which->until_us)
		which->from_us = which->until_us;
}

void api_ask_article(struct api *api, struct http_request *request, uint32_t pid)
{
	static const char *const extra[] = {"reset", NULL};
	struct asking *asking = asking_new(api, request, api_answer_article);
	const char *reset = http_param(request, "reset", 0);
	struct api_times times;
	struct history_query *which;
	char text[16];

	if (!asking)
		return;
	asking->pid = pid;
	asking->reset = reset && strcmp(reset, "false") != 0 && strcmp(reset, "0") != 0;
	if (!asking_parse(asking, asking->reset ? 0 : QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE, extra))
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu32, pid); /* 10 digits at most */
	if (pid && !add_filter(asking, HISTORY_PID, text))
		return;
	asking_times(api, &times);
	which = &asking->question.query.ask.which;
	which->merge = HISTORY_BY_LINE; /* whose names have their modules; lines that read alike are merged later */
	if (asking->reset)
		set_cursor(asking, &times);
	else
		set_until(asking, &times);
	if (which->from_us < times.oldest_us)
		which->from_us = times.oldest_us;
	asking_start(asking);
}

/* The slices that closed while the seconds passed; if none has, the newest one, so that nobody is kept waiting. */
static void answer_seconds(evutil_socket_t fd, short what, void *ctx)
{
	struct asking *asking = ctx;
	struct history_query *which = &asking->question.query.ask.which;
	uint64_t now = clock_mono_ns();
	struct api_times times;

	(void)fd;
	(void)what;
	asking_times(asking->api, &times);
	if (times.watermark_us <= asking->from_us && now < asking->grace_ns &&
	    event_add(asking->timer, &(struct timeval){.tv_usec = PPROF_LOOK_US}) == 0)
		return;
	if (times.watermark_us == 0) {
		asking_refuse(asking, 503, "no slice has closed yet; soon one will");
		return;
	}
	which->until_us = times.watermark_us;
	which->from_us = asking->from_us;
	if (which->from_us >= which->until_us)
		which->from_us = which->until_us - times.slice_us;
	asking_start(asking);
}

static void gone_waiting(void *ctx)
{
	struct asking *asking = ctx;

	asking_refuse(asking, 503, "gone");
}

static void wait_seconds(struct asking *asking, uint64_t seconds)
{
	struct api_times times;

	asking_times(asking->api, &times);
	asking->from_us = times.watermark_us;
	asking->grace_ns = clock_mono_ns() + seconds * NSEC_PER_SEC + PPROF_GRACE_NS;
	asking->timer = event_new(asking->api->base, -1, 0, answer_seconds, asking);
	if (!asking->timer || event_add(asking->timer, &(struct timeval){.tv_sec = (time_t)seconds}) < 0) {
		asking_refuse(asking, 503, "out of memory");
		return;
	}
	http_on_gone(asking->request, gone_waiting, asking);
}

/* mode=recent: the newest closed slices that make up the seconds. */
static void ask_recent(struct asking *asking, uint64_t seconds)
{
	struct history_query *which = &asking->question.query.ask.which;

	if (!asking_bound(asking))
		return;
	which->from_us = which->until_us > seconds * 1000000 ? which->until_us - seconds * 1000000 : 0;
	asking_start(asking);
}

void api_ask_pprof(struct api *api, struct http_request *request, int field, const char *value)
{
	static const char *const extra[] = {"seconds", "mode", NULL};
	const char *seconds_text = http_param(request, "seconds", 0), *mode = http_param(request, "mode", 0);
	struct asking *asking = asking_new(api, request, api_answer_encoded);
	uint64_t seconds = PPROF_SECONDS_DEFAULT;
	struct err err = {0};

	if (!asking || !asking_parse(asking, QUERY_FILTERS, extra))
		return;
	asking->question.encoder = encoder_by_name("pprof");
	if (seconds_text && (query_number(seconds_text, PPROF_SECONDS_MAX, &seconds, &err) < 0 || seconds == 0)) {
		asking_refuse(asking, 400, "seconds is a whole number from 1 to 600");
		return;
	}
	if (mode && strcmp(mode, "recent") != 0) {
		asking_refuse(asking, 400, "mode is 'recent' for what was measured already, or absent to wait");
		return;
	}
	if (!asking->question.encoder) {
		asking_refuse(asking, 404, "this build has no pprof format");
		return;
	}
	if (value && !add_filter(asking, (enum history_field)field, value))
		return;
	if (mode)
		ask_recent(asking, seconds);
	else
		wait_seconds(asking, seconds);
}
