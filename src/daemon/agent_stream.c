/* SPDX-License-Identifier: MIT */
/* agent_stream: closed slices from a position on, as a collector fetches them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "daemon/agent_state.h"
#include "daemon/query.h"
#include "http/request.h"
#include "profile/history.h"
#include "scrape.h"
#include "stream/writer.h"

#define STREAM_MIME "application/octet-stream"
#define STREAM_BYTES ((size_t)8 << 20) /* of one answer; who wants more asks again */

uint64_t agent_position(const struct agent *agent, const char *instance, uint64_t seq)
{
	uint64_t found = 0;

	if (strcmp(instance, agent->instance) == 0)
		return seq;
	return spool_find(&agent->spool, instance, seq, &found) < 0 ? 0 : found;
}

/* "INSTANCE:SEQ" as a number of this run. A run that is not known begins at the oldest slice. -1: it is neither. */
static int find_since(const struct agent *agent, const char *since, uint64_t *ret, bool *ret_gap)
{
	char instance[SPOOL_INSTANCE_LEN + 1];
	const char *colon = strchr(since, ':');
	uint64_t seq;
	int r;

	if (!colon || colon - since != SPOOL_INSTANCE_LEN || strspn(since, "0123456789abcdef") != SPOOL_INSTANCE_LEN ||
	    query_number(colon + 1, INT64_MAX, &seq, NULL) < 0)
		return -1;
	memcpy(instance, since, SPOOL_INSTANCE_LEN);
	instance[SPOOL_INSTANCE_LEN] = 0;
	*ret = seq;
	*ret_gap = false;
	if (strcmp(instance, agent->instance) == 0)
		return 0;
	r = spool_find(&agent->spool, instance, seq, ret);
	*ret_gap = r < 0;
	if (r == SCRAPE_ENOTFOUND)
		*ret = 0;
	return 0;
}

/* Says within the stream that slices are missing: a session of nothing but a note. */
static void put_gap(const struct agent *agent, struct buf *out)
{
	static const char text[] = "slices between the last answer and this one are not kept any more";
	const struct stream_session session = {.start_wall_us = clock_wall_ns() / NSEC_PER_USEC,
					       .rate_mhz = agent->config->rate_mhz,
					       .slice_us = agent->config->slice_us};
	const struct stream_note note = {.code = SCRAPE_EGONE, .text = text, .len = sizeof(text) - 1};
	struct stream_writer writer;

	stream_begin(&writer, out, &session);
	stream_put_note(&writer, &note);
}

static void set_position(const struct agent *agent, struct http_request *request, const char *name, uint64_t seq)
{
	char text[SPOOL_INSTANCE_LEN + 32];

	(void)snprintf(text, sizeof(text), "%s:%" PRIu64, agent->instance, seq); /* fits */
	http_set_header(request, name, text);
}

void agent_stream(void *ctx, struct http_request *request)
{
	static const char *const params[] = {"since", NULL};
	const struct agent *agent = ((struct api *)ctx)->owner;
	const struct query_source source = api_query_source(request);
	struct history_stats stats;
	struct buf body = BUF_INIT;
	struct err err = {0};
	const char *since;
	uint64_t seq = 0, next;
	bool gap = false;
	int r;

	if (!api_only_params(request, params))
		return;
	history_stats(agent->history, &stats);
	r = query_single(&source, "since", &since, &err);
	if (r < 0 || (since && (find_since(agent, since, &seq, &gap) < 0 || seq > stats.next_seq))) {
		http_refuse(request, 400, "since is INSTANCE:NUMBER as X-Scrape-Next said it, or absent for all");
		return;
	}
	next = seq;
	r = seq < stats.next_seq ? history_export(agent->history, seq, STREAM_BYTES, &body, &next) : 0;
	if (r == SCRAPE_EGONE) {
		gap = gap || since;
		seq = next;
		buf_reset(&body);
		r = seq < stats.next_seq ? history_export(agent->history, seq, STREAM_BYTES, &body, &next) : 0;
	}
	if (r < 0)
		body.failed = true;
	if (gap) {
		struct buf slices = body;

		body = (struct buf)BUF_INIT;
		put_gap(agent, &body);
		buf_add(&body, slices.data, slices.len);
		body.failed = body.failed || slices.failed;
		buf_deinit(&slices);
		set_position(agent, request, "X-Scrape-Gap", seq);
	}
	set_position(agent, request, "X-Scrape-Since", seq);
	set_position(agent, request, "X-Scrape-Next", next);
	api_reply(request, 200, STREAM_MIME, &body);
}
