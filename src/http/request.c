/* SPDX-License-Identifier: MIT */
/* request: what a handler can ask of it. The answer is in reply.c. */
#include "http/request.h"

#include <stdlib.h>
#include <string.h>

#include "http/accept.h"
#include "http/conn.h"
#include "http/server_private.h"

struct http_request *request_new(struct http_conn *conn)
{
	struct http_request *request = calloc(1, sizeof(*request));

	if (!request)
		return NULL;
	request->conn = conn;
	request->server = conn->server;
	memcpy(request->peer, conn->peer, sizeof(request->peer));
	return request;
}

void request_free(struct http_request *request)
{
	if (!request)
		return;
	if (request->queued) /* 0 for one that outlives its server */
		request->server->queued -= request->queued;
	buf_deinit(&request->head_bytes);
	buf_deinit(&request->body);
	target_deinit(&request->target);
	free(request->rest);
	free(request);
}

const char *http_path(const struct http_request *request)
{
	return request->target.path;
}

const char *http_rest(const struct http_request *request)
{
	return request->rest;
}

bool http_is_post(const struct http_request *request)
{
	return request->head.method == HEAD_POST;
}

const char *http_param(const struct http_request *request, const char *name, size_t i)
{
	return target_param(&request->target, name, i);
}

const char *http_unknown_param(const struct http_request *request, const char *const *known)
{
	for (size_t i = 0; i < request->target.n_params; i++) {
		const char *name = request->target.params[i].name;
		size_t k = 0;

		while (known[k] && strcmp(known[k], name) != 0)
			k++;
		if (!known[k])
			return name;
	}
	return NULL;
}

const char *http_header(const struct http_request *request, const char *name)
{
	return head_field(&request->head, name);
}

const char *http_peer(const struct http_request *request)
{
	return request->peer;
}

const char *http_accepts(const struct http_request *request, const char *const *types)
{
	return accept_type(http_header(request, "Accept"), types);
}

size_t http_body(const struct http_request *request, const char **ret)
{
	*ret = request->body.data ? request->body.data : "";
	return request->body.len;
}

void http_on_gone(struct http_request *request, void (*fn)(void *ctx), void *ctx)
{
	request->gone = fn;
	request->gone_ctx = ctx;
}

void http_on_sent(struct http_request *request, void (*fn)(void *ctx), void *ctx)
{
	request->sent = fn;
	request->sent_ctx = ctx;
}
