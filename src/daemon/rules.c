/* SPDX-License-Identifier: MIT */
/* rules: which processes are looked at, and how. */
#include "daemon/rules.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/expression.h"
#include "base/text.h"
#include "scrape.h"

#define LABEL_KEY_MAX 64
#define LABEL_VALUE_MAX 256
#define CONTAINER_PREFIX_MIN 12 /* what tools print of an ID */

static int out_of_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

static void rule_deinit(struct rule *rule)
{
	free(rule->name);
	for (size_t i = 0; i < RULES_TEXTS; i++)
		free(rule->texts[i]);
	free(rule->service);
	free(rule->labels);
	expression_free(rule->command);
	expression_free(rule->cgroup);
}

void rules_deinit(struct rules *rules)
{
	VEC_EACH (rule, &rules->list)
		rule_deinit(rule);
	VEC_DEINIT(&rules->list);
}

static int set(char **place, const char *value, struct err *err)
{
	char *copy;

	if (strlen(value) > RULES_TEXT_MAX)
		return err_set(err, SCRAPE_ELIMIT, "longer than %d bytes", RULES_TEXT_MAX);
	copy = strdup(value);
	if (!copy)
		return out_of_memory(err);
	free(*place);
	*place = copy;
	return 0;
}

int rules_add(struct rules *rules, const char *name, struct rule **ret, struct err *err)
{
	struct rule *rule;
	int r;

	if (rules->list.n >= RULES_MAX)
		return err_set(err, SCRAPE_ELIMIT, "more than %d rules", RULES_MAX);
	rule = VEC_PUSH(&rules->list);
	if (!rule)
		return out_of_memory(err);
	rule->uid = RULES_UID_ANY;
	r = set(&rule->name, name, err);
	if (r < 0) {
		rules->list.n--;
		return r;
	}
	*ret = rule;
	return 0;
}

int rules_clear(struct rule *rule, struct err *err)
{
	char *name = strdup(rule->name);

	if (!name)
		return out_of_memory(err);
	rule_deinit(rule);
	*rule = (struct rule){.name = name, .uid = RULES_UID_ANY};
	return 0;
}

int rules_set_text(struct rule *rule, enum rules_text which, const char *value, struct err *err)
{
	struct expression *tried = NULL;
	int r = 0;

	if (!*value)
		return err_set(err, SCRAPE_EINVAL, "needs a value");
	if (strlen(value) <= RULES_TEXT_MAX && (which == RULES_COMMAND || which == RULES_CGROUP))
		r = expression_compile(value, &tried, err);
	expression_free(tried);
	return r < 0 ? r : set(&rule->texts[which], value, err);
}

int rules_set_service(struct rule *rule, const char *value, struct err *err)
{
	struct buf clean = BUF_INIT;
	int r;

	if (!*value)
		return err_set(err, SCRAPE_EINVAL, "needs a value");
	text_clean(&clean, value, strlen(value), RULES_TEXT_MAX);
	r = buf_cstr(&clean) ? set(&rule->service, clean.data, err) : out_of_memory(err);
	buf_deinit(&clean);
	return r;
}

static bool is_label_key(const char *key)
{
	size_t n = strlen(key);

	if (n == 0 || n > LABEL_KEY_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)key[i]) && key[i] != '_' && key[i] != '.' && key[i] != '-')
			return false;
	return true;
}

/* Copies the lines that are not of this key; returns how many. */
static size_t other_labels(const char *labels, const char *key, struct buf *out)
{
	size_t n = 0, key_len = strlen(key);

	for (const char *line = labels ? labels : ""; *line;) {
		size_t len = strcspn(line, "\n") + 1;

		if (strncmp(line, key, key_len) != 0 || line[key_len] != '=') {
			buf_add(out, line, len);
			n++;
		}
		line += len;
	}
	return n;
}

