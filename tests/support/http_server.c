/* SPDX-License-Identifier: MIT */
/*
 * http_server: src/http with routes that tell what they were asked, for tests/http/run.
 *
 *	http_server [--token T] [--host NAME]... [--base PATH] [--cert FILE --key FILE] [--max-connections N]
 *		[--max-body N] [--request-ms N] [--answer-ms N] [--idle-ms N] [--max-queued N] [--adopt FD]...
 *ADDRESS...
 *
 * Prints "listening ADDRESS" for each address and "ready"; ends, with everything freed, when its stdin is closed.
 */
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "http/request.h"
#include "http/server.h"

#define HOSTS_MAX 8

static struct event_base *base;
static struct http_server *server;
static unsigned gone, sent, waiting;

static void add_json(struct buf *out, const char *text)
{
	if (text)
		text_json(out, text, strlen(text));
	else
		buf_str(out, "null");
}

static long number(const struct http_request *request, const char *name, long otherwise)
{
	const char *text = http_param(request, name, 0);

	return text ? strtol(text, NULL, 10) : otherwise;
}

static void on_root(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	buf_str(&body, "hello\n");
	http_reply(request, 200, "text/plain; charset=utf-8", &body);
}

/* Everything that the request says, as JSON. */
static void on_echo(void *ctx, struct http_request *request)
{
	static const char *const known[] = {"a", "b", "ms", "n", NULL};
	static const char *const types[] = {"application/json", "text/html", "image/svg+xml", NULL};
	struct buf body = BUF_INIT;
	const char *bytes, *value;

	(void)ctx;
	buf_str(&body, "{\"path\": ");
	add_json(&body, http_path(request));
	buf_str(&body, ", \"rest\": ");
	add_json(&body, http_rest(request));
	buf_fmt(&body, ", \"post\": %s, \"a\": [", http_is_post(request) ? "true" : "false");
	for (size_t i = 0; (value = http_param(request, "a", i)); i++) {
		buf_str(&body, i ? ", " : "");
		add_json(&body, value);
	}
	buf_str(&body, "], \"unknown\": ");
	add_json(&body, http_unknown_param(request, known));
	buf_str(&body, ", \"agent\": ");
	add_json(&body, http_header(request, "USER-agent"));
	buf_str(&body, ", \"peer\": ");
	add_json(&body, http_peer(request));
	buf_str(&body, ", \"accepts\": ");
	add_json(&body, http_accepts(request, types));
	buf_fmt(&body, ", \"length\": %zu, \"body\": ", http_body(request, &bytes));
	text_json(&body, bytes, http_body(request, &bytes));
	buf_str(&body, "}");
	http_set_header(request, "X-Evil", "a\r\nX-Injected: yes");
	http_set_header(request, "X-Good", "yes");
	http_reply(request, 200, "application/json", &body);
}

static void count(void *ctx)
{
	++*(unsigned *)ctx;
}

static void on_big(void *ctx, struct http_request *request)
{
	long n = number(request, "n", 0);
	struct buf body = BUF_INIT;

	(void)ctx;
	if (buf_reserve(&body, (size_t)n)) {
		memset(body.data, 'a', (size_t)n);
		body.len = (size_t)n;
	}
	http_set_header(request, "Cache-Control", "max-age=9");
	http_on_sent(request, count, &sent);
	http_on_gone(request, count, &gone);
	http_reply(request, 200, number(request, "binary", 0) ? "application/octet-stream" : "text/plain", &body);
}

struct delay {
	struct event *timer;
	struct http_request *request;
};

static void on_delay_over(evutil_socket_t fd, short what, void *arg)
{
	struct delay *delay = arg;
	struct buf body = BUF_INIT;

	(void)fd;
	(void)what;
	waiting--;
	buf_str(&body, "late\n");
	http_reply(delay->request, 200, "text/plain", &body);
	event_free(delay->timer);
	free(delay);
}

static void on_delay_gone(void *ctx)
{
	struct delay *delay = ctx;
	struct timeval now = {0};

	gone++;
	event_add(delay->timer, &now);
}

/* Answered after ms; at once, though not from the callback, if the client goes away. */
static void on_slow(void *ctx, struct http_request *request)
{
	long ms = number(request, "ms", 100);
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
	struct delay *delay = calloc(1, sizeof(*delay));

	(void)ctx;
	if (!delay)
		abort();
	delay->request = request;
	delay->timer = evtimer_new(base, on_delay_over, delay);
	event_add(delay->timer, &tv);
	waiting++;
	http_on_gone(request, on_delay_gone, delay);
	http_on_sent(request, count, &sent);
}

static void refuse_now(void *ctx)
{
	gone++;
	waiting--;
	http_refuse(ctx, 503, "nobody hears this");
}

/* Never answered, but refused from within the callback that tells that the client has gone. */
static void on_never(void *ctx, struct http_request *request)
{
	(void)ctx;
	waiting++;
	http_on_gone(request, refuse_now, request);
}

