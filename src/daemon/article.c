/* SPDX-License-Identifier: MIT */
/*
 * article: the article's own format.
 *
 * Frames that differ only in their lines read the same here, so the tree is merged once more, into a trie of these
 * texts. Lines then come out by following parents, so nobody recurses.
 */
#include "daemon/article.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "profile/ids.h"
#include "profile/strings.h"
#include "profile/tree.h"
#include "profile/trie.h"
#include "scrape.h"

#define ARTICLE_BYTES_MAX ((size_t)512 << 20)
#define UNIT ((uint64_t)1000000000) /* granularity is written in billionths of a second */

struct merged {
	struct strings texts;
	struct trie trie;      /* labels are numbers of texts */
	struct id_list text;   /* name of the tree -> text */
	struct id_list at;     /* depth -> node of the trie */
	struct id_list order;  /* nodes that have a count */
	struct id_list path;   /* scratch */
	struct {
		uint64_t *items;
		size_t n, cap;
	} counts; /* by node of the trie */
};

static void merged_deinit(struct merged *m)
{
	strings_deinit(&m->texts);
	trie_deinit(&m->trie);
	VEC_DEINIT(&m->text);
	VEC_DEINIT(&m->at);
	VEC_DEINIT(&m->order);
	VEC_DEINIT(&m->path);
	VEC_DEINIT(&m->counts);
}

static void add_word(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool blank = (unsigned char)text[i] <= ' ';

		buf_chr(out, blank ? '_' : text[i] == ';' ? ':' : text[i]);
	}
}

/* The file's own name stands for a module that is not known. */
static void add_module(struct buf *out, const struct tree_name *name)
{
	const char *slash = strrchr(name->file, '/');
	const char *file = slash ? slash + 1 : name->file;
	size_t n = strlen(file);

	if (name->module[0]) {
		add_word(out, name->module, strlen(name->module));
		return;
	}
	if (n > 3 && strcmp(file + n - 3, ".py") == 0)
		n -= 3;
	add_word(out, file, n);
}

static void add_frame(struct buf *out, const struct tree_name *name)
{
	bool python = name->kind == TREE_PYTHON || name->kind == TREE_NATIVE;
	const char *text = python ? name->function : name->text;

	if (!text[0])
		text = SCRAPE_MARK_UNKNOWN;
	add_word(out, text, strlen(text));
	if (!python)
		return;
	buf_chr(out, '(');
	add_module(out, name);
	buf_chr(out, ')');
}

static int name_texts(struct merged *m, const struct tree *tree)
{
	struct buf buf = BUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < tree->n_names; i++) {
		uint32_t text;

		buf_reset(&buf);
		add_frame(&buf, &tree->names[i]);
		r = buf.failed ? SCRAPE_ENOMEM : strings_add(&m->texts, buf.data, buf.len, &text);
		if (r == 0)
			r = id_add(&m->text, text);
	}
	buf_deinit(&buf);
	return r;
}

static int add_count(struct merged *m, uint32_t node, uint64_t count)
{
	while (m->counts.n <= node)
		if (!VEC_PUSH(&m->counts))
			return SCRAPE_ENOMEM;
	m->counts.items[node] += count;
	return 0;
}

/* The root of the tree is no frame; but what ended in it is kept, or the sum would not hold. */
static int merge_nodes(struct merged *m, const struct tree *tree)
{
	uint32_t unknown;
	int r = strings_add(&m->texts, SCRAPE_MARK_UNKNOWN, strlen(SCRAPE_MARK_UNKNOWN), &unknown);

	for (size_t i = 0; r == 0 && i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		uint32_t at = TRIE_ROOT;

		if (node->depth > 0)
			r = trie_child(&m->trie, m->at.items[node->depth - 1], m->text.items[node->name], &at);
		if (r == 0 && node->depth >= m->at.n)
			r = id_add(&m->at, at);
		if (r < 0)
			return r;
		m->at.items[node->depth] = at;
		if (node->self > 0 && node->depth == 0)
			r = trie_child(&m->trie, TRIE_ROOT, unknown, &at);
		if (r == 0 && node->self > 0)
			r = add_count(m, at, node->self);
	}
	return r;
}

