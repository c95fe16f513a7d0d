/* SPDX-License-Identifier: MIT */
/*
 * conn: one client's connection. It has three states: a head is awaited or comes in; a body comes in; a request is
 * out, with the handler or on its way back. What arrives meanwhile stays in the kernel. Head and body together have an
 * absolute deadline, and so has the way back.
 */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/hosts.h"

struct bufferevent;
struct evbuffer_cb_entry;
struct event;
struct event_base;
struct evhttp_connection;
struct evhttp_request;
struct http_listener;
struct http_request;
struct http_server;

enum conn_state { CONN_HEAD, CONN_BODY, CONN_OUT };

struct http_conn {
	struct http_conn *next, **prev;
	struct http_listener *listener;
	struct http_server *server;
	struct bufferevent *bev;
	struct evhttp_connection *engine; /* NULL until evhttp has made it */
	struct event *timer, *hangup;
	enum conn_state state;
	struct buf in;
	size_t scanned;
	struct http_request *request; /* the one that comes in or is out */
	uint64_t since_ns; /* of the state */
	uint64_t taken_ns; /* when the client last took of its answer, and what was left of that then */
	size_t left;
	char peer[HOSTS_TEXT_MAX];
	char local_address[HOSTS_TEXT_MAX];
	struct hosts_local local;
	struct evbuffer_cb_entry *on_input;
	bool begun;     /* bytes of a request have come */
	bool closing;   /* as soon as the loop runs */
	bool injecting, linger;
};

/* For evhttp_set_bevcb, arg being a struct http_listener: a bufferevent with the gate in it. */
struct bufferevent *conn_accept(struct event_base *base, void *arg);
/* For evhttp_set_gencb, arg likewise: what the gate let through. */
void conn_handle(struct evhttp_request *engine, void *arg);

/* Begins the deadline of the answer that was just handed to evhttp. */
void conn_answering(struct http_conn *conn);
/* The answer has been written; the next request may come. The request is freed by the caller. */
void conn_answered(struct http_conn *conn);
/* At once; a request that is out learns of it. Not from within a callback of evhttp's or of a buffer: there soon. */
void conn_close(struct http_conn *conn);
void conn_close_soon(struct http_conn *conn);

/* Knows evhttp's side of it, as soon as there is one; else false. */
bool conn_adopt(struct http_conn *conn);
/* Begins a state and its deadline. */
void conn_enter(struct http_conn *conn, enum conn_state state, uint64_t deadline_ms);

#endif
