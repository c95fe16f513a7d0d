/* SPDX-License-Identifier: MIT */
/* cmd_store: looks after the file of a store. Reading may be done beside the collector; deleting needs it to be
 * stopped. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "daemon/collect_config.h"
#include "daemon/query.h"
#include "encode/encoder.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"
#include "store/store.h"

#define MINUTE_NS (60 * NSEC_PER_SEC)

enum store_option { OPT_SLICE = 511, OPT_STORE, OPT_FROM, OPT_UNTIL, OPT_HOST, OPT_SERVICE, OPT_BEFORE };

static const struct option long_options[] = {
	{"store", required_argument, NULL, OPT_STORE},
	{"slice", required_argument, NULL, OPT_SLICE},
	{"from", required_argument, NULL, OPT_FROM},
	{"until", required_argument, NULL, OPT_UNTIL},
	{"host", required_argument, NULL, OPT_HOST},
	{"service", required_argument, NULL, OPT_SERVICE},
	{"before", required_argument, NULL, OPT_BEFORE},
	OPTS_LONG_COMMON,
	{NULL, 0, NULL, 0},
};

struct store_opts {
	const char *path, *slice, *from, *until, *host, *service, *before;
	struct opts_show show;
	char **words;
	int n_words;
};

static uint64_t now_us(void)
{
	return (uint64_t)time(NULL) * 1000000;
}

static int fail(const struct err *err)
{
	log_error("%s", err->text);
	return SCRAPE_EXIT_FAILURE;
}

static int open_it(const struct store_opts *opts, enum store_mode mode, struct store **ret)
{
	const struct store_config config = {0};
	struct err err = {0};

	if (store_open(ret, opts->path, mode, &config, &err) == 0)
		return 0;
	return fail(&err);
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	(void)printf("%s\n", text);
}

/* The tables of a database; a file is made by who writes to it first. */
static int init(const struct store_opts *opts)
{
	struct store_config config = {0};
	struct store *store;
	struct err err = {0};
	uint64_t slice_ns = 0;
	int r;

	if (!store_is_remote(opts->path))
		return opts_refuse("store init is for clickhouse://...; a file is made when it is first written to");
	if (opts->slice && (units_duration(opts->slice, &slice_ns) < 0 || slice_ns == 0 || slice_ns % NSEC_PER_SEC ||
			    MINUTE_NS % slice_ns))
		return opts_refuse("--slice: a slice is 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60 s");
	config.slice_us = slice_ns / NSEC_PER_USEC;
	r = store_open(&store, opts->path, STORE_WRITE, &config, &err);
	if (r < 0)
		return fail(&err);
	r = store_init_clickhouse(store, &err);
	if (r == 0)
		r = store_describe(store, say, NULL, &err);
	store_close(store);
	return r < 0 ? fail(&err) : SCRAPE_EXIT_OK;
}

static void print_time(const char *what, uint64_t us)
{
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;
	char text[64] = "";

	if (us && us != UINT64_MAX && gmtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm); /* fits */
	(void)printf("%-12s %s\n", what, *text ? text : "-");
}

static int stats(const struct store_opts *opts)
{
	struct store *store;
	struct store_stats s;
	struct err err = {0};
	int code = open_it(opts, STORE_READ, &store);

	if (code)
		return code;
	if (store_stats(store, true, &s, &err) < 0) {
		code = fail(&err);
	} else {
		print_time("oldest", s.oldest_us);
		print_time("newest", s.newest_us);
		(void)printf("%-12s %" PRIu64 " bytes, of which %" PRIu64 " are free inside\n", "file", s.bytes,
			     s.free_bytes);
		(void)printf("%-12s %" PRIu64 "\n%-12s %" PRIu64 "\n%-12s %" PRIu64 "\n%-12s %" PRIu64
			     "\n%-12s %" PRIu64 "\n",
			     "hosts", s.hosts, "series", s.series, "stacks", s.nodes, "frames", s.frames, "annotations",
			     s.annotations);
		(void)printf("\n%-12s %-21s %12s %14s\n", "step", "since", "rows", "bytes");
		for (size_t i = 0; i < STORE_TIERS; i++) {
			char step[32];

			(void)snprintf(step, sizeof(step), "%" PRIu64 " s", s.tiers[i].step_us / 1000000);
			(void)printf("%-12s ", step);
			if (s.tiers[i].oldest_us == UINT64_MAX)
				(void)printf("%-21s", "-");
			else {
				time_t seconds = (time_t)(s.tiers[i].oldest_us / 1000000);
				struct tm tm;
				char text[64] = "";

				if (gmtime_r(&seconds, &tm))
					(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm); /* fits */
				(void)printf("%-21s", text);
			}
			(void)printf(" %12" PRIu64 " %14" PRIu64 "\n", s.tiers[i].rows, s.tiers[i].bytes);
		}
	}
	store_close(store);
	return code;
}

