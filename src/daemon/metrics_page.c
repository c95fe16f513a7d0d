/* SPDX-License-Identifier: MIT */
/* metrics_page: counters and gauges as text. */
#include "daemon/metrics_page.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"

#define REAL_MAX 1e9

void metrics_family(struct metrics_page *page, enum metrics_type type, const char *name, const char *unit,
		    const char *help)
{
	static const char *const words[] = {
		[METRICS_COUNTER] = "counter", [METRICS_GAUGE] = "gauge", [METRICS_HISTOGRAM] = "histogram"};
	const char *suffix = type == METRICS_COUNTER && !page->open ? "_total" : "";

	page->type = type;
	page->name = name;
	buf_fmt(page->out, "# HELP %s%s %s\n", name, suffix, help);
	buf_fmt(page->out, "# TYPE %s%s %s\n", name, suffix, words[type]);
	if (page->open && unit)
		buf_fmt(page->out, "# UNIT %s %s\n", name, unit);
}

void metrics_sample(struct metrics_page *page, const char *labels, uint64_t value)
{
	buf_fmt(page->out, "%s%s%s %" PRIu64 "\n", page->name, page->type == METRICS_COUNTER ? "_total" : "", labels,
		value);
}

void metrics_sample_real(struct metrics_page *page, const char *labels, double value)
{
	buf_fmt(page->out, "%s%s%s ", page->name, page->type == METRICS_COUNTER ? "_total" : "", labels);
	if (value > -REAL_MAX && value < REAL_MAX)
		buf_fmt(page->out, "%.6f\n", value);
	else
		buf_str(page->out, "NaN\n");
}

void metrics_sample_decimal(struct metrics_page *page, uint64_t value, uint64_t unit)
{
	int digits = unit == NSEC_PER_SEC ? 9 : 6;

	buf_fmt(page->out, "%s%s %" PRIu64 ".%0*" PRIu64 "\n", page->name,
		page->type == METRICS_COUNTER ? "_total" : "", value / unit, digits, value % unit);
}

void metrics_count(struct metrics_page *page, const char *name, const char *help, uint64_t value)
{
	metrics_family(page, METRICS_COUNTER, name, NULL, help);
	metrics_sample(page, "", value);
}

void metrics_gauge(struct metrics_page *page, const char *name, const char *unit, const char *help, uint64_t value)
{
	metrics_family(page, METRICS_GAUGE, name, unit, help);
	metrics_sample(page, "", value);
}

void metrics_seconds(struct metrics_page *page, const char *name, const char *help, uint64_t ns)
{
	metrics_family(page, METRICS_COUNTER, name, "seconds", help);
	metrics_sample_decimal(page, ns, NSEC_PER_SEC);
}

void metrics_label(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_chr(out, '\\');
		if (*text == '\n')
			buf_str(out, "\\n");
		else
			buf_chr(out, *text);
	}
}
