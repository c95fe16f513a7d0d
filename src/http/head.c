/* SPDX-License-Identifier: MIT */
/* head: RFC 9112 without its leniencies. */
#include "http/head.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static int refuse(struct head *head, int status, const char *why)
{
	head->why = why;
	return status;
}

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

size_t head_end(const char *bytes, size_t n, size_t *scanned)
{
	size_t from = *scanned > 3 ? *scanned - 3 : 0;
	const char *end = n > from ? memmem(bytes + from, n - from, "\r\n\r\n", 4) : NULL;

	*scanned = n;
	return end ? (size_t)(end - bytes) + 4 : 0;
}

int head_hopeless(const char *bytes, size_t n, size_t seen, const char **why)
{
	const char *line = memchr(bytes, '\n', n);

	for (size_t i = seen; i < n; i++)
		if (is_control(bytes[i]) && bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != '\t') {
			*why = "a control character in the request";
			return 400;
		}
	if (line && (line == bytes || line[-1] != '\r')) {
		*why = "lines end in CR LF";
		return 400;
	}
	if (!line && n > HEAD_TARGET_MAX + 32) {
		*why = "the target is longer than 8192 bytes";
		return 414;
	}
	if (n > HEAD_MAX) {
		*why = "the header is longer than 16384 bytes";
		return 431;
	}
	return 0;
}

/* Cuts the next line out of [*at, end): it gets a NUL in place of its CR. NULL if it holds what no line may. */
static char *next_line(char **at, char *end)
{
	char *line = *at;
	char *stop = memchr(line, '\r', (size_t)(end - line));

	if (!stop || stop + 1 >= end || stop[1] != '\n')
		return NULL;
	for (const char *c = line; c < stop; c++)
		if (is_control(*c) && *c != '\t')
			return NULL;
	*stop = '\0';
	*at = stop + 2;
	return line;
}

static int read_method(struct head *head, const char *word)
{
	static const char *const others[] = {"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"};

	if (strcmp(word, "GET") == 0)
		head->method = HEAD_GET;
	else if (strcmp(word, "HEAD") == 0)
		head->method = HEAD_HEAD;
	else if (strcmp(word, "POST") == 0)
		head->method = HEAD_POST;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(word, others[i]) == 0)
			head->method = HEAD_OTHER;
	if (head->method)
		return 0;
	for (const char *c = word; *c; c++)
		if (!is_token(*c))
			return refuse(head, 400, "the method is not a word");
	return refuse(head, *word ? 501 : 400, "an unknown method");
}

/* A target of printable ASCII that begins with a slash, but not with two: that would name a host. */
static int read_target(struct head *head, char *target)
{
	if (strlen(target) > HEAD_TARGET_MAX)
		return refuse(head, 414, "the target is longer than 8192 bytes");
	if (*target != '/' || target[1] == '/')
		return refuse(head, 400, "the target does not begin with one slash");
	for (const char *c = target; *c; c++)
		if (is_control(*c) || (unsigned char)*c >= 0x80 || *c == '#' || *c == '\\')
			return refuse(head, 400, "a character in the target that has to be escaped");
	head->target = target;
	return 0;
}

static int read_first_line(struct head *head, char *line)
{
	char *target = strchr(line, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;
	int r;

	if (!version)
		return refuse(head, 400, "the first line is not METHOD TARGET VERSION");
	*target++ = '\0';
	*version++ = '\0';
	r = read_method(head, line);
	if (r)
		return r;
	if (strlen(version) != 8 || memcmp(version, "HTTP/", 5) != 0 || version[6] != '.' || version[5] < '0' ||
	    version[5] > '9' || version[7] < '0' || version[7] > '9')
		return refuse(head, 400, "the first line does not end in a version");
	if (version[5] != '1')
		return refuse(head, 505, "this server speaks HTTP/1.1");
	head->keep_alive = version[7] != '0';
	return read_target(head, target);
}

static int read_field(struct head *head, char *line)
{
	char *colon = strchr(line, ':');
	char *value, *end;

	if (is_blank(*line))
		return refuse(head, 400, "a folded header line");
	if (!colon || colon == line)
		return refuse(head, 400, "a header line without a name");
	for (const char *c = line; c < colon; c++)
		if (!is_token(*c))
			return refuse(head, 400, "a character in a header's name that may not stand there");
	if (head->n_fields == HEAD_FIELDS_MAX)
		return refuse(head, 431, "more than 64 header lines");
	*colon = '\0';
	for (value = colon + 1; is_blank(*value);)
		value++;
	for (end = value + strlen(value); end > value && is_blank(end[-1]);)
		*--end = '\0';
	head->fields[head->n_fields++] = (struct head_field){line, value};
	return 0;
}

static int read_length(struct head *head, const char *text)
{
	size_t value = 0;

	if (!*text || strlen(text) > 15)
		return refuse(head, *text ? 413 : 400, "Content-Length is not a length");
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return refuse(head, 400, "Content-Length is not a length");
		value = value * 10 + (size_t)(*text - '0');
	}
	head->content_length = value;
	return 0;
}

/* The fields that may stand only once, because two of them would mean two things. */
static int refuse_doubles(struct head *head)
{
	static const char *const single[] = {"Host", "Content-Length", "Authorization", "Origin", "Expect"};

	for (size_t i = 0; i < sizeof(single) / sizeof(*single); i++) {
		size_t n = 0;

		for (size_t j = 0; j < head->n_fields; j++)
			n += strcasecmp(head->fields[j].name, single[i]) == 0;
		if (n > 1)
			return refuse(head, 400, "a header that may stand only once stands twice");
	}
	return 0;
}

/* What the fields say of the message itself. */
static int read_meaning(struct head *head)
{
	const char *length = head_field(head, "Content-Length");
	int r = refuse_doubles(head);

	if (r)
		return r;
	head->host = head_field(head, "Host");
	if (!head->host)
		return refuse(head, 400, "no Host header");
	if (head_field(head, "Transfer-Encoding"))
		return refuse(head, length ? 400 : 501, "Transfer-Encoding is not taken: send Content-Length");
	if (head_field(head, "Expect"))
		return refuse(head, 417, "Expect is not taken");
	if (!length && head->method == HEAD_POST)
		return refuse(head, 411, "no Content-Length");
	for (size_t i = 0; i < head->n_fields; i++)
		if (strcasecmp(head->fields[i].name, "Connection") == 0 && head_lists(head->fields[i].value, "close"))
			head->keep_alive = false;
	return length ? read_length(head, length) : 0;
}

int head_parse(char *bytes, size_t n, struct head *ret)
{
	char *at = bytes, *line;
	int r;

	*ret = (struct head){.why = ""};
	line = next_line(&at, bytes + n);
	if (!line)
		return refuse(ret, 400, "a control character in the first line");
	r = read_first_line(ret, line);
	while (!r) {
		line = next_line(&at, bytes + n);
		if (!line)
			return refuse(ret, 400, "a control character in a header line");
		if (!*line)
			break;
		r = read_field(ret, line);
	}
	return r ? r : read_meaning(ret);
}

const char *head_field(const struct head *head, const char *name)
{
	for (size_t i = 0; i < head->n_fields; i++)
		if (strcasecmp(head->fields[i].name, name) == 0)
			return head->fields[i].value;
	return NULL;
}

bool head_lists(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		list += strspn(list, ", \t");
		if (strncasecmp(list, word, n) == 0 && (!list[n] || strchr(", \t;", list[n])))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}
