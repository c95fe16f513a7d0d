/* SPDX-License-Identifier: MIT */
/* cmd_top: what the functions and threads of processes do now, on the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/screen.h"
#include "cli/top_run.h"
#include "scrape.h"

#define WINDOW_DEFAULT 10
#define TABLES_MAX 1000000000
#define TOKEN_BYTES_MAX 4096

/* Long options of this command alone; those of cli/opts.h are before them. */
enum { OPT_URL = 1000, OPT_SERVICE, OPT_TOKEN_FILE };

static const struct option long_options[] = {
	{"pid", required_argument, NULL, 'p'},
	{"pgrep", required_argument, NULL, 'P'},
	{"subprocesses", no_argument, NULL, 's'},
	{"rate", required_argument, NULL, 'r'},
	{"delay", required_argument, NULL, 'd'},
	{"batch", no_argument, NULL, 'b'},
	{"iterations", required_argument, NULL, 'n'},
	{"lines", no_argument, NULL, 'l'},
	{"threads", no_argument, NULL, 't'},
	{"mode", required_argument, NULL, OPT_MODE},
	{"gil", no_argument, NULL, 'g'},
	{"idle", no_argument, NULL, 'i'},
	{"full-filenames", no_argument, NULL, OPT_FULL_FILENAMES},
	{"native", optional_argument, NULL, OPT_NATIVE},
	{"exact", optional_argument, NULL, OPT_EXACT},
	{"debuginfod", no_argument, NULL, OPT_DEBUGINFOD},
	{"url", required_argument, NULL, OPT_URL},
	{"service", required_argument, NULL, OPT_SERVICE},
	{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* Whole seconds: a second is what sums are made of. */
static int parse_delay(const char *text, size_t *ret)
{
	uint64_t ns;
	int r = opts_parse_duration(text, &ns);

	if (r)
		return r;
	if (ns % NSEC_PER_SEC != 0 || ns > TOP_WINDOW_MAX * NSEC_PER_SEC)
		return opts_refuse("-d %s: whole seconds, from 1 to %d", text, TOP_WINDOW_MAX);
	*ret = (size_t)(ns / NSEC_PER_SEC);
	return 0;
}

static int parse_tables(const char *text, uint64_t *ret)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 1 || n > TABLES_MAX)
		return opts_refuse("-n %s: not a number of tables", text);
	*ret = (uint64_t)n;
	return 0;
}

/* The file's first line, kept in `token`. */
static int read_token(const char *path, struct buf *token, const char **ret)
{
	size_t n = 0;

	buf_reset(token);
	if (io_read_file(AT_FDCWD, path, TOKEN_BYTES_MAX, token) < 0 || !buf_cstr(token)) {
		log_error("--token-file %s cannot be read", path);
		return SCRAPE_EXIT_FAILURE;
	}
	while (n < token->len && token->data[n] > ' ' && token->data[n] < 0x7f)
		n++;
	if (n == 0 || (token->data[n] != '\0' && token->data[n] != '\n'))
		return opts_refuse("--token-file %s: its first line is no token", path);
	token->data[n] = '\0';
	*ret = token->data;
	return 0;
}

