/* SPDX-License-Identifier: MIT */
/* selector: Pyroscope's queries become words. */
#include "daemon/selector.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "scrape.h"

#define MATCHERS_MAX 32
#define SERVICE_NAME "service_name"

enum matching { IS, IS_NOT, MATCHES, MATCHES_NOT };

struct matcher {
	const char *label, *value;
	enum matching how;
	bool done;
};

struct matchers {
	struct matcher items[MATCHERS_MAX];
	size_t n;
};

void selector_deinit(struct selector *s)
{
	VEC_DEINIT(&s->words);
	arena_deinit(&s->arena);
}

static int no_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

int selector_add(struct selector *s, const char *name, const char *value, struct err *err)
{
	struct selector_word *word = VEC_PUSH(&s->words);

	if (!word)
		return no_memory(err);
	word->name = arena_strndup(&s->arena, name, strlen(name));
	word->value = arena_strndup(&s->arena, value, strlen(value));
	return word->name && word->value ? 0 : no_memory(err);
}

int selector_add_type(struct selector *s, const char *type, struct err *err)
{
	static const char *const modes[][2] = {{SELECTOR_CPU, "cpu"}, {SELECTOR_WALL, "wall"}, {SELECTOR_GIL, "gil"}};

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(type, modes[i][0]) == 0)
			return selector_add(s, "mode", modes[i][1], err);
	return err_set(err, SCRAPE_EINVAL, "'%.80s' is no type of profile here, such as " SELECTOR_CPU, type);
}

const char *selector_label(struct selector *s, const char *name)
{
	static const char *const plain[] = {"host", "pid", "thread"};
	char *word;

	if (strcmp(name, SERVICE_NAME) == 0)
		return "service";
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (strcmp(name, plain[i]) == 0)
			return plain[i];
	word = arena_alloc(&s->arena, strlen(name) + sizeof("label."));
	if (word) {
		memcpy(word, "label.", 6);
		memcpy(word + 6, name, strlen(name) + 1);
	}
	return word;
}

static void skip_blanks(const char **p)
{
	*p += strspn(*p, " \t\n");
}

static const char *take_name(struct selector *s, const char **p)
{
	const char *begin = *p;

	while (isalnum((unsigned char)**p) || **p == '_' || **p == '.')
		++*p;
	return *p > begin && !isdigit((unsigned char)*begin) ? arena_strndup(&s->arena, begin, (size_t)(*p - begin))
							     : NULL;
}

static bool take_operator(const char **p, enum matching *ret)
{
	static const char texts[][3] = {[IS] = "=", [IS_NOT] = "!=", [MATCHES] = "=~", [MATCHES_NOT] = "!~"};

	for (int i = MATCHES_NOT; i >= IS; i--) /* the longer ones first */
		if (strncmp(*p, texts[i], strlen(texts[i])) == 0) {
			*p += strlen(texts[i]);
			*ret = (enum matching)i;
			return true;
		}
	return false;
}

/* "a\"b" or 'a' or `a`, without its quotes; of escapes those for quotes, backslash, line end and tab are known. */
static const char *take_value(struct selector *s, const char **p)
{
	const char quote = **p;
	char *value, *to;

	if (quote != '"' && quote != '\'' && quote != '`')
		return NULL;
	to = value = arena_alloc(&s->arena, strlen(*p) + 1);
	for (++*p; value && **p && **p != quote; ++*p) {
		if (**p == '\\' && quote != '`') {
			++*p;
			if (!**p || !strchr("\\\"'nt", **p))
				return NULL;
			*to++ = (char)(**p == 'n' ? '\n' : **p == 't' ? '\t' : **p);
		} else {
			*to++ = **p;
		}
	}
	if (!value || **p != quote)
		return NULL;
	++*p;
	*to = '\0';
	return value;
}

static int refuse(const char *text, struct err *err)
{
	return err_set(err, SCRAPE_EINVAL, "'%.80s' is no selector such as {service_name=\"shop\",host=~\"a|b\"}",
		       text);
}

