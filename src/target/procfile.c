/* SPDX-License-Identifier: MIT */
/* procfile: opens what a target maps. Everything is found with O_PATH, judged by fstat, then opened for reading. */
#include "target/procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"
#include "target/maps.h"

#define TRIES_MAX 8 /* openat2 gives EAGAIN when something is renamed meanwhile */

/* One path of the mapping and how to look it up. */
struct lookup {
	int proc_fd, root_fd;
	const struct mapping *mapping;
	int code; /* the best reason so far why nothing was opened */
};

/* A process that ended gives ESRCH; ENOENT means that there is no such thing, as for the exe of a zombie; ELOOP is
 * what a link in /proc gives that leads out of a root. */
static int open_code(int err_number)
{
	bool missing = err_number == ENOENT || err_number == ENOTDIR || err_number == ELOOP;

	return missing ? SCRAPE_ENOTFOUND : io_code(err_number);
}

static int open_beneath(int root_fd, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	for (int i = 0; i < TRIES_MAX; i++) {
		fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return (int)fd;
}

/* Filesystems whose files show another device in stat than in maps: st_dev is made up for each layer or subvolume. */
static bool device_is_made_up(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (fs.f_type == OVERLAYFS_SUPER_MAGIC || fs.f_type == BTRFS_SUPER_MAGIC);
}

/* 0 if the thing at path_fd is the regular file that is mapped. */
static int judge(int path_fd, const struct mapping *mapping)
{
	struct stat st;

	if (fstat(path_fd, &st) < 0)
		return io_code(errno);
	if (mapping && (st.st_ino != mapping->inode || (st.st_dev != mapping->dev && !device_is_made_up(path_fd))))
		return SCRAPE_ENOTFOUND;
	return S_ISREG(st.st_mode) ? 0 : SCRAPE_EUNSUP;
}

/* Takes path_fd, which is O_PATH. */
static int reopen(int path_fd, const struct mapping *mapping, int *ret_fd)
{
	_cleanup_close_ int found = path_fd;
	char self[32];
	int fd, r = judge(found, mapping);

	if (r < 0)
		return r;
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", found); /* fits */
	fd = open(self, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return open_code(errno);
	*ret_fd = fd;
	return 0;
}

/* A lookup that failed: its reason counts if no better one is known. Not to find a file by one name or for lack of a
 * capability says less than what another way found out. */
static bool note(struct lookup *l, int r)
{
	if (r < 0 && (l->code == SCRAPE_ENOTFOUND || r == SCRAPE_EUNSUP))
		l->code = r;
	return r == 0;
}

static bool try_map_files(struct lookup *l, int *ret_fd)
{
	char name[64];
	int fd;

	(void)snprintf(name, sizeof(name), "map_files/%" PRIx64 "-%" PRIx64, l->mapping->start, l->mapping->end);
	fd = openat(l->proc_fd, name, O_PATH | O_CLOEXEC);
	return fd >= 0 && note(l, reopen(fd, l->mapping, ret_fd));
}

static bool try_exe(struct lookup *l, int *ret_fd)
{
	int fd = openat(l->proc_fd, "exe", O_PATH | O_CLOEXEC);

	return fd >= 0 && reopen(fd, l->mapping, ret_fd) == 0; /* mostly another file */
}

static bool try_path(struct lookup *l, const char *path, int *ret_fd)
{
	int fd = open_beneath(l->root_fd, path);

	if (fd < 0)
		return note(l, open_code(errno));
	return note(l, reopen(fd, l->mapping, ret_fd));
}

/* The kernel writes a newline in a name as \012 and leaves a backslash alone, so both readings are tried. */
static bool try_spellings(struct lookup *l, const char *path, int *ret_fd)
{
	char plain[PATH_MAX];
	size_t n = 0;

	if (try_path(l, path, ret_fd))
		return true;
	if (!strstr(path, "\\012") || strlen(path) >= sizeof(plain))
		return false;
	while (*path) {
		bool newline = strncmp(path, "\\012", 4) == 0;

		plain[n++] = newline ? '\n' : *path;
		path += newline ? 4 : 1;
	}
	plain[n] = '\0';
	return try_path(l, plain, ret_fd);
}

/* In the reader's mount namespace the path of a chroot's file begins with the chroot's own path. */
static bool try_root(struct lookup *l, int *ret_fd)
{
	_cleanup_close_ int root_fd = openat(l->proc_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *path = l->mapping->path;
	char root[PATH_MAX];
	ssize_t n;

	if (root_fd < 0)
		return note(l, open_code(errno));
	if (path[0] != '/')
		return false;
	l->root_fd = root_fd;
	n = readlinkat(l->proc_fd, "root", root, sizeof(root));
	if (n > 1 && strlen(path) > (size_t)n && strncmp(path, root, (size_t)n) == 0 && path[n] == '/' &&
	    try_spellings(l, path + n, ret_fd))
		return true;
	return try_spellings(l, path, ret_fd);
}

/* Without the path, which is the target's text: the caller knows the mapping. */
static int failed(int code, bool deleted, struct err *err)
{
	switch (code) {
	case SCRAPE_EUNSUP:
		return err_set(err, code, "not a regular file");
	case SCRAPE_EGONE:
		return err_set(err, code, "the process has ended");
	case SCRAPE_EPERM:
		return err_set(err, code, "no permission to open the file");
	case SCRAPE_ENOTFOUND:
		return err_set(err, code, deleted ? "the file is deleted" : "the file is not there any more");
	default:
		return err_set(err, code, "the file cannot be opened");
	}
}

int procfile_open(int proc_fd, const struct mapping *mapping, int *ret_fd, struct err *err)
{
	struct lookup l = {.proc_fd = proc_fd, .root_fd = -1, .mapping = mapping, .code = SCRAPE_ENOTFOUND};

	if (mapping->inode == 0)
		return err_set(err, SCRAPE_EINVAL, "the mapping at 0x%" PRIx64 " is not of a file", mapping->start);
	if (try_map_files(&l, ret_fd) || try_exe(&l, ret_fd) || try_root(&l, ret_fd))
		return 0;
	return failed(l.code, mapping->deleted, err);
}

int procfile_open_exe(int proc_fd, int *ret_fd, struct err *err)
{
	int fd = openat(proc_fd, "exe", O_PATH | O_CLOEXEC);
	int r = fd < 0 ? open_code(errno) : reopen(fd, NULL, ret_fd);

	return r < 0 ? failed(r, false, err) : 0;
}

int procfile_open_path(int root_fd, const char *path, int *ret_fd)
{
	int fd = open_beneath(root_fd, path);

	return fd < 0 ? open_code(errno) : reopen(fd, NULL, ret_fd);
}
