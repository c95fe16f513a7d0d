/* SPDX-License-Identifier: MIT */
/* service: what the people who run a process call it. */
#include "target/service.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/text.h"
#include "scrape.h"
#include "target/otel.h"
#include "target/proc.h"

#define FILE_MAX (1u << 20)
#define CONTAINER_ID_LEN 64
#define CONTAINER_ID_SHOWN 12

static void add(struct buf *out, const char *name, size_t n)
{
	text_clean(out, name, n, SERVICE_NAME_MAX);
}

/* Of the attributes of a resource: the first of this name. */
static void take_attribute(void *ctx, const char *key, size_t key_len, const char *value, size_t n)
{
	struct buf *name = ctx;

	if (name->len == 0 && key_len == 12 && memcmp(key, "service.name", 12) == 0)
		add(name, value, n);
}

void service_from_environ(const char *environ, size_t n, struct buf *out)
{
	size_t len;
	const char *value = otel_variable(environ, n, "OTEL_SERVICE_NAME", &len);

	if (value && len > 0)
		add(out, value, len);
	else
		otel_environ_attributes(environ, n, take_attribute, out);
}

static bool is_container_id(const char *p, size_t n)
{
	size_t hex = 0;

	while (hex < n && isxdigit((unsigned char)p[hex]))
		hex++;
	return hex == CONTAINER_ID_LEN;
}

/* One part of a cgroup's path: "shop.service", "docker-<64 hex>.scope", "<64 hex>". */
static void from_part(const char *part, size_t n, struct buf *out)
{
	static const char unit[] = ".service";
	size_t unit_len = sizeof(unit) - 1;

	for (size_t i = 0; i + CONTAINER_ID_LEN <= n; i++)
		if ((i == 0 || part[i - 1] == '-') && is_container_id(part + i, n - i)) {
			buf_reset(out);
			add(out, part + i, CONTAINER_ID_SHOWN);
			return;
		}
	/* user@1000.service holds whole sessions and names nobody's service */
	if (n > unit_len && memcmp(part + n - unit_len, unit, unit_len) == 0 && memcmp(part, "user@", 5) != 0) {
		buf_reset(out);
		add(out, part, n - unit_len);
	}
}

void service_from_cgroup(const char *text, size_t n, struct buf *out)
{
	const char *end = text + n, *line = text;
	struct buf found = BUF_INIT;

	while (line < end) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));
		const char *path = memchr(line, '/', (size_t)((eol ? eol : end) - line));

		eol = eol ? eol : end;
		while (path && path < eol) { /* the innermost part that means something wins */
			const char *next = memchr(path + 1, '/', (size_t)(eol - path - 1));

			next = next ? next : eol;
			from_part(path + 1, (size_t)(next - path - 1), &found);
			path = next;
		}
		line = eol + 1;
	}
	buf_add(out, found.data, found.len);
	buf_deinit(&found);
}

static const char *base_name(const char *path, size_t *n)
{
	const char *slash = memrchr(path, '/', *n);

	if (!slash)
		return path;
	*n -= (size_t)(slash + 1 - path);
	return slash + 1;
}

/* Options of the interpreter that take the next argument: -W, -X, --check-hash-based-pycs. */
static bool takes_next(const char *arg, size_t n)
{
	return (n == 2 && (arg[1] == 'W' || arg[1] == 'X')) ||
	       (n == 23 && memcmp(arg, "--check-hash-based-pycs", n) == 0);
}

void service_from_command(const char *cmdline, size_t n, struct buf *out)
{
	size_t at = strnlen(cmdline, n) + 1; /* behind the program */

	while (at < n) {
		const char *arg = cmdline + at;
		size_t len = strnlen(arg, n - at);

		at += len + 1;
		if (len >= 2 && arg[0] == '-' && arg[1] == 'c')
			return;
		if (len == 2 && memcmp(arg, "-m", 2) == 0 && at < n) {
			add(out, cmdline + at, strnlen(cmdline + at, n - at));
			return;
		}
		if (len > 0 && arg[0] == '-') {
			if (takes_next(arg, len) && at < n)
				at += strnlen(cmdline + at, n - at) + 1;
			continue;
		}
		if (len > 0) {
			arg = base_name(arg, &len);
			add(out, arg, len);
			return;
		}
	}
}

static void from_file(const struct proc *proc, const char *name, void (*parse)(const char *, size_t, struct buf *),
		      struct buf *out)
{
	struct buf text = BUF_INIT;

	if (out->len == 0 && io_read_file(proc->dirfd, name, FILE_MAX, &text) == 0 && text.len > 0)
		parse(text.data, text.len, out);
	buf_deinit(&text);
}

static void from_comm(const char *text, size_t n, struct buf *out)
{
	add(out, text, n > 0 && text[n - 1] == '\n' ? n - 1 : n);
}

void service_name(const struct proc *proc, const struct buf *context, struct buf *out)
{
	struct buf name = BUF_INIT;

	otel_attributes(context->data, context->len, take_attribute, &name);
	from_file(proc, "environ", service_from_environ, &name);
	from_file(proc, "cgroup", service_from_cgroup, &name);
	from_file(proc, "cmdline", service_from_command, &name);
	from_file(proc, "comm", from_comm, &name);
	if (name.len == 0)
		buf_str(&name, "unknown");
	buf_add(out, name.data, name.len);
	buf_deinit(&name);
}
