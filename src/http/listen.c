/* SPDX-License-Identifier: MIT */
/* listen: sockets to be reached at. What can be reached from elsewhere needs a token, whoever opened it. */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "http/conn.h"
#include "http/server_private.h"
#include "scrape.h"

#define BACKLOG 128

struct address {
	struct sockaddr_storage bytes;
	socklen_t n;
};

static void on_accept_error(struct evconnlistener *socket, void *arg)
{
	(void)arg;
	/* No descriptor is left. Asking again at once would take a whole CPU; server.c enables it once a second. */
	(void)evconnlistener_disable(socket);
}

static char *address_text(const struct sockaddr *address)
{
	const struct sockaddr_un *un = (const void *)address;
	char text[HOSTS_TEXT_MAX], *ret = NULL;
	unsigned port = hosts_text(address, text);
	int n;

	if (address->sa_family == AF_UNIX)
		n = asprintf(&ret, "unix:%s", un->sun_path);
	else
		n = asprintf(&ret, strchr(text, ':') ? "[%s]:%u" : "%s:%u", text, port);
	return n < 0 ? NULL : ret;
}

static int check_reach(const struct http_server *server, const struct sockaddr *address, struct err *err)
{
	_cleanup_free_ char *text = NULL;

	if (hosts_is_loopback(address) || (server->config->token && *server->config->token))
		return 0;
	text = address_text(address);
	return err_set(err, SCRAPE_EINVAL,
		       "%s can be reached from other machines: that needs a token (token-file), "
		       "or listen on 127.0.0.1 or unix:PATH",
		       text ? text : "this address");
}

/* Takes fd, which listens, on success. */
static int add_listener(struct http_server *server, int fd, struct http_listener **ret, struct err *err)
{
	struct http_listener *listener = calloc(1, sizeof(*listener));
	struct sockaddr_storage address = {0};
	struct evhttp_bound_socket *bound;
	socklen_t n = sizeof(address);

	if (!listener || !VEC_RESERVE(&server->listeners, server->listeners.n + 1))
		goto no_memory;
	if (getsockname(fd, (struct sockaddr *)&address, &n) < 0) {
		free(listener);
		return err_sys(err, SCRAPE_EIO, "the socket's address");
	}
	listener->server = server;
	listener->tls = server->tls && address.ss_family != AF_UNIX;
	listener->address = address_text((const struct sockaddr *)&address);
	listener->http = evhttp_new(server->base);
	if (!listener->address || !listener->http)
		goto no_memory;
	evhttp_set_bevcb(listener->http, conn_accept, listener);
	evhttp_set_gencb(listener->http, conn_handle, listener);
	evhttp_set_max_headers_size(listener->http, 1024); /* of our own "GET /" */
	evhttp_set_max_body_size(listener->http, 0);
	evhttp_set_default_content_type(listener->http, NULL);
	bound = evhttp_accept_socket_with_handle(listener->http, fd);
	if (!bound)
		goto no_memory;
	listener->socket = evhttp_bound_socket_get_listener(bound);
	evconnlistener_set_error_cb(listener->socket, on_accept_error);
	server->listeners.items[server->listeners.n++] = listener;
	*ret = listener;
	return 0;
no_memory:
	if (listener && listener->http)
		evhttp_free(listener->http);
	if (listener)
		free(listener->address);
	free(listener);
	return err_set(err, SCRAPE_ENOMEM, "no memory");
}

/* "127.0.0.1:80", "[::1]:80", "localhost:80", ":80" */
static int read_address(const char *text, struct address *ret, struct err *err)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT};
	const char *colon = strrchr(text, ':');
	bool bracket = *text == '[';
	char name[HOSTS_TEXT_MAX] = "", *end = NULL;
	size_t n = colon ? (size_t)(colon - text) : 0;
	long port = colon ? strtol(colon + 1, &end, 10) : -1;

	if (!colon || n >= sizeof(name) || colon[1] < '0' || colon[1] > '9' || *end || port > 65535 ||
	    (bracket && (n < 2 || text[n - 1] != ']')))
		return err_set(err, SCRAPE_EINVAL, "'%s' is not ADDR:PORT, [ADDR6]:PORT, :PORT or unix:PATH", text);
	memcpy(name, text + bracket, n - 2u * bracket);
	in.sin_port = in6.sin6_port = htons((uint16_t)port);
	*ret = (struct address){.n = n && !bracket ? sizeof(in) : sizeof(in6)};
	if (n && !bracket && inet_pton(AF_INET, strcmp(name, "localhost") == 0 ? "127.0.0.1" : name, &in.sin_addr) != 1)
		return err_set(err, SCRAPE_EINVAL, "'%s': '%s' is not an IPv4 address or localhost", text, name);
	if (bracket && inet_pton(AF_INET6, name, &in6.sin6_addr) != 1)
		return err_set(err, SCRAPE_EINVAL, "'%s': '%s' is not an IPv6 address", text, name);
	if (n && !bracket)
		memcpy(&ret->bytes, &in, sizeof(in));
	else
		memcpy(&ret->bytes, &in6, sizeof(in6));
	return 0;
}

