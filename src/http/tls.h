/* SPDX-License-Identifier: MIT */
/* tls: certificates, and connections that begin with a handshake. TLS 1.2 or newer, no renegotiation. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

struct bufferevent;
struct err;
struct event_base;
struct ssl_ctx_st;

/* Two PEM files. 0, or SCRAPE_EINVAL with a sentence that names the file. */
int tls_open(const char *cert, const char *key, struct ssl_ctx_st **ret, struct err *err);
void tls_close(struct ssl_ctx_st *tls);

/* For a socket that evhttp will give it; NULL without memory. */
struct bufferevent *tls_accept(struct ssl_ctx_st *tls, struct event_base *base);

#endif