static int take_matcher(struct selector *s, const char **p, struct matcher *m)
{
	skip_blanks(p);
	m->label = take_name(s, p);
	skip_blanks(p);
	if (!m->label || !take_operator(p, &m->how))
		return SCRAPE_EINVAL;
	skip_blanks(p);
	m->value = take_value(s, p);
	skip_blanks(p);
	return m->value ? 0 : SCRAPE_EINVAL;
}

/* "{a="b", c!~"d"}" */
static int take_matchers(struct selector *s, const char *text, struct matchers *ret, struct err *err)
{
	const char *p = text;

	skip_blanks(&p);
	if (*p++ != '{')
		return refuse(text, err);
	skip_blanks(&p);
	while (*p != '}') {
		if (ret->n == MATCHERS_MAX)
			return err_set(err, SCRAPE_ELIMIT, "more than %d matchers", MATCHERS_MAX);
		if (take_matcher(s, &p, &ret->items[ret->n++]) < 0 || (*p != ',' && *p != '}'))
			return refuse(text, err);
		if (*p == ',')
			p++;
		skip_blanks(&p);
	}
	++p;
	skip_blanks(&p);
	return *p ? refuse(text, err) : 0;
}

/* One condition on the whole value, as a look ahead from its beginning. */
static void put_condition(struct buf *out, const struct matcher *m)
{
	buf_str(out, m->how == IS || m->how == MATCHES ? "(?=" : "(?!");
	if (m->how == MATCHES || m->how == MATCHES_NOT) {
		buf_fmt(out, "(?:%s)", m->value);
	} else {
		for (const char *c = m->value; *c; c++) {
			if (isascii((unsigned char)*c) && !isalnum((unsigned char)*c))
				buf_chr(out, '\\');
			buf_chr(out, *c);
		}
	}
	buf_str(out, "$)");
}

/* All matchers of one label are one word. */
static int add_label(struct selector *s, struct matchers *all, size_t first, struct err *err)
{
	struct matcher *m = &all->items[first];
	const char *name = selector_label(s, m->label);
	struct buf value = BUF_INIT;
	size_t n = 0;
	int r;

	buf_str(&value, "~^");
	for (size_t i = first; i < all->n; i++) {
		if (strcmp(all->items[i].label, m->label) != 0)
			continue;
		put_condition(&value, &all->items[i]);
		all->items[i].done = true;
		n++;
	}
	if (!name || !buf_cstr(&value))
		r = no_memory(err);
	else if (n == 1 && m->how == IS && m->value[0] != '~')
		r = selector_add(s, name, m->value, err);
	else
		r = selector_add(s, name, value.data, err);
	buf_deinit(&value);
	return r;
}

int selector_add_matchers(struct selector *s, const char *text, struct err *err)
{
	size_t type = strcspn(text, "{");
	struct matchers matchers = {0};
	int r = 0;

	while (type > 0 && isspace((unsigned char)text[type - 1]))
		type--;
	if (type > 0) {
		const char *name = arena_strndup(&s->arena, text, type);

		r = name ? selector_add_type(s, name, err) : no_memory(err);
	}
	text += strcspn(text, "{");
	if (r == 0 && *text)
		r = take_matchers(s, text, &matchers, err);
	for (size_t i = 0; i < matchers.n && r == 0; i++)
		if (!matchers.items[i].done)
			r = add_label(s, &matchers, i, err);
	return r;
}

static const char *word_param(const void *ctx, const char *name, size_t i)
{
	const struct selector *s = ctx;

	VEC_EACH (word, &s->words)
		if (strcmp(word->name, name) == 0 && i-- == 0)
			return word->value;
	return NULL;
}

static const char *word_unknown(const void *ctx, const char *const *known)
{
	const struct selector *s = ctx;

	VEC_EACH (word, &s->words) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], word->name) != 0)
			i++;
		if (!known[i])
			return word->name;
	}
	return NULL;
}

struct query_source selector_source(const struct selector *s)
{
	return (struct query_source){.param = word_param, .unknown = word_unknown, .ctx = s};
}
