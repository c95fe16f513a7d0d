/* SPDX-License-Identifier: MIT */
/* cmd_collect: the collector. Each option is a key of the configuration. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "daemon/collect_config.h"
#include "daemon/collector.h"
#include "daemon/notify.h"
#include "daemon/sockets.h"
#include "daemon/token.h"
#include "scrape.h"

enum collect_option { OPT_KEY = 512, OPT_CONFIG, OPT_CHECK, OPT_PRINT };

static const struct option long_options[] = {
	{"host", required_argument, NULL, OPT_KEY},
	{"hosts-file", required_argument, NULL, OPT_KEY},
	{"srv", required_argument, NULL, OPT_KEY},
	{"dns", required_argument, NULL, OPT_KEY},
	{"store", required_argument, NULL, OPT_KEY},
	{"listen", required_argument, NULL, OPT_KEY},
	{"name", required_argument, NULL, OPT_KEY},
	{"base-path", required_argument, NULL, OPT_KEY},
	{"allow-host", required_argument, NULL, OPT_KEY},
	{"token-file", required_argument, NULL, OPT_KEY},
	{"tls-cert", required_argument, NULL, OPT_KEY},
	{"tls-key", required_argument, NULL, OPT_KEY},
	{"daemon-token-file", required_argument, NULL, OPT_KEY},
	{"ca-file", required_argument, NULL, OPT_KEY},
	{"webhook", required_argument, NULL, OPT_KEY},
	{"public-url", required_argument, NULL, OPT_KEY},
	{"watch", required_argument, NULL, OPT_KEY},
	{"watch-window", required_argument, NULL, OPT_KEY},
	{"timeout", required_argument, NULL, OPT_KEY},
	{"memory", required_argument, NULL, OPT_KEY},
	{"max-size", required_argument, NULL, OPT_KEY},
	{"outbox", required_argument, NULL, OPT_KEY},
	{"outbox-size", required_argument, NULL, OPT_KEY},
	{"keep-slices", required_argument, NULL, OPT_KEY},
	{"keep-minutes", required_argument, NULL, OPT_KEY},
	{"keep-hours", required_argument, NULL, OPT_KEY},
	{"keep-days", required_argument, NULL, OPT_KEY},
	{"slice", required_argument, NULL, OPT_KEY},
	{"shard", required_argument, NULL, OPT_KEY},
	{"config", required_argument, NULL, OPT_CONFIG},
	{"check-config", no_argument, NULL, OPT_CHECK},
	{"print-config", no_argument, NULL, OPT_PRINT},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

struct collect_opts {
	VEC(struct collect_flag) flags;
	const char *path;
	bool check, print;
};

static int take_option(struct collect_opts *opts, int option, int which, const char *arg)
{
	struct collect_flag *flag;

	switch (option) {
	case OPT_KEY:
		flag = VEC_PUSH(&opts->flags);
		if (!flag)
			return SCRAPE_EXIT_FAILURE;
		*flag = (struct collect_flag){long_options[which].name, arg};
		return 0;
	case OPT_CONFIG:
		opts->path = arg;
		return 0;
	case OPT_CHECK:
		opts->check = true;
		return 0;
	case OPT_PRINT:
		opts->print = true;
		return 0;
	default:
		return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
}

static int collect(struct collect_config *config)
{
	char token[TOKEN_MAX] = "", daemon_token[TOKEN_MAX] = "";
	struct notify notify = NOTIFY_INIT;
	struct sockets sockets = {0};
	struct collector_plan plan = {.config = config, .notify = &notify, .sockets = &sockets};
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
	if (r == 0 && config->daemon_token_file) {
		r = token_read(config->daemon_token_file, daemon_token, &err);
		plan.daemon_token = daemon_token;
		code = SCRAPE_EXIT_CONFIG;
	}
	if (r < 0)
		log_error("%s", err.text);
	else
		code = collector_main(&plan);
	notify_close(&notify);
	sockets_close(&sockets);
	return code;
}

static int act(const struct collect_opts *opts)
{
	struct collect_config config;
	struct err err = {0};
	int code = SCRAPE_EXIT_OK;

	if (collect_config_load(opts->path, opts->flags.items, opts->flags.n, &config, &err) < 0) {
		log_error("%s", err.text);
		return SCRAPE_EXIT_CONFIG;
	}
	if (opts->print)
		collect_config_print(&config, stdout);
	else if (!opts->check)
		code = collect(&config);
	collect_config_deinit(&config);
	return code;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct collect_opts opts = {0};
	struct opts_show show = {0};
	int option, which = 0, r = 0, code = 0;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "qvVh", long_options, &which)) != -1)
		if (!opts_take_common(cmd, &show, option, optarg, &r))
			code = take_option(&opts, option, which, optarg);
	if (code == 0 && r == 0 && optind < argc)
		code = opts_refuse("collect takes no word such as '%s'", argv[optind]);
	if (code == 0 && r == 0)
		code = act(&opts);
	VEC_DEINIT(&opts.flags);
	return r ? r - 1 : code;
}

const struct cmd cmd_collect = {
	.name = "collect",
	.usage = "[options]",
	.what = "Poll the daemons of many machines, keep their history, answer over HTTP",
	.help = "      --host [NAME=]ADDRESS  a daemon: shop-1, shop-1:16384, https://shop-1/scrape, several times: "
		"several;\n"
		"                             folded+http://... for text such as func;func 12\n"
		"      --hosts-file FILE      more of them, a line each or Prometheus' file_sd; read again when it "
		"changes\n"
		"      --srv [https://]NAME   those of DNS SRV records: _scrape._tcp.example.com; asked for again\n"
		"      --dns ADDRESS[:PORT]   name server for --srv, instead of the system's\n"
		"      --store FILE           where the history is kept: /var/lib/scrape/history.db\n"
		"      --listen ADDRESS       127.0.0.1:16385, [::1]:PORT or unix:PATH; several times: several\n"
		"      --config FILE          instead of /etc/scrape/collect.conf\n"
		"      --check-config         only say whether the configuration is right; 78 if not\n"
		"      --print-config         print the configuration in force\n"
		"      --name NAME            of this collector in answers\n"
		"      --token-file FILE      whose one line clients have to know; needed beyond loopback\n"
		"      --daemon-token-file FILE  the token that daemons want to see\n"
		"      --ca-file FILE         certificates to trust in daemons, instead of the system's\n"
		"      --allow-host NAME      may stand in a Host header\n"
		"      --base-path PATH       stands before every path, for a proxy\n"
		"      --tls-cert FILE        certificate, PEM\n"
		"      --tls-key FILE         its key, PEM\n"
		"      --webhook URL          is told of each function that takes more CPU than before: a POST of "
		"JSON\n"
		"      --public-url URL       of the page, for its links: https://tools.example/scrape/\n"
		"      --watch TIME           how often functions whose CPU changed are looked for: 5min; off\n"
		"      --watch-window TIME    in how much of the newest time: 6h\n"
		"      --timeout TIME         for one answer of a daemon: 10s\n"
		"      --outbox DIR           where what a database has not taken yet waits; default: none, or "
		"$STATE_DIRECTORY/outbox\n"
		"      --outbox-size SIZE     of it: 1G; the oldest goes first\n"
		"      --memory SIZE          of what is polled and not yet written: 64M\n"
		"      --max-size SIZE        of the store: 20G; the oldest of the finest goes first\n"
		"      --keep-slices TIME     how long slices are kept: 1d\n"
		"      --keep-minutes TIME    how long minutes are: 14d\n"
		"      --keep-hours TIME      how long hours are: 400d\n"
		"      --keep-days TIME       how long days are: 1830d\n"
		"      --slice TIME           how long a slice of the daemons is: 10s\n"
		"      --shard K/N            of the hosts those that fall to the K-th of N collectors\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
