/* SPDX-License-Identifier: MIT */
/* cmd_report: recordings and what other tools wrote, shown again. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/expression.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/result.h"
#include "cli/summary.h"
#include "daemon/query.h"
#include "decode/decode.h"
#include "encode/encoder.h"
#include "profile/wanted.h"
#include "scrape.h"
#include "stream/reader.h"

#define PIDS_MAX 64
#define THREADS_MAX 64

enum report_option { OPT_INCLUDE = 512, OPT_EXCLUDE, OPT_PID, OPT_THREAD, OPT_FROM, OPT_UNTIL };

static const struct option long_options[] = {
	OPTS_LONG_COMMON,
	{"include", required_argument, NULL, OPT_INCLUDE},
	{"exclude", required_argument, NULL, OPT_EXCLUDE},
	{"pid", required_argument, NULL, OPT_PID},
	{"thread", required_argument, NULL, OPT_THREAD},
	{"from", required_argument, NULL, OPT_FROM},
	{"until", required_argument, NULL, OPT_UNTIL},
	{NULL, 0, NULL, 0},
};

struct report {
	struct opts_show show;
	struct profile_filter filter;
	struct expression *include, *exclude;
	uint64_t pid_numbers[PIDS_MAX];
	const char *threads[THREADS_MAX];
	struct profile_window window;
	char **paths;
	int n_paths;
	struct profile *profile;
};

/* "10s" after the begin of the recording, or a time: 2026-11-22T14:05:00Z, seconds since 1970. */
static int take_time(const char *name, const char *text, uint64_t *ret_us, bool *relative_ret)
{
	uint64_t ns = 0;
	struct err err = {0};

	*relative_ret = strspn(text, "0123456789.") != strlen(text) && units_duration(text, &ns) == 0;
	*ret_us = ns / 1000;
	if (!*relative_ret && query_time(text, clock_ns(CLOCK_REALTIME) / 1000, ret_us, &err) < 0)
		return opts_refuse("--%s %s: %s", name, text, err.text);
	return 0;
}

static int take_expression(const char *name, const char *text, struct expression **ret)
{
	struct err err = {0};

	expression_free(*ret);
	*ret = NULL;
	return expression_compile(text, ret, &err) < 0 ? opts_refuse("--%s %s: %s", name, text, err.text) : 0;
}

static int take_pid(struct report *report, const char *text)
{
	struct err err = {0};

	if (report->filter.n_pids == PIDS_MAX)
		return opts_refuse("--pid: at most %d of them", PIDS_MAX);
	if (query_number(text, UINT32_MAX, &report->pid_numbers[report->filter.n_pids++], &err) < 0)
		return opts_refuse("--pid %s: not a process ID", text);
	return 0;
}

