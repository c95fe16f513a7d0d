/* SPDX-License-Identifier: MIT */
/* cmd_dump: what each thread does now. */
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/session.h"
#include "daemon/dump.h"
#include "daemon/sampler.h"
#include "scrape.h"

struct dump_opts {
	struct opts_pids pids;
	struct opts_show show;
	struct sampler_config config;
	bool json;
};

static const struct option long_options[] = {
	OPTS_LONG_COMMON,
	{"pid", required_argument, NULL, 'p'},
	{"pgrep", required_argument, NULL, 'P'},
	{"json", no_argument, NULL, 'j'},
	{"locals", no_argument, NULL, 'l'},
	{"native", optional_argument, NULL, OPT_NATIVE},
	{"exact", optional_argument, NULL, OPT_EXACT},
	{"debuginfod", no_argument, NULL, OPT_DEBUGINFOD},
	{NULL, 0, NULL, 0},
};

static int take_option(struct dump_opts *opts, int option, char *arg)
{
	switch (option) {
	case 'p':
		return opts_add_pid(&opts->pids, arg);
	case 'P':
		return opts_add_pattern(&opts->pids, arg);
	case 'j':
		opts->json = true;
		return 0;
	case 'l':
		opts->config.locals = true;
		return 0;
	case 'n':
	case OPT_NATIVE:
		return opts_parse_native(arg, &opts->config.native);
	case OPT_DEBUGINFOD:
		opts->config.debuginfod = true;
		return 0;
	case OPT_EXACT:
		opts->config.exact = true;
		return opts_parse_exact(arg, &opts->config.force);
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

static int print(const struct dump_opts *opts, const struct dump *dump)
{
	bool color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	struct buf bytes = BUF_INIT;
	struct err err = {0};
	int r;

	if (opts->json)
		dump_json(dump, &bytes);
	else
		dump_text(dump, opts->show.query.full_filenames, color, &bytes);
	r = bytes.failed ? err_set(&err, SCRAPE_ENOMEM, "out of memory")
			 : out_save(opts->show.output, bytes.data, bytes.len, &err);
	if (r < 0)
		log_error("%s", err.text);
	buf_deinit(&bytes);
	return r < 0 ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}

static int look(struct dump_opts *opts)
{
	struct dump dump = {0};
	struct session session = {.inner = &dump_sink, .inner_ctx = &dump, .quiet_notes = opts->pids.by_pattern};
	struct err err = {0};
	int code = SCRAPE_EXIT_FAILURE;
	int r = session_run(&session, &opts->config, NULL, NULL, &err);

	if (session_finish(&session) < 0) {
		log_error("the sampler was killed");
	} else if (r < 0) {
		log_error("%s", err.text);
	} else if (dump.targets.n > 0) {
		dump_sort(&dump);
		code = print(opts, &dump);
	}
	dump_deinit(&dump);
	return code;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct dump_opts opts = {.config = {.job = SAMPLER_ONCE,
					    .rate_mhz = SCRAPE_RATE_DEFAULT * 1000,
					    .slice_us = SCRAPE_SLICE_SECONDS * 1000000ull}};
	int option, r = 0, code = SCRAPE_EXIT_OK;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "p:P:jlno:qvVh", long_options, NULL)) != -1)
		if (!opts_take_common(cmd, &opts.show, option, optarg, &r))
			code = take_option(&opts, option, optarg);
	if (code == 0 && r == 0 && (optind < argc || opts.pids.pids.n == 0))
		code = opts_refuse("dump takes the processes as -p PID or -P REGEX");
	if (code == 0 && r == 0) {
		opts.config.pids = opts.pids.pids.items;
		opts.config.n_pids = opts.pids.pids.n;
		code = look(&opts);
	}
	opts_pids_deinit(&opts.pids);
	return r ? r - 1 : code;
}

const struct cmd cmd_dump = {
	.name = "dump",
	.usage = "[options] -p PID",
	.what = "Print what each thread of a process does now",
	.help = "  -p, --pid PID          this process (several times: several)\n"
		"  -P, --pgrep REGEX      every process with such a command line\n"
		"  -j, --json             JSON instead of text\n"
		"  -l, --locals           local variables too\n"
		"  -n, --native[=all]     native frames in Python's stacks too; all: the interpreter's own as well\n"
		"  -o, --output FILE      write there\n"
		"      --full-filenames   file names as the program has them\n"
		"      --exact[=force]    stop the GIL holder instead of standing on its CPU\n"
		"      --debuginfod       ask the servers in DEBUGINFOD_URLS for debug files that are not here\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
