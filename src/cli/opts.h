/* SPDX-License-Identifier: MIT */
/* opts: what several commands take: processes to look at, and how to show the result. */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "daemon/sampler.h"
#include "profile/profile.h"

struct cmd;
struct encoder;

/* Which processes. */
struct opts_pids {
	VEC(pid_t) pids;
	bool by_pattern; /* some came from -P: what is no Python among them is left out silently */
};

/* How to show. */
struct opts_show {
	struct profile_query query;
	const char *output;            /* NULL: none given */
	const char *format;            /* NULL: none given */
	const struct encoder *encoder; /* chosen by opts_choose_format */
	bool recording;                /* the format is the stream itself */
};

#define OPTS_FORMAT_RECORDING "scrape"

void opts_pids_deinit(struct opts_pids *pids);

/* Each prints one sentence about what is wrong and returns SCRAPE_EXIT_USAGE, else 0. */
int opts_add_pid(struct opts_pids *pids, const char *text);
int opts_parse_rate(const char *text, uint64_t *ret_mhz);      /* "100", "10khz", "max" -> 0 */
int opts_parse_duration(const char *text, uint64_t *ret_ns);   /* "10", "500ms", "2min" */
int opts_parse_mode(const char *text, enum profile_mode *ret); /* "cpu", "wall", "gil" */
int opts_parse_exact(const char *text, bool *force_ret);       /* NULL or "force" */
int opts_parse_by(const char *text, struct profile_query *ret);   /* "line", "function", "module" */
int opts_parse_native(const char *text, enum sampler_native *ret); /* NULL or "all" */

/* Adds every process whose whole command line matches. Also SCRAPE_EXIT_FAILURE with a sentence if none does. */
int opts_add_pattern(struct opts_pids *pids, const char *regex);

/* From -f, else from the suffix of -o, else `fallback`. */
int opts_choose_format(struct opts_show *show, const char *fallback);

/* The options that a command shares with others: -F -g -i -t -f -o --by --mode --nolineno --full-filenames -q -v -h.
 * True if this was one of them; *ret is then 0 or the exit code + 1 at which the command should end (help: 1). */
bool opts_take_common(const struct cmd *cmd, struct opts_show *show, int option, char *arg, int *ret);

/* Long options for getopt_long: those without a letter. */
enum opts_long { OPT_MODE = 256, OPT_NOLINENO, OPT_FULL_FILENAMES, OPT_EXACT, OPT_NATIVE, OPT_DEBUGINFOD, OPT_BY };
#define OPTS_LONG_COMMON                                                                                               \
	{"mode", required_argument, NULL, OPT_MODE}, {"nolineno", no_argument, NULL, OPT_NOLINENO},                    \
		{"full-filenames", no_argument, NULL, OPT_FULL_FILENAMES}, {"function", no_argument, NULL, 'F'},       \
		{"by", required_argument, NULL, OPT_BY},                                                               \
		{"gil", no_argument, NULL, 'g'}, {"idle", no_argument, NULL, 'i'},                                     \
		{"threads", no_argument, NULL, 't'}, {"format", required_argument, NULL, 'f'},                         \
		{"output", required_argument, NULL, 'o'}, {"quiet", no_argument, NULL, 'q'},                           \
		{"verbose", no_argument, NULL, 'v'}, {"version", no_argument, NULL, 'V'},                              \
	{                                                                                                              \
		"help", no_argument, NULL, 'h'                                                                         \
	}

/* "scrape CMD: sentence" and where help is; returns SCRAPE_EXIT_USAGE. */
int opts_refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void opts_print_help(const struct cmd *cmd);

#endif
