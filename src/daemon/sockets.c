/* SPDX-License-Identifier: MIT */
/* sockets: sd_listen_fds(3) by hand. */
#include "daemon/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/text.h"
#include "scrape.h"

static bool get_option(int fd, int option, int *ret)
{
	socklen_t len = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, option, ret, &len) == 0;
}

static int check_socket(int fd, struct err *err)
{
	int domain, type, listens, flags;

	if (!get_option(fd, SO_DOMAIN, &domain) || !get_option(fd, SO_TYPE, &type) ||
	    !get_option(fd, SO_ACCEPTCONN, &listens))
		return err_sys(err, SCRAPE_EINVAL, "LISTEN_FDS: descriptor %d", fd);
	if (domain != AF_INET && domain != AF_INET6 && domain != AF_UNIX)
		return err_set(err, SCRAPE_EINVAL, "LISTEN_FDS: descriptor %d is neither Internet nor Unix", fd);
	if (type != SOCK_STREAM || !listens)
		return err_set(err, SCRAPE_EINVAL, "LISTEN_FDS: descriptor %d is not a listening stream socket", fd);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return err_sys(err, SCRAPE_EINVAL, "LISTEN_FDS: descriptor %d", fd);
	return 0;
}

/* One name, up to a colon or the end; returns what is behind it, NULL at the end. */
static const char *take_name(const char *names, char ret[SOCKETS_NAME_MAX])
{
	size_t n = strcspn(names, ":");
	struct buf clean = BUF_INIT;

	text_clean(&clean, names, n, SOCKETS_NAME_MAX - 1);
	if (buf_cstr(&clean))
		memcpy(ret, clean.data, clean.len + 1);
	buf_deinit(&clean);
	return names[n] ? names + n + 1 : NULL;
}

static int take_names(const char *names, struct sockets *sockets, struct err *err)
{
	size_t i;

	if (!names || sockets->n == 0)
		return 0;
	for (i = 0; i < sockets->n && names; i++)
		names = take_name(names, sockets->items[i].name);
	if (i < sockets->n || names)
		return err_set(err, SCRAPE_EINVAL, "LISTEN_FDNAMES: not as many names as LISTEN_FDS descriptors");
	return 0;
}

/* How many descriptors are ours. */
static int count(const char *pid, const char *fds, size_t *ret, struct err *err)
{
	uint64_t number;

	if (!pid || !fds)
		return 0;
	if (!decimal_parse(pid, INT32_MAX, &number))
		return err_set(err, SCRAPE_EINVAL, "LISTEN_PID=%s: not a process ID", pid);
	if (number != (uint64_t)getpid())
		return 0;
	if (!decimal_parse(fds, SOCKETS_MAX, &number))
		return err_set(err, SCRAPE_EINVAL, "LISTEN_FDS=%s: not a number up to %d", fds, SOCKETS_MAX);
	*ret = (size_t)number;
	return 0;
}

int sockets_take(int first_fd, struct sockets *ret, struct err *err)
{
	struct sockets sockets = {.n = 0};
	int r = count(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), &sockets.n, err);

	for (size_t i = 0; i < sockets.n; i++)
		sockets.items[i].fd = first_fd + (int)i;
	for (size_t i = 0; r == 0 && i < sockets.n; i++)
		r = check_socket(sockets.items[i].fd, err);
	if (r == 0)
		r = take_names(getenv("LISTEN_FDNAMES"), &sockets, err);
	(void)unsetenv("LISTEN_PID"); /* fails only for a name with a '=' */
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	if (r < 0)
		sockets_close(&sockets);
	else
		*ret = sockets;
	return r;
}

void sockets_close(struct sockets *sockets)
{
	for (size_t i = 0; i < sockets->n; i++)
		if (sockets->items[i].fd >= 0)
			(void)close(sockets->items[i].fd); /* nothing was written */
	sockets->n = 0;
}