static int listen_inet(struct http_server *server, const char *text, struct err *err)
{
	struct http_listener *listener;
	struct address address;
	_cleanup_close_ int fd = -1;
	int on = 1, off = 0, r = read_address(text, &address, err);

	if (r == 0)
		r = check_reach(server, (const struct sockaddr *)&address.bytes, err);
	if (r < 0)
		return r;
	fd = socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 && errno == EAFNOSUPPORT && *text == ':') { /* a kernel without IPv6 */
		struct sockaddr_in any = {.sin_family = AF_INET,
					  .sin_port = ((struct sockaddr_in6 *)&address.bytes)->sin6_port};

		memcpy(&address.bytes, &any, sizeof(any));
		address.n = sizeof(any);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	}
	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "%s", text);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* without it a restart may have to wait */
	if (address.bytes.ss_family == AF_INET6) /* ":PORT" is for both families, "[::]:PORT" for one */
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, *text == ':' ? &off : &on, sizeof(on)); /* a default */
	if (bind(fd, (const struct sockaddr *)&address.bytes, address.n) < 0 || listen(fd, BACKLOG) < 0)
		return err_sys(err, io_code(errno) == SCRAPE_EPERM ? SCRAPE_EPERM : SCRAPE_EIO, "%s", text);
	r = add_listener(server, fd, &listener, err);
	if (r == 0)
		fd = -1;
	return r;
}

/* A socket that nobody listens at any more is in the way; one that is answered, or is no socket, stays. */
static int clear_path(const struct sockaddr_un *un, struct err *err)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (lstat(un->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : err_sys(err, io_code(errno), "%s", un->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, SCRAPE_EINVAL, "%s is there and is not a socket", un->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "socket");
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) == 0 || errno != ECONNREFUSED)
		return err_set(err, SCRAPE_EIO, "%s: somebody listens there already", un->sun_path);
	if (unlink(un->sun_path) < 0)
		return err_sys(err, io_code(errno), "%s", un->sun_path);
	return 0;
}

static int listen_unix(struct http_server *server, const char *path, struct err *err)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	_cleanup_close_ int fd = -1;
	struct http_listener *listener;
	mode_t mask;
	int r;

	if (!*path || strlen(path) >= sizeof(un.sun_path))
		return err_set(err, SCRAPE_EINVAL, "'unix:%s': a path of 1 to %zu bytes is needed", path,
			       sizeof(un.sun_path) - 1);
	memcpy(un.sun_path, path, strlen(path) + 1);
	r = clear_path(&un, err);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "socket");
	mask = umask(0117); /* so that it never stands open, not even before a chmod */
	r = bind(fd, (const struct sockaddr *)&un, sizeof(un));
	(void)umask(mask); /* cannot fail */
	if (r < 0 || listen(fd, BACKLOG) < 0)
		return err_sys(err, io_code(errno), "%s", path);
	r = add_listener(server, fd, &listener, err);
	if (r < 0) {
		(void)unlink(path); /* the next one finds it stale */
		return r;
	}
	fd = -1;
	listener->path = strdup(path); /* without it the socket stays, stale */
	if (listener->path && lstat(path, &listener->made) < 0)
		listener->made = (struct stat){0};
	return 0;
}

int http_server_listen(struct http_server *server, const char *address, struct err *err)
{
	if (strncmp(address, "unix:", 5) == 0)
		return listen_unix(server, address + 5, err);
	return listen_inet(server, address, err);
}

int http_server_adopt(struct http_server *server, int fd, struct err *err)
{
	struct sockaddr_storage address = {0};
	struct http_listener *listener;
	socklen_t n = sizeof(address);
	int flags = fcntl(fd, F_GETFL), on = 0, type = 0, r;
	socklen_t n_on = sizeof(on), n_type = sizeof(type);

	if (flags < 0 || getsockname(fd, (struct sockaddr *)&address, &n) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &n_on) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n_type) < 0)
		return err_sys(err, SCRAPE_EIO, "descriptor %d is not a socket", fd);
	if (!on || type != SOCK_STREAM ||
	    (address.ss_family != AF_INET && address.ss_family != AF_INET6 && address.ss_family != AF_UNIX))
		return err_set(err, SCRAPE_EINVAL, "descriptor %d is not a stream socket that listens", fd);
	r = check_reach(server, (const struct sockaddr *)&address, err);
	if (r < 0)
		return r;
	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return err_sys(err, SCRAPE_EIO, "descriptor %d", fd);
	return add_listener(server, fd, &listener, err);
}
