/* SPDX-License-Identifier: MIT */
/* meta: numbers as text. printf's %f is not used: its decimal point is the locale's, and could be a comma. */
#include "encode/meta.h"

#include <inttypes.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "profile/tree.h"

const char *const meta_losses[SCRAPE_LOSS_COUNT] = {
	[SCRAPE_LOSS_MOVED] = "moved",
	[SCRAPE_LOSS_PREEMPTED] = "preempted",
	[SCRAPE_LOSS_REALTIME] = "realtime",
	[SCRAPE_LOSS_CPU] = "cpu",
	[SCRAPE_LOSS_UNREADABLE] = "unreadable",
	[SCRAPE_LOSS_STOP] = "stop",
	[SCRAPE_LOSS_BEHIND] = "behind",
};

void meta_add_time(struct buf *out, uint64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / NSEC_PER_SEC);
	char text[64];
	struct tm tm;

	(void)gmtime_r(&seconds, &tm); /* cannot fail: 64 bits of nanoseconds end in the year 2554 */
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_fmt(out, "%s.%03uZ", text, (unsigned)(wall_ns % NSEC_PER_SEC / NSEC_PER_MSEC));
}

void meta_add_thousandths(struct buf *out, uint64_t value)
{
	buf_decimal(out, value, 3);
}

uint64_t meta_rate_thousandths(double rate)
{
	return rate > 0 && rate <= SCRAPE_RATE_MAX ? (uint64_t)(rate * 1000 + 0.5) : 0;
}

uint64_t meta_period_ns(const struct tree_meta *meta)
{
	uint64_t rate = meta_rate_thousandths(meta->rate_asked);

	if (meta->period_ns > 0)
		return meta->period_ns;
	rate = rate > 0 ? rate : meta_rate_thousandths(meta->rate_reached);
	return rate > 0 ? 1000 * NSEC_PER_SEC / rate : 0;
}

/* As few decimals as tell: 100, 99.7, 0.333. */
static void add_short(struct buf *out, uint64_t thousandths)
{
	uint64_t tenths = (thousandths + 50) / 100;

	if (thousandths < 1000)
		meta_add_thousandths(out, thousandths);
	else if (tenths % 10 == 0)
		buf_fmt(out, "%" PRIu64, tenths / 10);
	else
		buf_fmt(out, "%" PRIu64 ".%u", tenths / 10, (unsigned)(tenths % 10));
}

static void add_rates(struct buf *out, const struct tree_meta *meta)
{
	uint64_t asked = meta_rate_thousandths(meta->rate_asked), reached = meta_rate_thousandths(meta->rate_reached);

	if (asked == 0 && reached == 0)
		return;
	buf_str(out, ", ");
	if (asked > 0) {
		add_short(out, asked);
		buf_str(out, " Hz asked");
	} else {
		buf_str(out, "highest rate asked");
	}
	if (reached > 0) {
		buf_str(out, ", ");
		add_short(out, reached);
		buf_str(out, asked > 0 ? " reached" : " Hz reached");
	}
}

static void add_lost(struct buf *out, const struct tree_meta *meta)
{
	uint64_t sum = 0;
	const char *before = " (";

	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++)
		sum += meta->lost[i];
	buf_fmt(out, ", %" PRIu64 " lost", sum);
	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++) {
		if (meta->lost[i] == 0)
			continue;
		buf_fmt(out, "%s%s %" PRIu64, before, meta_losses[i], meta->lost[i]);
		before = ", ";
	}
	if (sum > 0)
		buf_chr(out, ')');
}

void meta_add_sentence(struct buf *out, const struct tree_meta *meta, uint64_t total)
{
	buf_fmt(out, "%s, %" PRIu64 " %s in ", meta->mode ? meta->mode : "", total, meta->unit ? meta->unit : "");
	add_short(out, meta->duration_ns / NSEC_PER_MSEC);
	buf_str(out, " s");
	add_rates(out, meta);
	buf_fmt(out, ", %" PRIu64 " looks", meta->looks);
	add_lost(out, meta);
	buf_str(out, ", from ");
	meta_add_time(out, meta->start_wall_ns);
}
