/* SPDX-License-Identifier: MIT */
/*
 * metrics: counters and gauges of the daemon.
 */
#include "daemon/metrics.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/io.h"
#include "daemon/metrics_page.h"
#include "encode/meta.h"
#include "scrape.h"

#define MILLIONTHS ((uint64_t)1000000)

static void sample_ns(struct metrics_page *page, const char *suffix, const char *after, uint64_t ns)
{
	buf_fmt(page->out, "%s%s%" PRIu64 ".%09u%s", page->name, suffix, (uint64_t)(ns / NSEC_PER_SEC),
		(unsigned)(ns % NSEC_PER_SEC), after);
}

/* An upper bound for every octave. */
static void write_holds(struct metrics_page *page, const struct histogram *holds, uint64_t stopped_ns)
{
	uint64_t n = 0;

	metrics_family(page, METRICS_HISTOGRAM, "scrape_target_stop_duration_seconds", "seconds",
		       "For how long threads were held stopped, each time.");
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		n += holds->count[i];
		if (i % 4 != 0 || i + 4 >= HISTOGRAM_BUCKETS)
			continue;
		sample_ns(page, "_bucket{le=\"", "\"} ", histogram_until_ns(i));
		buf_fmt(page->out, "%" PRIu64 "\n", n);
	}
	buf_fmt(page->out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", page->name, n);
	sample_ns(page, "_sum ", "\n", stopped_ns);
	buf_fmt(page->out, "%s_count %" PRIu64 "\n", page->name, n);
}

static void write_ways(struct metrics_page *page, const struct ways *ways, uint64_t stopped_ns)
{
	char labels[64];

	metrics_family(page, METRICS_COUNTER, "scrape_looks", NULL,
		       "Looks that found something, by the way in which they were taken.");
	for (unsigned way = 0; way < SCRAPE_WAY_COUNT; way++) {
		(void)snprintf(labels, sizeof(labels), "{way=\"%s\"}", ways_words[way]); /* as above */
		metrics_sample(page, labels, ways->looks[way]);
	}
	write_holds(page, &ways->holds, stopped_ns);
}

static void write_looks(struct metrics_page *page, const struct metrics *m)
{
	const struct history_stats *h = &m->history;
	char labels[64];

	metrics_family(page, METRICS_GAUGE, "scrape_targets", NULL, "Processes that are kept in memory.");
	metrics_sample(page, "{state=\"profiled\"}", h->targets - m->targets_gone);
	metrics_sample(page, "{state=\"gone\"}", m->targets_gone);
	metrics_family(page, METRICS_COUNTER, "scrape_samples", NULL, "Looks at threads that found something.");
	metrics_sample(page, "{lang=\"python\"}", h->looks);
	metrics_family(page, METRICS_COUNTER, "scrape_sample_errors", NULL, "Looks that gave nothing, by reason.");
	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++) {
		(void)snprintf(labels, sizeof(labels), "{reason=\"%s\"}", meta_losses[i]); /* words of ours, short */
		metrics_sample(page, labels, h->lost[i]);
	}
	metrics_count(page, "scrape_ticks", "Ticks of the samplers' timers.", h->ticks);
	metrics_count(page, "scrape_late_ticks", "Ticks that came more than 300 us late.", h->late);
	metrics_seconds(page, "scrape_target_cpu_seconds", "CPU time of the processes that are looked at.", h->cpu_ns);
	metrics_seconds(page, "scrape_target_stopped_seconds", "Time that threads were held stopped.", h->stopped_ns);
	write_ways(page, &h->ways, h->stopped_ns);
	metrics_seconds(page, "scrape_sampler_cpu_seconds", "CPU time of the samplers.", h->cost_ns);
	metrics_family(page, METRICS_GAUGE, "scrape_self_cpu_ratio", "ratio",
		       "CPU of the samplers in the newest slice, of one CPU.");
	metrics_sample_decimal(page, m->self_cpu_millionths, MILLIONTHS);
	metrics_count(page, "scrape_samplers_replaced", "Samplers that died and were replaced.", m->samplers_replaced);
	metrics_count(page, "scrape_samplers_lost_looks", "Looks that were due while a sampler was replaced.",
		      m->lost_by_replacement);
}

