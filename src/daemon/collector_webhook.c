/* SPDX-License-Identifier: MIT */
/* collector_webhook: findings are told: to a webhook, once each, and as metrics. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/collector_state.h"
#include "daemon/collector_watch.h"
#include "daemon/metrics_page.h"
#include "scrape.h"

#define PAUSE_NS (10 * NSEC_PER_SEC)
#define PAUSE_MAX_NS (600 * NSEC_PER_SEC)
#define GIVE_UP_NS (86400 * NSEC_PER_SEC)
#define SEND_MS 10000
#define ANSWER_MAX 65536

int watch_parse_url(const char *text, struct http_url *ret, struct err *err)
{
	if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
		return err_set(err, SCRAPE_EINVAL, "'%.128s' is neither http:// nor https://", text);
	return http_url_parse(text, text[4] == 's' ? 443 : 80, ret, err);
}

/* "+0.22 cores in score (search.py)" */
static void put_words(struct buf *out, const struct watch_finding *f)
{
	buf_fmt(out, f->share ? "%+.1f %% of the service in %s" : "%+.3g cores in %s",
		f->share ? 100 * f->delta : f->delta, f->text);
}

static void note_down(struct collector *c, const struct watch_finding *f)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "regression: ");
	put_words(&text, f);
	if (buf_cstr(&text))
		(void)writer_note(c->writer,
				  &(struct store_note){.at_us = f->moment_us,
						       .text = text.data,
						       .service = f->service,
						       .host = "",
						       .by = "scrape"},
				  WATCH_NOTE_TAG); /* without memory it may be told again by another life */
	buf_deinit(&text);
}

static void sent(void *ctx, const struct http_fetched *answer)
{
	struct collector *c = ctx;
	struct collect_watch *w = &c->watch;
	struct watch_finding *f = &w->findings.items[w->sending];
	uint64_t now = clock_mono_ns();

	w->fetch = NULL;
	if (answer->status >= 200 && answer->status < 300) {
		w->sent++;
		f->told = true;
		note_down(c, f);
		return;
	}
	w->send_failures++;
	f->pause_ns = f->pause_ns == 0 ? PAUSE_NS : f->pause_ns < PAUSE_MAX_NS / 2 ? 2 * f->pause_ns : PAUSE_MAX_NS;
	f->due_ns = now + f->pause_ns;
	if (answer->status)
		log_warn("the webhook answered with status %d; again in %d s", answer->status,
			 (int)(f->pause_ns / NSEC_PER_SEC));
	else
		log_warn("the webhook: %s; again in %d s", answer->error, (int)(f->pause_ns / NSEC_PER_SEC));
	if (now - f->found_ns > GIVE_UP_NS) {
		w->given_up++;
		f->told = true;
	}
}

/* The finding as the port tells it, and who tells it. */
static char *make_body(const struct collector *c, const struct watch_finding *f)
{
	json_t *root = json_loads(f->json, 0, NULL);
	char *text = NULL;

	if (root && json_object_set_new(root, "event", json_string("regression")) == 0 &&
	    json_object_set_new(root, "collector", json_string(c->config->name)) == 0)
		text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

void collector_webhook_tend(struct collector *c, uint64_t now_ns)
{
	struct collect_watch *w = &c->watch;
	struct http_fetch_plan plan = {.url = &w->url,
				       .accept = "*/*",
				       .body_mime = "application/json",
				       .max_body = ANSWER_MAX,
				       .timeout_ms = SEND_MS};
	char *body;

	if (w->fetch || !c->config->webhook)
		return;
	for (size_t i = 0; i < w->findings.n; i++) {
		const struct watch_finding *f = &w->findings.items[i];

		if (f->told || !f->current || f->due_ns > now_ns)
			continue;
		body = make_body(c, f);
		if (!body)
			return;
		plan.body = body;
		plan.n_body = strlen(body);
		w->sending = i;
		w->fetch = http_fetch(c->fetcher, &plan, sent, c);
		free(body);
		return;
	}
}

static void put_gauges(const struct collector *c, struct metrics_page *page, bool share)
{
	struct buf labels = BUF_INIT;

	VEC_EACH (f, &c->watch.findings) {
		if (!f->current || f->share != share)
			continue;
		buf_reset(&labels);
		buf_str(&labels, "{service=\"");
		metrics_label(&labels, f->service);
		buf_str(&labels, "\",function=\"");
		metrics_label(&labels, f->function);
		buf_str(&labels, "\",file=\"");
		metrics_label(&labels, f->file);
		buf_fmt(&labels, "\",moment=\"%" PRIu64 "\"}", (uint64_t)(f->moment_us / 1000000));
		if (buf_cstr(&labels))
			metrics_sample_number(page, labels.data, f->delta);
	}
	page->out->failed = page->out->failed || labels.failed;
	buf_deinit(&labels);
}

void collector_watch_metrics(const struct collector *c, struct metrics_page *page)
{
	const struct collect_watch *w = &c->watch;
	uint64_t n = 0;

	VEC_EACH (f, &w->findings)
		n += f->current;
	if (w->ended) {
		metrics_gauge(page, "scrape_regressions", NULL, "Changes found in the newest hours.", n);
		metrics_family(page, METRICS_GAUGE, "scrape_regression_cores", "cores",
			       "By how much a function's own CPU has changed, at the moment, in seconds since 1970.");
		put_gauges(c, page, false);
		metrics_family(page, METRICS_GAUGE, "scrape_regression_share", NULL,
			       "The same of its share in the service, where this has all the CPU that there is.");
		put_gauges(c, page, true);
	}
	metrics_count(page, "scrape_watch_rounds", "Searches for regressions in all services.", w->rounds);
	metrics_count(page, "scrape_watch_failures", "Searches of a service that failed.", w->failures);
	metrics_count(page, "scrape_webhook_sent", "Findings that the webhook has taken.", w->sent);
	metrics_count(page, "scrape_webhook_failures", "Tries that it has not taken.", w->send_failures);
	metrics_count(page, "scrape_webhook_given_up", "Findings that it has not taken for a day.", w->given_up);
}