int rules_set_label(struct rule *rule, const char *key, const char *value, struct err *err)
{
	struct buf labels = BUF_INIT;
	char *copy = NULL;
	size_t n;
	int r = 0;

	if (!is_label_key(key))
		return err_set(err, SCRAPE_EINVAL,
			       "a label's key is at most %d letters, digits, \"_\", \".\" and \"-\"", LABEL_KEY_MAX);
	n = other_labels(rule->labels, key, &labels);
	if (*value) { /* an empty one is none */
		buf_fmt(&labels, "%s=", key);
		text_clean(&labels, value, strlen(value), LABEL_VALUE_MAX);
		buf_chr(&labels, '\n');
		n++;
	}
	if (n > RULES_LABELS_MAX || labels.len > RULES_LABELS_BYTES)
		r = err_set(err, SCRAPE_ELIMIT, "more than %d labels, or %d bytes of them", RULES_LABELS_MAX,
			    RULES_LABELS_BYTES);
	else if (!buf_cstr(&labels) || !(copy = strdup(labels.data)))
		r = out_of_memory(err);
	buf_deinit(&labels);
	if (r < 0)
		return r;
	free(rule->labels);
	rule->labels = copy;
	return 0;
}

static int compile_text(const char *text, struct expression **ret, struct err *err)
{
	return text && !*ret ? expression_compile(text, ret, err) : 0;
}

static int compile_rule(struct rule *rule, struct err *err)
{
	int r = compile_text(rule->texts[RULES_COMMAND], &rule->command, err);

	return r < 0 ? r : compile_text(rule->texts[RULES_CGROUP], &rule->cgroup, err);
}

int rules_compile(struct rules *rules, struct err *err)
{
	VEC_EACH (rule, &rules->list) {
		int r = compile_rule(rule, err);

		if (r < 0) {
			(void)err_wrap(err, "rule %s", rule->name);
			return r;
		}
	}
	return 0;
}

static bool fits_glob(const char *glob, const char *text)
{
	return !glob || fnmatch(glob, text, 0) == 0;
}

static bool fits_exe(const char *glob, const char *exe)
{
	const char *slash = strrchr(exe, '/');

	if (glob && !strchr(glob, '/') && slash)
		exe = slash + 1;
	return fits_glob(glob, exe);
}

static bool fits_container(const char *glob, const char *container)
{
	size_t n = glob ? strlen(glob) : 0;

	if (!glob)
		return true;
	if (!*container)
		return false;
	return fits_glob(glob, container) || (n >= CONTAINER_PREFIX_MIN && strncmp(glob, container, n) == 0);
}

static bool fits_expression(const struct expression *expression, const char *subject)
{
	return !expression || expression_matches(expression, subject);
}

/* But for the age. What is cheap comes first. */
static bool fits(const struct rule *rule, const struct rules_facts *facts)
{
	char *const *texts = rule->texts;

	return (rule->pid == 0 || rule->pid == facts->pid) && (rule->uid == RULES_UID_ANY || rule->uid == facts->uid) &&
	       fits_exe(texts[RULES_EXE], facts->exe) && fits_glob(texts[RULES_UNIT], facts->unit) &&
	       fits_container(texts[RULES_CONTAINER], facts->container) &&
	       fits_expression(rule->cgroup, facts->cgroup) &&
	       fits_expression(rule->command, facts->command);
}

const struct rule *rules_find(const struct rules *rules, const struct rules_facts *facts, uint64_t *again_us)
{
	uint64_t again = 0;

	VEC_EACH (rule, &rules->list) {
		if (!fits(rule, facts))
			continue;
		if (facts->age_us >= rule->min_age_us) {
			*again_us = 0;
			return rule;
		}
		if (again == 0 || rule->min_age_us - facts->age_us < again)
			again = rule->min_age_us - facts->age_us;
	}
	*again_us = again;
	return NULL;
}

bool rules_want_command(const struct rules *rules)
{
	VEC_EACH (rule, &rules->list)
		if (rule->texts[RULES_COMMAND])
			return true;
	return false;
}

uint64_t rules_top_rate(const struct rules *rules)
{
	uint64_t top = 0;

	VEC_EACH (rule, &rules->list)
		if (!rule->exclude && rule->rate_mhz > top)
			top = rule->rate_mhz;
	return top;
}

bool rules_want_exact(const struct rules *rules)
{
	VEC_EACH (rule, &rules->list)
		if (!rule->exclude && rule->exact)
			return true;
	return false;
}
