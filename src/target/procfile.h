/* SPDX-License-Identifier: MIT */
/*
 * procfile: the file behind a mapping, opened read-only, or nothing. The name in a mapping is the target's choice and
 * the root it is looked up in may be the target's too, so whatever is found must be a regular file with the inode of
 * the mapping, and it is opened for reading only after that is known: a FIFO or a device put in its place is never
 * opened. No link of the target leads out of its root.
 *
 * Tried in this order: /proc/PID/map_files (the very inode, also of a deleted file; needs CAP_CHECKPOINT_RESTORE),
 * /proc/PID/exe, the path below /proc/PID/root.
 *
 * Opening can still wait for a filesystem that does not answer (FUSE, NFS), as can any read of such a mapping's
 * memory: this is for the process that may be lost.
 */
#ifndef TARGET_PROCFILE_H
#define TARGET_PROCFILE_H

struct err;
struct mapping;

/* proc_fd is a directory /proc/PID. The caller closes *ret_fd (O_RDONLY, O_CLOEXEC). 0; SCRAPE_ENOTFOUND: deleted, or
 * another file has its name now; SCRAPE_EUNSUP: not a regular file; SCRAPE_EINVAL: the mapping is not of a file;
 * SCRAPE_EPERM; SCRAPE_EGONE: the process ended; SCRAPE_EIO. */
int procfile_open(int proc_fd, const struct mapping *mapping, int *ret_fd, struct err *err);

/* The program that runs, also when its file is deleted. Codes as above; SCRAPE_ENOTFOUND for a zombie or a kernel
 * thread. */
int procfile_open_exe(int proc_fd, int *ret_fd, struct err *err);

/* A regular file, whichever, by its path below a root directory (O_PATH will do), out of which no link leads. Codes as
 * above. */
int procfile_open_path(int root_fd, const char *path, int *ret_fd);

#endif
