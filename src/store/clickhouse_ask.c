/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_ask: a question and its answer. What fails in the middle of an answer comes as status 200 with a sentence
 * behind it: the server is told to have all of it before it begins (wait_end_of_query), which not all in between obey,
 * so it is looked for all the same.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/gzip.h"
#include "base/text.h"
#include "http/ask.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define ANSWER_MAX ((size_t)512 << 20)
#define TIMEOUT_MS 60000
#define SAID_MAX 200
#define GZIP_LEAST 1024   /* bytes; less is not worth it */
#define FAILURE_MAX 16384 /* bytes of a sentence behind an answer */

/* Numbers of ClickHouse's errors (src/Common/ErrorCodes.cpp). */
enum {
	UNKNOWN_TABLE = 60,
	UNKNOWN_DATABASE = 81,
	UNKNOWN_USER = 192,
	WRONG_PASSWORD = 193,
	REQUIRED_PASSWORD = 194,
	READONLY = 164,
	ACCESS_DENIED = 497,
	AUTHENTICATION_FAILED = 516,
};

static int code_of(const char *body)
{
	const char *code = strstr(body, "Code: ");

	return code ? atoi(code + 6) : 0;
}

static bool is_text(const char *from, const char *end)
{
	for (const char *p = from; p < end; p++)
		if ((unsigned char)*p < ' ' && *p != '\n' && *p != '\r' && *p != '\t')
			return false;
	return true;
}

/* Rows end in numbers or arrays, whatever texts are in them, and so in bytes that no sentence has. */
const char *clickhouse_failure_behind(const struct buf *answer)
{
	const char *end = answer->data + answer->len, *found = NULL;
	const char *from = answer->len > FAILURE_MAX ? end - FAILURE_MAX : answer->data;

	if (answer->len == 0 || end[-1] != '\n')
		return NULL;
	while (from && (from = memmem(from, (size_t)(end - from), "Code: ", 6)) != NULL) {
		if (isdigit((unsigned char)from[6]) && is_text(from, end)) {
			found = from;
			break;
		}
		from += 6;
	}
	return found;
}

/* What the server said, as one line. */
static int refused(const struct clickhouse *c, const struct http_reply *reply, const char *why, struct err *err)
{
	struct buf said = BUF_INIT;
	const char *text;
	int code = code_of(why), r = SCRAPE_EIO;

	text_clean(&said, why, strlen(why), SAID_MAX);
	text = buf_cstr(&said) ? said.data : "";
	switch (code) {
	case UNKNOWN_USER:
	case WRONG_PASSWORD:
	case REQUIRED_PASSWORD:
	case AUTHENTICATION_FAILED:
		r = err_set(err, SCRAPE_EPERM, "%s refuses user \"%s\" with this password",
			    c->place.hosts[c->host].host, c->place.user[0] ? c->place.user : "default");
		break;
	case READONLY:
	case ACCESS_DENIED:
		r = err_set(err, SCRAPE_EPERM, "user \"%s\" may not do that: %s",
			    c->place.user[0] ? c->place.user : "default", text);
		break;
	case UNKNOWN_DATABASE:
		r = err_set(err, SCRAPE_EGONE, "there is no database \"%s\"", c->place.database);
		break;
	case UNKNOWN_TABLE:
		r = err_set(err, SCRAPE_EFORMAT, "the database \"%s\" has no tables of scrape's: see scrape store init",
			    c->place.database);
		break;
	default:
		r = err_set(err, SCRAPE_EIO, "%s: status %d: %s", c->place.hosts[c->host].host, reply->status, text);
	}
	buf_deinit(&said);
	return r;
}

static void make_path(const struct clickhouse *c, const struct clickhouse_body *body, struct buf *out)
{
	buf_fmt(out,
		"/?database=%s&default_format=RowBinary&wait_end_of_query=1&buffer_size=1048576"
		"&max_query_size=67108864&max_ast_elements=10000000&max_expanded_ast_elements=10000000"
		"&insert_distributed_sync=1",
		c->place.database);
	/* what is read is what was written: from the replica to which all write, as long as that is there and has not
	 * missed anything, for which the server would allow it 300 s */
	if (c->place.cluster[0])
		buf_str(out, "&load_balancing=in_order&max_replica_delay_for_distributed_queries=1");
	if (c->version >= 2100)
		buf_str(out, "&async_insert=0");
	if (body->token && c->version >= CLICKHOUSE_WITH_TOKENS)
		buf_fmt(out, "&insert_deduplication_token=%s", body->token);
	if (body->into) {
		buf_str(out, "&query=INSERT%20INTO%20");
		text_percent(out, body->into);
		buf_str(out, "%20FORMAT%20RowBinary");
	}
}

