/* SPDX-License-Identifier: MIT */
/* debugfile: where the separate debug file of an ELF file may lie. */
#include "target/debugfile.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scrape.h"
#include "target/procfile.h"

#define GLOBAL "/usr/lib/debug"

enum place { BY_BUILD_ID, BESIDE, IN_DOT_DEBUG, IN_GLOBAL, PLACES };

static bool name_by_build_id(const struct debugfile *s, char *ret, size_t size)
{
	return strlen(s->build_id) > 2 && snprintf(ret, size, GLOBAL "/.build-id/%.2s/%s.debug", s->build_id,
						   s->build_id + 2) < (int)size;
}

static bool name_by_link(const struct debugfile *s, enum place place, char *ret, size_t size)
{
	const char *slash = strrchr(s->path, '/');
	int dir = slash ? (int)(slash - s->path) : 0;

	if (!s->link[0] || strchr(s->link, '/') || !slash)
		return false;
	return snprintf(ret, size, "%s%.*s/%s%s", place == IN_GLOBAL ? GLOBAL : "", dir, s->path,
			place == IN_DOT_DEBUG ? ".debug/" : "", s->link) < (int)size;
}

static bool name_of(const struct debugfile *s, enum place place, char *ret, size_t size)
{
	return place == BY_BUILD_ID ? name_by_build_id(s, ret, size) : name_by_link(s, place, ret, size);
}

static bool is_itself(const struct debugfile *s, int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || (st.st_dev == s->dev && st.st_ino == s->inode);
}

int debugfile_next(struct debugfile *search, int *ret_fd)
{
	char path[PATH_MAX];

	while (search->tried < 2 * PLACES) {
		const enum place place = search->tried % PLACES;
		const bool host = search->tried++ >= PLACES;
		int root = -1, fd, r = SCRAPE_ENOTFOUND;

		if (!name_of(search, place, path, sizeof(path)) || (!host && search->root_fd < 0))
			continue;
		root = host ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : search->root_fd;
		if (root >= 0)
			r = procfile_open_path(root, path, &fd);
		if (host && root >= 0)
			(void)close(root); /* a place, not a file */
		if (r < 0)
			continue;
		if (!is_itself(search, fd)) {
			*ret_fd = fd;
			return 0;
		}
		(void)close(fd); /* read only */
	}
	return SCRAPE_ENOTFOUND;
}
