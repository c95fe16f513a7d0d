/* SPDX-License-Identifier: MIT */
/* comparison: two histories become rows and a tree. */
#include "daemon/comparison.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/api_answer.h"
#include "daemon/comparison_tree.h"

#define ROWS_DEFAULT 1000
#define TABLE_DEFAULT 25

double comparison_cores(const struct comparison_side *side, uint64_t value)
{
	const struct history_matrix *m = &side->matrix;
	double seconds = 0;

	for (size_t i = 0; i < m->n_hosts * m->n_slots; i++)
		seconds += m->covered_s[i];
	if (side->timeless)
		seconds = side->seconds;
	seconds = seconds > 0 ? seconds / (double)m->n_hosts : (double)side->tree.meta.duration_ns / 1e9;
	return seconds > 0 ? (double)value * (double)side->tree.meta.period_ns / 1e9 / seconds : 0;
}

void comparison_query(const struct comparison_side *side, struct history_query *ret)
{
	*ret = side->which;
	ret->max_nodes = 0;
	ret->merge = side->which.merge == HISTORY_BY_MODULE ? HISTORY_BY_MODULE : HISTORY_BY_FUNCTION;
	ret->show.no_lines = true; /* lines move when a program is deployed anew */
}

static int read_side(struct comparison *d, struct comparison_side *side, struct err *err)
{
	struct history_query query;
	int r;

	comparison_query(side, &query);
	r = history_tree(side->history, &query, &side->tree, &side->span, err);
	return r < 0 ? r : history_matrix(side->history, &query, &d->functions, &side->matrix, err);
}

static double sum(const double *values, size_t n)
{
	double all = 0;

	for (size_t i = 0; i < n; i++)
		all += values[i];
	return all;
}

/* Of a host: how many cores were used in what is covered. */
static double cores_of(const struct comparison_side *side)
{
	const struct history_matrix *m = &side->matrix;
	double covered = sum(m->covered_s, m->n_slots * m->n_hosts), used = sum(m->total_s, m->n_slots * m->n_hosts);

	return covered > 0 ? used / covered : 0;
}

/* What has no times is in one slot, as if it had taken no longer: its seconds shrink until it uses as many cores as it
 * did, or as are given. */
static void balance(struct comparison_side *side, double cores)
{
	struct history_matrix *m = &side->matrix;
	double used = sum(m->total_s, m->n_slots * m->n_hosts), factor;

	if (side->seconds == 0)
		side->seconds = cores > 0 ? used / cores : used;
	factor = cores_of(side) > 0 ? used / side->seconds / cores_of(side) : 1;
	for (size_t i = 0; i < m->n_slots * m->n_hosts; i++)
		m->total_s[i] *= factor;
	VEC_EACH (cell, &m->cells) {
		cell->self_s *= factor;
		cell->total_s *= factor;
	}
	side->tree.meta.duration_ns = (uint64_t)(side->seconds * 1e9);
}

/* First those of which it is known how long they took; of two others each is taken for one core. */
static void balance_both(struct comparison *d)
{
	struct comparison_side *sides = d->sides;
	bool known[DIFF_SIDES];

	for (int i = 0; i < DIFF_SIDES; i++) {
		known[i] = !sides[i].timeless || sides[i].seconds > 0;
		if (sides[i].timeless && known[i])
			balance(&sides[i], 0);
	}
	for (int i = 0; i < DIFF_SIDES; i++)
		if (!known[i])
			balance(&sides[i], known[!i] ? cores_of(&sides[!i]) : 0);
}

static void judge(struct comparison *d)
{
	const struct history_matrix *a = &d->sides[DIFF_BASE].matrix, *b = &d->sides[DIFF_COMP].matrix;
	uint32_t kind_a = 0, kind_b = 0;

	d->comparable = true;
	d->note = "";
	for (int i = 0; i < DIFF_SIDES; i++)
		if (d->sides[i].timeless) {
			d->comparable = false;
			d->note = "of one side it is not known when looks were taken";
			if (d->sides[i].seconds == 0)
				d->note = "how long one side took is not known: it is taken for as busy as the other";
			return;
		}
	for (size_t i = 0; i < a->n_slots; i++)
		kind_a = a->kinds[i] > kind_a ? a->kinds[i] : kind_a;
	for (size_t i = 0; i < b->n_slots; i++)
		kind_b = b->kinds[i] > kind_b ? b->kinds[i] : kind_b;
	if (kind_a >> 1 && kind_b >> 1 && kind_a != kind_b) {
		d->comparable = false;
		d->note = kind_a >> 1 != kind_b >> 1 ? "the rate of looking was another"
						     : "native frames were read on one side only";
	}
	if (d->sides[DIFF_COMP].which.show.mode == PROFILE_WALL) {
		d->comparable = false;
		d->note = "of wall time there are no intervals of confidence";
	}
}

