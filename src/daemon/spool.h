/* SPDX-License-Identifier: MIT */
/*
 * spool: closed slices in files, so that a restart loses nothing that a collector has not fetched.
 *
 *	spool_open(&spool, "/var/lib/scrape", 64 << 20, instance, &err);
 *	spool_read_back(&spool, history, &n, &err);     once, before the first sampler
 *	spool_tick(&spool, history, now_us, &err);      once a second: what closed since is appended
 *
 * A file is named after the wall clock at which it was begun ("slices-0001763820300000000.spool"), so names in order
 * are files in order. It is frames, one for each slice: a header (magic, hash, length, sequence number, the instance of
 * the daemon that made it) and the slice as a sample stream of its own. A new file is begun when one has an eighth of
 * the limit; the oldest go when all of them together are more than the limit. A frame that is torn or damaged ends its
 * file: what stands before it counts.
 *
 * What is promised: a slice is in the kernel's hands about a second after it closed, so it survives the daemon's death
 * in any form. It is not forced to the disk before a clean end, since that could hold up the event loop for seconds: a
 * machine that loses its power loses the last half minute or so, and the torn end is recognised by its hash.
 *
 * Instances: slices that are read back keep their numbers, and new ones go on behind them. So a collector that knows
 * how far it got before the restart goes on from there, if its instance is one of those that were read back
 * (spool_find).
 */
#ifndef DAEMON_SPOOL_H
#define DAEMON_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/dated.h"
#include "base/vec.h"

struct err;
struct history;

#define SPOOL_INSTANCE_LEN 32 /* hex digits of 128 random bits */
#define SPOOL_BYTES_MIN (64 * 1024)
#define SPOOL_SLICE_MAX ((size_t)64 << 20)
#define SPOOL_FILES_MAX 1024

/* An earlier daemon, and the number behind its last slice that was read back. */
struct spool_past {
	char instance[SPOOL_INSTANCE_LEN + 1];
	uint64_t end;
};

struct spool {
	int dir;  /* -1: there is none; then nothing else does anything */
	int file; /* being appended to, -1: none yet */
	uint64_t max_bytes;
	char instance[SPOOL_INSTANCE_LEN + 1];
	uint64_t next; /* number of the slice to append next */
	struct dated dated;
	VEC(struct spool_past) past;
	struct buf buf;
};

#define SPOOL_INIT                                                                                                     \
	{                                                                                                              \
		.dir = -1, .file = -1, .dated = { "slices-", ".spool" }                                                \
	}

/* Opens the directory, which must exist. path NULL: no spool, which is no failure. SCRAPE_EPERM, SCRAPE_EGONE,
 * SCRAPE_EIO with a sentence. */
int spool_open(struct spool *spool, const char *path, uint64_t max_bytes, const char *instance, struct err *err);
void spool_close(struct spool *spool);

/* Gives every slice that is kept to the history, oldest first; *ret: how many it took. Damage is no failure: what is
 * whole is taken. 0 or SCRAPE_ENOMEM with a sentence. */
int spool_read_back(struct spool *spool, struct history *history, size_t *ret, struct err *err);

/* Appends the slices that closed since. 0, or SCRAPE_EIO (a full disk: they are tried again next time), SCRAPE_ENOMEM
 * with a sentence. */
int spool_tick(struct spool *spool, const struct history *history, uint64_t now_wall_us, struct err *err);

/* Where somebody goes on who asks an earlier instance for `seq`: there, or with the first slice of a later instance if
 * it had all there is. SCRAPE_ENOTFOUND: that instance is not known. */
int spool_find(const struct spool *spool, const char *instance, uint64_t seq, uint64_t *ret);

#endif
