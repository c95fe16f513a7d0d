/* SPDX-License-Identifier: MIT */
/*
 * folded: a line for each stack, "main (app.py:3);work (app.py:9) 8", root first, as scrape, py-spy, flamegraph.pl's
 * stackcollapse-* and inferno write them. Frames as scrape and py-spy show them get their file and line back. Where
 * every stack begins with a process, or with a process and a thread, as scrape writes several, these become such again.
 * A rate is not said: a number is taken for looks at 100 Hz.
 */
#include <string.h>

#include "base/err.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/shown.h"
#include "decode/tell.h"
#include "scrape.h"

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

static bool is_process(const char *text, size_t n)
{
	uint32_t number;
	size_t len;

	return shown_actor(text, n, "pid", &number, &len);
}

static bool is_thread(const char *text, size_t n)
{
	size_t word = strlen(thread_word), len;
	uint32_t number;

	return n > word && memcmp(text, thread_word, word) == 0 &&
	       shown_actor(text + word - 1, n - word + 1, "tid", &number, &len);
}

/* How many frames of every stack are no frames: 0, 1 (processes) or 2 (threads too). */
static unsigned count_actors(const struct decode_input *input)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	unsigned actors = 2;
	uint64_t count;

	while (actors > 0 && lines_next_said(&lines)) {
		const char *rest = lines.line, *text;
		size_t left, n;

		if (!lines_count(&lines, &left, &count))
			continue; /* will be refused */
		if (!next_frame(&rest, &left, &text, &n) || !is_process(text, n))
			actors = 0;
		else if (!next_frame(&rest, &left, &text, &n) || !is_thread(text, n))
			actors = 1;
	}
	return actors;
}

static int take_actors(struct tell *t, const char *name, unsigned actors, const char **rest, size_t *left,
		       uint32_t *ret)
{
	uint32_t process, number = 0;
	const char *text = name;
	size_t n = 0, len = strlen(name), word = strlen(thread_word);
	int r;

	if (actors > 0 && next_frame(rest, left, &text, &n))
		(void)shown_actor(text, n, "pid", &number, &len); /* it has been looked at */
	r = tell_process(t, number, text, len, &process);
	number = 0;
	len = 0;
	if (r == 0 && actors > 1 && next_frame(rest, left, &text, &n)) {
		text += word - 1; /* with its blank, since there may be no name */
		(void)shown_actor(text, n - word + 1, "tid", &number, &len);
		text += len > 0;
		len -= len > 0;
	}
	return r < 0 ? r : tell_thread(t, process, number, text, len, ret);
}

static int take_line(struct tell *t, const char *name, const struct lines *lines, unsigned actors, struct err *err)
{
	const char *rest = lines->line, *text;
	uint32_t thread, node = TELL_ROOT, frame;
	uint64_t looks;
	size_t left, n;
	int r;

	if (!lines_count(lines, &left, &looks))
		return err_set(err, SCRAPE_EFORMAT, "there is no number at its end");
	r = take_actors(t, name, actors, &rest, &left, &thread);
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

static bool matches(const char *bytes, size_t n)
{
	struct lines lines = {.at = bytes, .end = bytes + n};
	uint64_t count;
	size_t len;

	return !memchr(bytes, '\0', n < 4096 ? n : 4096) && lines_next_said(&lines) &&
	       lines_count(&lines, &len, &count);
}

static int decode(const struct decode_input *input, struct err *err)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	unsigned actors = count_actors(input);
	struct tell t;
	int r = tell_begin(&t, input->reader, TELL_RATE_UNKNOWN, input->start_us, err);

	while (r == 0 && lines_next_said(&lines)) {
		r = take_line(&t, input->name, &lines, actors, err);
		if (r < 0)
			(void)lines_wrap(&lines, err); /* the same code */
	}
	if (r == 0)
		r = tell_end(&t);
	tell_deinit(&t);
	return r;
}

const struct decoder decoder_folded = {.name = "folded", .matches = matches, .decode = decode};
