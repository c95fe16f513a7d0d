/* SPDX-License-Identifier: MIT */
/* collector_metrics: totals, and one line for each host where that helps to find the one that is ill. */
#include "daemon/collector_metrics.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/collector_state.h"
#include "daemon/errand.h"
#include "daemon/metrics.h"
#include "daemon/metrics_page.h"
#include "daemon/srv.h"
#include "daemon/watch.h"
#include "daemon/webhook.h"
#include "scrape.h"

static uint64_t up_of(const struct collect_host *host)
{
	return host->state == COLLECT_UP;
}

static uint64_t lag_of(const struct collect_host *host)
{
	uint64_t now_us = clock_wall_ns() / NSEC_PER_USEC;

	return host->watermark_us && now_us > host->watermark_us ? (now_us - host->watermark_us) / 1000000 : 0;
}

static uint64_t slices_of(const struct collect_host *host)
{
	return host->slices;
}

static uint64_t failures_of(const struct collect_host *host)
{
	return host->failures;
}

static uint64_t refusals_of(const struct collect_host *host)
{
	return host->refusals;
}

static uint64_t gaps_of(const struct collect_host *host)
{
	return host->gaps;
}

static const struct {
	enum metrics_type type;
	const char *name, *unit, *help;
	uint64_t (*value)(const struct collect_host *host);
} per_host[] = {
	{METRICS_GAUGE, "scrape_collect_up", NULL, "1: the host's newest answer was good.", up_of},
	{METRICS_GAUGE, "scrape_collect_lag_seconds", "seconds", "Time since the end of its newest stored slice.",
	 lag_of},
	{METRICS_COUNTER, "scrape_collect_slices", NULL, "Slices stored since the start.", slices_of},
	{METRICS_COUNTER, "scrape_collect_failures", NULL, "Questions without an answer.", failures_of},
	{METRICS_COUNTER, "scrape_collect_refusals", NULL, "Answers that were refused as a whole.", refusals_of},
	{METRICS_COUNTER, "scrape_collect_gaps", NULL, "Times that slices were not kept until they were asked for.",
	 gaps_of},
};

static void write_hosts(struct metrics_page *page, const struct collector *c)
{
	struct buf labels = BUF_INIT;

	for (size_t i = 0; i < sizeof(per_host) / sizeof(*per_host); i++) {
		metrics_family(page, per_host[i].type, per_host[i].name, per_host[i].unit, per_host[i].help);
		VEC_EACH (host, &c->hosts) {
			buf_reset(&labels);
			buf_str(&labels, "{host=\"");
			metrics_label(&labels, (*host)->name);
			buf_str(&labels, "\"}");
			if (((*host)->named || (*host)->pushes) && buf_cstr(&labels))
				metrics_sample(page, labels.data, per_host[i].value(*host));
		}
	}
	page->out->failed = page->out->failed || labels.failed;
	buf_deinit(&labels);
}

static void write_srv(struct metrics_page *page, const struct collector *c)
{
	struct srv_counts counts;

	if (!c->srv)
		return;
	srv_counts(c->srv, &counts);
	metrics_count(page, "scrape_collect_srv_lookups", "Questions for SRV records.", counts.lookups);
	metrics_count(page, "scrape_collect_srv_failures", "Those without an answer that makes sense.",
		      counts.failures);
}

static void label_finding(struct buf *labels, const struct watch_finding *finding)
{
	buf_reset(labels);
	buf_str(labels, "{service=\"");
	metrics_label(labels, finding->service);
	buf_str(labels, "\",function=\"");
	metrics_label(labels, finding->function);
	buf_str(labels, "\",file=\"");
	metrics_label(labels, finding->file);
	buf_str(labels, "\"}");
}