static int check(const struct store_opts *opts)
{
	struct store *store;
	struct err err = {0};
	uint64_t bad = 0;
	int code = open_it(opts, STORE_READ, &store);

	if (code)
		return code;
	if (store_describe(store, say, NULL, &err) < 0 || store_check(store, say, NULL, &bad, &err) < 0)
		code = fail(&err);
	else if (bad)
		(void)printf("%" PRIu64 " things are wrong\n", bad);
	else
		(void)printf("ok\n");
	store_close(store);
	return code ? code : bad ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}

static int backup(const struct store_opts *opts)
{
	struct store *store;
	struct err err = {0};
	int code;

	if (opts->n_words != 1)
		return opts_refuse("store backup wants the name of the new file");
	code = open_it(opts, STORE_READ, &store);
	if (code)
		return code;
	if (store_backup(store, opts->words[0], &err) < 0)
		code = fail(&err);
	store_close(store);
	return code;
}

/* A time as on the port, or nothing. */
static int read_time(const char *text, uint64_t *ret)
{
	struct err err = {0};

	*ret = 0;
	return text && query_time(text, now_us(), ret, &err) < 0 ? opts_refuse("%s", err.text) : 0;
}

static int delete (const struct store_opts *opts)
{
	struct store_delete what = {.host = opts->host, .service = opts->service};
	struct store *store;
	struct err err = {0};
	uint64_t rows = 0;
	int code = read_time(opts->before, &what.before_us);

	if (code == 0 && !what.host && !what.service && !what.before_us)
		code = opts_refuse("store delete wants --host, --service or --before");
	if (code == 0)
		code = open_it(opts, STORE_WRITE, &store);
	if (code)
		return code;
	if (store_delete(store, &what, &rows, &err) < 0)
		code = fail(&err);
	else
		(void)printf("%" PRIu64 " rows are deleted\n", rows);
	store_close(store);
	return code;
}

static int write_tree(const struct store_opts *opts, struct store *store, const struct history_query *query)
{
	const struct store_range range = {.from_us = query->from_us,
					  .until_us = query->until_us,
					  .needs = query->show.split_threads ? STORE_BY_THREAD : 0,
					  .filters = query->filters,
					  .n_filters = query->n_filters};
	struct history *history = NULL;
	struct history_span span;
	struct tree tree = {0};
	struct buf out = BUF_INIT;
	struct err err = {0};
	int r = store_load(store, &range, &history, &err), code = 0;

	if (r == 0)
		r = history_tree(history, query, &tree, &span, &err);
	if (r == 0)
		r = opts->show.encoder->encode(&tree, &out);
	if (r < 0)
		code = fail(&err);
	else if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		code = SCRAPE_EXIT_FAILURE;
	tree_deinit(&tree);
	buf_deinit(&out);
	store_unload(store, history);
	return code;
}

