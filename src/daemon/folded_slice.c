/* SPDX-License-Identifier: MIT */
/* folded_slice: lines become records of a stream. */
#include "daemon/folded_slice.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "scrape.h"
#include "stream/defs.h"
#include "stream/writer.h"

#define LINES_MAX 200000
#define GRANULARITY_US 10000
#define PID 1 /* of a sampler that does not tell it */

struct reading {
	const struct folded_slice *plan;
	struct stream_writer w;
	struct defs defs;
	struct buf samples; /* stands behind the definitions */
	uint64_t elapsed_us, granularity_us, counts, n_lines;
	struct err *err;
};

static int refuse(struct reading *r, const char *what)
{
	return err_set(r->err, SCRAPE_EFORMAT, "line %" PRIu64 ": %s", r->n_lines, what);
}

/* "elapsed 10.02": digits and a point, in microseconds. */
static int read_seconds(struct reading *r, const char *at, const char *end, uint64_t *ret_us)
{
	char text[32] = "", *after;
	double seconds;

	while (at < end && *at == ' ')
		at++;
	if (at == end || (size_t)(end - at) >= sizeof(text) || !isdigit((unsigned char)*at))
		return refuse(r, "no number of seconds");
	memcpy(text, at, (size_t)(end - at));
	seconds = strtod(text, &after);
	if (*after || !(seconds > 0 && seconds < 1e6))
		return refuse(r, "no number of seconds");
	*ret_us = (uint64_t)(seconds * 1e6 + 0.5);
	return 0;
}

/* "work(app.jobs)": a function and its module, or a function alone. */
static int put_frame(struct reading *r, const char *text, size_t n, uint32_t parent, uint32_t *ret)
{
	const char *open = n > 0 && text[n - 1] == ')' ? memchr(text, '(', n) : NULL;
	size_t n_function = open && open > text ? (size_t)(open - text) : n;
	struct stream_frame frame = {.kind = STREAM_FRAME_PYTHON};
	uint32_t function, file, module = 0, number;

	if (defs_string(&r->defs, text, n_function, &function) < 0 || defs_string(&r->defs, "", 0, &file) < 0)
		return SCRAPE_ENOMEM;
	frame.function = function;
	frame.file = file;
	if (n_function < n) {
		if (defs_string(&r->defs, open + 1, n - n_function - 2, &module) < 0)
			return SCRAPE_ENOMEM;
		frame.module = module + 1;
	}
	number = defs_frame(&r->defs, &frame);
	return defs_node(&r->defs, parent, number, ret);
}

static int put_stack(struct reading *r, const char *at, const char *end)
{
	const char *space = end;
	char digits[24] = "", *after;
	uint32_t node = DEFS_NODE_ROOT;
	uint64_t count;

	while (space > at && space[-1] != ' ')
		space--;
	if (space == at || space == end || (size_t)(end - space) >= sizeof(digits))
		return refuse(r, "no stack and its count");
	memcpy(digits, space, (size_t)(end - space));
	count = isdigit((unsigned char)digits[0]) ? strtoull(digits, &after, 10) : 0;
	if (!isdigit((unsigned char)digits[0]) || *after || count > UINT32_MAX)
		return refuse(r, "no whole number behind the stack");
	end = space - 1;
	while (at < end) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at));
		size_t n = (size_t)((semicolon ? semicolon : end) - at);

		if (put_frame(r, at, n, node, &node) < 0)
			return err_set(r->err, SCRAPE_ENOMEM, "out of memory");
		at += n + 1;
	}
	if (count > 0) {
		struct stream_writer samples = {.out = &r->samples};

		stream_put_sample(&samples,
				  &(struct stream_sample){.node = node, .flags = SCRAPE_ON_CPU, .looks = count});
		r->counts += count;
	}
	return 0;
}

static int read_line(struct reading *r, const char *at, const char *end)
{
	if (++r->n_lines > LINES_MAX)
		return err_set(r->err, SCRAPE_ELIMIT, "more than %d lines", LINES_MAX);
	if (end > at && end[-1] == '\r')
		end--;
	if (at == end || *at == '#')
		return 0;
	if (end - at > 8 && memcmp(at, "elapsed ", 8) == 0)
		return read_seconds(r, at + 8, end, &r->elapsed_us);
	if (end - at > 12 && memcmp(at, "granularity ", 12) == 0)
		return read_seconds(r, at + 12, end, &r->granularity_us);
	return put_stack(r, at, end);
}

static void define(struct reading *r)
{
	struct stream_target target = {.pid = PID};
	uint32_t service = 0, runtime = 0, name = 0;

	if (defs_string(&r->defs, r->plan->service, strlen(r->plan->service), &service) < 0 ||
	    defs_string(&r->defs, "folded", 6, &runtime) < 0 || defs_string(&r->defs, "all", 3, &name) < 0)
		r->w.out->failed = true;
	target.service = target.command = service;
	target.runtime = runtime;
	stream_put_target(&r->w, &target);
	stream_put_thread(&r->w, &(struct stream_thread){.tid = PID, .name = name});
}

/* Each in the slice of now: what it is about has just ended. */
static void put_end(struct reading *r, uint64_t *ret_until_us)
{
	uint64_t slice_us = r->plan->slice_us, slot_us = r->plan->now_us / slice_us * slice_us;
	uint64_t elapsed_us = r->elapsed_us ? r->elapsed_us : slice_us, until_us;
	struct stream_slice_end end = {.seq = r->plan->seq};

	slot_us -= slot_us >= slice_us ? slice_us : 0; /* the one that has ended */
	if (slot_us < r->plan->before_us)
		slot_us = r->plan->before_us;
	until_us = slot_us + (elapsed_us < slice_us ? elapsed_us : slice_us);
	end.from_us = slot_us;
	end.until_us = until_us;
	end.ticks = elapsed_us / r->granularity_us;
	stream_put_slice_thread(&r->w, &(struct stream_slice_thread){.cpu_ns = r->counts * r->granularity_us * 1000,
								     .wall_ns = elapsed_us * 1000});
	stream_put_slice_end(&r->w, &end);
	*ret_until_us = slot_us + slice_us;
}

int folded_slice(const struct folded_slice *plan, const char *text, size_t n, struct buf *out, uint64_t *ret_until_us,
		 struct err *err)
{
	struct reading r = {.plan = plan, .granularity_us = GRANULARITY_US, .err = err};
	const struct stream_session session = {
		.start_wall_us = plan->now_us, .rate_mhz = 100000, .slice_us = plan->slice_us};
	const char *at = text, *end = text + n;
	size_t begin = out->len;
	int code = 0;

	stream_begin(&r.w, out, &session);
	defs_init(&r.defs, &r.w);
	define(&r);
	while (code == 0 && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;

		code = read_line(&r, at, stop);
		at = stop + 1;
	}
	buf_add(out, r.samples.data, r.samples.len);
	put_end(&r, ret_until_us);
	if (code == 0 && (out->failed || r.samples.failed))
		code = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (code < 0 || r.counts == 0)
		out->len = begin;
	buf_deinit(&r.samples);
	defs_deinit(&r.defs);
	return code;
}
