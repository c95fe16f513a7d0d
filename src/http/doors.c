/* SPDX-License-Identifier: MIT */
/* doors: what a request has to pass before a handler sees it: target, Host, origin, path, method, token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/conn.h"
#include "http/request.h"
#include "http/route.h"
#include "http/secret.h"
#include "http/server_private.h"

static bool has_token(const struct http_server *server)
{
	return server->config->token && *server->config->token;
}

/* A page of a foreign origin, the one on the next port too, may make a browser ask us, though not read the answer.
 * Navigating here is allowed. */
static bool is_foreign(const struct http_request *request)
{
	const char *origin = http_header(request, "Origin");
	const char *site = http_header(request, "Sec-Fetch-Site"), *mode = http_header(request, "Sec-Fetch-Mode");

	if (origin)
		return !hosts_same_origin(origin, request->head.host);
	return site && strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0 &&
	       !(mode && strcasecmp(mode, "navigate") == 0);
}

/* 0, or the status of a refusal with *why. */
static int check_token(struct http_request *request, enum http_access access, const char **why)
{
	const struct http_conn *conn = request->conn;
	enum secret_way way = SECRET_NONE;
	char cookie_name[32];

	if (access == HTTP_PRIVATE_POST)
		access = http_is_post(request) ? HTTP_PRIVATE : HTTP_OPEN;
	if (access == HTTP_ALWAYS || conn->local.port == 0) /* the mode of a Unix socket is its own door */
		return 0;
	if (!has_token(request->server)) {
		*why = "this needs a token (none is set) or the Unix socket";
		return access == HTTP_PRIVATE ? 403 : 0;
	}
	(void)snprintf(cookie_name, sizeof(cookie_name), "scrape-%u", conn->local.port); /* fits */
	way = secret_check(request->server->config->token, http_header(request, "Authorization"),
			   http_header(request, "Cookie"), cookie_name);
	request->set_cookie = way == SECRET_BASIC;
	*why = "this needs the token, as Bearer or as the password of Basic";
	return way == SECRET_NONE ? 401 : 0;
}

static void refuse(struct http_request *request, int status, const char *why)
{
	request->server->counts.refused++;
	if (status == 401)
		http_set_header(request, "WWW-Authenticate", "Basic realm=\"scrape\", charset=\"UTF-8\"");
	http_refuse(request, status, "%s", why);
}

/* Relative links of the page need the slash behind the base path. */
static void redirect_to_base(struct http_request *request)
{
	struct buf to = BUF_INIT;
	const char *query = strchr(request->head.target, '?');
	const char *text;

	buf_fmt(&to, "%s/%s", request->server->config->base_path, query ? query : "");
	text = buf_cstr(&to);
	if (text)
		http_set_header(request, "Location", text);
	http_reply(request, 308, NULL, NULL);
	buf_deinit(&to);
}

static bool takes(const struct http_route *route, enum head_method method)
{
	return method == HEAD_GET || method == HEAD_HEAD || (method == HEAD_POST && route->post);
}

static void check_path(struct http_request *request)
{
	struct http_server *server = request->server;
	const char *base_path = server->config->base_path ? server->config->base_path : "";
	int stripped = target_strip(&request->target, base_path);
	const struct http_route *route = NULL;
	char rest[ROUTE_REST_MAX + 1] = "";
	const char *why = NULL;
	int status;

	if (stripped == 0)
		route = route_find(server->routes, server->n_routes, request->target.raw, rest);
	if (stripped == 1) {
		redirect_to_base(request);
		return;
	}
	if (route && !takes(route, request->head.method)) {
		http_set_header(request, "Allow", route->post ? "GET, HEAD, POST" : "GET, HEAD");
		refuse(request, 405, "this path does not take that method");
		return;
	}
	status = check_token(request, route ? route->access : HTTP_OPEN, &why);
	request->rest = strdup(rest);
	if (status)
		refuse(request, status, why);
	else if (!route)
		refuse(request, 404, "there is nothing here");
	else if (!request->rest)
		refuse(request, 503, "no memory");
	else
		route->handle(server->ctx, request);
}

void doors_dispatch(struct http_request *request)
{
	int status = target_parse(request->head.target, &request->target);

	if (status)
		refuse(request, status, request->target.why);
	else if (!hosts_allow(request->head.host, &request->conn->local, request->server->config->hosts))
		refuse(request, 421,
		       "the Host header names another server (allowed-hosts in scrape.conf, allow-host of a collector "
		       "add names)");
	else if (is_foreign(request))
		refuse(request, 403, "a page of another site may not ask this");
	else
		check_path(request);
}
