/* SPDX-License-Identifier: MIT */
/* outbox: files of a header and parts. */
#include "store/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/dated.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

#define MAGIC "scrROWS1"
#define NEW "new" /* what is being written */
#define REMEMBERED "remembered"
#define FILE_MAX ((size_t)512 << 20)

/* Before the parts. The hash is of all that follows it; numbers are this machine's own. */
struct header {
	char magic[8];
	uint64_t hash;
	uint64_t of, id, slices, oldest_us, newest_us, seen;
	uint64_t n[OUTBOX_PARTS];
};

struct outbox {
	int dir;
	struct dated dated;
	uint64_t max_bytes;
	size_t bare;    /* so many of the oldest have nothing left but names */
	size_t settled; /* so many of the oldest are on the disk */
	bool lost_names;
	struct outbox_state lost;
	struct buf in, out; /* of a file that was read, that is written */
};

static uint64_t hash_of(const struct buf *bytes)
{
	const size_t behind = offsetof(struct header, of);

	return XXH64(bytes->data + behind, bytes->len - behind, 0);
}

int outbox_open(struct outbox **ret, const char *path, uint64_t max_bytes, struct err *err)
{
	struct outbox *outbox = calloc(1, sizeof(*outbox));
	int r = 0;

	if (!outbox)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	*outbox = (struct outbox){.dir = -1, .max_bytes = max_bytes, .dated = {"batch-", ".rows"}};
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		r = err_sys(err, io_code(errno), "outbox %s", path);
	if (r == 0) {
		outbox->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (outbox->dir < 0 || faccessat(outbox->dir, ".", W_OK | X_OK, AT_EACCESS) < 0)
			r = err_sys(err, io_code(errno), "outbox %s", path);
	}
	if (r == 0 && flock(outbox->dir, LOCK_EX | LOCK_NB) < 0)
		r = err_set(err, SCRAPE_EBUSY, "outbox %s: somebody else has it", path);
	if (r == 0) {
		r = dated_list(&outbox->dated, outbox->dir);
		if (r < 0)
			err_set(err, r, "outbox %s cannot be listed", path);
	}
	if (r < 0)
		outbox_close(outbox);
	else
		*ret = outbox;
	return r;
}

void outbox_close(struct outbox *outbox)
{
	if (!outbox)
		return;
	if (outbox->dir >= 0)
		(void)close(outbox->dir); /* which lets it go */
	dated_deinit(&outbox->dated);
	buf_deinit(&outbox->in);
	buf_deinit(&outbox->out);
	free(outbox);
}

/* The bytes of a file, in outbox->out. */
static void make_file(struct outbox *outbox, const struct outbox_batch *batch)
{
	struct buf *out = &outbox->out;
	struct header header = {.magic = MAGIC,
				.of = batch->of,
				.id = batch->id,
				.slices = batch->slices,
				.oldest_us = batch->oldest_us,
				.newest_us = batch->newest_us,
				.seen = batch->seen};

	buf_reset(out);
	for (size_t i = 0; i < OUTBOX_PARTS; i++)
		header.n[i] = batch->parts[i].n;
	buf_add(out, &header, sizeof(header));
	for (size_t i = 0; i < OUTBOX_PARTS; i++)
		buf_add(out, batch->parts[i].bytes, batch->parts[i].n);
	if (out->failed)
		return;
	header.hash = hash_of(out);
	memcpy(out->data + offsetof(struct header, hash), &header.hash, sizeof(header.hash));
}

