/* SPDX-License-Identifier: MIT */
/*
 * perf: what `perf script` prints, innermost frame first, a blank line behind each sample (perf-script(1)):
 *
 *	python3 42/43 [001] 5120.250000:   10000000 cpu-clock:
 *	        7f0a1b2c3d4e PyEval_EvalFrame+0x1e (/usr/lib/libpython3.12.so)
 *	        5620a0b1c2d3 main (/srv/app.py:3)
 *
 * The thread, the CPU, the number before the event and the event itself may be missing, and behind it may stand the
 * only frame, or the fields of a tracepoint. A number before a clock is its period in nanoseconds and tells the rate;
 * of other events the rate is not known: 100 Hz. Every sample counts as one; if some are of time (clocks, cycles) only
 * those, else those of the first one's event.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/tell.h"
#include "scrape.h"

#define FRAMES_MAX SCRAPE_DEPTH_MAX

struct word {
	const char *text;
	size_t n;
};

struct sample {
	const char *comm;
	size_t comm_len;
	uint32_t pid, tid;
	uint64_t at_us, period_ns; /* 0: not said */
	struct word event;         /* with its colon; empty: not said */
	struct word rest;          /* what stands behind it */
};

struct perf {
	struct tell tell;
	uint32_t *frames; /* of the sample in hand, innermost first */
	size_t n_frames;
	uint64_t first_us;
	bool begun, of_time; /* what counts are events of time */
	struct word event;   /* else this one */
	uint64_t period_ns;  /* of its first; 0: not said */
};

/* The last word of what is left of a line; cut off. */
static bool last_word(const char *text, size_t *n, struct word *ret)
{
	size_t end = *n, begin;

	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	for (begin = end; begin > 0 && text[begin - 1] != ' ' && text[begin - 1] != '\t';)
		begin--;
	*ret = (struct word){text + begin, end - begin};
	*n = begin;
	return end > begin;
}

/* "5120.250000:" in microseconds. */
static bool take_time(const struct word *word, uint64_t *ret)
{
	const char *dot = word->n > 1 && word->text[word->n - 1] == ':' ? memchr(word->text, '.', word->n) : NULL;
	size_t places = dot ? (size_t)(word->text + word->n - 1 - dot - 1) : 0;
	uint64_t seconds, fraction;

	if (!dot || places < 1 || places > 9 ||
	    !lines_number(word->text, (size_t)(dot - word->text), UINT32_MAX, &seconds) ||
	    !lines_number(dot + 1, places, UINT32_MAX, &fraction))
		return false;
	for (; places < 6; places++)
		fraction *= 10;
	for (; places > 6; places--)
		fraction /= 10;
	*ret = seconds * 1000000 + fraction;
	return true;
}

/* "42/43" or "43". */
static bool take_ids(const struct word *word, struct sample *ret)
{
	const char *slash = memchr(word->text, '/', word->n);
	size_t first = slash ? (size_t)(slash - word->text) : word->n;
	uint64_t pid, tid;

	if (!lines_number(word->text, first, INT32_MAX, &pid) ||
	    !lines_number(slash ? slash + 1 : word->text, slash ? word->n - first - 1 : first, INT32_MAX, &tid))
		return false;
	ret->pid = (uint32_t)pid;
	ret->tid = (uint32_t)tid;
	return true;
}

/* What stands before the time: "my app 42/43 [001]". */
static bool take_thread(const char *line, size_t n, struct sample *ret)
{
	struct word word;

	if (!last_word(line, &n, &word) || (word.text[0] == '[' && !last_word(line, &n, &word)) ||
	    !take_ids(&word, ret))
		return false;
	while (n > 0 && line[n - 1] == ' ')
		n--;
	for (; n > 0 && (*line == ' ' || *line == '\t'); line++)
		n--;
	ret->comm = line;
	ret->comm_len = n;
	return true;
}

/* A head and nothing else, from its end, since a command may have blanks: "event:", perhaps a number, the time. */
static bool take_plain_head(const char *line, size_t n, struct sample *ret)
{
	struct word word;

	if (n == 0 || line[0] == ' ' || line[0] == '\t' || !last_word(line, &n, &ret->event) ||
	    ret->event.text[ret->event.n - 1] != ':' || !last_word(line, &n, &word))
		return false;
	if (lines_number(word.text, word.n, INT64_MAX, &ret->period_ns) && !last_word(line, &n, &word))
		return false;
	return take_time(&word, &ret->at_us) && take_thread(line, n, ret);
}

/* The first word of what is left; cut off. */
static bool first_word(struct word *rest, struct word *ret)
{
	while (rest->n > 0 && (*rest->text == ' ' || *rest->text == '\t')) {
		rest->text++;
		rest->n--;
	}
	ret->text = rest->text;
	for (ret->n = 0; rest->n > 0 && *rest->text != ' ' && *rest->text != '\t'; rest->n--) {
		rest->text++;
		ret->n++;
	}
	return ret->n > 0;
}

