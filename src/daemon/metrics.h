/* SPDX-License-Identifier: MIT */
/*
 * metrics: what the daemon says of itself, as text for Prometheus (0.0.4) or OpenMetrics (1.0.0). Totals of the whole
 * daemon; never a PID or another name from a target as a label, since each would be a time series of its own for ever.
 */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/uploader.h"
#include "profile/history.h"

struct buf;

#define METRICS_MIME "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_MIME_OPEN "application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Of the process that answers. */
struct metrics_process {
	uint64_t cpu_ns, start_wall_us;
	uint64_t resident_bytes, virtual_bytes;
	uint64_t open_fds, max_fds;
};

struct metrics {
	struct history_stats history;
	size_t targets_gone;              /* of history.targets, those that have ended */
	uint64_t samplers_replaced, lost_by_replacement;
	uint64_t self_cpu_millionths;     /* of one CPU: samplers, over the newest closed slice */
	uint64_t spool_bytes;
	uint64_t http_requests, http_refused, http_timeouts, http_connections;
	uint64_t queries_done, queries_refused, queries_late;
	uint64_t reloads, reloads_failed;
	bool pushes;                      /* a server of profiles is told; otherwise there is nothing about it */
	struct uploader_counts push;
	struct metrics_process process;
};

/* Fills in what /proc says of this process; what cannot be read stays 0. */
void metrics_read_process(struct metrics_process *ret);

/* Appends the document; out->failed tells of missing memory. */
void metrics_write(const struct metrics *metrics, bool open, struct buf *out);

#endif
