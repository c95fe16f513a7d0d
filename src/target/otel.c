/* SPDX-License-Identifier: MIT */
/* otel: a process's own word on what it is. */
#include "target/otel.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
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

struct view {
	const uint8_t *p, *end;
};

enum wire_type { WIRE_VARINT = 0, WIRE_I64 = 1, WIRE_LEN = 2, WIRE_I32 = 5 };

static bool varint(struct view *v, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && v->p < v->end; shift += 7) {
		uint8_t byte = *v->p++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = value;
			return true;
		}
	}
	return false;
}

static bool skip(struct view *v, uint64_t n)
{
	if (n > (uint64_t)(v->end - v->p))
		return false;
	v->p += n;
	return true;
}

/* The next field of a message. *content is empty unless it is bytes. False at the end, and where it is damaged. */
static bool next_field(struct view *v, uint64_t *field, struct view *content)
{
	uint64_t tag, n;

	if (v->p == v->end || !varint(v, &tag))
		return false;
	*field = tag >> 3;
	*content = (struct view){v->p, v->p};
	switch (tag & 7) {
	case WIRE_VARINT:
		return varint(v, &n);
	case WIRE_I64:
		return skip(v, 8);
	case WIRE_I32:
		return skip(v, 4);
	case WIRE_LEN:
		if (!varint(v, &n))
			return false;
		content->p = v->p;
		if (!skip(v, n))
			return false;
		content->end = v->p;
		return true;
	default:
		return false;
	}
}

/* The first field of this number that is bytes. */
static bool find(struct view v, uint64_t number, struct view *ret)
{
	uint64_t field;

	while (next_field(&v, &field, ret))
		if (field == number && ret->p < ret->end)
			return true;
	return false;
}

/* A KeyValue. False if it is none: what has no value is a message around it. */
static bool take_pair(struct view pair, otel_fn fn, void *ctx)
{
	struct view key, value, text;

	if (!find(pair, 1, &key) || !find(pair, 2, &value))
		return false;
	if (find(value, 1, &text))
		fn(ctx, (const char *)key.p, (size_t)(key.end - key.p), (const char *)text.p,
		   (size_t)(text.end - text.p));
	return true;
}

/* How many attributes a resource has. */
static size_t take_resource(struct view resource, otel_fn fn, void *ctx)
{
	struct view pair;
	uint64_t field;
	size_t n = 0;

	while (next_field(&resource, &field, &pair))
		n += field == 1 && take_pair(pair, fn, ctx);
	return n;
}

void otel_attributes(const void *payload, size_t n, otel_fn fn, void *ctx)
{
	const struct view all = {payload, (const uint8_t *)payload + n};
	struct view resource;

	if (n > 0 && take_resource(all, fn, ctx) == 0 && find(all, 1, &resource))
		(void)take_resource(resource, fn, ctx); /* then it has none */
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
