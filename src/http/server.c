/* SPDX-License-Identifier: MIT */
/* server: its beginning and its end. Listening is in listen.c, what a connection does in conn.c. */
#include "http/server.h"

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/err.h"
#include "http/conn.h"
#include "http/linger.h"
#include "http/server_private.h"
#include "http/tls.h"
#include "scrape.h"

#define RETRY_SECONDS 1

/* listen.c turns a listener off when there is no descriptor left for a client. */
static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *server = arg;

	(void)fd;
	(void)what;
	VEC_EACH (listener, &server->listeners)
		(void)evconnlistener_enable((*listener)->socket); /* it listens already, or tries again in a second */
}

static void set_limits(struct http_server *server, const struct http_config *config)
{
	server->max_connections = config->max_connections ? config->max_connections : 256;
	server->max_body = config->max_body ? config->max_body : 64 * 1024;
	server->max_queued = config->max_queued ? config->max_queued : 128 * 1024 * 1024;
	server->request_ms = config->request_ms ? config->request_ms : 10000;
	server->answer_ms = config->answer_ms ? config->answer_ms : 30000;
	server->idle_ms = config->idle_ms ? config->idle_ms : 60000;
	if (config->token)
		secret_cookie(config->token, server->cookie);
}

int http_server_new(struct event_base *base, const struct http_config *config, const struct http_route *routes,
		    size_t n_routes, void *ctx, struct http_server **ret, struct err *err)
{
	struct http_server *server = calloc(1, sizeof(*server));
	struct timeval tv = {.tv_sec = RETRY_SECONDS};
	int r = 0;

	if (!server)
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	server->base = base;
	server->config = config;
	server->routes = routes;
	server->n_routes = n_routes;
	server->ctx = ctx;
	set_limits(server, config);
	if (!config->tls_cert != !config->tls_key)
		r = err_set(err, SCRAPE_EINVAL, "TLS needs both a certificate and a key");
	else if (config->tls_cert)
		r = tls_open(config->tls_cert, config->tls_key, &server->tls, err);
	if (r == 0) {
		server->retry = event_new(base, -1, EV_PERSIST, on_retry, server);
		if (!server->retry || event_add(server->retry, &tv) < 0)
			r = err_set(err, SCRAPE_ENOMEM, "no memory");
	}
	if (r < 0) {
		http_server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

static void free_listener(struct http_listener *listener)
{
	struct stat now;

	if (listener->http)
		evhttp_free(listener->http);
	/* Only the socket that we made: somebody may have put another in its place. */
	if (listener->path && lstat(listener->path, &now) == 0 && now.st_ino == listener->made.st_ino &&
	    now.st_dev == listener->made.st_dev)
		(void)unlink(listener->path); /* if not, the next one finds it stale */
	free(listener->path);
	free(listener->address);
	free(listener);
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	while (server->conns)
		conn_close(server->conns);
	linger_end_all(server);
	VEC_EACH (listener, &server->listeners)
		free_listener(*listener);
	VEC_DEINIT(&server->listeners);
	if (server->retry)
		event_free(server->retry);
	tls_close(server->tls);
	free(server);
}

const char *http_server_address(const struct http_server *server, size_t i)
{
	return i < server->listeners.n ? server->listeners.items[i]->address : NULL;
}

void http_server_counts(const struct http_server *server, struct http_counts *ret)
{
	*ret = server->counts;
}
