/* SPDX-License-Identifier: MIT */
/*
 * metrics_page: counters and gauges as text, for Prometheus or as OpenMetrics. The two formats differ in little:
 * OpenMetrics names a counter's family without its _total, wants # UNIT for a name that ends in one, and ends in # EOF.
 */
#ifndef DAEMON_METRICS_PAGE_H
#define DAEMON_METRICS_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

enum metrics_type { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

struct metrics_page {
	struct buf *out;
	bool open;
	enum metrics_type type;
	const char *name; /* of the family in hand, without _total */
};

/* unit: NULL, or what the name ends in. */
void metrics_family(struct metrics_page *page, enum metrics_type type, const char *name, const char *unit,
		    const char *help);
/* labels: "" or "{...}", escaped. */
void metrics_sample(struct metrics_page *page, const char *labels, uint64_t value);
/* Six digits behind the point; not a number where it is none or beyond a billion. */
void metrics_sample_real(struct metrics_page *page, const char *labels, double value);
void metrics_sample_decimal(struct metrics_page *page, uint64_t value, uint64_t unit);
/* A family of one. */
void metrics_count(struct metrics_page *page, const char *name, const char *help, uint64_t value);
void metrics_gauge(struct metrics_page *page, const char *name, const char *unit, const char *help, uint64_t value);
void metrics_seconds(struct metrics_page *page, const char *name, const char *help, uint64_t ns);

/* Appends the value of a label, escaped. */
void metrics_label(struct buf *out, const char *text);

#endif
