/* SPDX-License-Identifier: MIT */
/* io: whole reads and whole writes. */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

struct buf;

/* Appends the whole file (at most max bytes) to out. 0, SCRAPE_EGONE (ENOENT, ESRCH), SCRAPE_EPERM, SCRAPE_ELIMIT,
 * SCRAPE_EIO or SCRAPE_ENOMEM; errno is kept. dirfd may be AT_FDCWD. */
int io_read_file(int dirfd, const char *path, size_t max, struct buf *out);

/* Writes everything, also to a slow pipe. 0 or SCRAPE_EIO with errno. */
int io_write_all(int fd, const void *bytes, size_t n);

/* The code for errno: EPERM and EACCES, ENOENT and ESRCH, ENOMEM, the rest SCRAPE_EIO. */
int io_code(int err_number);

#endif
