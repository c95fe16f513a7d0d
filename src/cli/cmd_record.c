/* SPDX-License-Identifier: MIT */
/* cmd_record: looks at processes for a while and writes what they did. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/result.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "daemon/sampler.h"
#include "daemon/uploading.h"
#include "encode/encoder.h"
#include "scrape.h"

#define WARN_NS NSEC_PER_SEC /* what goes wrong for so long is spoken of */

struct record {
	struct opts_pids pids;
	struct opts_show show;
	struct sampler_config config;
	uint64_t duration_ns;
	char *launched_output; /* "scrape-4711.svg" */
	const char *push_url, *token_file, *tenant;
	struct uploading *push; /* NULL: to nobody */
	struct profile *profile;
	struct out out;
	struct err out_err;    /* a recording that could not be written any more */
	bool out_failed;
	bool warned;           /* of looks that give nothing */
};

enum record_option { OPT_PUSH = 512, OPT_PUSH_TOKEN_FILE, OPT_PUSH_TENANT };

static const struct option long_options[] = {
	OPTS_LONG_COMMON,
	{"pid", required_argument, NULL, 'p'},
	{"pgrep", required_argument, NULL, 'P'},
	{"rate", required_argument, NULL, 'r'},
	{"duration", required_argument, NULL, 'd'},
	{"subprocesses", no_argument, NULL, 's'},
	{"native", optional_argument, NULL, OPT_NATIVE},
	{"exact", optional_argument, NULL, OPT_EXACT},
	{"debuginfod", no_argument, NULL, OPT_DEBUGINFOD},
	{"push", required_argument, NULL, OPT_PUSH},
	{"push-token-file", required_argument, NULL, OPT_PUSH_TOKEN_FILE},
	{"push-tenant", required_argument, NULL, OPT_PUSH_TENANT},
	{NULL, 0, NULL, 0},
};

