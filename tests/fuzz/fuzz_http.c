/* SPDX-License-Identifier: MIT */
/* fuzz: any bytes as a request, as a client sends it and as the gate reads it, and as an answer that ours reads. What
 * is accepted keeps the promises of http/head.h and http/target.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/accept.h"
#include "http/client.h"
#include "http/head.h"
#include "http/hosts.h"
#include "http/route.h"
#include "http/secret.h"
#include "http/server.h"
#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_route routes[] = {{.path = "/"}, {.path = "/p/{}/x"}, {.path = "/a/"}, {.path = "/b"}};

static void check_clean(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
			abort();
}

static void check_target(const char *text)
{
	struct target target;
	static char rest[ROUTE_REST_MAX + 1];

	if (target_parse(text, &target) != 0)
		return;
	check_clean(target.path);
	if (*target.path != '/' || strstr(target.path, "/../"))
		abort();
	if (target.n_params > TARGET_PARAMS_MAX)
		abort();
	for (size_t i = 0; i < target.n_params; i++) {
		check_clean(target.params[i].name);
		check_clean(target.params[i].value);
		if (!target_param(&target, target.params[i].name, 0))
			abort();
	}
	if (route_find(routes, sizeof(routes) / sizeof(*routes), target.raw, rest))
		check_clean(rest);
	(void)target_strip(&target, "/a");
	target_deinit(&target);
}

static void check_fields(const struct head *head)
{
	static const char *const types[] = {"application/json", "text/html", NULL}, *const names[] = {"a.example",
												      "b:1", NULL};
	const struct hosts_local local = {"127.0.0.1", 80, 80};

	for (size_t i = 0; i < head->n_fields; i++) {
		const char *value = head->fields[i].value;

		check_clean(head->fields[i].name);
		check_clean(value);
		(void)accept_type(value, types);
		(void)accept_gzip(value);
		(void)hosts_same_origin(value, head->host);
		if (hosts_allow(value, &local, names) && strlen(value) > 64)
			abort();
		if (secret_check("a token nobody guesses", value, NULL, "c") ||
		    secret_check("the same", NULL, value, "c"))
			abort();
	}
}

static void check_request(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1);
	size_t scanned = 0, end = 0, step = size ? data[0] % 7 + 1u : 1;
	const char *why = NULL;
	struct head head;

	if (!bytes)
		abort();
	memcpy(bytes, data, size);
	for (size_t n = 0; n < size && !end;) {
		size_t seen = scanned;

		n = n + step < size ? n + step : size;
		end = head_end(bytes, n, &scanned);
		if (!end && head_hopeless(bytes, n, seen, &why))
			break;
		if (end && memcmp(bytes + end - 4, "\r\n\r\n", 4) != 0)
			abort();
	}
	if (end && head_parse(bytes, end, &head) == 0) {
		if (!head.method || !head.host || head.n_fields > HEAD_FIELDS_MAX || *head.target != '/')
			abort();
		check_fields(&head);
		check_target(head.target);
	}
	free(bytes);
}

static void check_answer(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size + 1);
	struct http_answer answer = {0};
	struct err err;

	if (!bytes)
		abort();
	memcpy(bytes, data, size);
	if (http_answer_read(bytes, size, 1000, &answer, &err) == 0)
		if (answer.body.len > 1000 || answer.status < 0 || answer.status > 999 || strlen(answer.mime) >= 128)
			abort();
	http_answer_deinit(&answer);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	check_target(text);
	free(text);
	check_request(data, size);
	check_answer(data, size);
	return 0;
}
