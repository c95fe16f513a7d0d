/* SPDX-License-Identifier: MIT */
/* dated: files in the order of their names. */
#include "base/dated.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "scrape.h"

#define DIGITS 19

void dated_name(const struct dated *dated, uint64_t began_us, char ret[DATED_NAME_MAX])
{
	(void)snprintf(ret, DATED_NAME_MAX, "%s%0*" PRIu64 "%s", dated->prefix, DIGITS, began_us, /* fits */
		       dated->suffix);
}

/* Is this the name of a file of ours? */
static bool parse_name(const struct dated *dated, const char *name, uint64_t *ret)
{
	const size_t n = strlen(dated->prefix);
	char again[DATED_NAME_MAX];

	if (strncmp(name, dated->prefix, n) != 0 || !isdigit((unsigned char)name[n]))
		return false;
	*ret = strtoull(name + n, NULL, 10);
	dated_name(dated, *ret, again);
	return strcmp(name, again) == 0;
}

static int by_age(const void *a, const void *b)
{
	const struct dated_file *x = a, *y = b;

	return x->began_us < y->began_us ? -1 : x->began_us > y->began_us;
}

int dated_list(struct dated *dated, int dir)
{
	_cleanup_closedir_ DIR *open_dir = NULL;
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;

	open_dir = fd < 0 ? NULL : fdopendir(fd);
	if (!open_dir) {
		if (fd >= 0)
			(void)close(fd); /* read only */
		return io_code(errno);
	}
	while ((entry = readdir(open_dir))) {
		struct dated_file *file;
		uint64_t began_us;
		struct stat st;

		if (!parse_name(dated, entry->d_name, &began_us) ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
			continue;
		file = VEC_PUSH(&dated->files);
		if (!file)
			return SCRAPE_ENOMEM;
		*file = (struct dated_file){began_us, (uint64_t)st.st_size};
		dated->bytes += file->bytes;
	}
	if (dated->files.n > 0)
		qsort(dated->files.items, dated->files.n, sizeof(*dated->files.items), by_age);
	return 0;
}

struct dated_file *dated_add(struct dated *dated, uint64_t now_us)
{
	const uint64_t newest = dated->files.n > 0 ? dated->files.items[dated->files.n - 1].began_us : 0;
	struct dated_file *file = VEC_PUSH(&dated->files);

	if (file)
		*file = (struct dated_file){.began_us = now_us > newest ? now_us : newest + 1};
	return file;
}

void dated_remove(struct dated *dated, int dir, size_t i)
{
	struct dated_file *file = &dated->files.items[i];
	char name[DATED_NAME_MAX];

	dated_name(dated, file->began_us, name);
	(void)unlinkat(dir, name, 0); /* gone already, or the next start counts it again */
	dated->bytes -= file->bytes;
	memmove(file, file + 1, (--dated->files.n - i) * sizeof(*file));
}

void dated_deinit(struct dated *dated)
{
	VEC_DEINIT(&dated->files);
	dated->bytes = 0;
}
