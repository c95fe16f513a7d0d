/* SPDX-License-Identifier: MIT */
/* out: where a result goes. */
#include "cli/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

/* The result of a root's sudo is its caller's. */
static void give_to_caller(int fd)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");

	if (geteuid() == 0 && uid && gid)
		(void)!fchown(fd, (uid_t)strtoul(uid, NULL, 10),
			      (gid_t)strtoul(gid, NULL, 10)); /* then it stays root's */
}

int out_open(struct out *out, const char *path, struct err *err)
{
	mode_t mask;
	struct stat st;

	*out = (struct out)OUT_INIT;
	if (!path || strcmp(path, "-") == 0) {
		out->fd = STDOUT_FILENO;
		return 0;
	}
	out->path = path;
	/* a device or a pipe is written to, not replaced */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		out->fd = S_ISDIR(st.st_mode) ? (errno = EISDIR, -1) : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return out->fd < 0 ? err_sys(err, SCRAPE_EIO, "%s", path) : 0;
	}
	if (asprintf(&out->aside, "%s.XXXXXX", path) < 0) {
		out->aside = NULL;
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	out->fd = mkostemp(out->aside, O_CLOEXEC);
	if (out->fd < 0) {
		free(out->aside);
		out->aside = NULL;
		return err_sys(err, SCRAPE_EIO, "%s cannot be written", path);
	}
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(out->fd, 0666 & ~mask); /* mkostemp's 0600 otherwise */
	give_to_caller(out->fd);
	return 0;
}

int out_write(struct out *out, const void *bytes, size_t n, struct err *err)
{
	if (io_write_all(out->fd, bytes, n) < 0)
		return err_sys(err, SCRAPE_EIO, "%s cannot be written", out->path ? out->path : "standard output");
	return 0;
}

int out_commit(struct out *out, struct err *err)
{
	if (!out->aside)
		return 0;
	if (close(out->fd) < 0 || rename(out->aside, out->path) < 0) {
		out->fd = -1;
		return err_sys(err, SCRAPE_EIO, "%s cannot be written", out->path);
	}
	out->fd = -1;
	free(out->aside);
	out->aside = NULL;
	return 0;
}

void out_close(struct out *out)
{
	if (out->fd >= 0 && out->path)
		(void)close(out->fd); /* given up, or a device that was written to */
	if (out->aside)
		(void)unlink(out->aside); /* its rests harm nobody */
	free(out->aside);
	*out = (struct out)OUT_INIT;
}

int out_save(const char *path, const void *bytes, size_t n, struct err *err)
{
	struct out out = OUT_INIT;
	int r = out_open(&out, path, err);

	if (r == 0)
		r = out_write(&out, bytes, n, err);
	if (r == 0)
		r = out_commit(&out, err);
	out_close(&out);
	return r;
}
