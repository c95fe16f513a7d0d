/* SPDX-License-Identifier: MIT */
/* uploading: the stream becomes a history of its own, whose closed slices are uploaded. */
#include "daemon/uploading.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/token.h"
#include "daemon/upload.h"
#include "daemon/uploader.h"
#include "profile/history.h"
#include "scrape.h"
#include "stream/reader.h"

#define KEEP_US (10 * 60 * 1000000ull) /* what has been uploaded is not needed any more */

struct uploading {
	struct upload_place place;
	char token[TOKEN_MAX];
	struct utsname machine;
	struct event_base *base;
	struct uploader *uploader;
	struct history *history;
	struct history_feed *feed;
	struct stream_reader reader;
	uint64_t done_us; /* up to there it has been handed over */
	bool broken;      /* the rest of the stream cannot be understood */
};

static int open_all(struct uploading *p, const char *url, const char *token_file, const char *tenant, struct err *err)
{
	struct uploader_plan plan = {.place = &p->place, .tenant = tenant};
	int r = upload_parse(url, &p->place, err);

	if (r == 0 && tenant)
		r = upload_check_tenant(tenant, err);
	if (r == 0 && token_file) {
		r = token_read(token_file, p->token, err);
		plan.token = p->token;
	}
	if (r < 0)
		return r;
	p->base = event_base_new();
	p->history = history_new(&(struct history_config){.host = "", .keep_us = KEEP_US});
	p->feed = p->history ? history_feed_new(p->history) : NULL;
	if (!p->base || !p->feed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return uploader_new(p->base, &plan, &p->uploader, err);
}

int uploading_new(const char *url, const char *token_file, const char *tenant, struct uploading **ret, struct err *err)
{
	struct uploading *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	(void)uname(&p->machine); /* without it the label is empty */
	r = open_all(p, url, token_file, tenant, err);
	stream_reader_init(&p->reader, &history_sink, p->feed);
	if (r < 0)
		uploading_free(p);
	else
		*ret = p;
	return r;
}

void uploading_free(struct uploading *p)
{
	if (!p)
		return;
	stream_reader_deinit(&p->reader);
	history_feed_free(p->feed);
	history_free(p->history);
	uploader_free(p->uploader);
	if (p->base)
		event_base_free(p->base);
	free(p);
}

void uploading_feed(struct uploading *p, const void *bytes, size_t n)
{
	struct err err = {0};

	if (p->broken || stream_feed(&p->reader, bytes, n, &err) == 0)
		return;
	p->broken = true;
	log_warn("the rest is not pushed: %s", err.text);
}

static int add(void *ctx, struct buf *path, struct buf *body)
{
	struct uploading *p = ctx;

	uploader_add(p->uploader, path, body);
	return 0;
}

/* What has closed since. */
static void hand_over(struct uploading *p)
{
	struct upload_what what = {.host = p->machine.nodename, .from_us = p->done_us};
	struct history_stats stats;
	struct err err = {0};
	int r;

	history_stats(p->history, &stats);
	what.until_us = stats.watermark_us;
	if (stats.watermark_us == 0 || what.until_us <= what.from_us)
		return;
	if (what.from_us == 0)
		what.from_us = stats.oldest_us;
	r = upload_make(p->history, &p->place, &what, add, p, &err);
	if (r < 0)
		log_warn("not pushed: %s", err.text);
	uploader_lose(p->uploader, r < 0 ? 1 : (uint64_t)r);
	p->done_us = what.until_us;
}

void uploading_beat(struct uploading *p)
{
	hand_over(p);
	(void)event_base_loop(p->base, EVLOOP_NONBLOCK); /* what fails is told by the uploader */
}

int uploading_end(struct uploading *p)
{
	uint64_t until_ns = clock_mono_ns() + UPLOADING_END_S * NSEC_PER_SEC;
	struct uploader_counts counts;
	struct timeval wait = {.tv_usec = 50000};

	history_feed_free(p->feed); /* ends its last slice */
	p->feed = NULL;
	if (history_finish(p->history) == 0)
		hand_over(p);
	while (!uploader_is_idle(p->uploader) && clock_mono_ns() < until_ns) {
		(void)event_base_loopexit(p->base, &wait); /* without memory it ends with the next event */
		(void)event_base_dispatch(p->base);
	}
	uploader_counts(p->uploader, &counts);
	if (counts.lost + counts.waiting > 0)
		log_error("of %" PRIu64 " profiles %" PRIu64 " could not be pushed: %s",
			  counts.sent + counts.lost + counts.waiting, counts.lost + counts.waiting,
			  uploader_reason(p->uploader));
	else
		log_info("%" PRIu64 " profile%s pushed", counts.sent, counts.sent == 1 ? "" : "s");
	return counts.lost + counts.waiting > 0 || p->broken ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}
