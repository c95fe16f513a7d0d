/* SPDX-License-Identifier: MIT */
/* gate: reads requests out of what arrives, and hands evhttp one that says nothing for each of them. */
#include "http/gate.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "http/conn.h"
#include "http/server_private.h"

/* Lets the request that has come in through to evhttp, as one that says nothing. */
static void inject(struct http_conn *conn)
{
	const struct http_request *request = conn->request;
	struct evbuffer *input = bufferevent_get_input(conn->bev);
	char text[64];
	int n = snprintf(text, sizeof(text), "%s / HTTP/1.1\r\n%s\r\n",
			 request->head.method == HEAD_HEAD ? "HEAD" : "GET",
			 request->refusal || !request->head.keep_alive ? "Connection: close\r\n" : "");
	int r;

	conn->state = CONN_OUT;
	(void)event_del(conn->timer); /* cannot fail for a timer */
	conn->injecting = true;
	r = evbuffer_add(input, text, (size_t)n);
	if (r < 0) { /* the end of a bufferevent's input is closed to others, most of the time */
		(void)evbuffer_unfreeze(input, 0);
		r = evbuffer_add(input, text, (size_t)n);
		(void)evbuffer_freeze(input, 0);
	}
	conn->injecting = false;
	if (r < 0)
		conn_close_soon(conn);
}

void gate_refuse(struct http_conn *conn, int status, const char *why)
{
	if (!conn->request)
		conn->request = request_new(conn);
	if (!conn->request) {
		conn_close_soon(conn);
		return;
	}
	conn->request->refusal = status;
	conn->request->refusal_why = why;
	conn->linger = true;
	conn->server->counts.refused++;
	inject(conn);
}

static void read_head(struct http_conn *conn, size_t n)
{
	struct http_request *request = request_new(conn);
	int status;

	if (request)
		buf_add(&request->head_bytes, conn->in.data, n);
	if (!request || request->head_bytes.failed) {
		request_free(request);
		conn_close_soon(conn);
		return;
	}
	buf_consume(&conn->in, n);
	conn->request = request;
	status = head_parse(request->head_bytes.data, n, &request->head);
	if (status) {
		gate_refuse(conn, status, request->head.why);
		return;
	}
	conn->state = CONN_BODY;
	if (request->head.content_length > conn->server->max_body)
		gate_refuse(conn, 413, "the body is larger than this server takes");
}

static void read_body(struct http_conn *conn)
{
	struct http_request *request = conn->request;
	size_t n = request->head.content_length;

	if (conn->in.len < n)
		return;
	buf_add(&request->body, conn->in.data, n);
	buf_consume(&conn->in, n);
	if (request->body.failed)
		gate_refuse(conn, 503, "no memory");
	else
		inject(conn);
}

void gate_advance(struct http_conn *conn)
{
	const char *why = NULL;
	size_t n, seen, blank = 0;
	int status;

	if (conn->state == CONN_HEAD) {
		while (blank + 1 < conn->in.len && memcmp(conn->in.data + blank, "\r\n", 2) == 0)
			blank += 2; /* left over by old clients behind a body: RFC 9112, 2.2 */
		if (blank) {
			buf_consume(&conn->in, blank);
			conn->scanned = 0;
		}
		seen = conn->scanned;
		n = head_end(conn->in.data, conn->in.len, &conn->scanned);
		status = n ? 0 : head_hopeless(conn->in.data, conn->in.len, seen, &why);
		if (n > HEAD_MAX) {
			status = 431;
			why = "the header is longer than 16384 bytes";
		}
		if (status) {
			gate_refuse(conn, status, why);
			return;
		}
		if (n)
			read_head(conn, n);
	}
	if (conn->state == CONN_BODY)
		read_body(conn);
}

void gate_on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *conn = arg;
	size_t n = evbuffer_get_length(input);

	if (conn->injecting || info->n_added == 0)
		return;
	if (conn->closing || !buf_reserve(&conn->in, n) || !conn_adopt(conn)) {
		(void)evbuffer_drain(input, n); /* its front is open to us */
		conn_close_soon(conn);
		return;
	}
	if (!conn->begun) {
		conn->begun = true;
		conn_enter(conn, CONN_HEAD, conn->server->request_ms);
	}
	(void)evbuffer_remove(input, conn->in.data + conn->in.len, n); /* as above, and there are n */
	conn->in.len += n;
	if (conn->state != CONN_OUT)
		gate_advance(conn);
}