static int compare(struct comparison *d, struct err *err)
{
	size_t n = d->functions.list.n;
	struct comparison_side *base = &d->sides[DIFF_BASE], *comp = &d->sides[DIFF_COMP];
	struct compare_summary other;
	int r = 0;

	for (int i = 0; i < DIFF_SIDES && r == 0; i++) {
		r = compare_data_make(&d->sides[i].self, &d->sides[i].matrix, n, false, &d->hosts);
		if (r == 0)
			r = compare_data_make(&d->sides[i].total, &d->sides[i].matrix, n, true, &d->hosts);
	}
	d->self = calloc(n + 1, sizeof(*d->self));
	d->total = calloc(n + 1, sizeof(*d->total));
	if (r < 0 || !d->self || !d->total)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	r = compare_diff(&(struct compare_side){.panel = &base->self.panel, .until = base->self.panel.n_slots},
			 &(struct compare_side){.panel = &comp->self.panel, .until = comp->self.panel.n_slots}, d->self,
			 &d->summary, err);
	if (r == 0)
		r = compare_diff(
			&(struct compare_side){.panel = &base->total.panel, .until = base->total.panel.n_slots},
			&(struct compare_side){.panel = &comp->total.panel, .until = comp->total.panel.n_slots},
			d->total, &other, err);
	return r;
}

static void put_value(struct buf *out, const struct comparison *d, const struct compare_value *v, double scale)
{
	const char *const keys[] = {"base", "comp", "delta", "lo", "hi"};
	double values[] = {v->base, v->comp, v->delta, v->lo, v->hi};

	if (!d->comparable || v->flags & COMPARE_NO_INTERVAL)
		values[3] = values[4] = NAN;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		buf_fmt(out, i ? ",\"%s\":" : "\"%s\":", keys[i]);
		api_put_number(out, values[i] * scale);
	}
	if (v->flags & COMPARE_ZERO_BASE) {
		buf_str(out, ",\"base_below\":");
		api_put_number(out, v->base_below * scale);
	}
	if (v->flags & COMPARE_ZERO_COMP) {
		buf_str(out, ",\"comp_below\":");
		api_put_number(out, v->comp_below * scale);
	}
}

static void put_values(struct buf *out, const struct comparison *d, const char *key, const struct compare_row *row)
{
	buf_fmt(out, ",\"%s\":{", key);
	put_value(out, d, &row->cores, (double)d->summary.n_hosts);
	buf_str(out, ",\"share\":{");
	put_value(out, d, &row->share, 1);
	buf_str(out, "}}");
}

/* The largest changes first. */
struct ranked {
	size_t function;
	double weight;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->function < y->function ? -1 : x->function > y->function;
}

static void rank(const struct comparison *d, struct ranked *ranked)
{
	for (size_t i = 0; i < d->functions.list.n; i++) {
		double self = fabs(d->self[i].cores.delta), total = fabs(d->total[i].cores.delta);

		ranked[i] = (struct ranked){i, self > 0 ? self : total / 1e6};
	}
	qsort(ranked, d->functions.list.n, sizeof(*ranked), compare_ranked);
}

static void put_rows(struct buf *out, const struct comparison *d)
{
	size_t n = d->functions.list.n, limit = d->limit ? d->limit : ROWS_DEFAULT;
	_cleanup_free_ struct ranked *ranked = calloc(n + 1, sizeof(*ranked));
	size_t put = 0;

	if (!ranked) {
		out->failed = true;
		return;
	}
	rank(d, ranked);
	buf_str(out, ",\"rows\":[");
	for (size_t i = 0; i < n && put < limit; i++) {
		const struct matrix_function *f = &d->functions.list.items[ranked[i].function];
		const struct compare_row *self = &d->self[ranked[i].function], *total = &d->total[ranked[i].function];

		if (total->cores.base == 0 && total->cores.comp == 0)
			continue;
		buf_str(out, put++ ? ",\n{\"function\":" : "\n{\"function\":");
		text_json(out, f->function, strlen(f->function));
		api_put_string(out, "file", f->file);
		api_put_string(out, "text", f->text);
		put_values(out, d, "self", self);
		put_values(out, d, "total", total);
		buf_chr(out, '}');
	}
	buf_chr(out, ']');
}

static void put_side(struct buf *out, const char *key, const struct comparison_side *side)
{
	buf_fmt(out, ",\"%s\":{\"effective_from\":", key);
	api_put_seconds(out, side->span.from_us);
	api_put_time(out, "effective_until", side->span.until_us);
	buf_str(out, ",\"coverage\":");
	api_put_number(out, side->span.coverage);
	buf_str(out, ",\"cores\":");
	api_put_number(out, comparison_cores(side, side->tree.nodes[0].total));
	buf_fmt(out, ",\"looks\":%" PRIu64 ",\"seconds\":", side->span.looks);
	api_put_number(out, (double)side->tree.meta.duration_ns / 1e9);
	buf_fmt(out, ",\"hosts\":%zu}", side->span.hosts);
}

