/* SPDX-License-Identifier: MIT */
/* cmd: the commands. One file each, one line each in the table of main.c. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

struct cmd {
	const char *name;
	const char *usage; /* behind "scrape NAME " */
	const char *what;  /* a line for --help */
	const char *help;  /* options, one per line */
	/* argv[0] is the command's name. Returns the exit code of the program. */
	int (*run)(const struct cmd *cmd, int argc, char **argv);
};

extern const struct cmd cmd_record, cmd_top, cmd_dump, cmd_report, cmd_serve, cmd_collect, cmd_store, cmd_diff,
	cmd_regressions, cmd_ps, cmd_doctor;

#endif
