/* SPDX-License-Identifier: MIT */
/* expression: regular expressions from people one does not know. */
#include "base/expression.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

#define GROUPS_MAX 100	     /* in each other */
#define MATCH_HEAP_KIB 4096 /* of a match that remembers where to go back to */
#define OPTIONS (PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE)

struct expression {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

void expression_free(struct expression *expression)
{
	if (!expression)
		return;
	pcre2_match_context_free(expression->limits);
	pcre2_match_data_free(expression->data);
	pcre2_code_free(expression->code);
	free(expression);
}

static int compile(const char *text, pcre2_code **ret, struct err *err)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR why[128];
	int code = 0;

	if (!context)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	(void)pcre2_set_max_pattern_length(context, EXPRESSION_MAX);
	(void)pcre2_set_parens_nest_limit(context, GROUPS_MAX);
	*ret = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, OPTIONS, &code, &at, context);
	pcre2_compile_context_free(context);
	if (*ret)
		return 0;
	(void)pcre2_get_error_message(code, why, sizeof(why)); /* cut if it is long */
	switch (code) {
	case PCRE2_ERROR_HEAP_FAILED:
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	case PCRE2_ERROR_PATTERN_TOO_LARGE:
	case PCRE2_ERROR_PATTERN_STRING_TOO_LONG:
	case PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP:
	case PCRE2_ERROR_QUANTIFIER_TOO_BIG:
		return err_set(err, SCRAPE_ELIMIT, "the regular expression is too large: %s", (char *)why);
	default:
		return err_set(err, SCRAPE_EINVAL, "not a regular expression: %s at byte %zu", (char *)why, at);
	}
}

int expression_compile(const char *text, struct expression **ret, struct err *err)
{
	struct expression *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	r = compile(text, &new->code, err);
	if (r == 0) {
		new->data = pcre2_match_data_create(1, NULL);
		new->limits = pcre2_match_context_create(NULL);
		if (!new->data || !new->limits)
			r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	if (r < 0) {
		expression_free(new);
		return r;
	}
	(void)pcre2_set_match_limit(new->limits, EXPRESSION_STEPS);
	(void)pcre2_set_heap_limit(new->limits, MATCH_HEAP_KIB);
	*ret = new;
	return 0;
}

bool expression_matches(const struct expression *expression, const char *subject)
{
	return pcre2_match(expression->code, (PCRE2_SPTR)subject, strlen(subject), 0, 0, expression->data,
			   expression->limits) >= 0;
}
