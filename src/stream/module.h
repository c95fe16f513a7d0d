/* SPDX-License-Identifier: MIT */
/*
 * module: where the code of a frame is from, as one string of the stream: what Python calls it ("json.decoder"), or the
 * name of a program or library without its directory and, if it has a build id, '@' and that:
 * "libc.so.6@8bfe03f6bf9b6a6e2591babd0bbc266837d8f658". So two builds of one file are two modules.
 */
#ifndef STREAM_MODULE_H
#define STREAM_MODULE_H

#include <stddef.h>
#include <stdint.h>

struct buf;

/* Appends that of a native file. A build id that is none, or empty, is left out. */
void stream_module_add(struct buf *out, const char *path, size_t n, const char *build_id, size_t n_build_id);

/* Appends what code without a name is called: "[libx.so@8bfe03f6]+0x1a2b", by its address in the file, and by how the
 * build id begins, since in another build something else stands there. */
void stream_module_address(struct buf *out, const char *path, size_t n, const char *build_id, size_t n_build_id,
			   uint64_t addr);

/* How many of n bytes are the name of a native file; the build id is what *ret_build_id has until the end, maybe
 * nothing. */
size_t stream_module_split(const char *text, size_t n, const char **ret_build_id);

#endif
