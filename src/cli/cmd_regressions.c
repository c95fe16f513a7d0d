/* SPDX-License-Identifier: MIT */
/* cmd_regressions: asks a daemon or collector which functions changed. Ends with 0 whether some did or not. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/remote.h"
#include "scrape.h"

enum regressions_option { OPT_URL = 512, OPT_WORD, OPT_TOKEN_FILE };

static const struct option long_options[] = {
	{"url", required_argument, NULL, OPT_URL},
	{"from", required_argument, NULL, OPT_WORD},
	{"until", required_argument, NULL, OPT_WORD},
	{"service", required_argument, NULL, OPT_WORD},
	{"host", required_argument, NULL, OPT_WORD},
	{"compare", required_argument, NULL, OPT_WORD},
	{"limit", required_argument, NULL, OPT_WORD},
	{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
	{"json", no_argument, NULL, 'j'},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

struct regressions_opts {
	struct opts_show show;
	const char *url, *token_file;
	struct buf words;
	bool json;
};

static void add_word(struct buf *words, const char *name, const char *value)
{
	buf_fmt(words, "%c%s=", words->len ? '&' : '?', name);
	text_percent(words, value);
}

static int act(struct regressions_opts *opts)
{
	struct remote remote;
	struct buf path = BUF_INIT;
	struct err err = {0};
	int code;

	if (!remote_is_url(opts->url))
		return opts_refuse("--url is http://HOST:PORT or unix:PATH");
	if (remote_parse(opts->url, &remote, &err) < 0)
		return opts_refuse("%s", err.text);
	buf_str(&path, "/api/v1/regressions");
	buf_add(&path, opts->words.data, opts->words.len);
	code = remote_show(remote.base, buf_cstr(&path), opts->token_file, NULL,
			   opts->json ? NULL : remote_regressions_table);
	buf_deinit(&path);
	return code;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct regressions_opts opts = {.url = "http://127.0.0.1:16385"};
	int option, which = 0, r = 0, code = 0;

	optind = 1;
	while (code == 0 && r == 0 && (option = getopt_long(argc, argv, "jqvVh", long_options, &which)) != -1) {
		if (option == OPT_WORD)
			add_word(&opts.words, long_options[which].name, optarg);
		else if (option == OPT_URL)
			opts.url = optarg;
		else if (option == OPT_TOKEN_FILE)
			opts.token_file = optarg;
		else if (option == 'j')
			opts.json = true;
		else if (!opts_take_common(cmd, &opts.show, option, optarg, &r))
			code = SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
	}
	if (code == 0 && r == 0 && optind < argc)
		code = opts_refuse("regressions takes no word such as '%s'", argv[optind]);
	if (code == 0 && r == 0)
		code = act(&opts);
	buf_deinit(&opts.words);
	return r ? r - 1 : code;
}

const struct cmd cmd_regressions = {
	.name = "regressions",
	.usage = "[options]",
	.what = "Ask a daemon or collector which functions changed, and when",
	.help = "      --url URL          http://127.0.0.1:16385; unix:PATH\n"
		"      --from TIME        1h (ago), 2026-11-22T14:05:00Z, seconds since 1970; default: the last hour\n"
		"      --until TIME       up to then\n"
		"      --service NAME     of this service (several times: several)\n"
		"      --host NAME        of this host (the same)\n"
		"      --compare TIME     flag what is also found so long before: 1d, 1w\n"
		"      --limit NUMBER     at most so many: 100\n"
		"      --token-file FILE  the token that the server wants to see\n"
		"  -j, --json             the answer as it is\n"
		"  -q, -v, -h, -V\n",
	.run = run,
};
