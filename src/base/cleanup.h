/* SPDX-License-Identifier: MIT */
/*
 * cleanup: locals that clean up after themselves (gcc and clang's cleanup attribute).
 *
 *	_cleanup_free_ char *name = strdup(x);
 *	_cleanup_close_ int fd = open(...);
 *	return take_ptr(&name);                  hands it on
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing is lost: read only, or checked before */
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		(void)fclose(*f); /* as above */
}

static inline void cleanup_closedir(DIR **d)
{
	if (*d)
		(void)closedir(*d); /* as above */
}

#define _cleanup_free_ __attribute__((cleanup(cleanup_free)))
#define _cleanup_close_ __attribute__((cleanup(cleanup_close)))
#define _cleanup_fclose_ __attribute__((cleanup(cleanup_fclose)))
#define _cleanup_closedir_ __attribute__((cleanup(cleanup_closedir)))

#define take_ptr(p)                                                                                                    \
	({                                                                                                             \
		__typeof__(*(p)) taken = *(p);                                                                         \
		*(p) = NULL;                                                                                           \
		taken;                                                                                                 \
	})

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
