/* SPDX-License-Identifier: MIT */
/*
 * front: the side without rights. It forks the sampler, or adopts one that the keeper forked (daemon/keeper.h), and
 * turns its stream into calls on a sink; it never touches a target itself.
 *
 *	front_start(&front, &config, &sink, ctx, &err);
 *	while (poll(...) and front_read(&front, &err) > 0) ...
 *	code = front_finish(&front);
 */
#ifndef DAEMON_FRONT_H
#define DAEMON_FRONT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "daemon/orders.h"
#include "daemon/spawn.h"
#include "stream/reader.h"

struct err;
struct sampler_config;

struct front {
	int fd;                 /* readable when the sampler has something to say */
	struct spawned spawned; /* the processes that are ours; of an adopted one there are none */
	struct stream_reader reader;
	struct buf unsent; /* orders that did not fit into the socket */
	/* sees the bytes too, before they are taken apart; NULL: nobody does */
	int (*tap)(void *ctx, const void *bytes, size_t n);
	void *tap_ctx;
};

/* Forks the sampler. What is borrowed from config must stay until front_finish. SCRAPE_EIO with a sentence. */
int front_start(struct front *front, const struct sampler_config *config, const struct stream_sink *sink, void *ctx,
		struct err *err);

/* The other side of stream_fd, which is taken, is a sampler that somebody else forked. */
void front_adopt(struct front *front, int stream_fd, const struct stream_sink *sink, void *ctx);

/* Takes what has come. 1: more may come; 0: the stream has ended; negative: a code with a sentence. Blocks if nothing
 * is there. */
int front_read(struct front *front, struct err *err);

/* Sends an order (daemon/orders.h) and never blocks: what the sampler does not take yet goes with front_flush or the
 * next front_read. SCRAPE_EIO: the sampler is gone; SCRAPE_ELIMIT: it has not taken the last ones; SCRAPE_ENOMEM. */
int front_send_order(struct front *front, enum order_type type, const void *bytes, size_t n);
/* Sends what is left. True if all is sent; else call again when the descriptor is writable. */
bool front_flush(struct front *front);

/* Asks the sampler to end; its last words are still to be read. */
void front_stop(struct front *front);

/* Waits for the sampler, if it is ours. Its exit status: that of the command it launched, 0 without one; -1 if it was
 * killed. */
int front_finish(struct front *front);

#endif
