/* SPDX-License-Identifier: MIT */
/* fetch: evhttp's client with an end to its patience. */
#include "http/fetch.h"

#include <ctype.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

#define HEADERS_MAX (16 * 1024)

struct http_fetcher {
	struct event_base *base;
	struct evdns_base *dns;
	SSL_CTX *tls;
	bool trusting; /* it knows whom */
};

struct http_fetch {
	struct http_fetcher *fetcher;
	struct evhttp_connection *conn;
	struct evhttp_request *request; /* evhttp's own, until its callback has ended */
	struct bufferevent *bev;        /* of TLS, for its errors */
	struct event *deadline;
	http_fetch_fn done;
	void *ctx;
	enum evhttp_request_error failure;
	bool failed;
};

int http_url_parse(const char *text, uint16_t default_port, struct http_url *ret, struct err *err)
{
	struct http_url url = {.port = default_port};
	const char *host = text, *end, *port;
	unsigned long number;
	size_t n;

	if (strncmp(host, "https://", 8) == 0) {
		url.tls = true;
		host += 8;
	} else if (strncmp(host, "http://", 7) == 0) {
		host += 7;
	} else if (strstr(host, "://")) {
		return err_set(err, SCRAPE_EINVAL, "'%.128s' is neither http:// nor https://", text);
	}
	n = strcspn(host, "/");
	(void)snprintf(url.base, sizeof(url.base), "%s", host + n);
	end = host + n;
	if (*host == '[') {
		port = memchr(host, ']', n);
		if (!port)
			return err_set(err, SCRAPE_EINVAL, "'%.128s' has no ]", text);
		n = (size_t)(port - ++host);
		port++;
	} else {
		port = memchr(host, ':', n);
		n = port ? (size_t)(port - host) : n;
		port = port ? port : end;
	}
	if (n == 0 || n >= sizeof(url.host) || strlen(end) >= sizeof(url.base) || strpbrk(url.base, " \t\r\n#"))
		return err_set(err, SCRAPE_EINVAL, "'%.128s' is no address of a server", text);
	memcpy(url.host, host, n);
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)host[i]) && !strchr(".-_:%", host[i]))
			return err_set(err, SCRAPE_EINVAL, "'%.128s' is no address of a server", text);
	if (port < end) {
		char *after;

		number = *port == ':' && isdigit((unsigned char)port[1]) ? strtoul(port + 1, &after, 10) : 0;
		if (number == 0 || number > UINT16_MAX || after != end)
			return err_set(err, SCRAPE_EINVAL, "'%.128s' has no port from 1 to 65535", text);
		url.port = (uint16_t)number;
	}
	n = strlen(url.base);
	if (n > 0 && url.base[n - 1] == '/' && !strchr(url.base, '?'))
		url.base[n - 1] = '\0';
	*ret = url;
	return 0;
}

static int open_tls(struct http_fetcher *fetcher, const char *ca_file, struct err *err)
{
	fetcher->tls = SSL_CTX_new(TLS_client_method());
	if (!fetcher->tls)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	(void)SSL_CTX_set_min_proto_version(fetcher->tls, TLS1_2_VERSION); /* which this library has */
	SSL_CTX_set_verify(fetcher->tls, SSL_VERIFY_PEER, NULL);
	if (ca_file && SSL_CTX_load_verify_locations(fetcher->tls, ca_file, NULL) != 1) {
		ERR_clear_error();
		return err_set(err, SCRAPE_EINVAL, "%s: no certificates in it", ca_file);
	}
	fetcher->trusting = ca_file != NULL;
	return 0;
}

/* Reading the system's certificates takes 50 ms, so it is done for the first server that has to show one. */
static void trust_system(struct http_fetcher *fetcher)
{
	if (!fetcher->trusting)
		(void)SSL_CTX_set_default_verify_paths(fetcher->tls); /* else nobody is trusted */
	fetcher->trusting = true;
	ERR_clear_error();
}

