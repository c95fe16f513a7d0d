/* SPDX-License-Identifier: MIT */
/* cmd_ps: the processes that can be looked at, and why the others cannot. */
#include <ctype.h>
#include <dirent.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "daemon/dump.h"
#include "cli/opts.h"
#include "cli/session.h"
#include "daemon/sampler.h"
#include "scrape.h"

/* A process that may be a Python but cannot be looked at. */
struct refusal {
	uint64_t pid;
	char *why;
};

struct listing {
	struct dump dump; /* targets only */
	VEC(struct refusal) refused;
	unsigned not_permitted;
};

static const struct option long_options[] = {OPTS_LONG_COMMON, {NULL, 0, NULL, 0}};

static int take_string(void *ctx, const struct stream_string *r)
{
	struct listing *listing = ctx;

	return dump_sink.string(&listing->dump, r);
}

static int take_target(void *ctx, const struct stream_target *r)
{
	struct listing *listing = ctx;

	return dump_sink.target(&listing->dump, r);
}

/* Processes that are simply no Python are nobody's concern; those that may not be read are only counted. */
static int take_note(void *ctx, const struct stream_note *r)
{
	struct listing *listing = ctx;
	struct refusal *refusal;

	if (r->code == SCRAPE_EPERM)
		listing->not_permitted++;
	if (r->code != SCRAPE_EUNSUP && r->code != SCRAPE_EFORMAT && r->code != SCRAPE_ENOTREADY)
		return 0;
	refusal = VEC_PUSH(&listing->refused);
	if (!refusal)
		return SCRAPE_ENOMEM;
	*refusal = (struct refusal){.pid = r->pid, .why = strndup(r->text, r->len)};
	return refusal->why ? 0 : SCRAPE_ENOMEM;
}

static const struct stream_sink sink = {.string = take_string, .target = take_target, .note = take_note};

static int all_pids(struct opts_pids *pids)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc");
	struct dirent *entry;
	int code = 0;

	while (dir && code == 0 && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			code = opts_add_pid(pids, entry->d_name);
	return code;
}

static void print(const struct listing *listing)
{
	size_t wide = strlen("SERVICE");

	VEC_EACH(target, &listing->dump.targets)
	{
		size_t n = strlen(target->service);

		wide = n > wide && n <= 32 ? n : wide;
	}
	(void)printf("%7s  %-15s  %-*s  %s\n", "PID", "RUNTIME", (int)wide, "SERVICE", "COMMAND");
	VEC_EACH(target, &listing->dump.targets)
	(void)printf("%7" PRIu64 "  %-15s  %-*s  %.200s\n", target->pid, target->runtime, (int)wide, target->service,
		     target->command);
	VEC_EACH(refusal, &listing->refused)
	(void)printf("%7" PRIu64 "  not possible: %s\n", refusal->pid, refusal->why);
	(void)fflush(stdout);
	if (listing->not_permitted)
		log_info("%u other process%s may not be read; `scrape doctor` tells what that needs",
			 listing->not_permitted, listing->not_permitted == 1 ? "" : "es");
}

static int list(void)
{
	struct listing listing = {0};
	struct opts_pids pids = {0};
	struct session session = {.inner = &sink, .inner_ctx = &listing, .quiet_notes = true};
	struct sampler_config config = {.job = SAMPLER_LIST,
					.rate_mhz = SCRAPE_RATE_DEFAULT * 1000,
					.slice_us = SCRAPE_SLICE_SECONDS * 1000000ull};
	struct err err = {0};
	int code = all_pids(&pids);
	int r;

	if (code == 0) {
		config.pids = pids.pids.items;
		config.n_pids = pids.pids.n;
		r = session_run(&session, &config, NULL, NULL, &err);
		if (session_finish(&session) < 0 && r == 0)
			r = err_set(&err, SCRAPE_EIO, "the sampler was killed");
		if (r < 0) {
			log_error("%s", err.text);
			code = SCRAPE_EXIT_FAILURE;
		}
		print(&listing);
	}
	for (size_t i = 0; i < listing.refused.n; i++)
		free(listing.refused.items[i].why);
	VEC_DEINIT(&listing.refused);
	dump_deinit(&listing.dump);
	opts_pids_deinit(&pids);
	return code;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct opts_show show = {0};
	int option, r;

	optind = 1;
	while ((option = getopt_long(argc, argv, "qvVh", long_options, NULL)) != -1) {
		if (!opts_take_common(cmd, &show, option, optarg, &r))
			return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
		if (r)
			return r - 1;
	}
	return optind < argc ? opts_refuse("ps takes no arguments") : list();
}

const struct cmd cmd_ps = {
	.name = "ps",
	.usage = "[-q]",
	.what = "List the Python processes of this machine",
	.help = "  -q, -v, -h, -V\n",
	.run = run,
};
