/* SPDX-License-Identifier: MIT */
/*
 * cmd_diff: what changed from one profile to another: two recordings (or what other tools wrote), or two intervals of a
 * daemon or collector, given as addresses of its profiles.
 *
 *	scrape diff before.scrape after.scrape
 *	scrape diff 'http://shop-1:16384/?service=shop&from=2h&until=1h' 'http://shop-1:16384/?service=shop&from=1h'
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/remote.h"
#include "daemon/comparison.h"
#include "daemon/query.h"
#include "decode/decode.h"
#include "profile/history.h"
#include "scrape.h"
#include "stream/reader.h"

#define RECORDING_KEEP_US (366ull * 86400 * 1000000)
#define RECORDING_BYTES (1ull << 30)
#define LIMIT_MAX 100000

struct diff_opts {
	struct opts_show show;
	size_t limit;
	const char *token_file;
};

static int fail(const struct err *err)
{
	log_error("%s", err->text);
	return SCRAPE_EXIT_FAILURE;
}

/* The slices of a recording, or of what another tool wrote, as a history. */
static int read_recording(const char *path, struct history **ret, struct decode_kind *kind_ret, struct err *err)
{
	const struct history_config config = {.host = "", .keep_us = RECORDING_KEEP_US, .max_bytes = RECORDING_BYTES};
	struct history *history = history_new(&config);
	struct history_feed *feed = history ? history_feed_new(history) : NULL;
	struct stream_reader reader;
	int r = feed ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");

	stream_reader_init(&reader, &history_sink, feed);
	if (r == 0)
		r = decode_file(path, &reader, kind_ret, err);
	stream_reader_deinit(&reader);
	history_feed_free(feed); /* ends its last slice */
	if (r == 0 && history_finish(history) < 0)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r == 0)
		*ret = history;
	else
		history_free(history);
	return r;
}

/* From -f, else from the suffix of -o. */
static const char *format_of(const struct diff_opts *opts)
{
	static const char *const formats[] = {"json", "folded", "svg"};
	const char *dot = opts->show.output ? strrchr(opts->show.output, '.') : NULL;

	if (opts->show.format)
		return opts->show.format;
	for (size_t i = 0; dot && i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(dot + 1, formats[i]) == 0)
			return formats[i];
	return "table";
}

static int print(const struct diff_opts *opts, const struct comparison *c)
{
	struct buf out = BUF_INIT;
	const char *format = format_of(opts);
	struct err err = {0};
	int code = 0, r = 0;

	if (strcmp(format, "json") == 0)
		comparison_json(c, &out);
	else if (strcmp(format, "folded") == 0)
		comparison_folded(c, &out);
	else if (strcmp(format, "svg") == 0)
		r = comparison_svg(c, &out, &err);
	else
		comparison_table(c, &out);
	if (r == 0 && out.failed)
		r = err_set(&err, SCRAPE_ENOMEM, "out of memory");
	if (r < 0 || out_save(opts->show.output, out.data, out.len, &err) < 0)
		code = fail(&err);
	buf_deinit(&out);
	return code;
}

/* All of it is in the slot where it begins. */
static void set_timeless(struct comparison_side *side, const struct decode_kind *kind, uint64_t step_us)
{
	side->timeless = true;
	side->seconds = (double)kind->lasted_us / 1e6;
	side->which.from_us = kind->from_us / step_us * step_us;
	side->which.until_us = side->which.from_us + step_us;
}

static int diff_recordings(const struct diff_opts *opts, char **paths)
{
	struct history *histories[DIFF_SIDES] = {NULL, NULL};
	struct comparison c = {.limit = opts->limit};
	struct err err = {0};
	int r = 0, code;

	for (int i = 0; i < DIFF_SIDES && r == 0; i++) {
		struct decode_kind kind;

		r = read_recording(paths[i], &histories[i], &kind, &err);
		if (r == 0) {
			c.sides[i].history = histories[i];
			c.sides[i].which.show = opts->show.query;
			c.step_us = history_slice_us(histories[i]);
			if (!kind.times)
				set_timeless(&c.sides[i], &kind, c.step_us);
		}
	}
	if (r == 0)
		r = comparison_make(&c, &err);
	code = r < 0 ? fail(&err) : print(opts, &c);
	comparison_deinit(&c);
	for (int i = 0; i < DIFF_SIDES; i++)
		history_free(histories[i]);
	return code;
}