static int take_option(struct top_plan *plan, struct opts_pids *pids, struct buf *token, int option, char *arg)
{
	switch (option) {
	case 'p':
		return opts_add_pid(pids, arg);
	case 'P':
		return opts_add_pattern(pids, arg);
	case 's':
		plan->config.subprocesses = true;
		return 0;
	case 'r':
		return opts_parse_rate(arg, &plan->config.rate_mhz);
	case 'd':
		return parse_delay(arg, &plan->window);
	case 'b':
		plan->paper = true;
		return 0;
	case 'n':
		plan->paper = true;
		return parse_tables(arg, &plan->tables);
	case 'l':
		plan->view.merge = TOP_LINES;
		return 0;
	case OPT_URL:
		plan->remote.url = arg;
		return 0;
	case OPT_SERVICE:
		plan->remote.service = arg;
		return 0;
	case OPT_TOKEN_FILE:
		return read_token(arg, token, &plan->remote.token);
	case OPT_NATIVE:
		return opts_parse_native(arg, &plan->config.native);
	case OPT_DEBUGINFOD:
		plan->config.debuginfod = true;
		return 0;
	case OPT_EXACT:
		plan->config.exact = true;
		return opts_parse_exact(arg, &plan->config.force);
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

static int check_remote(struct top_plan *plan, const struct opts_pids *pids)
{
	struct top_remote_plan *remote = &plan->remote;

	if (!remote->url && (remote->service || remote->token))
		return opts_refuse("--service and --token-file belong to --url");
	if (remote->url && (pids->pids.n > 0 || plan->config.command || plan->config.exact ||
			    plan->config.subprocesses))
		return opts_refuse("--url asks a daemon, which chooses its targets itself");
	remote->window = plan->window;
	remote->every_ns = (plan->paper || !screen_possible() ? plan->window : 1) * NSEC_PER_SEC;
	return 0;
}

/* 0, or the exit code + 1. */
static int parse(const struct cmd *cmd, struct top_plan *plan, struct opts_pids *pids, struct buf *token, int argc,
		 char **argv)
{
	struct opts_show show = {0};
	int option, r;

	optind = 1;
	while ((option = getopt_long(argc, argv, "+p:P:sr:d:bn:ltgiqvVh", long_options, NULL)) != -1) {
		if (opts_take_common(cmd, &show, option, optarg, &r)) {
			if (r)
				return r;
			continue;
		}
		r = take_option(plan, pids, token, option, optarg);
		if (r)
			return r + 1;
	}
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		return opts_refuse("%s: a command to start stands behind --", argv[optind]) + 1;
	if (optind < argc)
		plan->config.command = argv + optind;
	r = check_remote(plan, pids);
	if (r)
		return r + 1;
	if (pids->pids.n == 0 && !plan->config.command && !plan->remote.url)
		return opts_refuse("no process to look at: give -p PID, -P REGEX, -- COMMAND or --url URL") + 1;
	plan->config.pids = pids->pids.items;
	plan->config.n_pids = pids->pids.n;
	plan->quiet_notes = pids->by_pattern && log_get_level() < LOG_DEBUG;
	plan->view.mode = show.query.mode;
	plan->view.threads = show.query.split_threads;
	plan->view.full_filenames = show.query.full_filenames;
	if (plan->config.force)
		log_warn("--exact=force: a thread whose seccomp filter lacks restart_syscall may be killed");
	return 0;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct top_plan plan = {.config = {.rate_mhz = SCRAPE_RATE_DEFAULT * 1000, .slice_us = 1000000},
				.window = WINDOW_DEFAULT};
	struct opts_pids pids = {0};
	struct buf token = BUF_INIT;
	int code = parse(cmd, &plan, &pids, &token, argc, argv) - 1;

	if (code < 0) {
		(void)setlocale(LC_CTYPE, ""); /* else it is "C", and names are shown in ASCII */
		if (!plan.paper && !screen_possible()) {
			plan.paper = true;
			plan.tables = 1;
		}
		code = top_run(&plan);
	}
	opts_pids_deinit(&pids);
	buf_deinit(&token);
	return code;
}

const struct cmd cmd_top = {
	.name = "top",
	.usage = "[options] -p PID ... | -P REGEX | -- COMMAND [ARG ...] | --url URL",
	.what = "Show, on the terminal, what functions and threads do now",
	.help = "  -p, --pid PID          look at this process (several times: several)\n"
		"  -P, --pgrep REGEX      look at every process with such a command line\n"
		"  -s, --subprocesses     and at their children\n"
		"      --url URL          ask a daemon (scrape serve): http://HOST[:PORT] or unix:PATH\n"
		"      --service NAME     only this service of it\n"
		"      --token-file FILE  with this token\n"
		"  -r, --rate RATE        looks per second: 100 (default), 10khz, max\n"
		"  -d, --delay TIME       show the last TIME: 1 to 60 whole seconds (default: 10)\n"
		"  -b, --batch            no screen: a table on standard output each time that is over\n"
		"  -n, --iterations N     so many tables, then the end (implies -b)\n"
		"      --mode MODE        begin with cpu (default), wall or gil\n"
		"  -g, --gil              --mode gil\n"
		"  -i, --idle             --mode wall\n"
		"  -t, --threads          begin with a row per thread\n"
		"  -l, --lines            begin with a row per line, not per function\n"
		"      --full-filenames   file names as the program has them\n"
		"      --native[=all]     native frames in Python's stacks too; all: the interpreter's own as well\n"
		"      --exact[=force]    stop the GIL holder for each look instead of standing on its CPU\n"
		"      --debuginfod       ask the servers in DEBUGINFOD_URLS for debug files that are not here\n"
		"  -q, --quiet            only errors\n"
		"  -v, --verbose          more\n"
		"  -h, --help; -V, --version\n"
		"\nKeys: ? lists them. Where no screen can be drawn one table is printed.\n",
	.run = run,
};
