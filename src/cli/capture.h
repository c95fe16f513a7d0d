/* SPDX-License-Identifier: MIT */
/*
 * capture: what a launched command prints while the screen is ours. What of its input and output is the terminal is
 * replaced: input by nothing, output by a pipe, of which the newest part is kept and shown when the screen is closed.
 *
 *	capture_begin(&capture, &err);         0, 1 and 2 are the command's
 *	... fork ...
 *	capture_restore(&capture);             0, 1 and 2 are ours again
 *	while (poll(capture.fd)) capture_read(&capture);
 *	capture_release(&capture, STDOUT_FILENO);
 */
#ifndef CLI_CAPTURE_H
#define CLI_CAPTURE_H

#include <stdbool.h>

#include "base/buf.h"

#define CAPTURE_BYTES (64u * 1024)

struct err;

struct capture {
	int fd;        /* to read from; -1: nothing comes any more */
	int saved[3];  /* our own 0, 1 and 2 in the meantime; -1 */
	struct buf tail;
	bool cut;      /* there was more than is kept */
};

#define CAPTURE_INIT {.fd = -1, .saved = {-1, -1, -1}}

/* SCRAPE_EIO with a sentence, with everything as it was. */
int capture_begin(struct capture *capture, struct err *err);
void capture_restore(struct capture *capture);

/* Takes what has come, without waiting. */
void capture_read(struct capture *capture);

/* Writes what is kept, and forgets it. */
void capture_release(struct capture *capture, int fd);

void capture_close(struct capture *capture);

#endif