/* The whole file appears at one moment, in place of one of the same name. */
static int write_file(struct outbox *outbox, const char *name, const struct outbox_batch *batch, struct err *err)
{
	_cleanup_close_ int fd = -1;

	make_file(outbox, batch);
	if (outbox->out.failed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	fd = openat(outbox->dir, NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0 || io_write_all(fd, outbox->out.data, outbox->out.len) < 0 ||
	    renameat(outbox->dir, NEW, outbox->dir, name) < 0)
		return err_sys(err, SCRAPE_EIO, "the outbox cannot be written");
	return 0;
}

/* Into outbox->in, to which the parts point. */
static int read_file(struct outbox *outbox, const char *name, struct outbox_batch *ret)
{
	struct buf *in = &outbox->in;
	struct header header;
	size_t at = sizeof(header);
	int r;

	buf_reset(in);
	r = io_read_file(outbox->dir, name, FILE_MAX, in);
	if (r < 0)
		return r;
	if (in->len < sizeof(header))
		return SCRAPE_EFORMAT;
	memcpy(&header, in->data, sizeof(header));
	if (memcmp(header.magic, MAGIC, sizeof(header.magic)) != 0 || header.hash != hash_of(in))
		return SCRAPE_EFORMAT;
	*ret = (struct outbox_batch){.of = header.of,
				     .id = header.id,
				     .slices = header.slices,
				     .oldest_us = header.oldest_us,
				     .newest_us = header.newest_us,
				     .seen = header.seen};
	for (size_t i = 0; i < OUTBOX_PARTS; i++) {
		if (header.n[i] > in->len - at)
			return SCRAPE_EFORMAT;
		ret->parts[i] = (struct outbox_part){in->data + at, header.n[i]};
		at += header.n[i];
	}
	return 0;
}

static void name_of(const struct outbox *outbox, size_t i, char ret[DATED_NAME_MAX])
{
	dated_name(&outbox->dated, outbox->dated.files.items[i].began_us, ret);
}

static void remove_file(struct outbox *outbox, size_t i)
{
	dated_remove(&outbox->dated, outbox->dir, i);
	outbox->bare -= i < outbox->bare;
	outbox->settled -= i < outbox->settled;
}

static void count_loss(struct outbox *outbox, const struct outbox_batch *batch)
{
	struct outbox_state *lost = &outbox->lost;

	if (!batch->slices)
		return;
	lost->lost_slices += batch->slices;
	if (!lost->lost_from_us || batch->oldest_us < lost->lost_from_us)
		lost->lost_from_us = batch->oldest_us;
	if (batch->newest_us > lost->lost_until_us)
		lost->lost_until_us = batch->newest_us;
}

/* Nobody knows what was in it: one slice, at the time of its name. */
static void lose_damaged(struct outbox *outbox, size_t i)
{
	const uint64_t when_us = outbox->dated.files.items[i].began_us;

	count_loss(outbox, &(struct outbox_batch){.slices = 1, .oldest_us = when_us, .newest_us = when_us});
	outbox->lost_names = true;
	remove_file(outbox, i);
}

/* All that is left of it is names. */
static void make_bare(struct outbox *outbox, size_t i)
{
	struct dated_file *file = &outbox->dated.files.items[i];
	struct outbox_batch batch;
	char name[DATED_NAME_MAX];
	int r;

	name_of(outbox, i, name);
	r = read_file(outbox, name, &batch);
	if (r == SCRAPE_ENOMEM)
		return;
	if (r < 0) {
		lose_damaged(outbox, i);
		return;
	}
	count_loss(outbox, &batch);
	batch.slices = batch.oldest_us = batch.newest_us = 0;
	for (size_t k = 0; k < OUTBOX_PARTS; k++)
		if (batch.seen >> k & 1)
			batch.parts[k] = (struct outbox_part){0};
	if (write_file(outbox, name, &batch, NULL) < 0) {
		lose_damaged(outbox, i); /* room is what is wanted */
		return;
	}
	outbox->dated.bytes = outbox->dated.bytes - file->bytes + outbox->out.len;
	file->bytes = outbox->out.len;
	outbox->bare++;
}

/* The newest stays. */
static void keep_limit(struct outbox *outbox)
{
	for (size_t n; (n = outbox->dated.files.n) > 1 && outbox->dated.bytes > outbox->max_bytes;) {
		const size_t bare = outbox->bare;

		if (bare < n - 1)
			make_bare(outbox, bare);
		if (outbox->bare > bare || outbox->dated.files.n < n)
			continue;
		remove_file(outbox, 0);
		outbox->lost_names = true;
	}
}

int outbox_add(struct outbox *outbox, const struct outbox_batch *batch, uint64_t now_us, struct err *err)
{
	struct dated_file *file = dated_add(&outbox->dated, now_us);
	char name[DATED_NAME_MAX];
	int r;

	if (!file)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	name_of(outbox, outbox->dated.files.n - 1, name);
	r = write_file(outbox, name, batch, err);
	if (r < 0) {
		outbox->dated.files.n--;
		return r;
	}
	file->bytes = outbox->out.len;
	outbox->dated.bytes += file->bytes;
	keep_limit(outbox);
	return 0;
}

size_t outbox_count(const struct outbox *outbox)
{
	return outbox->dated.files.n;
}

int outbox_first(struct outbox *outbox, struct outbox_batch *ret, struct err *err)
{
	while (outbox->dated.files.n > 0) {
		char name[DATED_NAME_MAX];
		int r;

		name_of(outbox, 0, name);
		r = read_file(outbox, name, ret);

		if (r == 0)
			return 0;
		if (r == SCRAPE_ENOMEM)
			return err_set(err, r, "out of memory");
		lose_damaged(outbox, 0);
	}
	return err_set(err, SCRAPE_ENOTFOUND, "the outbox is empty");
}

void outbox_done(struct outbox *outbox)
{
	remove_file(outbox, 0);
}

void outbox_settle(struct outbox *outbox)
{
	const bool any = outbox->settled < outbox->dated.files.n;

	for (; outbox->settled < outbox->dated.files.n; outbox->settled++) {
		_cleanup_close_ int fd = -1;
		char name[DATED_NAME_MAX];

		name_of(outbox, outbox->settled, name);
		fd = openat(outbox->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd >= 0)
			(void)fdatasync(fd); /* what fails here is what a loss of power would lose */
	}
	if (any)
		(void)fsync(outbox->dir); /* the same */
}

bool outbox_lost_names(struct outbox *outbox)
{
	const bool lost = outbox->lost_names;

	outbox->lost_names = false;
	return lost;
}

void outbox_state(const struct outbox *outbox, struct outbox_state *ret)
{
	*ret = outbox->lost;
	ret->batches = outbox->dated.files.n;
	ret->bytes = outbox->dated.bytes;
}

int outbox_remember(struct outbox *outbox, const void *bytes, size_t n, struct err *err)
{
	return write_file(outbox, REMEMBERED, &(struct outbox_batch){.parts = {{bytes, n}}}, err);
}

int outbox_recall(struct outbox *outbox, struct buf *ret)
{
	struct outbox_batch batch;
	int r = read_file(outbox, REMEMBERED, &batch);

	if (r == 0)
		buf_add(ret, batch.parts[0].bytes, batch.parts[0].n);
	return r == 0 && ret->failed ? SCRAPE_ENOMEM : r == 0 || r == SCRAPE_ENOMEM ? r : SCRAPE_ENOTFOUND;
}
