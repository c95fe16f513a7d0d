/* SPDX-License-Identifier: MIT */
/*
 * server: HTTP/1.1 on libevent's evhttp, behind doors that hold in production. It knows nothing of what routes mean.
 *
 *	server = http_server_new(base, &config, routes, n, ctx, &err);
 *	r = http_server_listen(server, "127.0.0.1:16384", &err);
 *	event_base_dispatch(base);
 *
 * Doors, before any handler runs: a head that RFC 9112 allows, without its leniencies (400, 411, 414, 417, 431, 501,
 * 505) and a body within its limit (413), both complete within request_ms, whatever trickles (408); the Host header,
 * one and exact (421: DNS rebinding); no page of another site (403: Origin, Sec-Fetch-Site); a path of the table (404)
 * with a method that it takes (405); a token where one is needed (401; 403 if none is set). At most max_connections,
 * the one that is idle for longest makes room. An answer is taken within answer_ms. Each refusal is JSON, {"error":
 * "sentence"}, and what could not be read to its end is followed by the end of the connection.
 *
 * The token is taken as Bearer, as the password of Basic with any name, or as the cookie that a client gets who came
 * with Basic: a browser asks its user once. The cookie is HttpOnly, SameSite=Strict and not the token.
 *
 * The program ignores SIGPIPE: a client may go away at any time.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct event_base;
struct http_request;
struct http_server;

struct http_config {
	const char *token;        /* NULL or "": none is set */
	const char *const *hosts; /* names allowed in Host besides loopback and the address connected to; NULL-ended */
	const char *base_path;    /* NULL, "" or "/scrape": what stands before every path */
	const char *tls_cert, *tls_key; /* PEM files, both or none; not for Unix sockets */
	const char *server_name;  /* of the Server header: "scrape/0.1.0"; NULL: none */
	size_t max_connections;   /* 0: 256 */
	size_t max_body;          /* 0: 64 KiB */
	size_t max_queued;        /* 0: 128 MiB, of all answers that wait to be taken; beyond it a large one is a 503 */
	unsigned request_ms;      /* 0: 10 000 */
	unsigned answer_ms;       /* 0: 30 000; a third of it without a byte taken */
	unsigned idle_ms;         /* 0: 60 000, without a byte of a next request */
};

/* For a Unix socket its mode is the door: no token is asked for there. */
enum http_access {
	HTTP_OPEN,      /* on loopback open unless a token is set; beyond it the token */
	HTTP_ALWAYS,    /* no token ever: /healthz, the page's files */
	HTTP_PRIVATE,   /* the token or the Unix socket, on loopback too: /dump */
	HTTP_PRIVATE_POST, /* a POST is private, reading is open */
};

typedef void (*http_handler_fn)(void *ctx, struct http_request *request);

struct http_route {
	const char *path; /* "/metrics"; "/assets/" (with a slash at its end) and all below; "/p/{}/x": any segment */
	enum http_access access;
	bool post;        /* takes POST too; otherwise GET and HEAD only */
	http_handler_fn handle;
};

/* Routes (the first that fits counts) and config are borrowed until http_server_free. SCRAPE_EINVAL (a certificate
 * that cannot be used, named), SCRAPE_ENOMEM. */
int http_server_new(struct event_base *base, const struct http_config *config, const struct http_route *routes,
		    size_t n_routes, void *ctx, struct http_server **ret, struct err *err);
/* Requests that are out are told that their client has gone, and are still to be ended; what http_on_gone arranged for
 * later needs the loop once more. */
void http_server_free(struct http_server *server);

/* "ADDR:PORT", "localhost:PORT", "[ADDR6]:PORT", ":PORT" (all addresses) or "unix:PATH" (mode 0660; a stale socket is
 * replaced, a living one and what is no socket are refused). Beyond loopback only with a token: else SCRAPE_EINVAL
 * with a sentence. SCRAPE_EPERM, SCRAPE_EGONE (no such directory), SCRAPE_EIO, SCRAPE_ENOMEM. */
int http_server_listen(struct http_server *server, const char *address, struct err *err);
/* A listening socket that somebody else opened (systemd). Takes fd on success. The same rule holds. */
int http_server_adopt(struct http_server *server, int fd, struct err *err);
/* The addresses listened on, as text with the port that was really given (":0" asks for any): "127.0.0.1:41233",
 * "unix:/run/scrape.sock". NULL beyond the last. */
const char *http_server_address(const struct http_server *server, size_t i);

struct http_counts {
	uint64_t requests; /* that came in whole, since the start */
	uint64_t refused;  /* by the doors, and connections for which there was no room */
	uint64_t timeouts; /* clients that were too slow, sending or reading */
	size_t connections;/* now */
};
void http_server_counts(const struct http_server *server, struct http_counts *ret);

#endif