/* Asks one host. What is packed already goes as it is. */
static int exchange(struct clickhouse *c, const struct clickhouse_body *body, struct http_reply *reply, struct err *err)
{
	struct http_header headers[3];
	struct http_fetch_plan plan = {.url = &c->place.hosts[c->host],
				       .body_mime = "application/octet-stream",
				       .headers = headers,
				       .max_body = ANSWER_MAX,
				       .timeout_ms = TIMEOUT_MS};
	struct buf path = BUF_INIT, packed = BUF_INIT;
	const bool is_packed = gzip_is(body->bytes, body->n);
	int r = !is_packed && body->n >= GZIP_LEAST ? gzip_add(&packed, body->bytes, body->n) : 0;

	make_path(c, body, &path);
	plan.path = buf_cstr(&path);
	plan.body = packed.len ? packed.data : body->bytes;
	plan.n_body = packed.len ? packed.len : body->n;
	if (packed.len || is_packed)
		headers[plan.n_headers++] = (struct http_header){"Content-Encoding", "gzip"};
	if (c->place.user[0])
		headers[plan.n_headers++] = (struct http_header){"X-ClickHouse-User", c->place.user};
	if (c->password)
		headers[plan.n_headers++] = (struct http_header){"X-ClickHouse-Key", c->password};
	if (r == 0 && plan.path)
		http_ask(c->asker, &plan, reply);
	else
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	buf_deinit(&path);
	buf_deinit(&packed);
	return r;
}

static int judge(const struct clickhouse *c, struct http_reply *reply, struct err *err)
{
	const struct http_url *url = &c->place.hosts[c->host];
	const char *why;

	if (reply->status == 0)
		return err_set(err, reply->alien ? SCRAPE_EPERM : SCRAPE_EIO, "%s:%u: %s", url->host, url->port,
			       reply->error);
	if (!buf_cstr(&reply->body))
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	why = reply->status == 200 ? clickhouse_failure_behind(&reply->body) : reply->body.data;
	return why ? refused(c, reply, why, err) : 0;
}

/* Takes what the body of a good answer holds. */
static int ask(struct clickhouse *c, const struct clickhouse_body *body, struct buf *ret, struct err *err)
{
	int r = SCRAPE_EIO;
	bool next = true;

	for (size_t i = 0; i < c->place.n_hosts && next; i++) {
		struct http_reply reply = {0};

		r = exchange(c, body, &reply, err);
		if (r == 0)
			r = judge(c, &reply, err);
		if (r == 0) {
			buf_deinit(ret);
			*ret = reply.body;
			return 0;
		}
		next = r == SCRAPE_EIO || reply.alien;
		http_reply_deinit(&reply);
		if (next)
			c->host = (c->host + 1) % c->place.n_hosts;
	}
	return r;
}

int clickhouse_ask(struct clickhouse *c, const struct buf *sql, struct buf *ret, struct err *err)
{
	if (sql->failed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return ask(c, &(struct clickhouse_body){.bytes = sql->data, .n = sql->len}, ret, err);
}

int clickhouse_send(struct clickhouse *c, const struct clickhouse_body *body, struct err *err)
{
	struct buf nothing = BUF_INIT;
	int r = ask(c, body, &nothing, err);

	if (r == 0 && nothing.len > 0)
		r = err_set(err, SCRAPE_EIO, "%s answers to rows, which nobody does who took them",
			    c->place.hosts[c->host].host);
	buf_deinit(&nothing);
	return r;
}

int clickhouse_send_rows(struct clickhouse *c, const char *into, const struct buf *rows, struct err *err)
{
	const struct clickhouse_body body = {.into = into, .bytes = rows->data, .n = rows->len};

	if (rows->failed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return rows->len > 0 ? clickhouse_send(c, &body, err) : 0;
}

int clickhouse_insert(struct clickhouse *c, const struct buf *statement, struct err *err)
{
	if (statement->failed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return clickhouse_send(c, &(struct clickhouse_body){.bytes = statement->data, .n = statement->len}, err);
}

int clickhouse_do(struct clickhouse *c, const char *sql, char *ret, size_t size, struct err *err)
{
	struct buf answer = BUF_INIT;
	struct rowbinary rows;
	const char *text = "";
	size_t n = 0;
	int r = ask(c, &(struct clickhouse_body){.bytes = sql, .n = strlen(sql)}, &answer, err);

	if (r == 0 && size > 0) {
		rows = rowbinary_of(&answer);
		if (rowbinary_more(&rows))
			text = rowbinary_text(&rows, &n);
		(void)snprintf(ret, size, "%.*s", (int)(n < size ? n : size - 1), text); /* cut */
	}
	buf_deinit(&answer);
	return r;
}

int clickhouse_numbers(struct clickhouse *c, const struct buf *sql, uint64_t *ret, size_t n, struct err *err)
{
	struct buf answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r = clickhouse_ask(c, sql, &answer, err);

	if (r == 0 && answer.len > 0 && answer.len != n * sizeof(*ret))
		r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
	if (r == 0)
		rows = rowbinary_of(&answer);
	for (size_t i = 0; i < n; i++)
		ret[i] = rowbinary_u64(&rows);
	buf_deinit(&answer);
	return r;
}

void clickhouse_quote(struct buf *out, const char *text, size_t n)
{
	buf_chr(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\'' || text[i] == '\\')
			buf_chr(out, '\\');
		buf_chr(out, text[i]);
	}
	buf_chr(out, '\'');
}
