/* SPDX-License-Identifier: MIT */
/* http: what of it is pure: heads, targets, routes, hosts, Accept, the token, an answer. */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "http/accept.h"
#include "http/ask.h"
#include "http/client.h"
#include "http/head.h"
#include "http/hosts.h"
#include "http/route.h"
#include "http/secret.h"
#include "http/server.h"
#include "http/target.h"
#include "scrape.h"

static struct head head;
static char bytes[65536];

static int parse(const char *text)
{
	memcpy(bytes, text, strlen(text) + 1);
	return head_parse(bytes, strlen(text), &head);
}

START_TEST(test_head)
{
	ck_assert_int_eq(
		parse("GET /a?b HTTP/1.1\r\nHost: h:1\r\nX-A:\t  b c \t\r\nX-Empty:\r\nCookie: \xc3\xa9\r\n\r\n"), 0);
	ck_assert_int_eq(head.method, HEAD_GET);
	ck_assert_str_eq(head.target, "/a?b");
	ck_assert_str_eq(head.host, "h:1");
	ck_assert_str_eq(head_field(&head, "x-a"), "b c");
	ck_assert_str_eq(head_field(&head, "X-EMPTY"), "");
	ck_assert_str_eq(head_field(&head, "Cookie"), "\xc3\xa9");
	ck_assert_ptr_null(head_field(&head, "X"));
	ck_assert(head.keep_alive);
	ck_assert_uint_eq(head.content_length, 0);
	ck_assert_int_eq(parse("GET / HTTP/1.0\r\nHost: h\r\n\r\n"), 0);
	ck_assert(!head.keep_alive);
	ck_assert_int_eq(parse("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n"), 0);
	ck_assert(!head.keep_alive);
	ck_assert_int_eq(head.method, HEAD_HEAD);
	ck_assert_int_eq(parse("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 000000000012\r\n\r\n"), 0);
	ck_assert_uint_eq(head.content_length, 12);
	ck_assert_int_eq(parse("PATCH / HTTP/1.1\r\nHost: h\r\n\r\n"), 0);
	ck_assert_int_eq(head.method, HEAD_OTHER);
}
END_TEST

