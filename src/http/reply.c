/* SPDX-License-Identifier: MIT */
/* reply: the answer to a request, its headers, its compression. */
#include <event2/buffer.h>
#include <event2/http.h>
#include <libdeflate.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/accept.h"
#include "http/conn.h"
#include "http/request.h"
#include "http/server_private.h"

#define GZIP_MIN 1024           /* smaller ones fit a packet anyway */
#define GZIP_FAST (1024 * 1024) /* from here on the loop would wait too long for the better ratio */
#define SENTENCE_MAX 1024
#define QUEUED_FREE (64 * 1024) /* an answer up to this always finds room */

void http_set_header(struct http_request *request, const char *name, const char *value)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request->engine);

	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return;
	if (strcasecmp(name, "Set-Cookie") != 0)
		(void)evhttp_remove_header(headers, name); /* if it was there */
	if (evhttp_add_header(headers, name, value) < 0)
		return;
	request->encoded |= strcasecmp(name, "Content-Encoding") == 0;
	request->cached |= strcasecmp(name, "Cache-Control") == 0;
}

static bool is_text(const char *mime)
{
	static const char *const begin[] = {"text/",
					    "application/json",
					    "application/javascript",
					    "application/xml",
					    "application/openmetrics-text",
					    "image/svg+xml"};

	for (size_t i = 0; i < sizeof(begin) / sizeof(*begin); i++)
		if (strncasecmp(mime, begin[i], strlen(begin[i])) == 0)
			return true;
	return false;
}

/* Replaces the body by its gzip if that is smaller; without memory it stays as it is. */
static bool compress(struct buf *body)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(body->len >= GZIP_FAST ? 1 : 6);
	struct buf out = BUF_INIT;

	if (c && buf_reserve(&out, body->len))
		out.len = libdeflate_gzip_compress(c, body->data, body->len, out.data, body->len - 1);
	libdeflate_free_compressor(c);
	if (!out.len) {
		buf_deinit(&out);
		return false;
	}
	buf_deinit(body);
	*body = out;
	return true;
}

static void set_cookie(struct http_request *request)
{
	const struct http_server *server = request->server;
	const char *base_path = server->config->base_path;
	char text[512];
	int n = snprintf(text, sizeof(text), "scrape-%u=%s; Path=%s/; Max-Age=31536000; HttpOnly; SameSite=Strict%s",
			 request->conn->local.port, server->cookie, base_path ? base_path : "",
			 request->conn->listener->tls ? "; Secure" : "");

	if (n > 0 && (size_t)n < sizeof(text))
		http_set_header(request, "Set-Cookie", text);
}

static void set_headers(struct http_request *request, const char *mime, bool text)
{
	const char *name = request->server->config->server_name;

	if (mime)
		http_set_header(request, "Content-Type", mime);
	if (text)
		http_set_header(request, "Vary", "Accept-Encoding");
	if (name)
		http_set_header(request, "Server", name);
	if (!request->cached)
		http_set_header(request, "Cache-Control", "no-store");
	http_set_header(request, "X-Content-Type-Options", "nosniff");
	http_set_header(request, "Referrer-Policy", "no-referrer");
	if (request->set_cookie)
		set_cookie(request);
}

static void on_complete(struct evhttp_request *engine, void *arg)
{
	struct http_request *request = arg;

	(void)engine; /* evhttp frees it */
	conn_answered(request->conn);
	if (request->sent)
		request->sent(request->sent_ctx);
	request_free(request);
}

static void free_bytes(const void *bytes, size_t n, void *arg)
{
	(void)n;
	(void)arg;
	free((void *)(uintptr_t)bytes);
}

/* Takes the bytes of body. */
static void hand_over(struct http_request *request, int status, struct buf *body)
{
	struct http_conn *conn = request->conn;
	struct evbuffer *out = evbuffer_new();
	bool empty = request->head.method == HEAD_HEAD || body->len == 0;
	size_t queued = empty ? 0 : body->len;
	bool whole = empty || (out && evbuffer_add_reference(out, body->data, body->len, free_bytes, NULL) == 0);

	if (empty || !whole)
		buf_deinit(body);
	*body = (struct buf)BUF_INIT;
	request->answered = true;
	request->queued = queued;
	request->server->queued += queued;
	evhttp_request_set_on_complete_cb(request->engine, on_complete, request);
	evhttp_send_reply(request->engine, status, NULL, out); /* nothing is written before the loop runs */
	if (out)
		evbuffer_free(out);
	conn_answering(conn);
	if (!whole) /* without memory: the client sees that the body is missing */
		conn_close_soon(conn);
}

/* Those set so far were for another answer: what may be cached, how it is encoded. */
static void forget_headers(struct http_request *request)
{
	evhttp_clear_headers(evhttp_request_get_output_headers(request->engine));
	request->cached = request->encoded = false;
}

static bool fits(const struct http_request *request, size_t n)
{
	const struct http_server *server = request->server;

	return request->head.method == HEAD_HEAD ||
	       (n <= server->max_queued && server->queued <= server->max_queued - n);
}

void http_reply(struct http_request *request, int status, const char *mime, struct buf *body)
{
	struct buf none = BUF_INIT;
	char length[24];
	bool text;

	body = body ? body : &none;
	if (!request->conn) {
		buf_deinit(body);
		evhttp_request_free(request->engine); /* evhttp has parted with it */
		request_free(request);
		return;
	}
	if (body->failed) {
		buf_deinit(body);
		forget_headers(request);
		http_refuse(request, 503, "no memory for the answer");
		return;
	}
	text = mime && is_text(mime) && !request->encoded && body->len > GZIP_MIN;
	if (text && accept_gzip(http_header(request, "Accept-Encoding")) && compress(body))
		http_set_header(request, "Content-Encoding", "gzip");
	if (body->len > QUEUED_FREE && request->server->queued && !fits(request, body->len)) {
		buf_deinit(body);
		forget_headers(request);
		http_set_header(request, "Retry-After", "5");
		http_refuse(request, 503, "too many answers wait to be taken");
		return;
	}
	if (status != 204 && status != 304) {
		(void)snprintf(length, sizeof(length), "%zu", body->len); /* fits */
		http_set_header(request, "Content-Length", length);
	} else {
		buf_deinit(body);
	}
	set_headers(request, mime, text);
	hand_over(request, status, body);
}

void http_refuse(struct http_request *request, int status, const char *fmt, ...)
{
	struct buf body = BUF_INIT;
	char sentence[SENTENCE_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(sentence, sizeof(sentence), fmt, ap); /* a cut sentence is still a sentence */
	va_end(ap);
	buf_str(&body, "{\"error\": ");
	text_json(&body, sentence, strlen(sentence));
	buf_str(&body, "}\n");
	if (body.failed) /* then without a sentence: this must end */
		buf_deinit(&body);
	http_reply(request, status, "application/json", &body);
	buf_deinit(&body);
}