/* The profile of an interval, without a collector. */
static int export(struct store_opts *opts)
{
	struct history_filter filters[2];
	struct history_query query = {.filters = filters, .show = opts->show.query};
	struct store *store;
	int code = read_time(opts->from, &query.from_us);

	if (code == 0)
		code = read_time(opts->until, &query.until_us);
	if (code == 0)
		code = opts_choose_format(&opts->show, "folded");
	if (code == 0 && (opts->show.recording || opts->show.encoder->times == ENCODER_NEEDS_TIMES))
		code = opts_refuse("a store does not keep the order of time that a recording has");
	if (code == 0)
		code = open_it(opts, STORE_READ, &store);
	if (code)
		return code;
	if (opts->host)
		filters[query.n_filters++] = (struct history_filter){.field = HISTORY_HOST, .value = opts->host};
	if (opts->service)
		filters[query.n_filters++] = (struct history_filter){.field = HISTORY_SERVICE, .value = opts->service};
	if (query.show.by_module)
		query.merge = HISTORY_BY_MODULE;
	else if (query.show.by_function || opts->show.encoder->functions)
		query.merge = HISTORY_BY_FUNCTION;
	code = write_tree(opts, store, &query);
	store_close(store);
	return code;
}

static int act(struct store_opts *opts)
{
	const char *verb = opts->n_words > 0 ? opts->words[0] : "";

	opts->words++;
	opts->n_words--;
	if (strcmp(verb, "backup") != 0 && opts->n_words > 0)
		return opts_refuse("store %s takes no word such as '%s'", verb, opts->words[0]);
	if (strcmp(verb, "init") == 0)
		return init(opts);
	if (strcmp(verb, "stats") == 0)
		return stats(opts);
	if (strcmp(verb, "check") == 0)
		return check(opts);
	if (strcmp(verb, "export") == 0)
		return export(opts);
	if (strcmp(verb, "backup") == 0)
		return backup(opts);
	if (strcmp(verb, "delete") == 0)
		return delete (opts);
	return opts_refuse("say what to do: init, check, stats, export, backup FILE or delete");
}

static int take_option(struct store_opts *opts, int option, const char *arg)
{
	switch (option) {
	case OPT_SLICE:
		opts->slice = arg;
		return 0;
	case OPT_STORE:
		opts->path = arg;
		return 0;
	case OPT_FROM:
		opts->from = arg;
		return 0;
	case OPT_UNTIL:
		opts->until = arg;
		return 0;
	case OPT_HOST:
		opts->host = arg;
		return 0;
	case OPT_SERVICE:
		opts->service = arg;
		return 0;
	case OPT_BEFORE:
		opts->before = arg;
		return 0;
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct store_opts opts = {.path = COLLECT_STORE};
	int option, r = 0, code = 0;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "Fgtif:o:qvVh", long_options, NULL)) != -1)
		if (!opts_take_common(cmd, &opts.show, option, optarg, &r))
			code = take_option(&opts, option, optarg);
	opts.words = argv + optind;
	opts.n_words = argc - optind;
	if (code == 0 && r == 0)
		code = act(&opts);
	return r ? r - 1 : code;
}

const struct cmd cmd_store = {
	.name = "store",
	.usage = "init|check|stats|export|backup FILE|delete [options]",
	.what = "Look after what a collector keeps its history in",
	.help = "      --store PLACE      the file: /var/lib/scrape/history.db; or a database:\n"
		"                         clickhouse://[USER@]HOST[:8123][,HOST...]/DATABASE[?cluster=NAME]\n"
		"      --slice TIME       init: how long a slice is: 10s\n"
		"      --from TIME        export: since then; 1h (ago), 2026-11-22T14:05:00Z, seconds since 1970\n"
		"      --until TIME       export: up to then\n"
		"      --host NAME        export, delete: of this host\n"
		"      --service NAME     export, delete: of this service\n"
		"      --before TIME      delete: everything that is older\n"
		"  -f, --format FORMAT    export: folded (default), svg, html, json, csv, pprof, speedscope, perf,\n"
		"                         callgrind, pstats\n"
		"      --mode MODE        export: cpu (default), wall or gil\n"
		"      --by WHAT          export: a frame is a line (default), function, module\n"
		"  -F, --function         export: one frame per function\n"
		"  -t, --threads          export: threads apart\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
