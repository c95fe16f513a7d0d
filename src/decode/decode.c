/* SPDX-License-Identifier: MIT */
/* decode: what kind a file is, and the reading of it. */
#include "decode/decode.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/gzip.h"
#include "decode/decoders.h"
#include "scrape.h"
#include "stream/reader.h"

#define READ_BYTES (64 * 1024)

/* The first that matches; folded takes any text with a number at the end of its first line, so it is the last. */
static const struct decoder *const decoders[] = {
	&decoder_pprof, &decoder_perf, &decoder_austin, &decoder_collapsed, &decoder_folded,
};

static bool is_recording(const char *bytes, size_t n)
{
	return n >= STREAM_MAGIC_LEN && memcmp(bytes, STREAM_MAGIC, STREAM_MAGIC_LEN) == 0;
}

static int decode_plain(const struct decode_input *input, struct decode_kind *ret, struct err *err)
{
	if (is_recording(input->bytes, input->n)) {
		*ret = (struct decode_kind){.name = "scrape", .times = true};
		return stream_feed(input->reader, input->bytes, input->n, err);
	}
	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++)
		if (decoders[i]->matches(input->bytes, input->n)) {
			*ret = (struct decode_kind){
				.name = decoders[i]->name, .times = decoders[i]->times, .from_us = input->start_us};
			return decoders[i]->decode(input, ret, err);
		}
	if (input->n == 0)
		return err_set(err, SCRAPE_EFORMAT, "it is empty");
	return err_set(err, SCRAPE_EFORMAT,
		       "it is neither a recording nor a profile in a format that is known "
		       "(folded, pprof, perf script, Austin)");
}

int decode_bytes(const struct decode_input *packed, struct decode_kind *ret, struct err *err)
{
	struct decode_input input = *packed;
	struct decode_kind kind = {0};
	struct buf plain = BUF_INIT;
	int r = 0;

	if (gzip_is(input.bytes, input.n))
		r = gzip_read(&plain, input.bytes, input.n, DECODE_MAX);
	else
		buf_add(&plain, input.bytes, input.n);
	input.bytes = buf_cstr(&plain);
	input.n = plain.len;
	if (r == SCRAPE_EFORMAT)
		r = err_set(err, r, "it is gzipped, and damaged or cut off");
	else if (r == SCRAPE_ELIMIT)
		r = err_set(err, r, "it is more than %zu MiB unpacked", DECODE_MAX >> 20);
	else if (!input.bytes)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r == 0)
		r = decode_plain(&input, &kind, err);
	buf_deinit(&plain);
	if (r == 0 && ret)
		*ret = kind;
	return r;
}

/* Recordings may be larger than memory: as they come. */
static int feed(int fd, const char *bytes, size_t n, struct stream_reader *reader, struct err *err)
{
	char more[READ_BYTES];
	ssize_t got = (ssize_t)n;
	int r = stream_feed(reader, bytes, n, err);

	while (r == 0 && (got = read(fd, more, sizeof(more))) > 0)
		r = stream_feed(reader, more, (size_t)got, err);
	return r < 0 ? r : got < 0 ? err_sys(err, SCRAPE_EIO, "reading") : 0;
}

static int read_all(int fd, struct buf *all, struct err *err)
{
	ssize_t n = 1;

	while (n > 0) {
		if (all->len > DECODE_MAX)
			return err_set(err, SCRAPE_ELIMIT, "it has more than %zu MiB", DECODE_MAX >> 20);
		if (!buf_reserve(all, READ_BYTES))
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
		n = read(fd, all->data + all->len, READ_BYTES);
		if (n < 0)
			return err_sys(err, SCRAPE_EIO, "reading");
		all->len += (size_t)n;
		if (is_recording(all->data, all->len))
			return 0;
	}
	return 0;
}

static int decode_fd(int fd, const char *path, struct stream_reader *reader, struct decode_kind *ret, struct err *err)
{
	struct buf all = BUF_INIT;
	struct stat st = {0};
	int r = read_all(fd, &all, err);

	(void)fstat(fd, &st); /* without it: 1970 */
	if (r == 0 && is_recording(all.data, all.len)) {
		*ret = (struct decode_kind){.name = "scrape", .times = true};
		r = feed(fd, all.data, all.len, reader, err);
	} else if (r == 0) {
		const struct decode_input input = {
			.bytes = all.data,
			.n = all.len,
			.start_us = st.st_mtim.tv_sec > 0 ? (uint64_t)st.st_mtim.tv_sec * 1000000 : 0,
			.name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
			.reader = reader,
		};

		r = decode_bytes(&input, ret, err);
	}
	buf_deinit(&all);
	return r;
}

int decode_file(const char *path, struct stream_reader *reader, struct decode_kind *ret, struct err *err)
{
	_cleanup_close_ int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct decode_kind kind = {0};
	int r;

	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "%s", path);
	r = decode_fd(fd, path, reader, &kind, err);
	if (r < 0)
		return err_wrap(err, "%s", path);
	if (ret)
		*ret = kind;
	return 0;
}