static int take_option(struct report *report, int option, const char *arg)
{
	struct profile_window *window = &report->window;

	switch (option) {
	case OPT_INCLUDE:
		return take_expression("include", arg, &report->include);
	case OPT_EXCLUDE:
		return take_expression("exclude", arg, &report->exclude);
	case OPT_PID:
		return take_pid(report, arg);
	case OPT_THREAD:
		if (report->filter.n_threads == THREADS_MAX)
			return opts_refuse("--thread: at most %d of them", THREADS_MAX);
		report->threads[report->filter.n_threads++] = arg;
		return 0;
	case OPT_FROM:
		return take_time("from", arg, &window->from_us, &window->from_relative);
	case OPT_UNTIL:
		return take_time("until", arg, &window->until_us, &window->until_relative);
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

/* What the options have said, once the files have told when they begin. */
static void make_filter(struct report *report, const struct profile_stats *stats)
{
	const struct profile_window *window = &report->window;
	struct profile_filter *filter = &report->filter;

	filter->include = report->include;
	filter->exclude = report->exclude;
	filter->pids = report->pid_numbers;
	filter->threads = report->threads;
	filter->from_us = window->from_us + (window->from_relative ? stats->first_wall_us : 0);
	filter->until_us = window->until_us + (window->until_relative ? stats->first_wall_us : 0);
	if (filter->include || filter->exclude || filter->n_pids || filter->n_threads || filter->from_us ||
	    filter->until_us)
		report->show.query.filter = filter;
}

static int read_file(struct report *report, const char *path, struct err *err)
{
	struct stream_reader reader;
	struct decode_kind kind;
	int r;

	stream_reader_init(&reader, &profile_sink, report->profile);
	r = decode_file(path, &reader, &kind, err);
	if (r == 0 && !stream_is_whole(&reader))
		log_warn("%s ends in the middle of a record; what came before it counts", path);
	if (r == 0 && !kind.times && report->show.encoder->times == ENCODER_NEEDS_TIMES)
		r = err_set(err, SCRAPE_EINVAL, "-f %s: %s (%s) does not say when looks were taken",
			    report->show.encoder->name, path, kind.name);
	if (r == 0 && !kind.times && (report->window.from_us || report->window.until_us))
		r = err_set(err, SCRAPE_EINVAL, "--%s: %s (%s) does not say when looks were taken",
			    report->window.from_us ? "from" : "until", path, kind.name);
	if (r == 0 && !kind.times)
		profile_drop_times(report->profile);
	stream_reader_deinit(&reader);
	return r;
}

static int read_files(struct report *report, struct err *err)
{
	int r = 0;

	report->profile = profile_new(0);
	if (!report->profile)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (report->show.encoder->times != ENCODER_NO_TIMES)
		profile_keep_times(report->profile);
	profile_set_window(report->profile, &report->window);
	for (int i = 0; i < report->n_paths && r == 0; i++)
		r = read_file(report, report->paths[i], err);
	return r;
}

static int write_result(struct report *report, struct err *err)
{
	struct out out = OUT_INIT;
	struct profile_stats stats;
	int r = out_open(&out, report->show.output, err);

	profile_stats(report->profile, &stats);
	make_filter(report, &stats);
	report->show.query.split_targets = stats.targets > 1 || report->show.encoder->labels;
	if (r == 0)
		r = result_write(report->profile, &report->show, &out, err);
	out_close(&out);
	return r;
}

static int show(struct report *report)
{
	struct err err = {0};
	int r = read_files(report, &err);

	if (r == 0)
		r = write_result(report, &err);
	if (r == 0) {
		summary_print(report->profile);
		if (report->show.output)
			log_info("wrote %s", report->show.output);
	} else {
		log_error("%s", err.text);
	}
	profile_free(report->profile);
	return r < 0 ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}

static int act(struct report *report, int argc, char **argv)
{
	int r;

	if (argc == 0)
		return opts_refuse("report takes recordings, or what other tools wrote");
	report->paths = argv;
	report->n_paths = argc;
	r = opts_choose_format(&report->show, "folded");
	if (r == 0 && report->show.recording)
		r = opts_refuse("-f scrape: it is a recording already");
	return r ? r : show(report);
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct report report = {0};
	int option, r, code = 0;

	optind = 1;
	while (code == 0 && (option = getopt_long(argc, argv, "Fgitf:o:qvVh", long_options, NULL)) != -1) {
		if (!opts_take_common(cmd, &report.show, option, optarg, &r))
			code = take_option(&report, option, optarg) ? SCRAPE_EXIT_USAGE + 1 : 0;
		else
			code = r;
	}
	if (code == 0)
		code = act(&report, argc - optind, argv + optind) + 1;
	expression_free(report.include);
	expression_free(report.exclude);
	return code - 1;
}

const struct cmd cmd_report = {
	.name = "report",
	.usage = "[options] FILE ...",
	.what = "Show recordings, or profiles of other tools, in another format or mode",
	.help = "  -o, --output FILE      write there; the suffix chooses the format\n"
		"  -f, --format FORMAT    folded (default), svg, html, json, csv, pprof, speedscope, gecko,\n"
		"                         trace, cpuprofile, perf, callgrind, pstats\n"
		"      --mode MODE        cpu (default), wall, gil\n"
		"  -g, -i                 --mode gil, --mode wall\n"
		"  -t, --threads          keep threads apart\n"
		"      --include REGEX    only stacks with a frame that reads like this\n"
		"      --exclude REGEX    no stacks with a frame that reads like this\n"
		"      --pid PID          only this process (several times: several)\n"
		"      --thread NAME      only threads of this name, or this tid (several times: several)\n"
		"      --from TIME        only since then: 10s (after the begin), 2026-11-22T14:05:00Z\n"
		"      --until TIME       only up to then\n"
		"      --by WHAT          a frame is a line (default), function, module\n"
		"  -F, --function         --by function\n"
		"      --nolineno, --full-filenames, -q, -v, -h, -V\n",
	.run = run,
};