static void write_store(struct metrics_page *page, const struct metrics *m)
{
	const struct history_stats *h = &m->history;

	metrics_family(page, METRICS_GAUGE, "scrape_store_bytes", "bytes", "Bytes that slices take.");
	metrics_sample(page, "{tier=\"memory\"}", h->bytes);
	metrics_sample(page, "{tier=\"spool\"}", m->spool_bytes);
	metrics_gauge(page, "scrape_slices", NULL, "Slices that are kept in memory.", h->slices);
	metrics_count(page, "scrape_slices_evicted", "Slices that went early because of the byte limit.", h->evicted);
	metrics_family(page, METRICS_GAUGE, "scrape_watermark_timestamp_seconds", "seconds",
		       "Time up to which answers reach.");
	metrics_sample_decimal(page, h->watermark_us, MILLIONTHS);
}

static void write_doors(struct metrics_page *page, const struct metrics *m)
{
	metrics_count(page, "scrape_http_requests", "Requests.", m->http_requests);
	metrics_count(page, "scrape_http_refused", "Requests that were refused.", m->http_refused);
	metrics_count(page, "scrape_http_timeouts", "Connections that were cut because they were too slow.",
		      m->http_timeouts);
	metrics_gauge(page, "scrape_http_connections", NULL, "Connections now.", m->http_connections);
	metrics_family(page, METRICS_COUNTER, "scrape_queries", NULL,
		       "Questions to the history that took a process of their own.");
	metrics_sample(page, "{result=\"done\"}", m->queries_done);
	metrics_sample(page, "{result=\"busy\"}", m->queries_refused);
	metrics_sample(page, "{result=\"late\"}", m->queries_late);
	metrics_family(page, METRICS_COUNTER, "scrape_reloads", NULL, "Times that the configuration was read again.");
	metrics_sample(page, "{result=\"done\"}", m->reloads);
	metrics_sample(page, "{result=\"refused\"}", m->reloads_failed);
}

static void write_push(struct metrics_page *page, const struct uploader_counts *push)
{
	metrics_family(page, METRICS_COUNTER, "scrape_push_profiles", NULL, "Profiles for a server of those.");
	metrics_sample(page, "{result=\"taken\"}", push->sent);
	metrics_sample(page, "{result=\"lost\"}", push->lost);
	metrics_count(page, "scrape_push_failures", "Tries that failed, most of which are repeated.", push->failed);
	metrics_gauge(page, "scrape_push_waiting", NULL, "Profiles that wait to be taken.", push->waiting);
	metrics_gauge(page, "scrape_push_waiting_bytes", "bytes", "Bytes of these.", push->waiting_bytes);
}

static void write_process(struct metrics_page *page, const struct metrics_process *p)
{
	metrics_seconds(page, "process_cpu_seconds", "CPU time of the process that answers.", p->cpu_ns);
	metrics_gauge(page, "process_resident_memory_bytes", "bytes", "Resident memory.", p->resident_bytes);
	metrics_gauge(page, "process_virtual_memory_bytes", "bytes", "Virtual memory.", p->virtual_bytes);
	metrics_gauge(page, "process_open_fds", NULL, "Open descriptors.", p->open_fds);
	metrics_gauge(page, "process_max_fds", NULL, "Most descriptors that may be open.", p->max_fds);
	metrics_family(page, METRICS_GAUGE, "process_start_time_seconds", "seconds", "When it started.");
	metrics_sample_decimal(page, p->start_wall_us, MILLIONTHS);
}

void metrics_write(const struct metrics *metrics, bool open, struct buf *out)
{
	struct metrics_page page = {.out = out, .open = open};

	metrics_family(&page, METRICS_GAUGE, "scrape_build_info", NULL, "What runs.");
	metrics_sample(&page, "{version=\"" SCRAPE_VERSION "\"}", 1);
	write_looks(&page, metrics);
	write_store(&page, metrics);
	write_doors(&page, metrics);
	if (metrics->pushes)
		write_push(&page, &metrics->push);
	write_process(&page, &metrics->process);
	if (open)
		buf_str(out, "# EOF\n");
}

static void read_memory(struct metrics_process *ret)
{
	struct buf text = BUF_INIT;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), size, resident;

	if (io_read_file(AT_FDCWD, "/proc/self/statm", 4096, &text) == 0 && buf_cstr(&text) &&
	    sscanf(text.data, "%" SCNu64 " %" SCNu64, &size, &resident) == 2) {
		ret->virtual_bytes = size * page;
		ret->resident_bytes = resident * page;
	}
	buf_deinit(&text);
}

void metrics_read_process(struct metrics_process *ret)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	struct rlimit files;

	ret->cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	read_memory(ret);
	ret->open_fds = 0;
	while (dir && (entry = readdir(dir)))
		ret->open_fds += entry->d_name[0] != '.';
	ret->open_fds -= ret->open_fds > 0; /* the directory's own */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		ret->max_fds = files.rlim_cur;
}
