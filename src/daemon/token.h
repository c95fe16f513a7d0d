/* SPDX-License-Identifier: MIT */
/* token: the secret that clients show, out of its file. */
#ifndef DAEMON_TOKEN_H
#define DAEMON_TOKEN_H

struct err;

#define TOKEN_MAX 512
#define TOKEN_MIN 16 /* strangers may try to guess it, so a short one is refused */

/* The one line of a file into ret, which has TOKEN_MAX bytes. Codes of io_read_file, SCRAPE_EINVAL. */
int token_read(const char *path, char *ret, struct err *err);

#endif