static void on_status(void *ctx, struct http_request *request)
{
	long code = number(request, "code", 200);

	(void)ctx;
	http_set_header(request, "ETag", "\"x\"");
	if (code >= 400)
		http_refuse(request, (int)code, "asked for \"%ld\" </script>", code);
	else
		http_reply(request, (int)code, code == 200 ? "text/plain" : NULL, NULL);
}

static void on_gzipped(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	for (int i = 0; i < 4000; i++)
		buf_chr(&body, 'z');
	http_set_header(request, "Content-Encoding", "gzip");
	http_set_header(request, "Cache-Control", "max-age=1");
	http_reply(request, 200, "text/plain", &body);
}

static void on_stats(void *ctx, struct http_request *request)
{
	struct http_counts counts;
	struct buf body = BUF_INIT;

	(void)ctx;
	http_server_counts(server, &counts);
	buf_fmt(&body,
		"{\"requests\": %llu, \"refused\": %llu, \"timeouts\": %llu, \"connections\": %zu, \"gone\": %u, "
		"\"sent\": %u, \"waiting\": %u}",
		(unsigned long long)counts.requests, (unsigned long long)counts.refused,
		(unsigned long long)counts.timeouts, counts.connections, gone, sent, waiting);
	http_reply(request, 200, "application/json", &body);
}

static const struct http_route routes[] = {
	{"/", HTTP_OPEN, false, on_root},           {"/echo", HTTP_OPEN, false, on_echo},
	{"/post", HTTP_OPEN, true, on_echo},        {"/assets/", HTTP_ALWAYS, false, on_echo},
	{"/p/{}/x", HTTP_OPEN, false, on_echo},     {"/labels/{}/values", HTTP_OPEN, false, on_echo},
	{"/big", HTTP_OPEN, false, on_big},         {"/slow", HTTP_OPEN, false, on_slow},
	{"/never", HTTP_OPEN, false, on_never},     {"/status", HTTP_OPEN, false, on_status},
	{"/gzipped", HTTP_OPEN, false, on_gzipped}, {"/private", HTTP_PRIVATE, false, on_root},
	{"/always", HTTP_ALWAYS, false, on_root},   {"/stats", HTTP_ALWAYS, false, on_stats},
};

static void on_stdin(evutil_socket_t fd, short what, void *arg)
{
	char byte;

	(void)what;
	(void)arg;
	if (read(fd, &byte, 1) <= 0)
		event_base_loopbreak(base);
}

static int serve(const struct http_config *config, char **addresses, const int *adopted, size_t n_adopted)
{
	struct err err = {0};
	struct event *end = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_stdin, NULL);
	int r = http_server_new(base, config, routes, sizeof(routes) / sizeof(*routes), NULL, &server, &err);

	for (size_t i = 0; r == 0 && i < n_adopted; i++)
		r = http_server_adopt(server, adopted[i], &err);
	for (; r == 0 && *addresses; addresses++)
		r = http_server_listen(server, *addresses, &err);
	if (r == 0) {
		for (size_t i = 0; http_server_address(server, i); i++)
			printf("listening %s\n", http_server_address(server, i));
		printf("ready\n");
		fflush(stdout);
		event_add(end, NULL);
		event_base_dispatch(base);
		http_server_free(server);
		/* Those that were out have learnt of it; let them end. */
		for (int i = 0; waiting && i < 100; i++)
			event_base_loop(base, EVLOOP_ONCE);
	} else {
		http_server_free(server);
		printf("error %d %s\n", err.code, err.text);
	}
	event_free(end);
	return r == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"token", 1, NULL, 't'},      {"host", 1, NULL, 'h'},      {"base", 1, NULL, 'b'},
		{"cert", 1, NULL, 'c'},       {"key", 1, NULL, 'k'},       {"max-connections", 1, NULL, 'n'},
		{"request-ms", 1, NULL, 'r'}, {"answer-ms", 1, NULL, 'a'}, {"max-body", 1, NULL, 'm'},
		{"max-queued", 1, NULL, 'q'}, {"idle-ms", 1, NULL, 'i'},   {"adopt", 1, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	const char *hosts[HOSTS_MAX + 1] = {0};
	struct http_config config = {.hosts = hosts, .server_name = "scrape/test"};
	size_t n_hosts = 0, n_adopted = 0;
	int adopted[HOSTS_MAX];
	int r, c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 't':
			config.token = optarg;
			break;
		case 'h':
			if (n_hosts < HOSTS_MAX)
				hosts[n_hosts++] = optarg;
			break;
		case 'b':
			config.base_path = optarg;
			break;
		case 'c':
			config.tls_cert = optarg;
			break;
		case 'k':
			config.tls_key = optarg;
			break;
		case 'n':
			config.max_connections = strtoul(optarg, NULL, 10);
			break;
		case 'i':
			config.idle_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'q':
			config.max_queued = strtoul(optarg, NULL, 10);
			break;
		case 'm':
			config.max_body = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			config.request_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'a':
			config.answer_ms = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'f':
			if (n_adopted < HOSTS_MAX)
				adopted[n_adopted++] = (int)strtol(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	base = event_base_new();
	r = serve(&config, argv + optind, adopted, n_adopted);
	event_base_free(base);
	return r;
}
