/* SPDX-License-Identifier: MIT */
/* srv_answer: a walk over a DNS message (RFC 1035, 4.1). c-ares undoes the compression of names, but its own reader of
 * SRV records does not tell how long they hold. */
#include "daemon/srv_answer.h"

#define CARES_NO_DEPRECATED /* later versions would rather have other functions, which 1.18 has not */
#include <ares.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

#define HEADER 12
#define CLASS_IN 1
#define TYPE_SRV 33
#define FIXED 10 /* of a record behind its name: type, class, time to live, length */
#define DATA_MIN 7

struct walk {
	const unsigned char *bytes;
	size_t n, at;
};

static unsigned get16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

bool srv_name_is_good(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > SRV_NAME_MAX || *name == '.' || *name == '-' || strstr(name, ".."))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isascii((unsigned char)name[i]) || (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i])))
			return false;
	return true;
}

static int broken(struct err *err)
{
	return err_set(err, SCRAPE_EFORMAT, "an answer that is broken");
}

static bool skip_name(struct walk *walk)
{
	char *name;
	long used;

	if (walk->at >= walk->n ||
	    ares_expand_name(walk->bytes + walk->at, walk->bytes, (int)walk->n, &name, &used) != ARES_SUCCESS)
		return false;
	ares_free_string(name);
	walk->at += (size_t)used;
	return true;
}

/* data: priority, weight, port, target */
static int take_target(const struct walk *walk, size_t data, size_t n, struct srv_answer *answer, struct err *err)
{
	struct srv_target target = {.port = 0}, *place;
	char *name;
	long used;
	bool good, none;

	if (n < DATA_MIN ||
	    ares_expand_name(walk->bytes + data + 6, walk->bytes, (int)walk->n, &name, &used) != ARES_SUCCESS)
		return broken(err);
	none = *name == '\0';
	good = (size_t)used + 6 == n && (none || srv_name_is_good(name));
	if (good)
		(void)snprintf(target.host, sizeof(target.host), "%s", name); /* bounded above */
	ares_free_string(name);
	target.port = (uint16_t)get16(walk->bytes + data + 4);
	if (none && good)
		return 0;
	if (!good || target.port == 0)
		return err_set(err, SCRAPE_EFORMAT, "an answer with a target that is no name and port");
	if (answer->targets.n >= SRV_ANSWER_MAX)
		return err_set(err, SCRAPE_ELIMIT, "an answer of more than %d records", SRV_ANSWER_MAX);
	place = VEC_PUSH(&answer->targets);
	if (!place)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	*place = target;
	return 0;
}

static int take_record(struct walk *walk, struct srv_answer *answer, struct err *err)
{
	const unsigned char *fixed;
	size_t data, n;
	uint32_t ttl_s;
	int r;

	if (!skip_name(walk) || walk->n - walk->at < FIXED)
		return broken(err);
	fixed = walk->bytes + walk->at;
	n = get16(fixed + 8);
	data = walk->at + FIXED;
	if (walk->n - data < n)
		return broken(err);
	walk->at = data + n;
	if (get16(fixed) != TYPE_SRV || get16(fixed + 2) != CLASS_IN)
		return 0;
	ttl_s = (uint32_t)get16(fixed + 4) << 16 | get16(fixed + 6);
	r = take_target(walk, data, n, answer, err);
	if (r == 0 && (answer->targets.n <= 1 || ttl_s < answer->ttl_s))
		answer->ttl_s = ttl_s > INT32_MAX ? 0 : ttl_s; /* RFC 2181, 8 */
	return r;
}

int srv_answer_read(const void *bytes, size_t n, struct srv_answer *ret, struct err *err)
{
	struct walk walk = {bytes, n, HEADER};
	struct srv_answer answer = {.ttl_s = 0};
	unsigned questions, records;
	int r = 0;

	if (n < HEADER || n > INT_MAX)
		return broken(err);
	questions = get16(walk.bytes + 4);
	records = get16(walk.bytes + 6);
	for (unsigned i = 0; i < questions && r == 0; i++) {
		if (!skip_name(&walk) || walk.n - walk.at < 4)
			r = broken(err);
		walk.at += 4; /* type and class */
	}
	for (unsigned i = 0; i < records && r == 0; i++)
		r = take_record(&walk, &answer, err);
	if (r < 0)
		srv_answer_deinit(&answer);
	else
		*ret = answer;
	return r;
}

void srv_answer_deinit(struct srv_answer *answer)
{
	VEC_DEINIT(&answer->targets);
}

static int by_name(const void *a, const void *b)
{
	const struct srv_target *one = a, *other = b;
	int order = strcmp(one->host, other->host);

	return order ? order : (one->port > other->port) - (one->port < other->port);
}

bool srv_answer_is_same(struct srv_answer *a, struct srv_answer *b)
{
	if (a->targets.n != b->targets.n)
		return false;
	if (a->targets.n == 0)
		return true;
	qsort(a->targets.items, a->targets.n, sizeof(*a->targets.items), by_name);
	qsort(b->targets.items, b->targets.n, sizeof(*b->targets.items), by_name);
	for (size_t i = 0; i < a->targets.n; i++)
		if (by_name(&a->targets.items[i], &b->targets.items[i]) != 0)
			return false;
	return true;
}
