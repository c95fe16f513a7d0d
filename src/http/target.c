/* SPDX-License-Identifier: MIT */
/* target: percent-decoding, once and strictly. */
#include "http/target.h"

#include <stdlib.h>
#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long target_decode(char *text, bool form)
{
	char *out = text;

	for (const char *c = text; *c; c++) {
		int value = (unsigned char)*c;

		if (*c == '%') {
			if (hex(c[1]) < 0 || hex(c[2]) < 0)
				return -1;
			value = hex(c[1]) * 16 + hex(c[2]);
			c += 2;
		} else if (*c == '+' && form) {
			value = ' ';
		}
		if (value < 0x20 || value == 0x7f)
			return -1;
		*out++ = (char)value;
	}
	*out = '\0';
	return out - text;
}

static int refuse(struct target *target, const char *why)
{
	target_deinit(target);
	target->why = why;
	return 400;
}

static bool has_dot_segment(const char *path)
{
	for (const char *at = path; at; at = strchr(at + 1, '/')) {
		size_t n = strcspn(at + 1, "/");

		if ((n == 1 && at[1] == '.') || (n == 2 && at[1] == '.' && at[2] == '.'))
			return true;
	}
	return false;
}

static int read_params(struct target *target, char *query)
{
	size_t n = 1;

	for (const char *c = query; *c; c++)
		n += *c == '&';
	if (n > TARGET_PARAMS_MAX)
		return refuse(target, "more than 128 parameters");
	target->params = calloc(n, sizeof(*target->params));
	if (!target->params)
		return -1;
	for (char *item; (item = strsep(&query, "&"));) {
		char *value = strchr(item, '=');

		if (!*item)
			continue;
		if (value)
			*value++ = '\0';
		if (target_decode(item, true) < 0 || (value && target_decode(value, true) < 0))
			return refuse(target, "a bad escape or a control character in the query");
		target->params[target->n_params++] = (struct target_param){item, value ? value : ""};
	}
	return 0;
}

int target_parse(const char *text, struct target *ret)
{
	char *query;
	int r = 0;

	*ret = (struct target){.raw = strdup(text)};
	if (!ret->raw)
		goto no_memory;
	query = strchr(ret->raw, '?');
	if (query)
		*query++ = '\0';
	ret->path = strdup(ret->raw);
	if (!ret->path)
		goto no_memory;
	if (*ret->path != '/')
		return refuse(ret, "the path does not begin with a slash");
	if (target_decode(ret->path, false) < 0)
		return refuse(ret, "a bad escape or a control character in the path");
	if (has_dot_segment(ret->path))
		return refuse(ret, "a dot segment in the path");
	if (query)
		r = read_params(ret, query);
	if (r >= 0)
		return r;
no_memory:
	target_deinit(ret);
	ret->why = "no memory";
	return 503;
}

void target_deinit(struct target *target)
{
	free(target->raw);
	free(target->path);
	free(target->params);
	*target = (struct target){0};
}

/* Cuts the first n bytes off, in place: the parameters point into what stands behind. */
static void cut(char *text, size_t n)
{
	memmove(text, text + n, strlen(text + n) + 1);
}

int target_strip(struct target *target, const char *base_path)
{
	size_t n = strlen(base_path);

	if (strncmp(target->raw, base_path, n) != 0 || (target->raw[n] && target->raw[n] != '/'))
		return -1;
	if (!target->raw[n])
		return 1;
	/* A base path is plain text, so it is as long in the decoded path. */
	cut(target->raw, n);
	cut(target->path, n);
	return 0;
}

const char *target_param(const struct target *target, const char *name, size_t i)
{
	for (size_t k = 0; k < target->n_params; k++)
		if (strcmp(target->params[k].name, name) == 0 && i-- == 0)
			return target->params[k].value;
	return NULL;
}
