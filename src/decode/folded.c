/* SPDX-License-Identifier: MIT */
/*
 * folded: a line for each stack, "main (app.py:3);work (app.py:9) 8", root first, as scrape, py-spy, flamegraph.pl's
 * stackcollapse-* and inferno write them. Frames as scrape and py-spy show them get their file and line back. Where
 * every stack begins with a process, a thread or both, as scrape writes several, these become such again.
 * A rate is not said: a number is taken for looks at 100 Hz, or if that would make more than a century for
 * microseconds.
 */
#include <string.h>

#include "base/err.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/shown.h"
#include "decode/stacks.h"
#include "decode/tell.h"
#include "scrape.h"

#define COUNTED_MAX (1ull << 38) /* looks at 100 Hz: 87 years */

static const char thread_word[] = "thread ";

/* The next frame of a stack; *rest is moved behind it. */
static bool next_frame(const char **rest, size_t *left, const char **ret, size_t *ret_n)
{
	const char *stop;

	if (!*rest)
		return false;
	stop = memchr(*rest, ';', *left);
	*ret = *rest;
	*ret_n = stop ? (size_t)(stop - *rest) : *left;
	*left -= stop ? *ret_n + 1 : *ret_n;
	*rest = stop ? stop + 1 : NULL;
	return true;
}

/* Where the frames of a line begin. In front of one that begins with "#", which would be a comment, scrape puts an
 * empty one. */
static const char *first_frame(const struct lines *lines, size_t *left)
{
	bool is_empty = *left > 0 && lines->line[0] == ';';

	*left -= is_empty;
	return lines->line + is_empty;
}

/* A frame that is none but a process; its name, which may be empty. */
static bool process_of(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret)
{
	*name_ret = text;
	return shown_actor(text, n, "pid", ret, len_ret) || shown_pyspy_process(text, n, ret, name_ret, len_ret);
}

/* The same of a thread. The blank behind the word stays in front of what is asked: there may be no name. */
static bool thread_of(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret)
{
	size_t word = strlen(thread_word) - 1;

	if (n > word && memcmp(text, thread_word, word + 1) == 0 &&
	    shown_actor(text + word, n - word, "tid", ret, len_ret)) {
		*name_ret = text + word + (*len_ret > 0);
		*len_ret -= *len_ret > 0;
		return true;
	}
	return shown_pyspy_thread(text, n, ret, name_ret, len_ret);
}

static bool is_process(const char *text, size_t n)
{
	const char *name;
	uint32_t number;
	size_t len;

	return process_of(text, n, &number, &name, &len);
}

static bool is_thread(const char *text, size_t n)
{
	const char *name;
	uint32_t number;
	size_t len;

	return thread_of(text, n, &number, &name, &len);
}

/* What every stack begins with, instead of frames. */
struct actors {
	bool processes, threads;
};

struct folded {
	const char *name; /* of the file */
	struct actors actors;
};

static struct actors find_actors(const struct decode_input *input)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	struct actors processes = {true, true}, threads = {false, true};
	uint64_t count;

	while ((processes.processes || threads.threads) && lines_next_said(&lines)) {
		const char *rest, *text = NULL;
		size_t left, n = 0;

		if (!lines_count(&lines, &left, &count))
			continue; /* will be refused */
		rest = first_frame(&lines, &left);
		(void)next_frame(&rest, &left, &text, &n); /* there is one, if it is empty */
		threads.threads = threads.threads && is_thread(text, n);
		processes.processes = processes.processes && is_process(text, n);
		processes.threads = processes.threads && next_frame(&rest, &left, &text, &n) && is_thread(text, n);
	}
	return processes.processes ? processes : threads;
}

static int take_process(struct tell *t, const char *name, bool there, const char **rest, size_t *left, uint32_t *ret)
{
	size_t n, len = strlen(name);
	const char *text;
	uint32_t pid = 0;

	if (there && next_frame(rest, left, &text, &n))
		(void)process_of(text, n, &pid, &name, &len); /* it has been looked at */
	return tell_process(t, pid, name, len, ret);
}

static int take_thread(struct tell *t, uint32_t process, bool there, const char **rest, size_t *left, uint32_t *ret)
{
	const char *text, *name = "";
	size_t n, len = 0;
	uint32_t tid = 0;

	if (there && next_frame(rest, left, &text, &n))
		(void)thread_of(text, n, &tid, &name, &len); /* as above */
	return tell_thread(t, process, tid, name, len, ret);
}

static int take_line(struct tell *t, const struct lines *lines, const void *ctx)
{
	const struct folded *folded = ctx;
	const char *rest, *text;
	uint32_t process, thread, node = TELL_ROOT, frame;
	uint64_t looks;
	size_t left, n;
	int r;

	if (!lines_count(lines, &left, &looks))
		return err_set(t->err, SCRAPE_EFORMAT, "there is no number at its end");
	rest = first_frame(lines, &left);
	r = take_process(t, folded->name, folded->actors.processes, &rest, &left, &process);
	if (r == 0)
		r = take_thread(t, process, folded->actors.threads, &rest, &left, &thread);
	while (r == 0 && next_frame(&rest, &left, &text, &n)) {
		struct tell_frame one = shown_frame(text, n);

		if (n == 0)
			continue; /* "a;;b" */
		r = tell_frame(t, &one, &frame);
		if (r == 0)
			r = tell_child(t, node, frame, &node);
	}
	return r < 0 ? r : tell_in_turn(t, thread, node, looks);
}

static uint64_t choose_rate(const struct decode_input *input)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	uint64_t sum = 0, count;
	size_t n;

	while (sum <= COUNTED_MAX && lines_next_said(&lines))
		if (lines_count(&lines, &n, &count)) /* both fit into 63 bits */
			sum += count;
	return sum <= COUNTED_MAX ? TELL_RATE_UNKNOWN : TELL_RATE_US;
}

static bool matches(const char *bytes, size_t n)
{
	struct lines lines = {.at = bytes, .end = bytes + n};
	uint64_t count;
	size_t len;

	return !memchr(bytes, '\0', n < 4096 ? n : 4096) && lines_next_said(&lines) &&
	       lines_count(&lines, &len, &count);
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	const struct folded folded = {.name = input->name, .actors = find_actors(input)};

	(void)kind; /* it tells nothing more */
	return stacks_decode(input, choose_rate(input), take_line, &folded, err);
}

const struct decoder decoder_folded = {.name = "folded", .matches = matches, .decode = decode};
