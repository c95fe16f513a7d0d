/* SPDX-License-Identifier: MIT */
/*
 * linger: the last word to a client that still sends. A socket that is closed with unread bytes is reset, and the reset
 * overtakes the answer (libevent #321). So a copy of the socket, its sending side shut by evhttp, is read and thrown
 * away for a moment.
 */
#ifndef HTTP_LINGER_H
#define HTTP_LINGER_H

struct http_server;

#define LINGER_MAX 64 /* at a time; beyond it there is no last word */
#define LINGER_MS 2000
#define LINGER_BYTES (1 << 20)

/* Copies fd. */
void linger_begin(struct http_server *server, int fd);
void linger_end_all(struct http_server *server);

#endif