/* Behind the time: perhaps a number, perhaps "event:", perhaps the only frame or the fields of a tracepoint. */
static void take_rest(struct word rest, struct sample *ret)
{
	struct word at = rest, word;

	ret->rest = rest;
	if (!first_word(&at, &word))
		return;
	if (lines_number(word.text, word.n, INT64_MAX, &ret->period_ns) && !first_word(&at, &word))
		return;
	if (word.text[word.n - 1] == ':') {
		ret->event = word;
		ret->rest = at;
	} else {
		ret->period_ns = 0; /* it was an address */
	}
}

/* A head with more behind it: the first time that has a thread before it. */
static bool take_long_head(const char *line, size_t n, struct sample *ret)
{
	struct word rest = {line, n}, word;

	while (first_word(&rest, &word))
		if (take_time(&word, &ret->at_us) && take_thread(line, (size_t)(word.text - line), ret)) {
			take_rest(rest, ret);
			return true;
		}
	return false;
}

static bool take_head(const char *line, size_t n, struct sample *ret)
{
	*ret = (struct sample){0};
	if (!take_plain_head(line, n, ret)) {
		*ret = (struct sample){0};
		if (!take_long_head(line, n, ret))
			return false;
	}
	if (!ret->event.n || !memmem(ret->event.text, ret->event.n, "clock", 5))
		ret->period_ns = 0;
	return true;
}

static bool word_is(const char *text, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(text, word, n) == 0;
}

/* "PyEval_EvalFrame+0x1e" behind its address, and "/usr/lib/libpython3.12.so" or "/srv/app.py:3". Frames of CPython's
 * own support are "py::work:/srv/app.py" (Python/perf_trampoline.c). */
static void take_symbol(const char *symbol, size_t n, const char *place, size_t place_n, struct tell_frame *ret)
{
	const char *plus = memmem(symbol, n, "+0x", 3), *colon = memrchr(place, ':', place_n), *py;
	uint64_t line = 0;

	if (plus && plus > symbol)
		n = (size_t)(plus - symbol);
	*ret = (struct tell_frame){.kind = STREAM_FRAME_NATIVE, .function = symbol, .function_len = n};
	if (lines_begins(symbol, n, "py::") && (py = memchr(symbol + 4, ':', n - 4))) {
		ret->function = symbol + 4;
		ret->function_len = (size_t)(py - symbol - 4);
		place = py + 1;
		place_n = n - (size_t)(place - symbol);
		ret->kind = STREAM_FRAME_PYTHON;
	} else if (colon && colon > place &&
		   lines_number(colon + 1, place_n - (size_t)(colon + 1 - place), UINT32_MAX, &line)) {
		place_n = (size_t)(colon - place);
		ret->line = (uint32_t)line;
	}
	if (word_is(place, place_n, "[scrape]")) {
		ret->kind = STREAM_FRAME_MARKER;
		return;
	}
	if (place_n == 0 || word_is(place, place_n, "[unknown]"))
		return;
	if (word_is(place, place_n, "inlined")) {
		ret->kind = STREAM_FRAME_INLINED;
		return;
	}
	if (lines_is_python(place, place_n))
		ret->kind = STREAM_FRAME_PYTHON;
	ret->file = place;
	ret->file_len = place_n;
	ret->short_at = lines_base_name(place, place_n);
}

/* "        7f0a1b2c3d4e symbol+0x1e (place)"; the place may be missing, and is "inlined" for what is so. */
static bool take_frame(const char *line, size_t n, struct tell_frame *ret)
{
	struct word rest = {line, n}, address;
	size_t open;

	if (!first_word(&rest, &address) || strspn(address.text, "0123456789abcdef") < address.n)
		return false;
	while (rest.n > 0 && *rest.text == ' ') {
		rest.text++;
		rest.n--;
	}
	for (open = rest.n; open > 0 && rest.text[open - 1] != '(';)
		open--;
	if (rest.n == 0)
		return false;
	if (rest.text[rest.n - 1] != ')' || open < 3 || rest.text[open - 2] != ' ') {
		take_symbol(rest.text, rest.n, "", 0, ret);
		return true;
	}
	take_symbol(rest.text, open - 2, rest.text + open, rest.n - open - 1, ret);
	return true;
}

static int begin(struct perf *p, const struct decode_input *input, const struct sample *sample, struct err *err)
{
	uint64_t rate_mhz = p->period_ns ? 1000000000000ull / p->period_ns : TELL_RATE_UNKNOWN;

	p->begun = true;
	p->first_us = sample->at_us;
	if (rate_mhz < 1 || rate_mhz > SCRAPE_RATE_MAX * 1000ull)
		rate_mhz = TELL_RATE_UNKNOWN;
	/* what perf says is since boot, what scrape writes as perf is of this century */
	return tell_begin(&p->tell, input->reader, rate_mhz,
			  sample->at_us > 946684800000000ull ? sample->at_us : input->start_us, err);
}

