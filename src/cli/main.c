/* SPDX-License-Identifier: MIT */
/* main: the table of commands. `scrape -p 42` is `scrape record -p 42`. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/opts.h"
#include "scrape.h"

static const struct cmd *const commands[] = {
	&cmd_record, &cmd_top,         &cmd_dump, &cmd_report,      &cmd_serve, &cmd_collect, &cmd_store,
	&cmd_diff,   &cmd_regressions, &cmd_diff, &cmd_regressions, &cmd_ps,    &cmd_doctor,  NULL};

static void print_help(FILE *to)
{
	(void)fprintf(to, "scrape %s: see where running Python processes spend their CPU time\n\nUsage:\n",
		      SCRAPE_VERSION);
	for (size_t i = 0; commands[i]; i++)
		(void)fprintf(to, "  scrape %-7s %s\n      %s.\n", commands[i]->name, commands[i]->usage,
			      commands[i]->what);
	(void)fprintf(to,
		      "\n`record` may be left out. `scrape COMMAND --help` lists the options; scrape(1) tells all.\n"
		      "Try: scrape -p PID -d 10 -o flame.svg\n");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	if (argc < 2) {
		print_help(stderr);
		return SCRAPE_EXIT_USAGE;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return SCRAPE_EXIT_OK;
	}
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i]->run(commands[i], argc - 1, argv + 1);
	if (name[0] == '-')
		return cmd_record.run(&cmd_record, argc, argv);
	return opts_refuse("%s: no such command", name);
}
