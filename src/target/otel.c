/* SPDX-License-Identifier: MIT */
/* otel: a process's own word on what it is. */
#include "target/otel.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/proto.h"
#include "target/maps.h"
#include "target/mem.h"
#include "target/mem_live.h"
#include "target/proc.h"

#define SIGNATURE "OTEL_CTX"
#define VERSION 2

struct header {
	char signature[8];
	uint32_t version, payload_size;
	uint64_t published_at_ns, payload_addr;
};

/* The first field of this number that is bytes, and not empty. */
static bool find(const char *bytes, size_t n, uint64_t number, struct proto_field *ret)
{
	struct proto_reader reader = {.at = bytes, .end = bytes + n};

	while (proto_next(&reader, ret) > 0)
		if (ret->number == number && ret->n > 0)
			return true;
	return false;
}

/* A KeyValue. False if it is none: what has no value is a message around it. */
static bool take_pair(const struct proto_field *pair, otel_fn fn, void *ctx)
{
	struct proto_field key, value, text;

	if (!find(pair->bytes, pair->n, 1, &key) || !find(pair->bytes, pair->n, 2, &value))
		return false;
	if (find(value.bytes, value.n, 1, &text))
		fn(ctx, key.bytes, key.n, text.bytes, text.n);
	return true;
}

/* How many attributes a resource has. */
static size_t take_resource(const char *bytes, size_t n, otel_fn fn, void *ctx)
{
	struct proto_reader reader = {.at = bytes, .end = bytes + n};
	struct proto_field pair;
	size_t taken = 0;

	while (proto_next(&reader, &pair) > 0)
		taken += pair.number == 1 && pair.n > 0 && take_pair(&pair, fn, ctx);
	return taken;
}

void otel_attributes(const void *payload, size_t n, otel_fn fn, void *ctx)
{
	struct proto_field resource;

	if (n > 0 && take_resource(payload, n, fn, ctx) == 0 && find(payload, n, 1, &resource))
		(void)take_resource(resource.bytes, resource.n, fn, ctx); /* then it has none */
}

const char *otel_variable(const char *environ, size_t n, const char *key, size_t *len)
{
	size_t key_len = strlen(key);

	for (size_t at = 0; at < n;) {
		const char *s = environ + at;
		size_t s_len = strnlen(s, n - at);

		if (s_len > key_len && s[key_len] == '=' && memcmp(s, key, key_len) == 0) {
			*len = s_len - key_len - 1;
			return s + key_len + 1;
		}
		at += s_len + 1;
	}
	return NULL;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

static void percent_decode(const char *text, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		bool escape = text[i] == '%' && i + 2 < n && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;

		buf_chr(out, escape ? (char)(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i]);
		i += escape ? 2 : 0;
	}
}

void otel_environ_attributes(const char *environ, size_t n, otel_fn fn, void *ctx)
{
	size_t len;
	const char *at = otel_variable(environ, n, "OTEL_RESOURCE_ATTRIBUTES", &len), *end;
	struct buf value = BUF_INIT;

	if (!at)
		return;
	end = at + len;
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end, *equals;

		while (at < stop && *at == ' ')
			at++;
		equals = memchr(at, '=', (size_t)(stop - at));
		if (equals && equals > at) {
			buf_reset(&value);
			percent_decode(equals + 1, (size_t)(stop - equals - 1), &value);
			if (value.len > 0)
				fn(ctx, at, (size_t)(equals - at), value.data, value.len);
		}
		at = stop + 1;
	}
	buf_deinit(&value);
}

static bool is_context(const struct mapping *m)
{
	static const char *const names[] = {"/memfd:" SIGNATURE, "[anon_shmem:" SIGNATURE "]", "[anon:" SIGNATURE "]"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strncmp(m->path, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool read_context(struct mem *mem, uint64_t addr, struct buf *ret)
{
	char payload[OTEL_PAYLOAD_MAX];
	struct header before, after;

	if (mem_read(mem, addr, &before, sizeof(before)) < 0 || memcmp(before.signature, SIGNATURE, 8) != 0 ||
	    before.version != VERSION || before.published_at_ns == 0 || before.payload_size > sizeof(payload))
		return false;
	if (mem_read(mem, before.payload_addr, payload, before.payload_size) < 0 ||
	    mem_read(mem, addr, &after, sizeof(after)) < 0 || after.published_at_ns != before.published_at_ns)
		return false;
	buf_add(ret, payload, before.payload_size);
	return true;
}

void otel_read(const struct proc *proc, struct buf *payload)
{
	struct maps maps = {0};
	struct mem_live live;

	mem_live_init(&live, proc->pid);
	if (maps_read(&maps, proc->dirfd, NULL) == 0)
		for (size_t i = 0; i < maps.n; i++)
			if (is_context(&maps.items[i]) && read_context(&live.mem, maps.items[i].start, payload))
				break;
	maps_deinit(&maps);
}