/* The bulk is in tests/http/malformed.py, over the wire. */
START_TEST(test_head_refused)
{
	ck_assert_int_eq(parse("GET / HTTP/1.1\r\n\r\n"), 400);
	ck_assert_int_eq(head.method, HEAD_GET);
	ck_assert_int_eq(parse("HEAD / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), 501);
	ck_assert_int_eq(head.method, HEAD_HEAD);
	ck_assert_str_ne(head.why, "");
	ck_assert_int_eq(parse("\r\n"), 400);
	ck_assert_int_eq(parse("GET"), 400);
	ck_assert_int_eq(parse("GET / HTTP/1.1\r\nHost: h"), 400);
	ck_assert_int_eq(parse("GET / HTTP/1.1\r\nHost: h\r\n"), 400);
}
END_TEST

START_TEST(test_head_end)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\nbody";
	size_t scanned = 0, n;
	const char *why = NULL;

	for (n = 0; n < strlen(text) - 4; n++) {
		size_t seen = scanned;

		ck_assert_uint_eq(head_end(text, n, &scanned), 0);
		ck_assert_int_eq(head_hopeless(text, n, seen, &why), 0);
	}
	ck_assert_uint_eq(head_end(text, n, &scanned), strlen(text) - 4);
	scanned = 0;
	ck_assert_uint_eq(head_end(text, strlen(text), &scanned), strlen(text) - 4);
	ck_assert_int_eq(head_hopeless("GET /\n", 6, 0, &why), 400);
	ck_assert_int_eq(head_hopeless("\x16\x03", 2, 0, &why), 400);
	memset(bytes, 'a', sizeof(bytes));
	ck_assert_int_eq(head_hopeless(bytes, HEAD_TARGET_MAX + 32, 0, &why), 0);
	ck_assert_int_eq(head_hopeless(bytes, HEAD_TARGET_MAX + 33, 0, &why), 414);
	bytes[10] = '\r';
	bytes[11] = '\n';
	ck_assert_int_eq(head_hopeless(bytes, HEAD_MAX, 0, &why), 0);
	ck_assert_int_eq(head_hopeless(bytes, HEAD_MAX + 1, 0, &why), 431);
}
END_TEST

START_TEST(test_lists)
{
	ck_assert(head_lists("close", "close"));
	ck_assert(head_lists("keep-alive, Close", "close"));
	ck_assert(head_lists(" ,,close;x", "close"));
	ck_assert(!head_lists("closed", "close"));
	ck_assert(!head_lists("not close", "close"));
	ck_assert(!head_lists("", "close"));
}
END_TEST

START_TEST(test_decode)
{
	char good[] = "%41+%2b%e2%82%ac%2F", again[] = "a+b",
	     bad[][8] = {"%", "%4", "%4g", "%g4", "%00", "%0a", "%7f", "\x1b"};

	ck_assert_int_eq(target_decode(good, true), 7);
	ck_assert_str_eq(good, "A +\xe2\x82\xac/");
	ck_assert_int_eq(target_decode(again, false), 3);
	ck_assert_str_eq(again, "a+b");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(target_decode(bad[i], true), -1);
}
END_TEST

START_TEST(test_target)
{
	struct target target;

	ck_assert_int_eq(target_parse("/s/%61/b%2Fc?x=1&y&x=%20+&=v&&z=a=b?c", &target), 0);
	ck_assert_str_eq(target.raw, "/s/%61/b%2Fc");
	ck_assert_str_eq(target.path, "/s/a/b/c");
	ck_assert_uint_eq(target.n_params, 5);
	ck_assert_str_eq(target_param(&target, "x", 0), "1");
	ck_assert_str_eq(target_param(&target, "x", 1), "  ");
	ck_assert_ptr_null(target_param(&target, "x", 2));
	ck_assert_str_eq(target_param(&target, "y", 0), "");
	ck_assert_str_eq(target_param(&target, "", 0), "v");
	ck_assert_str_eq(target_param(&target, "z", 0), "a=b?c");
	ck_assert_int_eq(target_strip(&target, "/x"), -1);
	ck_assert_int_eq(target_strip(&target, "/s/%6"), -1);
	ck_assert_int_eq(target_strip(&target, ""), 0);
	ck_assert_int_eq(target_strip(&target, "/s"), 0);
	ck_assert_str_eq(target.raw, "/%61/b%2Fc");
	ck_assert_str_eq(target.path, "/a/b/c");
	ck_assert_str_eq(target_param(&target, "x", 0), "1");
	target_deinit(&target);
	ck_assert_int_eq(target_parse("/s", &target), 0);
	ck_assert_int_eq(target_strip(&target, "/s"), 1);
	target_deinit(&target);
	ck_assert_int_eq(target_parse("x", &target), 400);
	ck_assert_int_eq(target_parse("/.", &target), 400);
	ck_assert_int_eq(target_parse("/a/../b", &target), 400);
	ck_assert_int_eq(target_parse("/a/..", &target), 400);
	ck_assert_int_eq(target_parse("/a/%2e%2E/b", &target), 400);
	ck_assert_int_eq(target_parse("/a/...b/.c/d.", &target), 0);
	target_deinit(&target);
}
END_TEST

START_TEST(test_route)
{
	static const struct http_route routes[] = {
		{.path = "/"}, {.path = "/p/{}/x"}, {.path = "/p/"}, {.path = "/a"}, {.path = "/{}"}};
	static const struct {
		const char *path, *want, *rest;
	} cases[] = {
		{"/", "/", ""},           {"/p/7/x", "/p/{}/x", "7"}, {"/p/a%2Fb/x", "/p/{}/x", "a/b"},
		{"/p/7/y", "/p/", "7/y"}, {"/p//x", "/p/", "/x"},     {"/p/", "/p/", ""},
		{"/a", "/a", ""},         {"/%61", "/a", ""},         {"/b", "/{}", "b"},
		{"/a/", NULL, ""},        {"/a%2f", "/{}", "a/"},     {"/b/c", NULL, ""},
		{"/p", "/{}", "p"},       {"/%", NULL, ""},
	};
	char rest[ROUTE_REST_MAX + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct http_route *route = route_find(routes, 5, cases[i].path, rest);

		ck_assert_msg(!route == !cases[i].want && (!route || strcmp(route->path, cases[i].want) == 0), "%s",
			      cases[i].path);
		ck_assert_str_eq(rest, cases[i].rest);
	}
}
END_TEST

START_TEST(test_hosts)
{
	static const char *const names[] = {"a.example", "b.example:99", NULL};
	struct hosts_local local = {"10.0.0.1", 80, 80}, tls = {"127.0.0.1", 16384, 443}, un = {"unix", 0, 80};

	/* The rest is in tests/http/doors.py, over the wire. */
	ck_assert(hosts_allow("10.0.0.1", &local, NULL));
	ck_assert(hosts_allow("10.0.0.1:80", &local, NULL));
	ck_assert(hosts_allow("localhost", &local, NULL));
	ck_assert(!hosts_allow("10.0.0.1:443", &local, NULL));
	ck_assert(!hosts_allow("10.0.0.2", &local, names));
	ck_assert(!hosts_allow("localhost", &tls, names));
	ck_assert(hosts_allow("localhost:16384", &tls, names));
	ck_assert(hosts_allow("a.example", &tls, names));
	ck_assert(hosts_allow("A.EXAMPLE:16384", &tls, names));
	ck_assert(!hosts_allow("a.example:99", &tls, names));
	ck_assert(hosts_allow("b.example:99", &tls, names));
	ck_assert(!hosts_allow("b.example", &tls, names));
	ck_assert(hosts_allow("localhost:1", &un, NULL));
	ck_assert(hosts_allow("localhost", &un, NULL));
	ck_assert(!hosts_allow("evil.example", &un, names));
	ck_assert(!hosts_allow("unix", &un, names));
	ck_assert(!hosts_allow("", &un, names));
}
END_TEST

START_TEST(test_origin)
{
	ck_assert(hosts_same_origin("http://a:1", "a:1"));
	ck_assert(hosts_same_origin("https://A.b", "a.B"));
	ck_assert(!hosts_same_origin("http://a:1/", "a:1"));
	ck_assert(!hosts_same_origin("http://a", "a:80"));
	ck_assert(!hosts_same_origin("a", "a"));
	ck_assert(!hosts_same_origin("null", "null"));
}
END_TEST

START_TEST(test_addresses)
{
	static const struct {
		const char *text, *shown;
		bool loopback;
	} cases[] = {
		{"127.0.0.1", "127.0.0.1", true},
		{"127.255.0.9", "127.255.0.9", true},
		{"0.0.0.0", "0.0.0.0", false},
		{"128.0.0.1", "128.0.0.1", false},
		{"::1", "::1", true},
		{"::", "::", false},
		{"::ffff:127.0.0.3", "127.0.0.3", true},
		{"::ffff:10.0.0.1", "10.0.0.1", false},
		{"fe80::1", "fe80::1", false},
		{"1270::1", "1270::1", false},
	};
	char text[HOSTS_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		union {
			struct sockaddr any;
			struct sockaddr_in in;
			struct sockaddr_in6 in6;
		} a = {0};

		a.any.sa_family = strchr(cases[i].text, ':') ? AF_INET6 : AF_INET;
		a.in.sin_port = htons(80); /* at the same place in both */
		ck_assert_int_eq(inet_pton(a.any.sa_family, cases[i].text,
					   a.any.sa_family == AF_INET ? (void *)&a.in.sin_addr : &a.in6.sin6_addr),
				 1);
		ck_assert_uint_eq(hosts_text(&a.any, text), 80);
		ck_assert_str_eq(text, cases[i].shown);
		ck_assert_msg(hosts_is_loopback(&a.any) == cases[i].loopback, "%s", cases[i].text);
	}
	ck_assert(hosts_is_loopback(&(struct sockaddr){.sa_family = AF_UNIX}));
}
END_TEST

START_TEST(test_accept)
{
	static const char *const types[] = {"application/json", "text/html", "text/plain", NULL};
	static const struct {
		const char *accept, *want;
	} cases[] = {
		{NULL, "application/json"},
		{"*/*", "application/json"},
		{"text/*", "text/html"},
		{"text/plain", "text/plain"},
		{"TEXT/Plain ; q=0.001", "text/plain"},
		{"text/plain;q=0.5, text/html;q=0.6", "text/html"},
		{"text/plain;q=0.5,application/*;level=1;q=0.50", "application/json"},
		{"text/html;q=0, text/*;q=0.2", "text/plain"},
		{"*/*;q=0.1, text/plain;q=0.05, application/json;q=0", "text/html"},
		{"text/html;q=", "text/html"},
		{"text/html;q=x", NULL},
		{"text/html;q=0.000", NULL},
		{"text/html;q=1.999", "text/html"},
		{"image/png", NULL},
		{"", NULL},
		{",;/*q=,", NULL},
		{"text", NULL},
		{"*", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = accept_type(cases[i].accept, types);

		ck_assert_msg(got == cases[i].want || (got && cases[i].want && strcmp(got, cases[i].want) == 0),
			      "%s: %s", cases[i].accept, got);
	}
	ck_assert(!accept_gzip(NULL));
	ck_assert(accept_gzip("gzip"));
	ck_assert(accept_gzip("deflate, gzip;q=1.0, *;q=0.5"));
	ck_assert(!accept_gzip("*, gzip;q=0"));
	ck_assert(!accept_gzip("gzip;q=0.0, *"));
	ck_assert(!accept_gzip("br"));
}
END_TEST

START_TEST(test_secret)
{
	char cookie[SECRET_COOKIE_LEN + 1], other[SECRET_COOKIE_LEN + 1], cookies[256];

	ck_assert(secret_same("a", "a"));
	ck_assert(!secret_same("a", "b"));
	ck_assert(!secret_same("a", "aa"));
	ck_assert(!secret_same("", "a"));
	ck_assert_int_eq(secret_check("tok", "Bearer tok", NULL, "c"), SECRET_BEARER);
	ck_assert_int_eq(secret_check("tok", "basic eDp0b2s=", NULL, "c"), SECRET_BASIC);
	ck_assert_int_eq(secret_check("t:k", "Basic eDp0Oms", NULL, "c"), SECRET_BASIC);
	ck_assert_int_eq(secret_check("tok", "Basic eDp0b2s=x", NULL, "c"), SECRET_NONE);
	ck_assert_int_eq(secret_check("tok", "Basic dG9r", NULL, "c"), SECRET_NONE);
	ck_assert_int_eq(secret_check("tok", "Bearer toc", NULL, "c"), SECRET_NONE);
	ck_assert_int_eq(secret_check("tok", NULL, NULL, "c"), SECRET_NONE);
	secret_cookie("tok", cookie);
	secret_cookie("tok2", other);
	ck_assert_uint_eq(strlen(cookie), SECRET_COOKIE_LEN);
	ck_assert_str_ne(cookie, other);
	(void)snprintf(cookies, sizeof(cookies), "c=x; d=%s;c=%s", other, cookie);
	ck_assert_int_eq(secret_check("tok", NULL, cookies, "c"), SECRET_COOKIE);
	ck_assert_int_eq(secret_check("tok", NULL, cookies, "d"), SECRET_NONE);
	ck_assert_int_eq(secret_check("tok2", NULL, cookies, "d"), SECRET_COOKIE);
	ck_assert_int_eq(secret_check("tok", "Bearer x", cookies, "c"), SECRET_NONE);
}
END_TEST

START_TEST(test_answer)
{
	struct http_answer answer = {0};
	struct err err;
	char text[] = "HTTP/1.1 404 Not Found\r\ncontent-type:  text/x \r\nX: Content-Length: 1\r\nContent-Length: "
		      "3\r\n\r\nbody";

	ck_assert_int_eq(http_answer_read(text, strlen(text), 3, &answer, &err), 0);
	ck_assert_int_eq(answer.status, 404);
	ck_assert_str_eq(answer.mime, "text/x ");
	ck_assert_uint_eq(answer.body.len, 3);
	http_answer_deinit(&answer);
	memcpy(text + 9, "200", 3);
	ck_assert_int_eq(http_answer_read(text, 20, 3, &answer, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(http_answer_read(text, 0, 3, &answer, &err), SCRAPE_EFORMAT);
}
END_TEST

/* Who asks servers without TLS does not read the system's certificates, which takes longer than most answers: here they
 * are a pipe that nobody writes to. */
START_TEST(test_no_certificates)
{
	char dir[] = "/tmp/test_http.XXXXXX", pipe[64];
	const struct http_url url = {.host = "127.0.0.1", .port = 1};
	const struct http_fetch_plan plan = {.url = &url, .path = "/", .max_body = 100, .timeout_ms = 1000};
	struct http_asker *asker = NULL;
	struct http_reply reply;
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(pipe, sizeof(pipe), "%s/certificates", dir);
	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	ck_assert_int_eq(setenv("SSL_CERT_FILE", pipe, 1), 0);
	ck_assert_int_eq(http_asker_new(NULL, &asker, &err), 0);
	http_ask(asker, &plan, &reply);
	ck_assert_int_eq(reply.status, 0);
	ck_assert_str_eq(reply.error, "nobody answers there");
	http_reply_deinit(&reply);
	http_asker_free(asker);
	ck_assert_int_eq(unlink(pipe), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http");
	TCase *tcase = tcase_create("pure");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_head);
	tcase_add_test(tcase, test_head_refused);
	tcase_add_test(tcase, test_head_end);
	tcase_add_test(tcase, test_lists);
	tcase_add_test(tcase, test_decode);
	tcase_add_test(tcase, test_target);
	tcase_add_test(tcase, test_route);
	tcase_add_test(tcase, test_hosts);
	tcase_add_test(tcase, test_origin);
	tcase_add_test(tcase, test_addresses);
	tcase_add_test(tcase, test_accept);
	tcase_add_test(tcase, test_secret);
	tcase_add_test(tcase, test_answer);
	tcase_add_test(tcase, test_no_certificates);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
