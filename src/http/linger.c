/* SPDX-License-Identifier: MIT */
/* linger: reads and forgets. */
#include "http/linger.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/server_private.h"

struct http_linger {
	struct http_linger *next, **prev;
	struct http_server *server;
	struct event *event;
	int fd;
	uint64_t end_ns;
	size_t bytes;
};

static void end(struct http_linger *linger)
{
	linger->server->n_lingers--;
	*linger->prev = linger->next;
	if (linger->next)
		linger->next->prev = linger->prev;
	event_free(linger->event);
	(void)close(linger->fd); /* nothing is lost: all was sent */
	free(linger);
}

static void on_bytes(evutil_socket_t fd, short what, void *arg)
{
	struct http_linger *linger = arg;
	char bytes[16384];
	ssize_t n = 0;

	if (!(what & EV_TIMEOUT)) {
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
	}
	linger->bytes += n > 0 ? (size_t)n : 0;
	if (n <= 0 || linger->bytes > LINGER_BYTES || clock_mono_ns() > linger->end_ns)
		end(linger);
}

void linger_begin(struct http_server *server, int fd)
{
	struct timeval tv = {.tv_sec = LINGER_MS / 1000, .tv_usec = LINGER_MS % 1000 * 1000};
	struct http_linger *linger;

	if (server->n_lingers >= LINGER_MAX)
		return;
	linger = calloc(1, sizeof(*linger));
	if (!linger)
		return;
	linger->server = server;
	linger->end_ns = clock_mono_ns() + LINGER_MS * 1000000ull;
	linger->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	linger->event =
		linger->fd < 0 ? NULL : event_new(server->base, linger->fd, EV_READ | EV_PERSIST, on_bytes, linger);
	if (!linger->event || event_add(linger->event, &tv) < 0) {
		if (linger->event)
			event_free(linger->event);
		if (linger->fd >= 0)
			(void)close(linger->fd); /* as in end */
		free(linger);
		return;
	}
	linger->next = server->lingers;
	linger->prev = &server->lingers;
	if (linger->next)
		linger->next->prev = &linger->next;
	server->lingers = linger;
	server->n_lingers++;
}

void linger_end_all(struct http_server *server)
{
	while (server->lingers)
		end(server->lingers);
}
