/* SPDX-License-Identifier: MIT */
/* api_series: answers that have an axis of time. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/api_answer.h"
#include "daemon/errand.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define MIN_US 60000000ull
#define HOUR_US (60 * MIN_US)
#define DAY_US (24 * HOUR_US)

static uint64_t ceil_to(uint64_t value, uint64_t step)
{
	return step ? (value + step - 1) / step * step : value;
}

/* So that there are some hundred points, and that coarser tiers have them whole. */
static uint64_t choose_step(const struct api_question *q, uint64_t asked_us)
{
	const struct history_query *which = &q->query.ask.which;
	uint64_t from = which->from_us ? which->from_us : q->times.oldest_us;
	uint64_t length = which->until_us > from ? which->until_us - from : 0, slice = q->times.slice_us;
	uint64_t step = asked_us ? ceil_to(asked_us, slice) : ceil_to(length / HISTORY_POINTS_DEFAULT, slice);

	if (step < slice)
		step = slice;
	if (asked_us || step <= MIN_US)
		return step;
	return ceil_to(step, step > DAY_US ? DAY_US : step > HOUR_US ? HOUR_US : MIN_US);
}

static const char *by_name(const struct history_timeline_query *ask)
{
	static const char *const names[] = {[HISTORY_BY_SERVICE] = "service",
					    [HISTORY_BY_HOST] = "host",
					    [HISTORY_BY_PID] = "pid",
					    [HISTORY_BY_THREAD] = "thread",
					    [HISTORY_BY_LABEL] = "label."};

	return names[ask->by];
}

static void put_series(struct buf *out, const struct history_timeline_query *ask, const struct history_series *series,
		       size_t n)
{
	buf_str(out, "{\"labels\":{");
	if (ask->by != HISTORY_BY_NOTHING) {
		const char *key = ask->by == HISTORY_BY_LABEL ? ask->label_key : "";
		char name[QUERY_VALUE_MAX + 16];

		(void)snprintf(name, sizeof(name), "%s%s", by_name(ask), key); /* fits */
		text_json(out, name, strlen(name));
		buf_chr(out, ':');
		text_json(out, series->label, strlen(series->label));
	}
	buf_str(out, "},\"v\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_chr(out, ',');
		if (isnan(series->v[i]))
			buf_str(out, "null");
		else
			api_put_seconds(out, (uint64_t)(series->v[i] * 1e6 + 0.5)); /* six digits are enough */
	}
	buf_str(out, "]}");
}

static void put_timeline(const struct history_timeline_query *ask, const struct history_timeline *timeline,
			 struct errand_answer *answer)
{
	struct buf *out = &answer->body;

	api_set_headers(answer, &timeline->span);
	api_set_mime(answer, "application/json");
	buf_str(out, "{\"from\":");
	api_put_seconds(out, timeline->span.from_us);
	api_put_time(out, "step", timeline->span.step_us);
	api_put_span(out, &timeline->span);
	buf_fmt(out, ",\"unit\":\"%s\",\"series\":[", ask->share ? "share" : "cores");
	for (size_t i = 0; i < timeline->n_series; i++) {
		buf_str(out, i > 0 ? ",\n" : "\n");
		put_series(out, ask, &timeline->series[i], timeline->n_points);
	}
	buf_str(out, "]}\n");
}

static unsigned needs_of(const struct history_timeline_query *ask, uint64_t step_us)
{
	unsigned needs = 0;

	if (ask->by == HISTORY_BY_THREAD)
		needs |= STORE_BY_THREAD;
	if (ask->by == HISTORY_BY_PID)
		needs |= STORE_BY_PROCESS;
	/* hosts are told apart wherever that is possible: each counts by the time that it was there */
	if (ask->by == HISTORY_BY_HOST || step_us < DAY_US)
		needs |= STORE_BY_HOST;
	if (!ask->function && ask->which.show.mode != PROFILE_GIL)
		needs |= STORE_NO_ROWS;
	return needs;
}

bool api_make_timeline(const struct api_question *q, struct history_timeline *ret, struct errand_answer *answer)
{
	struct history_timeline_query ask = q->query.ask;
	uint64_t step_us = choose_step(q, ask.step_us);
	struct api_loaded loaded;
	struct err err = {0};
	int r;

	if (!api_load(q, &ask.which, needs_of(&ask, step_us), step_us, &loaded, answer))
		return false;
	if (ask.step_us || history_slice_us(loaded.history) > step_us)
		ask.step_us = history_slice_us(loaded.history) > step_us ? history_slice_us(loaded.history) : step_us;
	else
		ask.step_us = step_us;
	r = history_timeline(loaded.history, &ask, ret, &err);
	ret->span.watermark_us = q->times.watermark_us;
	if (r < 0)
		api_refuse(answer, r, err.text);
	return r == 0;
}

void api_answer_timeline(const struct api_question *q, struct errand_answer *answer)
{
	struct history_timeline timeline = {0};

	if (api_make_timeline(q, &timeline, answer))
		put_timeline(&q->query.ask, &timeline, answer);
	history_timeline_deinit(&timeline);
}

static void put_heat(const struct history_heat *heat, struct errand_answer *answer)
{
	struct buf *out = &answer->body;

	api_set_headers(answer, &heat->span);
	api_set_mime(answer, "application/json");
	buf_str(out, "{\"from\":");
	api_put_seconds(out, heat->span.from_us);
	api_put_time(out, "column", heat->span.step_us);
	buf_fmt(out, ",\"rows\":%d,\"max\":%" PRIu32, HISTORY_CELLS, heat->most);
	api_put_span(out, &heat->span);
	buf_str(out, ",\"columns\":[");
	for (size_t i = 0; i < heat->n_columns; i++) {
		buf_str(out, i > 0 ? ",\n" : "\n");
		if (!heat->present[i]) {
			buf_str(out, "null");
			continue;
		}
		for (size_t k = 0; k < HISTORY_CELLS; k++)
			buf_fmt(out, k ? ",%" PRIu32 : "[%" PRIu32, heat->looks[i * HISTORY_CELLS + k]);
		buf_chr(out, ']');
	}
	buf_str(out, "]}\n");
}

void api_answer_heatmap(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct history_heat heat = {0};
	struct api_loaded loaded;
	struct err err = {0};
	int r;

	if (!api_load(q, which, STORE_CELLS | STORE_NO_ROWS, q->times.slice_us, &loaded, answer))
		return;
	r = history_heat(loaded.history, which, q->query.ask.step_us, &heat, &err);
	heat.span.watermark_us = q->times.watermark_us;
	if (r < 0)
		api_refuse(answer, r, err.text);
	else
		put_heat(&heat, answer);
	history_heat_deinit(&heat);
}
