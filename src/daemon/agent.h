/* SPDX-License-Identifier: MIT */
/*
 * agent: the front of `scrape serve`. It has no rights: it asks the keeper for a sampler, feeds what that says into the
 * history, and answers over HTTP. A sampler that dies is replaced, and the looks that were due meanwhile are counted
 * as lost; the port and what is kept live on.
 *
 *	return keeper_main(&keeper_plan, agent_main, &plan);
 */
#ifndef DAEMON_AGENT_H
#define DAEMON_AGENT_H

struct config;
struct config_flags;
struct notify;
struct sockets;

/* All borrowed: it is made before the fork, with the rights that the front does not have any more. */
struct agent_plan {
	const char *path; /* of the configuration, NULL: the usual one; read again on SIGHUP */
	const struct config_flags *flags;
	struct config *config;
	const char *token, *push_token, *upload_token; /* NULL: none */
	struct notify *notify;
	struct sockets *sockets;
};

/* Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again. ctx is a struct agent_plan. Returns the exit
 * code. */
int agent_main(void *ctx, int keeper_fd);

#endif
