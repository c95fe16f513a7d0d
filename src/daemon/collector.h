/* SPDX-License-Identifier: MIT */
/*
 * collector: polls daemons, keeps what they say in a store, and answers questions about all of them.
 *
 *	daemons ◀── /api/v1/stream?since=INSTANCE:NUMBER ── front ──▶ writer ──▶ store ◀── errands ◀── front ◀── browser
 *
 * The front knows of each host how far it has been *written*: that is where it goes on asking, whatever is lost
 * between.
 */
#ifndef DAEMON_COLLECTOR_H
#define DAEMON_COLLECTOR_H

struct collect_config;
struct notify;
struct sockets;

/* All borrowed. */
struct collector_plan {
	struct collect_config *config;
	const char *token, *daemon_token; /* NULL: none */
	struct notify *notify;
	struct sockets *sockets;
};

/* Runs until SIGTERM or SIGINT. Returns the exit code of the program. */
int collector_main(const struct collector_plan *plan);

#endif
