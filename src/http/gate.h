/* SPDX-License-Identifier: MIT */
/*
 * gate: between a connection's bufferevent and evhttp (server_private.h). As a callback of the input buffer it runs
 * before evhttp's own and leaves nothing there for it, until a request is whole.
 */
#ifndef HTTP_GATE_H
#define HTTP_GATE_H

struct evbuffer;
struct evbuffer_cb_info;
struct http_conn;

/* For evbuffer_add_cb, arg being a struct http_conn. */
void gate_on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg);

/* Looks at what has come in and was kept: a request may be whole. */
void gate_advance(struct http_conn *conn);

/* Has evhttp answer what will not be read to its end; then the connection ends. Outside of gate_on_input evhttp has to
 * be woken (bufferevent_trigger). */
void gate_refuse(struct http_conn *conn, int status, const char *why);

#endif
