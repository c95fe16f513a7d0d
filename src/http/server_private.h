/* SPDX-License-Identifier: MIT */
/*
 * server_private: what the files of this room share. A server has listeners, each with an evhttp of its own; what comes
 * in is a connection (conn.h); each of its requests is a struct http_request, one at a time.
 *
 * evhttp is the engine that accepts, keeps connections alive and writes answers; it never sees a stranger's byte. The
 * gate (gate.h) takes what arrives out of the bufferevent's input before evhttp looks, reads it with head.h, and, once
 * a request is whole, puts a plain "GET / HTTP/1.1" in its place. The answer's headers and body are ours again. So
 * evhttp's leniencies, its limits and its pages of HTML play no part.
 */
#ifndef HTTP_SERVER_PRIVATE_H
#define HTTP_SERVER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/vec.h"
#include "http/head.h"
#include "http/hosts.h"
#include "http/secret.h"
#include "http/server.h"
#include "http/target.h"

struct bufferevent;
struct event;
struct evhttp;
struct evhttp_request;
struct http_conn;
struct http_linger;
struct ssl_ctx_st;

struct http_listener {
	struct http_server *server;
	struct evhttp *http;
	struct evconnlistener *socket;
	bool tls;
	char *address;   /* for people: "127.0.0.1:16384", "unix:/run/scrape.sock" */
	char *path;      /* of a Unix socket that we made and take away again */
	struct stat made;
};

struct http_server {
	struct event_base *base;
	const struct http_config *config;
	const struct http_route *routes;
	size_t n_routes;
	void *ctx;
	struct ssl_ctx_st *tls;
	struct event *retry; /* accepting again after descriptors ran out */
	VEC(struct http_listener *) listeners;
	struct http_conn *conns; /* the newest first */
	struct http_linger *lingers;
	size_t n_lingers;
	struct http_counts counts;
	size_t max_connections, max_body, max_queued;
	size_t queued; /* bytes of bodies that were handed over and are not written yet */
	unsigned request_ms, answer_ms, idle_ms;
	char cookie[SECRET_COOKIE_LEN + 1];
};

struct http_request {
	struct http_conn *conn;        /* NULL once the client has gone */
	struct evhttp_request *engine; /* NULL until evhttp has handed it over */
	struct http_server *server;
	struct buf head_bytes, body;
	struct head head;
	struct target target;
	char *rest;
	char peer[HOSTS_TEXT_MAX];
	int refusal; /* a status that answers it before any handler; 0: none */
	const char *refusal_why;
	size_t queued; /* its share of the server's */
	bool answered, encoded, cached, set_cookie;
	void (*gone)(void *ctx);
	void *gone_ctx;
	void (*sent)(void *ctx);
	void *sent_ctx;
};

/* NULL without memory. */
struct http_request *request_new(struct http_conn *conn);
void request_free(struct http_request *request);

/* Through the doors to the route's handler, or to a refusal (doors.c). */
void doors_dispatch(struct http_request *request);

#endif
