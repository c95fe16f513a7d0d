/* SPDX-License-Identifier: MIT */
/* origin: labels that nobody had to configure. */
#include "target/origin.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "target/otel.h"
#include "target/proc.h"

#define FILE_MAX (1u << 20)
#define CONTAINER_ID_LEN 64
#define UID_LEN 36 /* 8-4-4-4-12 digits */

/* How many lines there are, and whether one is of this key. */
static bool has_key(const struct buf *out, const char *key, size_t len, size_t *ret_lines)
{
	bool found = false;

	*ret_lines = 0;
	for (size_t at = 0; at < out->len; ++*ret_lines) {
		const char *line = out->data + at, *stop = memchr(line, '\n', out->len - at);
		size_t n = stop ? (size_t)(stop - line) : out->len - at;

		found |= n > len && line[len] == '=' && memcmp(line, key, len) == 0;
		at += n + 1;
	}
	return found;
}

static void add(struct buf *out, const char *key, size_t key_len, const char *value, size_t n)
{
	size_t lines;

	if (n == 0 || n > ORIGIN_VALUE_MAX || has_key(out, key, key_len, &lines) || lines >= ORIGIN_LABELS_MAX)
		return;
	buf_add(out, key, key_len);
	buf_chr(out, '=');
	for (size_t i = 0; i < n; i++) /* whose bytes are cleaned when they are read; a line must stay one */
		buf_chr(out, (unsigned char)value[i] < ' ' || value[i] == '\\' ? ' ' : value[i]);
	buf_chr(out, '\n');
}

/* Of the attributes of a resource those that tell kinds of processes apart. */
static bool is_wanted(const char *key, size_t len)
{
	static const char *const keys[] = {"service.version", "service.namespace", "deployment.environment",
					   "deployment.environment.name"};

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)key[i]) && !strchr("._-/", key[i]))
			return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i]) == len && memcmp(keys[i], key, len) == 0)
			return true;
	return len > 4 && len < 64 && memcmp(key, "k8s.", 4) == 0;
}

static void add_attribute(void *ctx, const char *key, size_t key_len, const char *value, size_t n)
{
	if (is_wanted(key, key_len))
		add(ctx, key, key_len, value, n);
}

void origin_from_environ(const char *environ, size_t n, struct buf *out)
{
	otel_environ_attributes(environ, n, add_attribute, out);
}

static size_t count_hex(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && isxdigit((unsigned char)p[i]))
		i++;
	return i;
}

/* "pod" and a UUID, whose dashes may have become "_": "kubepods-burstable-pod0f1e_....slice", "pod0f1e-...". */
static void take_pod(const char *part, size_t n, struct buf *out)
{
	const char *at = memmem(part, n, "pod", 3);
	char uid[UID_LEN];

	while (at) {
		size_t left = n - (size_t)(at + 3 - part), i = 0;

		for (; i < UID_LEN && i < left; i++) {
			bool dash = i == 8 || i == 13 || i == 18 || i == 23;

			uid[i] = dash ? '-' : at[3 + i];
			if (dash ? at[3 + i] != '-' && at[3 + i] != '_' : !isxdigit((unsigned char)at[3 + i]))
				break;
		}
		if (i == UID_LEN)
			add(out, "k8s.pod.uid", 11, uid, UID_LEN);
		at = memmem(at + 3, left, "pod", 3);
	}
}

static void take_container(const char *part, size_t n, struct buf *out)
{
	for (size_t i = 0; i + CONTAINER_ID_LEN <= n; i++)
		if ((i == 0 || part[i - 1] == '-') && count_hex(part + i, n - i) == CONTAINER_ID_LEN) {
			add(out, "container.id", 12, part + i, CONTAINER_ID_LEN);
			return;
		}
}

static bool is_unit(const char *part, size_t n)
{
	return n > 8 && memcmp(part + n - 8, ".service", 8) == 0 && memcmp(part, "user@", 5) != 0;
}

/* The parts of a path from the innermost on. */
static void take_path(const char *path, size_t n, struct buf *out)
{
	while (n > 0) {
		const char *slash = memrchr(path, '/', n);
		const char *part = slash ? slash + 1 : path;
		size_t len = n - (size_t)(part - path);

		take_container(part, len, out);
		take_pod(part, len, out);
		if (is_unit(part, len))
			add(out, "systemd.unit", 12, part, len);
		n = slash ? (size_t)(slash - path) : 0;
	}
}

void origin_from_cgroup(const char *text, size_t n, struct buf *out)
{
	for (const char *line = text, *end = text + n; line < end;) {
		const char *eol = memchr(line, '\n', (size_t)(end - line)), *stop = eol ? eol : end;
		const char *path = memchr(line, '/', (size_t)(stop - line));

		if (path)
			take_path(path, (size_t)(stop - path), out);
		line = stop + 1;
	}
}

static void from_file(const struct proc *proc, const char *name, void (*parse)(const char *, size_t, struct buf *),
		      struct buf *out)
{
	struct buf text = BUF_INIT;

	if (io_read_file(proc->dirfd, name, FILE_MAX, &text) == 0 && text.len > 0)
		parse(text.data, text.len, out);
	buf_deinit(&text);
}

void origin_labels(const struct proc *proc, const struct buf *context, struct buf *out)
{
	otel_attributes(context->data, context->len, add_attribute, out);
	from_file(proc, "environ", origin_from_environ, out);
	from_file(proc, "cgroup", origin_from_cgroup, out);
}
