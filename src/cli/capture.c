/* SPDX-License-Identifier: MIT */
/* capture: what a launched command prints while the screen is ours. */
#include "cli/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

#define READ_BYTES (16 * 1024)

int capture_begin(struct capture *capture, struct err *err)
{
	_cleanup_close_ int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int ends[2];

	if (empty < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, SCRAPE_EIO, "the command's output cannot be kept apart");
	capture->fd = ends[0];
	(void)fcntl(capture->fd, F_SETFL, O_NONBLOCK); /* a pipe can */
	for (int i = 0; i < 3; i++) {
		if (!isatty(i)) /* sent elsewhere, where it disturbs nobody */
			continue;
		capture->saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 3);
		(void)dup2(i == 0 ? empty : ends[1], i); /* both are open */
	}
	(void)close(ends[1]); /* it has other names now */
	return 0;
}

void capture_restore(struct capture *capture)
{
	for (int i = 0; i < 3; i++) {
		if (capture->saved[i] < 0)
			continue;
		(void)dup2(capture->saved[i], i); /* it was there before */
		(void)close(capture->saved[i]);   /* a second name of it */
		capture->saved[i] = -1;
	}
}

static void keep(struct capture *capture, const char *bytes, size_t n)
{
	buf_add(&capture->tail, bytes, n);
	if (capture->tail.len > CAPTURE_BYTES) {
		buf_consume(&capture->tail, capture->tail.len - CAPTURE_BYTES);
		capture->cut = true;
	}
}

void capture_read(struct capture *capture)
{
	char bytes[READ_BYTES];
	ssize_t n;

	if (capture->fd < 0)
		return;
	n = read(capture->fd, bytes, sizeof(bytes));
	if (n > 0) {
		keep(capture, bytes, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		(void)close(capture->fd); /* read only */
		capture->fd = -1;
	}
}

void capture_release(struct capture *capture, int fd)
{
	if (capture->cut)
		(void)io_write_all(fd, "...\n", 4); /* a closed output hears nothing anyway */
	if (capture->tail.len > 0)
		(void)io_write_all(fd, capture->tail.data, capture->tail.len); /* as above */
	buf_reset(&capture->tail);
	capture->cut = false;
}

void capture_close(struct capture *capture)
{
	capture_restore(capture);
	if (capture->fd >= 0)
		(void)close(capture->fd); /* read only */
	capture->fd = -1;
	buf_deinit(&capture->tail);
}