static int take_option(struct record *rec, int option, char *arg)
{
	switch (option) {
	case 'p':
		return opts_add_pid(&rec->pids, arg);
	case 'P':
		return opts_add_pattern(&rec->pids, arg);
	case 'r':
		return opts_parse_rate(arg, &rec->config.rate_mhz);
	case 'd':
		return opts_parse_duration(arg, &rec->duration_ns);
	case 's':
		rec->config.subprocesses = true;
		return 0;
	case 'n':
	case OPT_NATIVE:
		return opts_parse_native(arg, &rec->config.native);
	case OPT_DEBUGINFOD:
		rec->config.debuginfod = true;
		return 0;
	case OPT_PUSH:
		rec->push_url = arg;
		return 0;
	case OPT_PUSH_TOKEN_FILE:
		rec->token_file = arg;
		return 0;
	case OPT_PUSH_TENANT:
		rec->tenant = arg;
		return 0;
	case OPT_EXACT:
		rec->config.exact = true;
		return opts_parse_exact(arg, &rec->config.force);
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

/* 0, or the exit code + 1. */
static int parse(const struct cmd *cmd, struct record *rec, int argc, char **argv)
{
	int option, r;

	optind = 1;
	while ((option = getopt_long(argc, argv, "+p:P:r:d:nsFgitf:o:qvVh", long_options, NULL)) != -1) {
		if (opts_take_common(cmd, &rec->show, option, optarg, &r)) {
			if (r)
				return r;
			continue;
		}
		r = take_option(rec, option, optarg);
		if (r)
			return r + 1;
	}
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return opts_refuse("%s: a command to start stands behind --", argv[optind]) + 1;
	if (optind < argc)
		rec->config.command = argv + optind;
	if (rec->pids.pids.n == 0 && !rec->config.command)
		return opts_refuse("no process to look at: give -p PID, -P REGEX or -- COMMAND") + 1;
	rec->config.pids = rec->pids.pids.items;
	rec->config.n_pids = rec->pids.pids.n;
	if (rec->config.force)
		log_warn("--exact=force: a thread whose seccomp filter lacks restart_syscall may be killed");
	r = opts_choose_format(&rec->show, rec->config.command && !rec->show.output ? "svg" : "folded");
	return r ? r + 1 : 0;
}

/* The recording takes the bytes as they come. When the disk is full what was written so far is kept. */
static int tap(void *ctx, const void *bytes, size_t n)
{
	struct record *rec = ctx;

	if (rec->push)
		uploading_feed(rec->push, bytes, n);
	if (rec->show.recording && !rec->out_failed && out_write(&rec->out, bytes, n, &rec->out_err) < 0)
		rec->out_failed = true;
	return 0;
}

static void beat(void *ctx, uint64_t elapsed_ns)
{
	struct record *rec = ctx;

	if (elapsed_ns > WARN_NS)
		summary_warn(rec->profile, &rec->warned);
	if (rec->push)
		uploading_beat(rec->push);
	summary_progress(rec->profile, elapsed_ns, rec->duration_ns);
}

/* A launched command's output is its own: the result goes to a file, named after the process. */
static int name_late(struct record *rec, int pid, struct err *err)
{
	const char *suffix = rec->show.recording ? "." OPTS_FORMAT_RECORDING : rec->show.encoder->suffix;

	if (asprintf(&rec->launched_output, "scrape-%d%s", pid, suffix) < 0) {
		rec->launched_output = NULL;
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	return 0;
}

static int write_recording(struct record *rec, struct err *err)
{
	int r;

	if (rec->launched_output)
		rec->out.path = rec->launched_output;
	r = out_commit(&rec->out, err);
	if (r == 0 && rec->out_failed) {
		*err = rec->out_err;
		(void)err_wrap(err, "the recording was cut short, what was written is kept");
		return err->code;
	}
	return r;
}

static int write_result(struct record *rec, const struct profile_stats *stats, const struct session *session,
			struct err *err)
{
	int r = 0;

	if ((rec->config.command || rec->show.recording) && !rec->show.output)
		r = name_late(rec, (int)session->first_pid, err);
	if (rec->show.recording)
		return r < 0 ? r : write_recording(rec, err);
	if (r == 0 && rec->launched_output)
		r = out_open(&rec->out, rec->launched_output, err);
	rec->show.query.split_targets = stats->targets > 1 || rec->show.encoder->labels;
	return r < 0 ? r : result_write(rec->profile, &rec->show, &rec->out, err);
}

/* What was looked at, once the stream has ended; the exit code. */
static int conclude(struct record *rec, const struct session *session, struct err *err)
{
	struct profile_stats stats;
	const char *path;

	summary_clear_progress();
	profile_stats(rec->profile, &stats);
	if (stats.looks == 0) {
		if (session->refused == 0 || stats.targets > 0)
			summary_print_nothing(rec->profile);
		return SCRAPE_EXIT_FAILURE;
	}
	if (write_result(rec, &stats, session, err) < 0) {
		log_error("%s", err->text);
		return SCRAPE_EXIT_FAILURE;
	}
	summary_print(rec->profile);
	path = rec->show.output ? rec->show.output : rec->launched_output;
	if (path)
		log_info("wrote %s", path);
	if (rec->show.query.mode == PROFILE_CPU && stats.running == 0)
		log_info("no thread was met on a CPU; --mode wall shows where they wait");
	return SCRAPE_EXIT_OK;
}

static int run_recording(struct record *rec)
{
	struct session session = {.inner = &profile_sink,
				  .inner_ctx = rec->profile,
				  .duration_ns = rec->duration_ns,
				  .beat = beat,
				  .beat_ctx = rec,
				  .quiet_notes = rec->pids.by_pattern && log_get_level() < LOG_DEBUG};
	struct err err = {0};
	int code, status;
	int r = session_run(&session, &rec->config, rec->show.recording || rec->push ? tap : NULL, rec, &err);

	if (r < 0) {
		summary_clear_progress();
		log_error("%s", err.text); /* what came before it is still worth writing */
	}
	code = conclude(rec, &session, &err);
	if (rec->push && uploading_end(rec->push) != SCRAPE_EXIT_OK && code == SCRAPE_EXIT_OK)
		code = SCRAPE_EXIT_FAILURE;
	status = session_finish(&session);
	if (r < 0 || status < 0) {
		if (status < 0)
			log_error("the sampler was killed");
		return SCRAPE_EXIT_FAILURE;
	}
	return code ? code : rec->config.command ? status : SCRAPE_EXIT_OK;
}

static int open_output(struct record *rec, struct err *err)
{
	if (rec->config.command && !rec->show.output && !rec->show.recording)
		return 0; /* named after the process, when its PID is known */
	/* a recording is written as it comes; without a name it gets its own at the end */
	return out_open(&rec->out, rec->show.recording && !rec->show.output ? "scrape.scrape" : rec->show.output, err);
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct record rec = {.config = {.rate_mhz = SCRAPE_RATE_DEFAULT * 1000,
					.slice_us = SCRAPE_SLICE_SECONDS * 1000000ull},
			     .out = OUT_INIT};
	struct err err = {0};
	int code = parse(cmd, &rec, argc, argv) - 1;

	if (code < 0) {
		rec.profile = profile_new(0);
		code = SCRAPE_EXIT_FAILURE;
		if (rec.profile && !rec.show.recording && rec.show.encoder->times != ENCODER_NO_TIMES)
			profile_keep_times(rec.profile);
		if (!rec.profile)
			log_error("out of memory");
		else if (rec.push_url &&
			 uploading_new(rec.push_url, rec.token_file, rec.tenant, &rec.push, &err) < 0)
			code = opts_refuse("--push: %s", err.text);
		else if (open_output(&rec, &err) < 0)
			log_error("%s", err.text);
		else
			code = run_recording(&rec);
	}
	out_close(&rec.out);
	profile_free(rec.profile);
	uploading_free(rec.push);
	opts_pids_deinit(&rec.pids);
	free(rec.launched_output);
	return code;
}

const struct cmd cmd_record = {
	.name = "record",
	.usage = "[options] -p PID ... | -P REGEX | -- COMMAND [ARG ...]",
	.what = "Look at processes for a while and write where their time went",
	.help = "  -p, --pid PID          look at this process (several times: several)\n"
		"  -P, --pgrep REGEX      look at every process with such a command line\n"
		"  -s, --subprocesses     and at their children\n"
		"  -n, --native[=all]     native frames in Python's stacks too; all: the interpreter's own as well\n"
		"  -r, --rate RATE        looks per second: 100 (default), 10khz, max\n"
		"  -d, --duration TIME    for so long: 10, 500ms, 2min (default: until Ctrl-C or their end)\n"
		"  -o, --output FILE      write there; the suffix chooses the format\n"
		"  -f, --format FORMAT    folded (default), svg, html, json, csv, pprof, speedscope, gecko,\n"
		"                         trace, cpuprofile, perf, callgrind, pstats; scrape (for `scrape report`)\n"
		"      --mode MODE        cpu (default): CPU time; wall: all time; gil: time holding the GIL\n"
		"  -g, --gil              --mode gil\n"
		"  -i, --idle             --mode wall\n"
		"  -t, --threads          keep threads apart\n"
		"      --by WHAT          a frame is a line (default), function, module\n"
		"  -F, --function         --by function\n"
		"      --nolineno         no line numbers\n"
		"      --full-filenames   file names as the program has them\n"
		"      --exact[=force]    stop the GIL holder for each look instead of standing on its CPU\n"
		"      --debuginfod       ask the servers in DEBUGINFOD_URLS for debug files that are not here\n"
		"      --push URL         to Pyroscope, Parca or OpenTelemetry too: pyroscope+http://HOST:4040,\n"
		"                         pyroscope-ingest+, parca+, otlp+\n"
		"      --push-token-file FILE  the token that it wants to see\n"
		"      --push-tenant NAME  sent as X-Scope-OrgID\n"
		"  -q, --quiet            only errors\n"
		"  -v, --verbose          more\n"
		"  -h, --help; -V, --version\n",
	.run = run,
};
