/* SPDX-License-Identifier: MIT */
/* cmd_report: replays a recording. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/result.h"
#include "cli/summary.h"
#include "encode/encoder.h"
#include "scrape.h"
#include "stream/reader.h"

#define READ_BYTES (64 * 1024)

static const struct option long_options[] = {OPTS_LONG_COMMON, {NULL, 0, NULL, 0}};

static int replay(const char *path, struct profile *profile, struct err *err)
{
	_cleanup_close_ int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct stream_reader reader;
	char bytes[READ_BYTES];
	ssize_t n = 0;
	int r = 0;

	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "%s", path);
	stream_reader_init(&reader, &profile_sink, profile);
	while (r == 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
		r = stream_feed(&reader, bytes, (size_t)n, err);
	if (n < 0)
		r = err_sys(err, SCRAPE_EIO, "%s", path);
	else if (r < 0)
		r = err_wrap(err, "%s", path);
	else if (!reader.begun)
		r = err_set(err, SCRAPE_EFORMAT, "%s: this is not a recording of scrape", path);
	else if (!stream_is_whole(&reader))
		log_warn("%s ends in the middle of a record; what came before it counts", path);
	stream_reader_deinit(&reader);
	return r;
}

static int report(const char *path, struct opts_show *show)
{
	struct profile *profile = profile_new(0);
	struct out out = OUT_INIT;
	struct profile_stats stats;
	struct err err = {0};
	int r;

	if (profile && show->encoder->times != ENCODER_NO_TIMES)
		profile_keep_times(profile);
	r = profile ? replay(path, profile, &err) : err_set(&err, SCRAPE_ENOMEM, "out of memory");

	if (r == 0)
		r = out_open(&out, show->output, &err);
	if (r == 0) {
		profile_stats(profile, &stats);
		show->query.split_targets = stats.targets > 1 || show->encoder->labels;
		r = result_write(profile, show, &out, &err);
	}
	if (r == 0) {
		summary_print(profile);
		if (show->output)
			log_info("wrote %s", show->output);
	} else {
		log_error("%s", err.text);
	}
	out_close(&out);
	profile_free(profile);
	return r < 0 ? SCRAPE_EXIT_FAILURE : SCRAPE_EXIT_OK;
}

static int run(const struct cmd *cmd, int argc, char **argv)
{
	struct opts_show show = {0};
	int option, r;

	optind = 1;
	while ((option = getopt_long(argc, argv, "Fgitf:o:qvVh", long_options, NULL)) != -1) {
		if (!opts_take_common(cmd, &show, option, optarg, &r))
			return SCRAPE_EXIT_USAGE; /* getopt_long has said what is wrong */
		if (r)
			return r - 1;
	}
	if (argc - optind != 1)
		return opts_refuse("report takes one recording");
	r = opts_choose_format(&show, "folded");
	if (r == 0 && show.recording)
		r = opts_refuse("-f scrape: it is a recording already");
	return r ? r : report(argv[optind], &show);
}

const struct cmd cmd_report = {
	.name = "report",
	.usage = "[options] RECORDING",
	.what = "Show a recording made with -f scrape in another format or mode",
	.help = "  -o, --output FILE      write there; the suffix chooses the format\n"
		"  -f, --format FORMAT    folded (default), svg, html, json, csv, pprof, speedscope, gecko,\n"
		"                         trace, cpuprofile, perf, callgrind, pstats\n"
		"      --mode MODE        cpu (default), wall, gil\n"
		"  -g, -i                 --mode gil, --mode wall\n"
		"  -t, --threads          keep threads apart\n"
		"      --by WHAT          a frame is a line (default), function, module\n"
		"  -F, --function         --by function\n"
		"      --nolineno, --full-filenames, -q, -v, -h, -V\n",
	.run = run,
};