/* The words behind the question mark, with base_ before each name of the first side. */
static void put_words(struct buf *out, const char *words, const char *prefix)
{
	while (*words) {
		size_t n = strcspn(words, "&#");

		if (n > 0) {
			buf_chr(out, '&');
			buf_str(out, prefix);
			buf_add(out, words, n);
		}
		words += n;
		if (*words == '#')
			return;
		words += *words == '&';
	}
}

static int diff_urls(const struct diff_opts *opts, char **urls)
{
	struct remote a, b;
	struct buf path = BUF_INIT;
	struct err err = {0};
	const char *format = format_of(opts);
	int code;

	if (remote_parse(urls[0], &a, &err) < 0 || remote_parse(urls[1], &b, &err) < 0)
		return opts_refuse("%s", err.text);
	if (strcmp(a.base, b.base) != 0)
		return opts_refuse("both have to be answered by one server: a daemon or a collector");
	buf_fmt(&path, "/api/v1/diff?limit=%zu", opts->limit ? opts->limit : 25);
	if (strcmp(format, "folded") == 0 || strcmp(format, "svg") == 0)
		buf_fmt(&path, "&format=%s", format);
	put_words(&path, a.words, "base_");
	put_words(&path, b.words, "");
	code = remote_show(a.base, buf_cstr(&path), opts->token_file, opts->show.output,
			   strcmp(format, "table") == 0 ? remote_diff_table : NULL);
	buf_deinit(&path);
	return code;
}

enum diff_option { OPT_TOKEN_FILE = 512, OPT_LIMIT };

static const struct option long_options[] = {
	{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
	{"limit", required_argument, NULL, OPT_LIMIT},
	OPTS_LONG_COMMON,
	{NULL, 0, NULL, 0},
};

static int act(const struct diff_opts *opts, int argc, char **argv)
{
	const char *format = opts->show.format;
	bool urls;

	if (argc != 2)
		return opts_refuse("diff takes two recordings or two addresses: before, and after");
	if (format && strcmp(format, "table") != 0 && strcmp(format, "json") != 0 && strcmp(format, "folded") != 0 &&
	    strcmp(format, "svg") != 0)
		return opts_refuse("-f %s: a difference is a table, json, folded or svg", format);
	urls = remote_is_url(argv[0]);
	if (urls != remote_is_url(argv[1]))
		return opts_refuse("diff takes two recordings or two addresses, not one of each");
	return urls ? diff_urls(opts, argv) : diff_recordings(opts, argv);
}

static int take_limit(const char *text, size_t *ret)
{
	uint64_t limit = 0;
	struct err err = {0};

	if (query_number(text, LIMIT_MAX, &limit, &err) < 0 || limit == 0)
		return opts_refuse("--limit %s: that is no number of rows from 1 to %d", text, LIMIT_MAX);
	*ret = (size_t)limit;
	return 0;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct diff_opts opts = {0};
	int option, r = 0, code = 0;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "Fgtif:o:qvVh", long_options, NULL)) != -1) {
		if (opts_take_common(cmd, &opts.show, option, optarg, &r))
			continue;
		if (option == OPT_TOKEN_FILE)
			opts.token_file = optarg;
		else if (option == OPT_LIMIT)
			code = take_limit(optarg, &opts.limit);
		else
			code = SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
	if (code == 0 && r == 0)
		code = act(&opts, argc - optind, argv + optind);
	return r ? r - 1 : code;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.usage = "[options] BEFORE AFTER",
	.what = "Say what changed between two recordings, or between two intervals of a daemon or collector",
	.help = "  -f, --format FORMAT    table (default), svg, json, folded (stacks with two numbers)\n"
		"  -o, --output FILE      instead of standard output; the suffix chooses the format\n"
		"      --mode MODE        cpu (default), wall, gil\n"
		"      --limit NUMBER     rows of the table: 25\n"
		"      --token-file FILE  the token that the server wants to see\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
