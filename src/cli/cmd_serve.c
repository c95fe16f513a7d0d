/* SPDX-License-Identifier: MIT */
/*
 * cmd_serve: the daemon. Options and files become a configuration; what needs the rights of whoever started it (the
 * token's file, sockets that were passed on) is done here, before the keeper forks the front without rights.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "daemon/agent.h"
#include "daemon/config.h"
#include "daemon/keeper.h"
#include "daemon/notify.h"
#include "daemon/sockets.h"
#include "daemon/token.h"
#include "scrape.h"

struct serve_opts {
	struct config_flags flags;
	struct opts_pids pids;
	VEC(const char *) patterns;
	VEC(const char *) listen;
	VEC(const char *) hosts;
	const char *path;
	bool check, print;
	bool debuginfod;
};

enum serve_option {
	OPT_LISTEN = 512,
	OPT_CONFIG,
	OPT_CHECK,
	OPT_PRINT,
	OPT_NAME,
	OPT_HOST,
	OPT_BASE_PATH,
	OPT_TOKEN_FILE,
	OPT_TLS_CERT,
	OPT_TLS_KEY,
	OPT_STATE_DIR,
	OPT_MEMORY,
	OPT_KEEP,
	OPT_SPOOL,
	OPT_SLICE,
	OPT_BUDGET,
	OPT_TARGET_BUDGET,
	OPT_SERVE_NATIVE,
	OPT_SERVE_EXACT,
	OPT_STORE,
	OPT_MAX_SIZE,
	OPT_PUSH,
	OPT_PUSH_TOKEN_FILE,
	OPT_CA_FILE,
};

static const struct option long_options[] = {
	{"pid", required_argument, NULL, 'p'},
	{"pgrep", required_argument, NULL, 'P'},
	{"rate", required_argument, NULL, 'r'},
	{"listen", required_argument, NULL, OPT_LISTEN},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"check-config", no_argument, NULL, OPT_CHECK},
	{"print-config", no_argument, NULL, OPT_PRINT},
	{"name", required_argument, NULL, OPT_NAME},
	{"allow-host", required_argument, NULL, OPT_HOST},
	{"base-path", required_argument, NULL, OPT_BASE_PATH},
	{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
	{"tls-cert", required_argument, NULL, OPT_TLS_CERT},
	{"tls-key", required_argument, NULL, OPT_TLS_KEY},
	{"state-dir", required_argument, NULL, OPT_STATE_DIR},
	{"store", required_argument, NULL, OPT_STORE},
	{"max-size", required_argument, NULL, OPT_MAX_SIZE},
	{"push", required_argument, NULL, OPT_PUSH},
	{"push-token-file", required_argument, NULL, OPT_PUSH_TOKEN_FILE},
	{"ca-file", required_argument, NULL, OPT_CA_FILE},
	{"memory", required_argument, NULL, OPT_MEMORY},
	{"keep", required_argument, NULL, OPT_KEEP},
	{"spool", required_argument, NULL, OPT_SPOOL},
	{"slice", required_argument, NULL, OPT_SLICE},
	{"budget", required_argument, NULL, OPT_BUDGET},
	{"target-budget", required_argument, NULL, OPT_TARGET_BUDGET},
	{"native", no_argument, NULL, OPT_SERVE_NATIVE},
	{"exact", no_argument, NULL, OPT_SERVE_EXACT},
	{"debuginfod", no_argument, NULL, OPT_DEBUGINFOD},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

#define ADD(list, text)                                                                                                \
	({                                                                                                             \
		const char **place = VEC_PUSH(list);                                                                   \
                                                                                                                       \
		if (place)                                                                                             \
			*place = (text);                                                                               \
		place ? 0 : SCRAPE_EXIT_FAILURE;                                                                       \
	})

/* The place of an option that is a word of the configuration; NULL if it is none. */
static const char **word_of(struct config_flags *flags, int option)
{
	switch (option) {
	case 'r':
		return &flags->rate;
	case OPT_NAME:
		return &flags->name;
	case OPT_BASE_PATH:
		return &flags->base_path;
	case OPT_TOKEN_FILE:
		return &flags->token_file;
	case OPT_TLS_CERT:
		return &flags->tls_cert;
	case OPT_TLS_KEY:
		return &flags->tls_key;
	case OPT_STATE_DIR:
		return &flags->state_dir;
	case OPT_STORE:
		return &flags->store;
	case OPT_MAX_SIZE:
		return &flags->max_size;
	case OPT_PUSH:
		return &flags->push;
	case OPT_PUSH_TOKEN_FILE:
		return &flags->push_token_file;
	case OPT_CA_FILE:
		return &flags->ca_file;
	case OPT_MEMORY:
		return &flags->memory;
	case OPT_KEEP:
		return &flags->keep;
	case OPT_SPOOL:
		return &flags->spool;
	case OPT_SLICE:
		return &flags->slice;
	case OPT_BUDGET:
		return &flags->budget;
	case OPT_TARGET_BUDGET:
		return &flags->target_budget;
	default:
		return NULL;
	}
}

