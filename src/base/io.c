/* SPDX-License-Identifier: MIT */
/* io: whole reads and whole writes. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "scrape.h"

int io_code(int err_number)
{
	switch (err_number) {
	case EPERM:
	case EACCES:
		return SCRAPE_EPERM;
	case ENOENT:
	case ESRCH:
		return SCRAPE_EGONE;
	case ENOMEM:
		return SCRAPE_ENOMEM;
	default:
		return SCRAPE_EIO;
	}
}

int io_read_file(int dirfd, const char *path, size_t max, struct buf *out)
{
	_cleanup_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t got = 0;
	ssize_t n;

	if (fd < 0)
		return io_code(errno);
	for (;;) {
		if (!buf_reserve(out, 4096))
			return SCRAPE_ENOMEM;
		n = read(fd, out->data + out->len, out->cap - out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_code(errno);
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		got += (size_t)n;
		if (got > max)
			return SCRAPE_ELIMIT;
	}
}

int io_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EAGAIN) {
			(void)poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 1000); /* write tells the rest */
			continue;
		}
		if (put < 0)
			return SCRAPE_EIO;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}
