/* SPDX-License-Identifier: MIT */
/* rules as bytes: varints (unsigned LEB128) and texts (length + 1, or 0 for none, then the bytes). */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/rules.h"
#include "scrape.h"

#define WIRE_VERSION 1
#define AGE_MAX_US (400ull * 86400 * 1000000)
#define SLICE_MAX_US (24ull * 3600 * 1000000)
#define PERMILLE_MAX 1000000

enum wire_flag { WIRE_EXCLUDE = 1, WIRE_EXACT = 2, WIRE_NATIVE = 4 };

struct wire {
	const uint8_t *p, *end;
	bool bad;
};

static void put_text(struct buf *out, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	buf_varint(out, text ? n + 1 : 0);
	buf_add(out, text, n);
}

void rules_write(const struct rules *rules, struct buf *out)
{
	buf_varint(out, WIRE_VERSION);
	buf_varint(out, rules->slice_us);
	buf_varint(out, rules->budget_target_permille);
	buf_varint(out, rules->budget_permille);
	buf_varint(out, rules->list.n);
	VEC_EACH (rule, &rules->list) {
		put_text(out, rule->name);
		for (size_t i = 0; i < RULES_TEXTS; i++)
			put_text(out, rule->texts[i]);
		put_text(out, rule->service);
		put_text(out, rule->labels);
		buf_varint(out, rule->uid);
		buf_varint(out, (uint64_t)rule->pid);
		buf_varint(out, rule->min_age_us);
		buf_varint(out, rule->rate_mhz);
		buf_varint(out, (rule->exclude ? WIRE_EXCLUDE : 0u) | (rule->exact ? WIRE_EXACT : 0u) |
					 (rule->native ? WIRE_NATIVE : 0u));
	}
}

/* At most max; else, or without enough bytes, the whole is bad. */
static uint64_t get(struct wire *wire, uint64_t max)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63 && wire->p < wire->end; shift += 7) {
		uint8_t byte = *wire->p++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			wire->bad |= value > max;
			return wire->bad ? 0 : value;
		}
	}
	wire->bad = true;
	return 0;
}

/* The next text as a C string in room, or NULL for none. */
static const char *get_text(struct wire *wire, size_t max, struct buf *room)
{
	uint64_t n = get(wire, max + 1);

	if (n == 0 || wire->bad)
		return NULL;
	n--;
	if (n > (size_t)(wire->end - wire->p) || memchr(wire->p, '\0', n)) {
		wire->bad = true;
		return NULL;
	}
	buf_reset(room);
	buf_add(room, wire->p, n);
	wire->p += n;
	return buf_cstr(room);
}

static int out_of_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

/* "key=value\n" lines, each set as one, so that they are checked like any other. */
static int read_labels(struct wire *wire, struct rule *rule, struct buf *room, struct err *err)
{
	const char *labels = get_text(wire, RULES_LABELS_BYTES, room);
	int r = 0;

	while (r == 0 && labels && *labels) {
		char *line = room->data + (labels - room->data), *equals, *end = strchr(line, '\n');

		equals = end ? memchr(line, '=', (size_t)(end - line)) : NULL;
		if (!equals)
			return err_set(err, SCRAPE_EFORMAT, "a label without \"=\" or without an end");
		*equals = *end = '\0';
		r = rules_set_label(rule, line, equals + 1, err);
		labels = end + 1;
	}
	return r;
}

static int read_texts(struct wire *wire, struct rule *rule, struct buf *room, struct err *err)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < RULES_TEXTS; i++) {
		const char *text = get_text(wire, RULES_TEXT_MAX, room);

		if (text)
			r = rules_set_text(rule, (enum rules_text)i, text, err);
	}
	if (r == 0) {
		const char *text = get_text(wire, RULES_TEXT_MAX, room);

		if (text)
			r = rules_set_service(rule, text, err);
	}
	return r == 0 ? read_labels(wire, rule, room, err) : r;
}

static int read_rule(struct wire *wire, struct rules *rules, struct buf *room, struct err *err)
{
	const char *name = get_text(wire, RULES_TEXT_MAX, room);
	struct rule *rule;
	uint64_t flags;
	int r;

	if (!name)
		return err_set(err, SCRAPE_EFORMAT, "a rule without a name");
	r = rules_add(rules, name, &rule, err);
	if (r == 0)
		r = read_texts(wire, rule, room, err);
	if (r < 0)
		return r;
	rule->uid = (uint32_t)get(wire, RULES_UID_ANY);
	rule->pid = (pid_t)get(wire, INT32_MAX);
	rule->min_age_us = get(wire, AGE_MAX_US);
	rule->rate_mhz = get(wire, RULES_RATE_MAX_MHZ);
	flags = get(wire, WIRE_EXCLUDE | WIRE_EXACT | WIRE_NATIVE);
	rule->exclude = flags & WIRE_EXCLUDE;
	rule->exact = flags & WIRE_EXACT;
	rule->native = flags & WIRE_NATIVE;
	if (wire->bad || rule->rate_mhz == 0)
		return err_set(err, SCRAPE_EFORMAT, "rule %zu has an impossible number", rules->list.n);
	return room->failed ? out_of_memory(err) : 0;
}

int rules_read(const void *bytes, size_t n, struct rules *ret, struct err *err)
{
	struct wire wire = {.p = bytes, .end = (const uint8_t *)bytes + n};
	struct rules rules = {0};
	struct buf room = BUF_INIT;
	uint64_t count;
	int r = 0;

	if (get(&wire, UINT32_MAX) != WIRE_VERSION)
		return err_set(err, SCRAPE_EFORMAT, "rules of a version that this one does not know");
	rules.slice_us = get(&wire, SLICE_MAX_US);
	rules.budget_target_permille = (unsigned)get(&wire, PERMILLE_MAX);
	rules.budget_permille = (unsigned)get(&wire, PERMILLE_MAX);
	count = get(&wire, RULES_MAX);
	if (wire.bad || rules.slice_us == 0)
		r = err_set(err, SCRAPE_EFORMAT, "rules with an impossible number");
	for (uint64_t i = 0; r == 0 && i < count; i++)
		r = read_rule(&wire, &rules, &room, err);
	if (r == 0 && wire.p != wire.end)
		r = err_set(err, SCRAPE_EFORMAT, "bytes behind the last rule");
	if (r == 0)
		r = rules_compile(&rules, err);
	buf_deinit(&room);
	if (r < 0) {
		rules_deinit(&rules);
		return r;
	}
	*ret = rules;
	return 0;
}
