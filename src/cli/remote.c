/* SPDX-License-Identifier: MIT */
/* remote: one question, and its answer as a table. */
#include "cli/remote.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/out.h"
#include "daemon/token.h"
#include "http/client.h"
#include "scrape.h"

#define TIMEOUT_MS 30000
#define BODY_MAX ((size_t)512 << 20)

bool remote_is_url(const char *text)
{
	return strncmp(text, "http://", 7) == 0 || strncmp(text, "unix:", 5) == 0;
}

int remote_parse(const char *url, struct remote *ret, struct err *err)
{
	size_t host = strncmp(url, "http://", 7) == 0 ? 7 : 0, n = host + strcspn(url + host, host ? "/?#" : "?#");
	const char *question = strchr(url, '?');

	if (strlen(url) >= REMOTE_URL_MAX)
		return err_set(err, SCRAPE_EINVAL, "'%.64s...' is too long", url);
	*ret = (struct remote){0};
	memcpy(ret->base, url, n);
	if (question)
		(void)snprintf(ret->words, sizeof(ret->words), "%s", question + 1); /* as long as the whole at most */
	return 0;
}

static int fetch(const char *base, const char *path, const char *token_file, struct http_answer *answer,
		 struct err *err)
{
	const struct http_limits limits = {.timeout_ms = TIMEOUT_MS, .max_body = BODY_MAX};
	char token[TOKEN_MAX] = "";
	int r = token_file ? token_read(token_file, token, err) : 0;

	if (r == 0)
		r = http_get(base, path, *token ? token : NULL, &limits, answer, err);
	return r;
}

/* What the server says, made fit for a terminal. */
static int tell_refusal(const struct http_answer *answer)
{
	json_t *json = json_loadb(answer->body.data, answer->body.len, 0, NULL);
	const char *error = json_string_value(json_object_get(json, "error"));
	struct buf text = BUF_INIT;

	text_clean(&text, error ? error : "", error ? strlen(error) : 0, 400);
	log_error("status %d%s%s", answer->status, error ? ": " : "", error && buf_cstr(&text) ? text.data : "");
	buf_deinit(&text);
	json_decref(json);
	return SCRAPE_EXIT_FAILURE;
}

/* As the function prints it. */
static int print_json(const struct http_answer *answer, const char *output, remote_print_fn print)
{
	json_t *json = json_loadb(answer->body.data, answer->body.len, 0, NULL);
	struct err err = {0};
	char *text = NULL;
	size_t n = 0;
	FILE *out = json ? open_memstream(&text, &n) : NULL;
	int code = SCRAPE_EXIT_FAILURE;

	if (!json) {
		log_error("the answer is no JSON");
	} else if (out) {
		code = print(json, out);
		if (fclose(out) != 0 || out_save(output, text, n, &err) < 0) {
			log_error("%s", *err.text ? err.text : "out of memory");
			code = SCRAPE_EXIT_FAILURE;
		}
	}
	free(text);
	json_decref(json);
	return code;
}

int remote_show(const char *base, const char *path, const char *token_file, const char *output, remote_print_fn print)
{
	struct http_answer answer = {0};
	struct err err = {0};
	int code = 0;

	if (!path || fetch(base, path, token_file, &answer, &err) < 0) {
		log_error("%s", path ? err.text : "out of memory");
		return SCRAPE_EXIT_FAILURE;
	}
	if (answer.status != 200) {
		code = tell_refusal(&answer);
	} else if (print) {
		code = print_json(&answer, output, print);
	} else if (out_save(output, answer.body.data, answer.body.len, &err) < 0) {
		log_error("%s", err.text);
		code = SCRAPE_EXIT_FAILURE;
	}
	http_answer_deinit(&answer);
	return code;
}

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

/* Names come from targets, by way of a server: hostile. */
static void put_clean(const json_t *object, const char *key, FILE *out)
{
	const char *text = json_string_value(json_object_get(object, key));
	struct buf clean = BUF_INIT;

	text_clean(&clean, text ? text : "", text ? strlen(text) : 0, 200);
	(void)fputs(buf_cstr(&clean) ? clean.data : "", out);
	buf_deinit(&clean);
}

static void put_interval(const json_t *value, FILE *out)
{
	double lo = number(value, "lo"), hi = number(value, "hi");

	if (!json_is_number(json_object_get(value, "lo")))
		(void)fprintf(out, "  too short to tell    ");
	else
		(void)fprintf(out, "  [%+.4f, %+.4f]%s", lo, hi, lo <= 0 && hi >= 0 ? " may be chance" : "");
}

int remote_diff_table(const void *json, FILE *out)
{
	const json_t *rows = json_object_get(json, "rows"), *row;
	const char *note = json_string_value(json_object_get(json, "note"));
	size_t i;

	if (!json_is_array(rows)) {
		log_error("the answer is not what was expected");
		return SCRAPE_EXIT_FAILURE;
	}
	if (note && *note) {
		(void)fprintf(out, "without intervals: ");
		put_clean(json, "note", out);
		(void)fputc('\n', out);
	}
	(void)fprintf(out, "%9s %9s %9s  95 %% interval (cores)  function (self)\n", "before", "after", "change");
	json_array_foreach(rows, i, row)
	{
		const json_t *self = json_object_get(row, "self");

		if (number(self, "base") == 0 && number(self, "comp") == 0)
			continue;
		(void)fprintf(out, "%9.4f %9.4f %+9.4f", number(self, "base"), number(self, "comp"),
			      number(self, "delta"));
		put_interval(self, out);
		(void)fputs("  ", out);
		put_clean(row, "text", out);
		(void)fputc('\n', out);
	}
	return SCRAPE_EXIT_OK;
}

static void put_time(const json_t *item, const char *key, FILE *out)
{
	time_t seconds = (time_t)number(item, key);
	struct tm tm;
	char text[64] = "?";

	if (gmtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm); /* fits */
	(void)fputs(text, out);
}

int remote_regressions_table(const void *json, FILE *out)
{
	const json_t *items = json_object_get(json, "items"), *item, *flag;
	size_t i, k;

	if (!json_is_array(items)) {
		log_error("the answer is not what was expected");
		return SCRAPE_EXIT_FAILURE;
	}
	json_array_foreach(items, i, item)
	{
		put_clean(item, "service", out);
		(void)fputs("  ", out);
		put_clean(item, "text", out);
		(void)fputs("\n    at ", out);
		put_time(item, "moment", out);
		(void)fputs(" [", out);
		put_time(item, "moment_lo", out);
		(void)fputs(", ", out);
		put_time(item, "moment_hi", out);
		(void)fprintf(out, "]\n    from %.4f to %.4f ", number(item, "before"), number(item, "after"));
		put_clean(item, "unit", out);
		(void)fprintf(out, " (%+.4f", number(item, "delta"));
		put_interval(item, out);
		(void)fputs(")", out);
		json_array_foreach(json_object_get(item, "flags"), k, flag)
		{
			(void)fprintf(out, " %.32s", json_string_value(flag) ? json_string_value(flag) : "");
		}
		(void)fputc('\n', out);
	}
	if (json_array_size(items) == 0)
		(void)fprintf(out, "nothing changed: %lld functions of %lld services were tested\n",
			      (long long)number(json, "tested"), (long long)number(json, "services"));
	return SCRAPE_EXIT_OK;
}