/* These in cores, or those in shares. */
static void write_findings(struct metrics_page *page, const struct watch_findings *findings, bool share)
{
	struct buf labels = BUF_INIT;

	VEC_EACH (finding, &findings->list) {
		if (finding->share != share)
			continue;
		label_finding(&labels, finding);
		if (buf_cstr(&labels))
			metrics_sample_real(page, labels.data, finding->delta);
	}
	page->out->failed = page->out->failed || labels.failed;
	buf_deinit(&labels);
}

static void write_webhook(struct metrics_page *page, const struct collector *c)
{
	struct webhook_counts counts;

	if (!c->webhook)
		return;
	webhook_counts(c->webhook, &counts);
	metrics_count(page, "scrape_webhook_sent", "Changes that the webhook took.", counts.sent);
	metrics_count(page, "scrape_webhook_failures", "Times that it did not.", counts.failed);
}

static void write_watch(struct metrics_page *page, const struct collector *c)
{
	const struct watch_findings *findings = watch_findings(c->watch);
	struct watch_counts counts;

	watch_counts(c->watch, &counts);
	metrics_count(page, "scrape_watch_rounds", "Times that all services were searched for changes.", counts.rounds);
	metrics_count(page, "scrape_watch_searches", "Searches in a service.", counts.searches);
	metrics_count(page, "scrape_watch_failures", "Those without an answer.", counts.failures);
	write_webhook(page, c);
	if (!findings)
		return;
	metrics_gauge(page, "scrape_regressions", NULL, "Functions whose CPU changed, of the newest search.",
		      findings->list.n);
	metrics_family(page, METRICS_GAUGE, "scrape_regression_cores", "cores",
		       "Self CPU after a change minus that before, of the newest of a function.");
	write_findings(page, findings, false);
	metrics_family(page, METRICS_GAUGE, "scrape_regression_share", NULL,
		       "The same, of services that had all CPU they could get: share of it.");
	write_findings(page, findings, true);
}

static void write_outbox(struct metrics_page *page, const struct store_outbox *outbox)
{
	metrics_gauge(page, "scrape_outbox_bytes", "bytes", "What waits on disk for the database.", outbox->bytes);
	metrics_gauge(page, "scrape_outbox_batches", NULL, "Batches that wait there.", outbox->batches);
	metrics_count(page, "scrape_outbox_lost_slices", "Slices for which there was no room there any more.",
		      outbox->lost_slices);
}

void collector_metrics(const struct collector *c, bool open, struct buf *out)
{
	struct metrics_page page = {.out = out, .open = open};
	struct errands_counts errands;
	struct http_counts http;
	struct writer_state state;

	writer_state(c->writer, &state);
	errands_counts(c->errands, &errands);
	http_server_counts(c->server, &http);
	write_hosts(&page, c);
	write_srv(&page, c);
	metrics_gauge(&page, "scrape_store_bytes", "bytes", "Size of the store's file.", state.store_bytes);
	metrics_gauge(&page, "scrape_store_queued_bytes", "bytes", "What is polled and not yet written.",
		      state.queued_bytes);
	metrics_gauge(&page, "scrape_store_failing", NULL, "1: the store cannot be written.",
		      state.failing_since_us != 0);
	if (c->config->outbox)
		write_outbox(&page, &state.outbox);
	metrics_count(&page, "scrape_store_slices", "Slices written since the start.", state.store_rows);
	metrics_count(&page, "scrape_store_writer_restarts", "Times that the writing process died.", state.restarts);
	metrics_count(&page, "scrape_queries", "Questions answered.", errands.done);
	metrics_count(&page, "scrape_queries_refused", "Questions for which there was no room.", errands.refused);
	metrics_count(&page, "scrape_queries_late", "Questions that took too long, or failed.",
		      errands.late + errands.failed);
	metrics_count(&page, "scrape_http_requests", "Requests that came in whole.", http.requests);
	metrics_count(&page, "scrape_http_refused", "Requests and connections that were refused.", http.refused);
	if (c->watch)
		write_watch(&page, c);
	if (open)
		buf_str(out, "# EOF\n");
}