static int tell_sample(struct perf *p, const struct sample *sample)
{
	uint32_t process, thread, node = TELL_ROOT;
	int r = tell_process(&p->tell, sample->pid, sample->comm, sample->comm_len, &process);

	if (r == 0)
		r = tell_thread(&p->tell, process, sample->tid, "", 0, &thread);
	for (size_t i = p->n_frames; i-- > 0 && r == 0;)
		r = tell_child(&p->tell, node, p->frames[i], &node);
	return r < 0 ? r
		     : tell_looks(&p->tell, thread, node, 1,
				  sample->at_us > p->first_us ? sample->at_us - p->first_us : 0);
}

static int push_frame(struct perf *p, const struct tell_frame *frame, struct err *err)
{
	if (p->n_frames == FRAMES_MAX)
		return err_set(err, SCRAPE_ELIMIT, "a stack has more than %d frames", FRAMES_MAX);
	return tell_frame(&p->tell, frame, &p->frames[p->n_frames++]);
}

static bool is_of_time(const struct word *event)
{
	return event->n > 0 &&
	       (memmem(event->text, event->n, "clock", 5) || memmem(event->text, event->n, "cycles", 6));
}

/* Which events count. */
static void choose_event(struct perf *p, const struct decode_input *input)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	struct sample sample;
	bool known = false;

	while (!p->of_time && lines_next_said(&lines)) {
		if (lines.line[0] == '\t' || !take_head(lines.line, lines.n, &sample))
			continue;
		p->of_time = is_of_time(&sample.event);
		if (!known || p->of_time) {
			p->event = sample.event;
			p->period_ns = sample.period_ns;
		}
		known = true;
	}
}

static bool is_wanted(const struct perf *p, const struct word *event)
{
	if (p->of_time)
		return is_of_time(event);
	return event->n == p->event.n && (event->n == 0 || memcmp(event->text, p->event.text, event->n) == 0);
}

/* Only samples of threads that have a stack end with an empty line. */
static bool is_head(const struct lines *lines)
{
	struct sample sample;

	return lines->line[0] != '\t' && take_head(lines->line, lines->n, &sample);
}

static int take_frames(struct perf *p, struct lines *lines, struct err *err)
{
	struct lines before = *lines;
	struct tell_frame one;
	int r = 0;

	while (r == 0 && lines_next(lines) && lines->n > 0) {
		if (is_head(lines)) {
			*lines = before;
			return 0;
		}
		if (!take_frame(lines->line, lines->n, &one))
			return err_set(err, SCRAPE_EFORMAT, "it is no frame: address, symbol and (file)");
		r = push_frame(p, &one, err);
		before = *lines;
	}
	return r;
}

static int take_sample(struct perf *p, struct lines *lines, const struct sample *sample, struct err *err)
{
	struct tell_frame one;
	int r;

	p->n_frames = 0;
	if (take_frame(sample->rest.text, sample->rest.n, &one))
		r = push_frame(p, &one, err);
	else
		r = take_frames(p, lines, err);
	return r < 0 || !is_wanted(p, &sample->event) ? r : tell_sample(p, sample);
}

static int take_all(struct perf *p, const struct decode_input *input, struct err *err)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	struct sample sample;
	int r = 0;

	choose_event(p, input);
	while (r == 0 && lines_next_said(&lines)) {
		if (!take_head(lines.line, lines.n, &sample))
			r = err_set(err, SCRAPE_EFORMAT, "it is no head of a sample: command, pid/tid, time, event");
		if (r == 0 && !p->begun)
			r = begin(p, input, &sample, err);
		if (r == 0)
			r = take_sample(p, &lines, &sample, err);
		if (r < 0)
			(void)lines_wrap(&lines, err); /* the same code */
	}
	return r;
}

/* A folded line could have a head in it: its end tells. */
static bool matches(const char *bytes, size_t n)
{
	struct lines lines = {.at = bytes, .end = bytes + n};
	struct sample sample;
	uint64_t count;
	size_t len;

	return lines_next_said(&lines) && !lines_count(&lines, &len, &count) &&
	       take_head(lines.line, lines.n, &sample);
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	struct perf p = {.frames = calloc(FRAMES_MAX, sizeof(*p.frames))};
	int r = p.frames ? take_all(&p, input, err) : err_set(err, SCRAPE_ENOMEM, "out of memory");

	(void)kind; /* it tells nothing more */
	if (r == 0)
		r = tell_end(&p.tell); /* it has begun: the first line is a head */
	tell_deinit(&p.tell);
	free(p.frames);
	return r;
}

const struct decoder decoder_perf = {.name = "perf script", .times = true, .matches = matches, .decode = decode};
