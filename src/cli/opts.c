/* SPDX-License-Identifier: MIT */
/* opts: what several commands take. */
#include "cli/opts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/expression.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/cmd.h"
#include "encode/encoder.h"
#include "scrape.h"
#include "target/proc.h"

#define COMMAND_MAX (64 * 1024)

void opts_pids_deinit(struct opts_pids *pids)
{
	VEC_DEINIT(&pids->pids);
}

int opts_refuse(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* a cut sentence is still a sentence */
	va_end(ap);
	log_error("%s (see scrape --help)", text);
	return SCRAPE_EXIT_USAGE;
}

static int add(struct opts_pids *pids, pid_t pid)
{
	pid_t *place;

	VEC_EACH(known, &pids->pids)
		if (*known == pid)
			return 0;
	place = VEC_PUSH(&pids->pids);
	if (!place) {
		log_error("out of memory");
		return SCRAPE_EXIT_FAILURE;
	}
	*place = pid;
	return 0;
}

int opts_add_pid(struct opts_pids *pids, const char *text)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 0);
	if (errno || end == text || *end || pid <= 0 || pid > INT32_MAX)
		return opts_refuse("-p %s: not a process ID", text);
	return add(pids, (pid_t)pid);
}

int opts_parse_rate(const char *text, uint64_t *ret_mhz)
{
	switch (units_rate(text, ret_mhz)) {
	case 0:
		return 0;
	case SCRAPE_ELIMIT:
		return opts_refuse("-r %s: a rate is more than 0 and at most 1 MHz", text);
	default:
		return opts_refuse("-r %s: not a rate such as 100, 10khz or max", text);
	}
}

int opts_parse_duration(const char *text, uint64_t *ret_ns)
{
	if (units_duration(text, ret_ns) == 0)
		return 0;
	return opts_refuse("-d %s: not a duration such as 10, 500ms or 2min", text);
}

int opts_parse_mode(const char *text, enum profile_mode *ret)
{
	static const char *const names[] = {[PROFILE_CPU] = "cpu", [PROFILE_WALL] = "wall", [PROFILE_GIL] = "gil"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum profile_mode)i;
			return 0;
		}
	return opts_refuse("--mode %s: the modes are cpu, wall and gil", text);
}

int opts_parse_by(const char *text, struct profile_query *ret)
{
	bool by_line = strcmp(text, "line") == 0;

	ret->by_function = strcmp(text, "function") == 0;
	ret->by_module = strcmp(text, "module") == 0;
	if (!by_line && !ret->by_function && !ret->by_module)
		return opts_refuse("--by %s: a frame is a line, a function or a module", text);
	return 0;
}

int opts_parse_exact(const char *text, bool *force_ret)
{
	if (text && strcmp(text, "force") != 0)
		return opts_refuse("--exact=%s: only --exact=force is known", text);
	*force_ret = text != NULL;
	return 0;
}

int opts_parse_native(const char *text, enum sampler_native *ret)
{
	if (text && strcmp(text, "all") != 0)
		return opts_refuse("--native=%s: only --native and --native=all are known", text);
	*ret = text ? SAMPLER_NATIVE_ALL : SAMPLER_NATIVE_BOTH;
	return 0;
}

/* scrape itself and whoever called it (a sudo, a shell -c) have the pattern in their command lines. */
static bool is_caller(pid_t pid)
{
	pid_t at = getpid();

	for (int i = 0; i < 64 && at > 1; i++) {
		struct proc proc = PROC_INIT;
		struct proc_status status;

		if (at == pid)
			return true;
		if (proc_open(at, &proc, NULL) < 0)
			return false;
		if (proc_read_status(&proc, &status, NULL) < 0)
			status.ppid = 0;
		proc_close(&proc);
		at = status.ppid;
	}
	return false;
}

static bool matches(const struct expression *expression, pid_t pid)
{
	struct buf command = BUF_INIT;
	struct proc proc = PROC_INIT;
	bool yes = false;

	if (proc_open(pid, &proc, NULL) < 0)
		return false;
	if (proc_command(&proc, COMMAND_MAX, &command) == 0 && command.len > 0 && command.data[0] != '[' &&
	    buf_cstr(&command))
		yes = expression_matches(expression, command.data);
	buf_deinit(&command);
	proc_close(&proc);
	return yes;
}

int opts_add_pattern(struct opts_pids *pids, const char *pattern)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	struct err err = {0};
	struct expression *expression = NULL;
	size_t before = pids->pids.n;
	int r = expression_compile(pattern, &expression, &err);

	if (r < 0)
		return opts_refuse("-P %s: %s", pattern, err.text);
	dir = opendir("/proc");
	while (dir && (entry = readdir(dir)) && r == 0) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && isdigit((unsigned char)entry->d_name[0]) && matches(expression, pid) && !is_caller(pid))
			r = add(pids, pid);
	}
	expression_free(expression);
	pids->by_pattern = true;
	if (r == 0 && pids->pids.n == before) {
		log_error("-P %s: no process has such a command line", pattern);
		r = SCRAPE_EXIT_FAILURE;
	}
	return r;
}

int opts_choose_format(struct opts_show *show, const char *fallback)
{
	const char *format = show->format;
	const char *dot = show->output ? strrchr(show->output, '.') : NULL;

	if (!format && show->output) {
		show->encoder = encoder_by_path(show->output);
		show->recording = dot && strcmp(dot, "." OPTS_FORMAT_RECORDING) == 0;
		if (!show->encoder && !show->recording)
			return opts_refuse("-o %s: no format has this suffix; name one with -f", show->output);
		return 0;
	}
	format = format ? format : fallback;
	show->encoder = encoder_by_name(format);
	show->recording = strcmp(format, OPTS_FORMAT_RECORDING) == 0;
	if (!show->encoder && !show->recording)
		return opts_refuse("-f %s: no such format", format);
	return 0;
}

bool opts_take_common(const struct cmd *cmd, struct opts_show *show, int option, char *arg, int *ret)
{
	*ret = 0;
	switch (option) {
	case 'F':
		show->query.by_function = true;
		show->query.by_module = false;
		return true;
	case 'g':
		show->query.mode = PROFILE_GIL;
		return true;
	case 'i':
		show->query.mode = PROFILE_WALL;
		return true;
	case 't':
		show->query.split_threads = true;
		return true;
	case 'f':
		show->format = arg;
		return true;
	case 'o':
		show->output = arg;
		return true;
	case OPT_BY:
	case OPT_MODE: {
		int r = option == OPT_BY ? opts_parse_by(arg, &show->query) : opts_parse_mode(arg, &show->query.mode);

		*ret = r ? r + 1 : 0;
		return true;
	}
	case OPT_NOLINENO:
		show->query.no_lines = true;
		return true;
	case OPT_FULL_FILENAMES:
		show->query.full_filenames = true;
		return true;
	case 'q':
		log_set_level(LOG_ERROR);
		return true;
	case 'v':
		log_set_level(LOG_DEBUG);
		return true;
	case 'V':
		(void)puts("scrape " SCRAPE_VERSION); /* a closed stdout hears nothing anyway */
		*ret = SCRAPE_EXIT_OK + 1;
		return true;
	case 'h':
		opts_print_help(cmd);
		*ret = SCRAPE_EXIT_OK + 1;
		return true;
	default:
		return false;
	}
}

void opts_print_help(const struct cmd *cmd)
{
	(void)printf("Usage: scrape %s %s\n%s.\n\n%s", cmd->name, cmd->usage, cmd->what, cmd->help); /* as above */
}
