/* SPDX-License-Identifier: MIT */
/*
 * out: where a result goes: standard output, or a file that is written aside and renamed when it is whole, so that
 * nobody ever finds half of one. Under sudo the file belongs to the caller.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stddef.h>

struct err;

struct out {
	int fd;
	const char *path; /* borrowed; NULL: standard output */
	char *aside;      /* the name until it is whole */
};

#define OUT_INIT {.fd = -1}

/* path NULL or "-": standard output. SCRAPE_EIO with a sentence. */
int out_open(struct out *out, const char *path, struct err *err);
int out_write(struct out *out, const void *bytes, size_t n, struct err *err);

/* Puts the file in its place. */
int out_commit(struct out *out, struct err *err);
/* All of it at once: opens, writes, commits. */
int out_save(const char *path, const void *bytes, size_t n, struct err *err);
/* Gives up what was not committed: removes it. */
void out_close(struct out *out);

#endif