int http_fetcher_new(struct event_base *base, const char *ca_file, struct http_fetcher **ret, struct err *err)
{
	struct http_fetcher *fetcher = calloc(1, sizeof(*fetcher));
	int r;

	if (!fetcher)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	fetcher->base = base;
	r = open_tls(fetcher, ca_file, err);
	if (r == 0) {
		/* without a file of name servers numbers and /etc/hosts still work */
		fetcher->dns =
			evdns_base_new(base, EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE);
		if (!fetcher->dns)
			fetcher->dns = evdns_base_new(base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
		if (!fetcher->dns)
			r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	if (r < 0) {
		http_fetcher_free(fetcher);
		return r;
	}
	*ret = fetcher;
	return 0;
}

void http_fetcher_free(struct http_fetcher *fetcher)
{
	if (!fetcher)
		return;
	if (fetcher->dns)
		evdns_base_free(fetcher->dns, 0);
	SSL_CTX_free(fetcher->tls);
	free(fetcher);
}

static void fetch_free(struct http_fetch *fetch)
{
	if (fetch->deadline)
		event_free(fetch->deadline);
	if (fetch->conn)
		evhttp_connection_free(fetch->conn); /* and the request */
	free(fetch);
}

const char *http_fetched_header(const struct http_fetched *answer, const char *name)
{
	const struct http_fetch *fetch = answer->fetch;

	return answer->status && fetch->request
		       ? evhttp_find_header(evhttp_request_get_input_headers(fetch->request), name)
		       : NULL;
}

/* The connection may not be freed from within its own callback: the rest happens in the next turn of the loop. */
static void finish(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	fetch_free(arg);
}

static void hand_over(struct http_fetch *fetch, const struct http_fetched *answer)
{
	fetch->done(fetch->ctx, answer);
	fetch->done = NULL;
	fetch->request = NULL;
	(void)event_del(fetch->deadline); /* cannot fail */
	if (event_base_once(fetch->fetcher->base, -1, EV_TIMEOUT, finish, fetch, &(struct timeval){0}) < 0)
		fetch->deadline = NULL; /* without memory it stays */
}

/* Why TLS failed, if that was it. */
static const char *reason_of(const struct http_fetch *fetch, char *text, size_t n)
{
	unsigned long code = fetch->bev ? bufferevent_get_openssl_error(fetch->bev) : 0;
	const char *why = code ? ERR_reason_error_string(code) : NULL;

	if (why) {
		(void)snprintf(text, n, "TLS: %s", why);
		return text;
	}
	if (bufferevent_socket_get_dns_error(evhttp_connection_get_bufferevent(fetch->conn)))
		return "the name of the host is not known";
	if (!fetch->failed)
		return "nobody answers there";
	switch (fetch->failure) {
	case EVREQ_HTTP_TIMEOUT:
		return "no answer in time";
	case EVREQ_HTTP_DATA_TOO_LONG:
		return "the answer is too large";
	case EVREQ_HTTP_INVALID_HEADER:
		return "the answer is no HTTP";
	case EVREQ_HTTP_EOF:
		return "the connection ended before the answer did";
	default:
		return "the connection failed";
	}
}

static void answered(struct evhttp_request *request, void *ctx)
{
	struct http_fetch *fetch = ctx;
	struct http_fetched answer = {.fetch = fetch, .error = ""};
	char text[256];

	if (!fetch->done)
		return;
	if (request && evhttp_request_get_response_code(request) && !fetch->failed) {
		struct evbuffer *body = evhttp_request_get_input_buffer(request);

		fetch->request = request;
		answer.status = evhttp_request_get_response_code(request);
		answer.n_body = evbuffer_get_length(body);
		answer.body = answer.n_body ? (const void *)evbuffer_pullup(body, -1) : "";
		if (!answer.body) {
			answer.status = 0;
			answer.error = "out of memory";
		}
	} else {
		answer.error = reason_of(fetch, text, sizeof(text));
		answer.cut = fetch->failed && fetch->failure == EVREQ_HTTP_DATA_TOO_LONG;
		answer.alien = answer.error == text; /* of TLS */
		if (fetch->failed && fetch->failure == EVREQ_HTTP_INVALID_HEADER)
			answer.alien = true;
	}
	hand_over(fetch, &answer);
}

static void failed(enum evhttp_request_error error, void *ctx)
{
	struct http_fetch *fetch = ctx;

	fetch->failed = true;
	fetch->failure = error;
}

static void too_late(evutil_socket_t fd, short what, void *ctx)
{
	struct http_fetch *fetch = ctx;
	const struct http_fetched answer = {.fetch = fetch, .error = "no answer in time"};

	(void)fd;
	(void)what;
	if (fetch->done)
		hand_over(fetch, &answer);
}

static struct bufferevent *open_bev(struct http_fetcher *fetcher, const struct http_url *url)
{
	struct bufferevent *bev;
	SSL *ssl;

	if (!url->tls)
		return bufferevent_socket_new(fetcher->base, -1, BEV_OPT_CLOSE_ON_FREE);
	trust_system(fetcher);
	ssl = SSL_new(fetcher->tls);
	if (!ssl)
		return NULL;
	(void)SSL_set_tlsext_host_name(ssl, url->host); /* an address is no name: then there is none */
	if (SSL_set1_host(ssl, url->host) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	if (strchr(url->host, ':') || strspn(url->host, "0123456789.") == strlen(url->host))
		(void)X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), url->host);
	/* from here on the SSL is the bufferevent's */
	bev = bufferevent_openssl_socket_new(fetcher->base, -1, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	if (!bev)
		SSL_free(ssl);
	else
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

static bool connect_to(struct http_fetch *fetch, const struct http_fetch_plan *plan)
{
	struct bufferevent *bev = open_bev(fetch->fetcher, plan->url);

	if (!bev)
		return false;
	fetch->conn = evhttp_connection_base_bufferevent_new(fetch->fetcher->base, fetch->fetcher->dns, bev,
							     plan->url->host, plan->url->port);
	if (!fetch->conn) {
		bufferevent_free(bev);
		return false;
	}
	fetch->bev = plan->url->tls ? bev : NULL;
	evhttp_connection_set_max_body_size(fetch->conn, (ev_ssize_t)plan->max_body);
	evhttp_connection_set_max_headers_size(fetch->conn, HEADERS_MAX);
	evhttp_connection_set_timeout(fetch->conn, (int)(plan->timeout_ms / 1000 + 1));
	return true;
}

static void put_headers(struct evhttp_request *request, const struct http_fetch_plan *plan)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
	bool v6 = strchr(plan->url->host, ':') != NULL;
	char text[1024];

	/* without memory one is missing, and the answer is a refusal */
	(void)snprintf(text, sizeof(text), v6 ? "[%s]:%u" : "%s:%u", plan->url->host, plan->url->port);
	(void)evhttp_add_header(headers, "Host", text);
	(void)evhttp_add_header(headers, "User-Agent", "scrape/" SCRAPE_VERSION);
	(void)evhttp_add_header(headers, "Connection", "close");
	if (plan->accept)
		(void)evhttp_add_header(headers, "Accept", plan->accept);
	if (plan->token && *plan->token && snprintf(text, sizeof(text), "Bearer %s", plan->token) < (int)sizeof(text))
		(void)evhttp_add_header(headers, "Authorization", text);
	if (plan->tenant)
		(void)evhttp_add_header(headers, "X-Scope-OrgID", plan->tenant);
	if (plan->body)
		(void)evhttp_add_header(headers, "Content-Type", plan->body_mime);
	for (size_t i = 0; i < plan->n_headers; i++)
		(void)evhttp_add_header(headers, plan->headers[i].name, plan->headers[i].value);
}

/* evhttp frees the request, also when it cannot be sent. */
static bool send_request(struct http_fetch *fetch, const struct http_fetch_plan *plan)
{
	struct evhttp_request *request = evhttp_request_new(answered, fetch);
	char *target = NULL;
	bool sent;

	if (!request)
		return false;
	evhttp_request_set_error_cb(request, failed);
	put_headers(request, plan);
	if (plan->body && evbuffer_add(evhttp_request_get_output_buffer(request), plan->body, plan->n_body) < 0) {
		evhttp_request_free(request);
		return false;
	}
	if (asprintf(&target, "%s%s", plan->url->base, plan->path ? plan->path : *plan->url->base ? "" : "/") < 0) {
		evhttp_request_free(request);
		return false;
	}
	sent = evhttp_make_request(fetch->conn, request, plan->body ? EVHTTP_REQ_POST : EVHTTP_REQ_GET, target) == 0;
	free(target);
	return sent;
}

struct http_fetch *http_fetch(struct http_fetcher *fetcher, const struct http_fetch_plan *plan, http_fetch_fn done,
			      void *ctx)
{
	const struct timeval timeout = {plan->timeout_ms / 1000, plan->timeout_ms % 1000 * 1000};
	struct http_fetch *fetch = calloc(1, sizeof(*fetch));

	if (!fetch)
		return NULL;
	fetch->fetcher = fetcher;
	fetch->ctx = ctx;
	fetch->deadline = evtimer_new(fetcher->base, too_late, fetch);
	if (!fetch->deadline || event_add(fetch->deadline, &timeout) < 0 || !connect_to(fetch, plan) ||
	    !send_request(fetch, plan)) {
		fetch_free(fetch);
		return NULL;
	}
	fetch->done = done;
	return fetch;
}

void http_fetch_cancel(struct http_fetch *fetch)
{
	if (fetch && fetch->done) {
		fetch->done = NULL;
		fetch_free(fetch);
	}
}
