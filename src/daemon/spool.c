/* SPDX-License-Identifier: MIT */
/* spool: closed slices in files. */
#include "daemon/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "profile/history.h"
#include "scrape.h"

#define MAGIC "scrSLICE"
#define FILES_PER_LIMIT 8
#define SLICES_AT_ONCE 64 /* appended in one tick; more only after a long stop */

/* Before each slice. The hash is of the rest of the header and of the slice; the bytes are this machine's own. */
struct frame {
	char magic[8];
	uint64_t hash;
	uint64_t length;
	uint64_t seq;
	char instance[SPOOL_INSTANCE_LEN];
};

static uint64_t hash_of(const struct frame *frame, const void *slice)
{
	uint64_t seed = XXH64(&frame->length, sizeof(*frame) - offsetof(struct frame, length), 0);

	return XXH64(slice, frame->length, seed);
}

/* The newest file stays: it is being written. */
static void keep_limit(struct spool *spool)
{
	while (spool->dated.files.n > 1 &&
	       (spool->dated.bytes > spool->max_bytes || spool->dated.files.n > SPOOL_FILES_MAX))
		dated_remove(&spool->dated, spool->dir, 0);
}

int spool_open(struct spool *spool, const char *path, uint64_t max_bytes, const char *instance, struct err *err)
{
	int r;

	*spool = (struct spool)SPOOL_INIT;
	if (!path)
		return 0;
	spool->max_bytes = max_bytes > SPOOL_BYTES_MIN ? max_bytes : SPOOL_BYTES_MIN;
	(void)snprintf(spool->instance, sizeof(spool->instance), "%s", instance); /* of this length by contract */
	spool->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (spool->dir < 0)
		return err_sys(err, io_code(errno), "state directory %s", path);
	if (faccessat(spool->dir, ".", W_OK | X_OK, AT_EACCESS) < 0) {
		r = err_sys(err, io_code(errno), "state directory %s", path);
		spool_close(spool);
		return r;
	}
	r = dated_list(&spool->dated, spool->dir);
	if (r < 0) {
		spool_close(spool);
		return err_set(err, r, "state directory %s cannot be listed", path);
	}
	keep_limit(spool);
	return 0;
}

void spool_close(struct spool *spool)
{
	if (spool->file >= 0) {
		(void)fdatasync(spool->file); /* a clean end has the time; what fails is what a crash would lose */
		(void)close(spool->file);     /* nothing is pending */
	}
	if (spool->dir >= 0)
		(void)close(spool->dir); /* read only */
	dated_deinit(&spool->dated);
	VEC_DEINIT(&spool->past);
	buf_deinit(&spool->buf);
	*spool = (struct spool)SPOOL_INIT;
}

static int remember(struct spool *spool, const char *instance, uint64_t seq)
{
	struct spool_past *past = spool->past.n > 0 ? &spool->past.items[spool->past.n - 1] : NULL;

	if (!past || strcmp(past->instance, instance) != 0) {
		past = VEC_PUSH(&spool->past);
		if (!past)
			return SCRAPE_ENOMEM;
		memcpy(past->instance, instance, sizeof(past->instance));
	}
	past->end = seq + 1;
	return 0;
}

static int import(struct spool *spool, const struct frame *frame, const void *slice, struct history *history,
		  size_t *count)
{
	char instance[SPOOL_INSTANCE_LEN + 1] = "";
	struct history_stats before, after;
	int r;

	memcpy(instance, frame->instance, SPOOL_INSTANCE_LEN);
	history_stats(history, &before);
	r = history_import(history, slice, frame->length, NULL);
	if (r < 0)
		return r == SCRAPE_ENOMEM ? r : 0; /* bytes that mean nothing to this version */
	history_stats(history, &after);
	*count += after.next_seq > before.next_seq;
	return remember(spool, instance, frame->seq);
}

static int read_frames(struct spool *spool, int fd, struct history *history, size_t *count)
{
	for (;;) {
		struct frame frame;
		ssize_t n = read(fd, &frame, sizeof(frame));
		int r;

		if (n != sizeof(frame) || memcmp(frame.magic, MAGIC, sizeof(frame.magic)) != 0 ||
		    frame.length > SPOOL_SLICE_MAX)
			return 0; /* the end, whole or torn */
		buf_reset(&spool->buf);
		if (!buf_reserve(&spool->buf, frame.length))
			return SCRAPE_ENOMEM;
		n = read(fd, spool->buf.data, frame.length);
		if (n < 0 || (uint64_t)n != frame.length || hash_of(&frame, spool->buf.data) != frame.hash)
			return 0;
		r = import(spool, &frame, spool->buf.data, history, count);
		if (r < 0)
			return r;
	}
}

