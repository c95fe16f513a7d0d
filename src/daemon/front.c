/* SPDX-License-Identifier: MIT */
/* front: forks or adopts the sampler, reads its stream, sends it orders. */
#include "daemon/front.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "daemon/sampler.h"
#include "scrape.h"

#define READ_BYTES (64 * 1024)
#define UNSENT_MAX (2 * (ORDER_MAX + ORDER_HEAD))

int front_start(struct front *front, const struct sampler_config *config, const struct stream_sink *sink, void *ctx,
		struct err *err)
{
	int r;

	*front = (struct front){.fd = -1};
	r = spawn_sampler(config, NULL, NULL, &front->spawned, err);
	front->fd = take_fd(&front->spawned.fd);
	stream_reader_init(&front->reader, sink, ctx);
	return r;
}

void front_adopt(struct front *front, int stream_fd, const struct stream_sink *sink, void *ctx)
{
	*front = (struct front){.fd = stream_fd, .spawned = SPAWNED_INIT};
	stream_reader_init(&front->reader, sink, ctx);
}

int front_read(struct front *front, struct err *err)
{
	char bytes[READ_BYTES];
	ssize_t n;
	int r = 0;

	(void)front_flush(front); /* the rest goes another time */
	do
		n = read(front->fd, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, SCRAPE_EIO, "the sampler cannot be heard");
	if (n == 0)
		return 0;
	if (front->tap)
		r = front->tap(front->tap_ctx, bytes, (size_t)n);
	if (r == 0)
		r = stream_feed(&front->reader, bytes, (size_t)n, err);
	return r < 0 ? r : 1;
}

int front_send_order(struct front *front, enum order_type type, const void *bytes, size_t n)
{
	int r;

	if (front->unsent.len + ORDER_HEAD + n > UNSENT_MAX)
		return SCRAPE_ELIMIT;
	r = order_write(type, bytes, n, &front->unsent);
	if (r < 0)
		return r;
	return front_flush(front) || errno == EAGAIN ? 0 : SCRAPE_EIO;
}

bool front_flush(struct front *front)
{
	while (front->unsent.len > 0) {
		ssize_t n = send(front->fd, front->unsent.data, front->unsent.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		buf_consume(&front->unsent, (size_t)n);
	}
	return true;
}

void front_stop(struct front *front)
{
	(void)front_send_order(front, ORDER_STOP, NULL, 0); /* gone already: then the stream ends anyway */
}

int front_finish(struct front *front)
{
	int status = 0;

	if (front->fd >= 0)
		(void)close(front->fd); /* read only */
	while (front->spawned.sampler > 0 && waitpid(front->spawned.sampler, &status, 0) < 0 && errno == EINTR)
		;
	while (front->spawned.watchdog > 0 && waitpid(front->spawned.watchdog, NULL, 0) < 0 && errno == EINTR)
		;
	spawn_close(&front->spawned);
	stream_reader_deinit(&front->reader);
	buf_deinit(&front->unsent);
	front->fd = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
