/* SPDX-License-Identifier: MIT */
/* expression: extended regular expressions from people one does not know. */
#include "base/expression.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

#define DEPTH_MAX 64 /* of groups in groups */

/* One group that is open: the parts of what is behind, and those of the newest, which an operator repeats. */
struct group {
	uint64_t before, newest;
};

/* Behind a bracket expression: "[]a]", "[^]]", "[[:alpha:]_]". */
static const char *skip_bracket(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	while (*p && *p != ']') {
		const char *end = NULL;

		if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '='))
			end = strchr(p + 2, ']');
		p = end ? end + 1 : p + 1;
	}
	return *p ? p + 1 : p;
}

/* How often "{2,5}", "{3}" or "{3,}" writes its operand, at most; 0 if it is no repetition. */
static uint64_t repetitions(const char *p)
{
	char *end;
	uint64_t n;

	if (!isdigit((unsigned char)p[1]) && p[1] != ',')
		return 0;
	n = strtoull(p + 1, &end, 10);
	if (*end == ',' && isdigit((unsigned char)end[1]))
		n = strtoull(end + 1, &end, 10);
	return n < EXPRESSION_MAX ? n + 1 : EXPRESSION_MAX + 1;
}

static void add_part(struct group *group, uint64_t parts)
{
	group->before += group->newest;
	group->newest = parts;
}

static int check(const char *text, struct err *err)
{
	struct group groups[DEPTH_MAX] = {{0}}, *at = groups;
	const char *p = text;

	while (*p) {
		if (*p == '\\' && isdigit((unsigned char)p[1]))
			return err_set(err, SCRAPE_EINVAL, "a back-reference (\\%c) is not allowed here", p[1]);
		if (*p == '(' && at == groups + DEPTH_MAX - 1)
			return err_set(err, SCRAPE_ELIMIT, "more than %d groups in each other", DEPTH_MAX - 1);
		if (*p == '(') {
			*++at = (struct group){0};
		} else if (*p == ')' && at > groups) {
			at--;
			add_part(at, at[1].before + at[1].newest + 1);
		} else if (*p == '+') {
			at->newest *= 2;
		} else if (*p == '{' && repetitions(p) > 0) {
			at->newest *= repetitions(p);
		} else {
			add_part(at, 1);
		}
		if (at->before + at->newest > EXPRESSION_MAX)
			return err_set(err, SCRAPE_ELIMIT, "the expression repeats too much: more than %d parts",
				       EXPRESSION_MAX);
		p = *p == '[' ? skip_bracket(p) : *p == '\\' && p[1] ? p + 2 : p + 1;
	}
	return 0;
}

int expression_compile(const char *text, regex_t *ret, struct err *err)
{
	char why[128];
	int r = check(text, err);

	if (r < 0)
		return r;
	r = regcomp(ret, text, REG_EXTENDED | REG_NOSUB);
	if (r == 0)
		return 0;
	(void)regerror(r, ret, why, sizeof(why)); /* cut if it is long */
	return err_set(err, r == REG_ESPACE ? SCRAPE_ENOMEM : SCRAPE_EINVAL, "not a regular expression: %s", why);
}