static int take_option(struct serve_opts *opts, int option, char *arg)
{
	const char **word = word_of(&opts->flags, option);

	if (word) {
		*word = arg;
		return 0;
	}
	switch (option) {
	case 'p':
		return opts_add_pid(&opts->pids, arg);
	case 'P':
		return ADD(&opts->patterns, arg);
	case OPT_LISTEN:
		return ADD(&opts->listen, arg);
	case OPT_HOST:
		return ADD(&opts->hosts, arg);
	case OPT_CONFIG:
		opts->path = arg;
		return 0;
	case OPT_CHECK:
		opts->check = true;
		return 0;
	case OPT_PRINT:
		opts->print = true;
		return 0;
	case OPT_SERVE_NATIVE:
		opts->flags.native = true;
		return 0;
	case OPT_SERVE_EXACT:
		opts->flags.exact = true;
		return 0;
	case OPT_DEBUGINFOD:
		opts->debuginfod = true;
		return 0;
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

static int serve(const struct serve_opts *opts, struct config *config)
{
	char token[TOKEN_MAX] = "", push_token[TOKEN_MAX] = "", upload_token[TOKEN_MAX] = "";
	struct notify notify = NOTIFY_INIT;
	struct sockets sockets = {0};
	struct agent_plan plan = {
		.path = opts->path, .flags = &opts->flags, .config = config, .notify = &notify, .sockets = &sockets};
	const struct keeper_plan keeper = {.exact = rules_want_exact(&config->rules), .debuginfod = opts->debuginfod};
	struct err err = {0};
	int code = SCRAPE_EXIT_FAILURE, r = sockets_take(SOCKETS_FIRST_FD, &sockets, &err);

	log_begin_daemon();
	if (r == 0)
		r = notify_open(&notify, &err);
	if (r == 0 && config->token_file) {
		r = token_read(config->token_file, token, &err);
		plan.token = token;
		code = SCRAPE_EXIT_CONFIG;
	}
	if (r == 0 && config->push_token_file) {
		r = token_read(config->push_token_file, push_token, &err);
		plan.push_token = push_token;
		code = SCRAPE_EXIT_CONFIG;
	}
	if (r == 0 && config->upload_token_file) {
		r = token_read(config->upload_token_file, upload_token, &err);
		plan.upload_token = upload_token;
		code = SCRAPE_EXIT_CONFIG;
	}
	if (r < 0)
		log_error("%s", err.text);
	else
		code = keeper_main(&keeper, agent_main, &plan);
	notify_close(&notify);
	sockets_close(&sockets);
	return code;
}

static int act(struct serve_opts *opts)
{
	struct config config;
	struct err err = {0};
	int code = SCRAPE_EXIT_OK;

	opts->flags.pids = opts->pids.pids.items;
	opts->flags.n_pids = opts->pids.pids.n;
	opts->flags.patterns = opts->patterns.items;
	opts->flags.n_patterns = opts->patterns.n;
	opts->flags.listen = opts->listen.items;
	opts->flags.n_listen = opts->listen.n;
	opts->flags.hosts = opts->hosts.items;
	opts->flags.n_hosts = opts->hosts.n;
	if (config_load(opts->path, &opts->flags, &config, &err) < 0) {
		log_error("%s", err.text);
		return SCRAPE_EXIT_CONFIG;
	}
	if (opts->print)
		config_print(&config, stdout);
	else if (!opts->check)
		code = serve(opts, &config);
	config_deinit(&config);
	return code;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct serve_opts opts = {0};
	struct opts_show show = {0};
	int option, r = 0, code = 0;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "p:P:r:qvVh", long_options, NULL)) != -1)
		if (!opts_take_common(cmd, &show, option, optarg, &r))
			code = take_option(&opts, option, optarg);
	if (code == 0 && r == 0 && optind < argc)
		code = opts_refuse("serve takes no word such as '%s'", argv[optind]);
	if (code == 0 && r == 0)
		code = act(&opts);
	opts_pids_deinit(&opts.pids);
	VEC_DEINIT(&opts.patterns);
	VEC_DEINIT(&opts.listen);
	VEC_DEINIT(&opts.hosts);
	return r ? r - 1 : code;
}

const struct cmd cmd_serve = {
	.name = "serve",
	.usage = "[options] [-p PID] [-P REGEX]",
	.what = "Look at services all the time and answer over HTTP",
	.help = "  -p, --pid PID          this process (several times: several), before the rules of the files\n"
		"  -P, --pgrep REGEX      every process with such a command line, also later ones\n"
		"  -r, --rate RATE        looks per second where no rule says otherwise: 100\n"
		"      --listen ADDRESS   127.0.0.1:16384, [::1]:PORT or unix:PATH; several times: several\n"
		"      --config FILE      instead of /etc/scrape/scrape.conf\n"
		"      --check-config     only say whether the configuration is right; 78 if not\n"
		"      --print-config     print the configuration in force\n"
		"      --name NAME        of this host in answers\n"
		"      --token-file FILE  whose one line clients have to know; needed beyond loopback\n"
		"      --allow-host NAME  may stand in a Host header\n"
		"      --base-path PATH   stands before every path, for a proxy\n"
		"      --tls-cert FILE    certificate, PEM\n"
		"      --tls-key FILE     its key, PEM\n"
		"      --state-dir DIR    keep closed slices there across restarts\n"
		"      --spool SIZE       at most this much of them: 64M\n"
		"      --store FILE       keep history there, beyond what is in memory\n"
		"      --max-size SIZE    of that file: 20G; the oldest of the finest goes first\n"
		"      --push URL         tell a collector that cannot reach this daemon\n"
		"      --push-token-file FILE  the token that it wants to see\n"
		"      --ca-file FILE     certificates to trust in it, instead of the system's\n"
		"      --memory SIZE      of slices in memory: 64M\n"
		"      --keep TIME        how long: 1h\n"
		"      --slice TIME       how long a slice is: 10s\n"
		"      --budget SHARE     of one CPU, for all looks: 10%\n"
		"      --target-budget SHARE  of one CPU, for one process: 2%\n"
		"      --native           native frames of -p and -P, and programs other than Python\n"
		"      --exact            stop the GIL holder of -p and -P instead of standing on its CPU\n"
		"      --debuginfod       ask the servers in DEBUGINFOD_URLS for debug files that are not here\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