void comparison_json(const struct comparison *d, struct buf *out)
{
	struct comparison_tree tree = {0};
	struct err err = {0};

	buf_str(out, "{\"unit\":\"cores\",\"step\":");
	api_put_seconds(out, d->step_us);
	api_put_span(out, &d->sides[DIFF_COMP].span);
	put_side(out, "base", &d->sides[DIFF_BASE]);
	put_side(out, "comp", &d->sides[DIFF_COMP]);
	buf_fmt(out, ",\"threshold\":%g,\"comparable\":%s", COMPARISON_LEAST, d->comparable ? "true" : "false");
	api_put_string(out, "note", d->note);
	buf_fmt(out, ",\"hosts\":%zu,\"base_only\":%zu,\"comp_only\":%zu,\"pooled\":%s", d->summary.n_hosts,
		d->summary.base_only, d->summary.comp_only, d->summary.pooled ? "true" : "false");
	put_rows(out, d);
	if (comparison_tree_make(d, &tree, &err) == 0)
		comparison_tree_json(&tree, d, out);
	else
		out->failed = true; /* what could be refused was, when the functions were compared */
	comparison_tree_deinit(&tree);
	buf_str(out, "}\n");
}

int comparison_make(struct comparison *c, struct err *err)
{
	int r = 0;

	for (int i = 0; i < DIFF_SIDES && r == 0; i++)
		r = read_side(c, &c->sides[i], err);
	if (r < 0)
		return r;
	judge(c);
	balance_both(c);
	return compare(c, err);
}

void comparison_deinit(struct comparison *c)
{
	for (int i = 0; i < DIFF_SIDES; i++) {
		history_matrix_deinit(&c->sides[i].matrix);
		tree_deinit(&c->sides[i].tree);
		compare_data_deinit(&c->sides[i].self);
		compare_data_deinit(&c->sides[i].total);
	}
	matrix_functions_deinit(&c->functions);
	strings_deinit(&c->hosts);
	free(c->self);
	free(c->total);
}

void comparison_folded(const struct comparison *c, struct buf *out)
{
	const char *path[TREE_DEPTH_ROOM];
	struct diff diff;

	if (diff_trees(&c->sides[DIFF_BASE].tree, &c->sides[DIFF_COMP].tree, &diff) < 0) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < diff.n_nodes; i++) {
		const struct diff_node *node = &diff.nodes[i];

		path[node->depth] = diff.names[node->name]->text;
		if (node->depth == 0 || (node->self[DIFF_BASE] == 0 && node->self[DIFF_COMP] == 0))
			continue;
		for (uint32_t d = 1; d <= node->depth; d++) {
			for (const char *p = path[d]; *p; p++)
				buf_chr(out, (char)(*p == ';' ? ':' : *p)); /* as in encode/folded.c */
			if (d < node->depth)
				buf_chr(out, ';');
		}
		buf_fmt(out, " %" PRIu64 " %" PRIu64 "\n", node->self[DIFF_BASE], node->self[DIFF_COMP]);
	}
	diff_deinit(&diff);
}

/* One line: what it took, what it takes, the difference, and whether that is more than chance. */
static void put_line(struct buf *out, const struct comparison *c, const struct compare_value *v, const char *text)
{
	double scale = (double)c->summary.n_hosts;
	bool known = c->comparable && !(v->flags & COMPARE_NO_INTERVAL) && !isnan(v->lo);

	buf_fmt(out, "%9.4f %9.4f %+9.4f", v->base * scale, v->comp * scale, v->delta * scale);
	if (known)
		buf_fmt(out, "  [%+.4f, %+.4f] %s", v->lo * scale, v->hi * scale,
			v->lo <= 0 && v->hi >= 0 ? "may be chance" : "");
	else
		buf_str(out, "  too short to tell");
	buf_fmt(out, "  %s\n", text);
}

void comparison_table(const struct comparison *c, struct buf *out)
{
	size_t n = c->functions.list.n, limit = c->limit ? c->limit : TABLE_DEFAULT;
	_cleanup_free_ struct ranked *ranked = calloc(n + 1, sizeof(*ranked));

	if (!ranked) {
		out->failed = true;
		return;
	}
	rank(c, ranked);
	if (*c->note)
		buf_fmt(out, "without intervals: %s\n", c->note);
	buf_fmt(out, "%9s %9s %9s  %s  %s\n", "before", "after", "change", "95 % interval (cores)", "function (self)");
	for (size_t i = 0; i < n && i < limit; i++)
		if (c->self[ranked[i].function].cores.base > 0 || c->self[ranked[i].function].cores.comp > 0)
			put_line(out, c, &c->self[ranked[i].function].cores,
				 c->functions.list.items[ranked[i].function].text);
}