struct counted {
	uint64_t count;
	uint32_t node;
};

static int by_count(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static int write_line(struct merged *m, const struct counted *line, struct buf *out)
{
	m->path.n = 0;
	for (uint32_t node = line->node; node != TRIE_ROOT; node = m->trie.nodes.items[node].parent)
		if (id_add(&m->path, m->trie.nodes.items[node].label) < 0)
			return SCRAPE_ENOMEM;
	for (size_t i = m->path.n; i-- > 0;) {
		const struct string *text = &m->texts.list.items[m->path.items[i]];

		buf_add(out, text->text, text->len);
		buf_chr(out, i > 0 ? ';' : ' ');
	}
	buf_fmt(out, "%" PRIu64 "\n", line->count);
	if (out->failed)
		return SCRAPE_ENOMEM;
	return out->len > ARTICLE_BYTES_MAX ? SCRAPE_ELIMIT : 0;
}

static int write_lines(struct merged *m, struct buf *out)
{
	_cleanup_free_ struct counted *lines = calloc(m->counts.n + 1, sizeof(*lines));
	size_t n = 0;
	int r = 0;

	if (!lines)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < m->counts.n; i++)
		if (m->counts.items[i] > 0)
			lines[n++] = (struct counted){m->counts.items[i], (uint32_t)i};
	qsort(lines, n, sizeof(*lines), by_count);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = write_line(m, &lines[i], out);
	return r;
}

/* No %f: its point is the locale's. */
static void add_decimal(struct buf *out, const char *word, uint64_t billionths)
{
	char digits[16];
	int n = snprintf(digits, sizeof(digits), "%09" PRIu64, billionths % UNIT);

	while (n > 1 && digits[n - 1] == '0')
		n--;
	buf_fmt(out, "%s %" PRIu64 ".%.*s\n", word, billionths / UNIT, n, digits);
}

int article_write(const struct tree *tree, uint64_t elapsed_us, struct buf *out)
{
	double rate = tree->meta.rate_asked > 0 ? tree->meta.rate_asked : tree->meta.rate_reached;
	struct merged m = {0};
	int r = trie_init(&m.trie);

	add_decimal(out, "elapsed", elapsed_us * NSEC_PER_USEC);
	add_decimal(out, "granularity", (uint64_t)((double)UNIT / (rate > 0 ? rate : SCRAPE_RATE_DEFAULT) + 0.5));
	if (r == 0)
		r = name_texts(&m, tree);
	if (r == 0)
		r = merge_nodes(&m, tree);
	if (r == 0)
		r = write_lines(&m, out);
	merged_deinit(&m);
	return r == 0 && out->failed ? SCRAPE_ENOMEM : r;
}

/* cursors->n without one. */
static size_t find(const struct article_cursors *cursors, const char *peer, uint32_t pid)
{
	size_t i = 0;

	while (i < cursors->n && (cursors->items[i].pid != pid || strcmp(cursors->items[i].peer, peer) != 0))
		i++;
	return i;
}

uint64_t article_cursor_get(const struct article_cursors *cursors, const char *peer, uint32_t pid)
{
	size_t i = find(cursors, peer, pid);

	return i < cursors->n ? cursors->items[i].at_us : 0;
}

static struct article_cursor *quietest(struct article_cursors *cursors)
{
	struct article_cursor *least = &cursors->items[0];

	for (size_t i = 1; i < cursors->n; i++)
		if (cursors->items[i].used_us < least->used_us)
			least = &cursors->items[i];
	return least;
}

void article_cursor_advance(struct article_cursors *cursors, const char *peer, uint32_t pid, uint64_t at_us,
			    uint64_t now_us)
{
	size_t i = find(cursors, peer, pid);
	struct article_cursor *cursor = i < cursors->n ? &cursors->items[i] : NULL;

	if (!cursor) {
		cursor = cursors->n < ARTICLE_CURSORS_MAX ? &cursors->items[cursors->n++] : quietest(cursors);
		*cursor = (struct article_cursor){.pid = pid};
		(void)snprintf(cursor->peer, sizeof(cursor->peer), "%s", peer); /* addresses are shorter */
	}
	cursor->at_us = at_us;
	cursor->used_us = now_us;
}
