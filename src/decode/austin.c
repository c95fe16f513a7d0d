/* SPDX-License-Identifier: MIT */
/*
 * austin: what Austin writes, root first, a line for each sample or each stack:
 *
 *	# austin: 3.7.0
 *	# interval: 100
 *	# mode: wall
 *	P42;T0:43;/srv/app.py:main:3;/srv/app.py:work:9 12345
 *
 * The number is microseconds; with "mode: full" there are three, time, 0 or 1 for idle, and memory, of which the time
 * of those that are not idle counts. Its memory mode counts bytes and is refused. (Austin, README, "Default" format.)
 */
#include <ctype.h>
#include <string.h>

#include "base/err.h"
#include "decode/colons.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/stacks.h"
#include "decode/tell.h"
#include "scrape.h"

/* "P42;T0:43;" or "P42;T43;": the numbers, and how long it is; 0: it is no such thing. */
static size_t take_actors(const char *text, size_t n, uint32_t *pid, uint32_t *tid)
{
	const char *end = text + n, *semicolon = n > 1 && text[0] == 'P' ? memchr(text, ';', n) : NULL, *last, *colon;
	uint64_t number;

	if (!semicolon || semicolon + 1 >= end || semicolon[1] != 'T' ||
	    !lines_number(text + 1, (size_t)(semicolon - text - 1), UINT32_MAX, &number))
		return 0;
	*pid = (uint32_t)number;
	last = memchr(semicolon + 1, ';', (size_t)(end - semicolon - 1));
	last = last ? last : end;
	colon = memchr(semicolon, ':', (size_t)(last - semicolon));
	text = colon ? colon + 1 : semicolon + 2;
	*tid = 0;
	if (last - text > 2 && memcmp(text, "0x", 2) == 0) { /* of pthread_self, no tid */
		for (text += 2; text < last; text++) {
			if (!isxdigit((unsigned char)*text))
				return 0;
			*tid = *tid * 16 + (uint32_t)(*text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10);
		}
	} else if (lines_number(text, (size_t)(last - text), UINT32_MAX, &number)) {
		*tid = (uint32_t)number;
	} else {
		return 0;
	}
	return (size_t)(last - (end - n)) + (last < end);
}

/* "12345", or "12345,0,-20" of the full mode. */
static bool take_metric(const char *text, size_t n, uint64_t *ret)
{
	const char *comma = memchr(text, ',', n), *memory = comma ? comma + 3 : NULL;
	size_t left;
	uint64_t number;

	if (!comma)
		return lines_number(text, n, INT64_MAX, ret);
	if (memory > text + n || (comma[1] != '0' && comma[1] != '1') || comma[2] != ',')
		return false;
	left = (size_t)(text + n - memory);
	memory += left > 0 && *memory == '-';
	if (!lines_number(memory, (size_t)(text + n - memory), INT64_MAX, &number) ||
	    !lines_number(text, (size_t)(comma - text), INT64_MAX, ret))
		return false;
	if (comma[1] == '1')
		*ret = 0; /* idle */
	return true;
}

static int take_line(struct tell *t, const struct lines *lines, const void *ctx)
{
	const char *blank = memrchr(lines->line, ' ', lines->n);
	size_t len = blank ? (size_t)(blank - lines->line) : 0, actors;
	uint32_t pid, tid, process, thread, node;
	uint64_t us;
	int r;

	(void)ctx; /* each line says all */
	if (len == 0 || !take_metric(blank + 1, lines->n - len - 1, &us))
		return err_set(t->err, SCRAPE_EFORMAT, "there is no time at its end");
	actors = take_actors(lines->line, len, &pid, &tid);
	if (actors == 0)
		return err_set(t->err, SCRAPE_EFORMAT, "it does not begin with a process and a thread");
	r = tell_process(t, pid, "", 0, &process);
	if (r == 0)
		r = tell_thread(t, process, tid, "", 0, &thread);
	if (r == 0)
		r = colons_stack(t, lines->line + actors, len > actors ? len - actors : 0, &node);
	return r < 0 ? r : tell_in_turn(t, thread, node, us);
}

static bool matches(const char *bytes, size_t n)
{
	struct lines lines = {.at = bytes, .end = bytes + n};
	uint32_t pid, tid;

	return lines_begins(bytes, n, "# austin:") ||
	       (lines_next_said(&lines) && take_actors(lines.line, lines.n, &pid, &tid) > 0);
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};

	(void)kind; /* it tells nothing more */
	while (lines_next(&lines))
		if (lines_begins(lines.line, lines.n, "# mode: memory")) {
			(void)err_set(err, SCRAPE_EFORMAT, "it counts bytes, not time");
			return lines_wrap(&lines, err);
		}
	return stacks_decode(input, TELL_RATE_US, take_line, NULL, err);
}

const struct decoder decoder_austin = {.name = "Austin", .matches = matches, .decode = decode};