int spool_read_back(struct spool *spool, struct history *history, size_t *ret, struct err *err)
{
	struct history_stats stats;
	size_t count = 0;

	for (size_t i = 0; spool->dir >= 0 && i < spool->dated.files.n; i++) {
		_cleanup_close_ int fd = -1;
		char name[DATED_NAME_MAX];
		int r;

		dated_name(&spool->dated, spool->dated.files.items[i].began_us, name);
		fd = openat(spool->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue; /* somebody removed it */
		r = read_frames(spool, fd, history, &count);
		if (r < 0)
			return err_set(err, r, "%s cannot be read back", name);
	}
	history_stats(history, &stats);
	spool->next = stats.next_seq;
	*ret = count;
	return 0;
}

static int begin_file(struct spool *spool, uint64_t now_wall_us, struct err *err)
{
	const struct dated_file *file = dated_add(&spool->dated, now_wall_us);
	char name[DATED_NAME_MAX];

	if (!file)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	dated_name(&spool->dated, file->began_us, name);
	spool->file = openat(spool->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
	if (spool->file < 0) {
		spool->dated.files.n--;
		return err_sys(err, SCRAPE_EIO, "state file %s", name);
	}
	return 0;
}

static void end_file(struct spool *spool)
{
	(void)close(spool->file); /* nothing is pending */
	spool->file = -1;
}

/* A frame is written whole or taken back: the next one would stand behind a torn one, where nobody would find it. */
static int append(struct spool *spool, uint64_t now_wall_us, struct err *err)
{
	struct dated_file *file;
	int r = spool->file < 0 ? begin_file(spool, now_wall_us, err) : 0;

	if (r < 0)
		return r;
	file = &spool->dated.files.items[spool->dated.files.n - 1];
	if (io_write_all(spool->file, spool->buf.data, spool->buf.len) < 0) {
		r = err_sys(err, SCRAPE_EIO, "the spool cannot be written");
		if (ftruncate(spool->file, (off_t)file->bytes) < 0)
			end_file(spool); /* then the rest goes elsewhere */
		return r;
	}
	file->bytes += spool->buf.len;
	spool->dated.bytes += spool->buf.len;
	if (file->bytes >= spool->max_bytes / FILES_PER_LIMIT)
		end_file(spool);
	keep_limit(spool);
	return 0;
}

/* The next closed slice as a frame in spool->buf; nothing in it if there is none yet. */
static int take_slice(struct spool *spool, const struct history *history, uint64_t *ret_next)
{
	struct frame frame = {.seq = spool->next};
	int r;

	buf_reset(&spool->buf);
	buf_add(&spool->buf, &frame, sizeof(frame));
	r = history_export(history, spool->next, 1, &spool->buf, ret_next);
	if (r == SCRAPE_EGONE) { /* it went before it was written; the oldest that is left comes next */
		buf_reset(&spool->buf);
		return 0;
	}
	if (r < 0 || spool->buf.failed)
		return r < 0 ? r : SCRAPE_ENOMEM;
	memcpy(frame.magic, MAGIC, sizeof(frame.magic));
	memcpy(frame.instance, spool->instance, sizeof(frame.instance));
	frame.length = spool->buf.len - sizeof(frame);
	frame.hash = hash_of(&frame, spool->buf.data + sizeof(frame));
	memcpy(spool->buf.data, &frame, sizeof(frame));
	return 0;
}

int spool_tick(struct spool *spool, const struct history *history, uint64_t now_wall_us, struct err *err)
{
	struct history_stats stats;

	if (spool->dir < 0)
		return 0;
	history_stats(history, &stats);
	for (int i = 0; i < SLICES_AT_ONCE && spool->next < stats.next_seq; i++) {
		uint64_t next = spool->next;
		int r = take_slice(spool, history, &next);

		if (r < 0)
			return err_set(err, r, "a slice cannot be written out");
		if (next <= spool->next)
			break;
		if (spool->buf.len > sizeof(struct frame) && spool->buf.len <= SPOOL_SLICE_MAX)
			r = append(spool, now_wall_us, err);
		if (r < 0)
			return r;
		spool->next = next;
	}
	return 0;
}

int spool_find(const struct spool *spool, const char *instance, uint64_t seq, uint64_t *ret)
{
	for (size_t i = spool->past.n; i-- > 0;) {
		const struct spool_past *past = &spool->past.items[i];

		if (strcmp(past->instance, instance) != 0)
			continue;
		*ret = seq < past->end ? seq : past->end;
		return 0;
	}
	return SCRAPE_ENOTFOUND;
}
