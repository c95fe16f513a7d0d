/* SPDX-License-Identifier: MIT */
/*
 * collapsed: what CPython's own sampler writes (3.15, Lib/profiling/sampling, --collapsed): a line for each stack of a
 * thread, root first, "tid:43;app.py:main:3;app.py:work:9 8". Its rate is not said: 100 Hz.
 */
#include <string.h>

#include "base/err.h"
#include "decode/colons.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/stacks.h"
#include "decode/tell.h"
#include "scrape.h"

static const char tid_word[] = "tid:";

static size_t take_tid(const char *text, size_t n, uint32_t *ret)
{
	size_t word = strlen(tid_word);
	const char *stop = lines_begins(text, n, tid_word) ? memchr(text, ';', n) : NULL;
	uint64_t number;

	if (!stop || !lines_number(text + word, (size_t)(stop - text) - word, UINT64_MAX, &number))
		return 0;
	*ret = (uint32_t)number; /* of pthread_self on some systems: what is left of it is enough to tell them apart */
	return (size_t)(stop - text) + 1;
}

static int take_line(struct tell *t, const struct lines *lines, const void *ctx)
{
	const char *name = ctx;
	uint32_t tid, process, thread, node;
	const char *text = lines->line;
	uint64_t looks;
	size_t n, actors;
	int r;

	if (!lines_count(lines, &n, &looks))
		return err_set(t->err, SCRAPE_EFORMAT, "there is no number at its end");
	actors = take_tid(text, n, &tid);
	if (actors == 0)
		return err_set(t->err, SCRAPE_EFORMAT, "it does not begin with a thread");
	r = tell_process(t, 0, name, strlen(name), &process);
	if (r == 0)
		r = tell_thread(t, process, tid, "", 0, &thread);
	if (r == 0)
		r = colons_stack(t, text + actors, n - actors, &node);
	return r < 0 ? r : tell_in_turn(t, thread, node, looks);
}

static bool matches(const char *bytes, size_t n)
{
	struct lines lines = {.at = bytes, .end = bytes + n};
	uint32_t tid;

	return lines_next_said(&lines) && take_tid(lines.line, lines.n, &tid) > 0;
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	(void)kind; /* it tells nothing more */
	return stacks_decode(input, TELL_RATE_UNKNOWN, take_line, input->name, err);
}

const struct decoder decoder_collapsed = {.name = "collapsed", .matches = matches, .decode = decode};
