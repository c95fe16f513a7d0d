/* SPDX-License-Identifier: MIT */
/* blob: packs rows and unpacks them, with no trust in the bytes. */
#include "store/blob.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/vec.h"
#include "scrape.h"

#define VERSION 1
#define HEAD_LEN 5

static void put_cells(struct buf *out, const struct pack_cells *cells)
{
	struct buf packed = BUF_INIT;
	size_t last = 0; /* behind the last that is not 0 */

	for (size_t i = 0; cells && i < HISTORY_CELLS; i++)
		if (cells->cells[i])
			last = i + 1;
	for (size_t i = 0, run; i < last; i += run) {
		for (run = 1; cells->cells[i] == 0 && cells->cells[i + run] == 0;)
			run++;
		buf_varint(&packed, cells->cells[i]);
		if (cells->cells[i] == 0)
			buf_varint(&packed, run);
	}
	buf_varint(out, packed.len);
	buf_add(out, packed.data, packed.len);
	out->failed = out->failed || packed.failed;
	buf_deinit(&packed);
}

void blob_begin(struct buf *out, const uint64_t lost[SCRAPE_LOSS_COUNT], const struct pack_cells *cells)
{
	static const char head[HEAD_LEN] = {VERSION};
	uint64_t n = 0;

	buf_add(out, head, sizeof(head));
	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++)
		n += lost[i] > 0;
	buf_varint(out, n);
	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++)
		if (lost[i]) {
			buf_varint(out, i);
			buf_varint(out, lost[i]);
		}
	put_cells(out, cells);
}

static int compare_rows(const void *a, const void *b)
{
	const struct pack_row *x = a, *y = b;

	if (x->stack != y->stack)
		return x->stack < y->stack ? -1 : 1;
	return x->flags < y->flags ? -1 : x->flags > y->flags;
}

/* The different flags of rows, and the place of each. */
struct flag_table {
	uint8_t flags[BLOB_FLAGS_MAX];
	uint8_t place_of[BLOB_FLAGS_MAX];
	size_t n;
};

static void find_flags(struct flag_table *table, const struct blob_rows *rows)
{
	bool met[BLOB_FLAGS_MAX] = {false};

	table->n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		uint8_t flags = (uint8_t)rows->items[i].flags;

		if (met[flags])
			continue;
		met[flags] = true;
		table->place_of[flags] = (uint8_t)table->n;
		table->flags[table->n++] = flags;
	}
}

/* What so many looks have of a weight on average. */
static uint64_t expected(uint64_t weight, uint64_t looks, uint64_t of)
{
	return of ? (uint64_t)((unsigned __int128)weight * looks / of) : 0;
}

static uint64_t expected_cpu(const struct pack_thread *head, const struct pack_row *row)
{
	return row->flags & SCRAPE_ON_CPU ? expected(head->cpu_weight, row->looks, head->running) : 0;
}

static uint64_t expected_wall(const struct pack_thread *head, const struct pack_row *row)
{
	return expected(head->wall_weight, row->looks, head->looks);
}

static void put_rows(struct buf *out, const struct pack_thread *head, const struct blob_rows *rows,
		     const struct flag_table *table)
{
	uint32_t before = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct pack_row *row = &rows->items[i];

		buf_varint(out, (uint64_t)(row->stack - before) * table->n + table->place_of[(uint8_t)row->flags]);
		buf_varint(out, row->looks);
		if (head->weighed) {
			buf_varint(out, buf_zigzag((int64_t)(row->cpu_weight - expected_cpu(head, row))));
			buf_varint(out, buf_zigzag((int64_t)(row->wall_weight - expected_wall(head, row))));
		}
		before = row->stack;
	}
}

int blob_section(struct buf *out, const struct pack_thread *head, struct blob_rows *rows)
{
	struct buf packed = BUF_INIT;
	struct flag_table table;

	if (rows->n > 1)
		qsort(rows->items, rows->n, sizeof(*rows->items), compare_rows);
	find_flags(&table, rows);
	buf_varint(out, (uint64_t)head->thread << 1 | head->weighed);
	buf_varint(out, head->cpu_ns);
	buf_varint(out, head->wall_ns);
	buf_varint(out, head->looks);
	buf_varint(out, head->running);
	if (head->weighed) {
		buf_varint(out, head->cpu_weight);
		buf_varint(out, head->wall_weight);
	}
	buf_varint(out, table.n);
	buf_add(out, table.flags, table.n);
	put_rows(&packed, head, rows, &table);
	buf_varint(out, rows->n);
	buf_varint(out, packed.len);
	buf_add(out, packed.data, packed.len);
	out->failed = out->failed || packed.failed;
	buf_deinit(&packed);
	return out->failed ? SCRAPE_ENOMEM : 0;
}

void blob_end(struct buf *out)
{
	uint32_t hash;

	if (out->failed)
		return;
	hash = htole32(XXH32(out->data + HEAD_LEN, out->len - HEAD_LEN, 0));
	memcpy(out->data + 1, &hash, sizeof(hash));
}

/* 0 and `bad` beyond the end. */
static uint64_t take(struct blob_reader *r)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && r->p < r->end; shift += 7) {
		uint8_t byte = *r->p++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	r->bad = true;
	return 0;
}

static const uint8_t *take_bytes(struct blob_reader *r, uint64_t n)
{
	const uint8_t *at = r->p;

	if (r->bad || n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return at;
}

bool blob_open(struct blob_reader *r, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint32_t hash;

	*r = (struct blob_reader){.bad = true};
	if (n < HEAD_LEN || p[0] != VERSION)
		return false;
	memcpy(&hash, p + 1, sizeof(hash));
	if (le32toh(hash) != XXH32(p + HEAD_LEN, n - HEAD_LEN, 0))
		return false;
	*r = (struct blob_reader){.p = p + HEAD_LEN, .end = p + n};
	r->n_losses = take(r);
	return !r->bad;
}

bool blob_next_loss(struct blob_reader *r, struct pack_fact *ret)
{
	if (r->bad)
		return false;
	if (r->n_losses > 0) {
		r->n_losses--;
		*ret = (struct pack_fact){.what = take(r)};
		ret->value = take(r);
		r->bad = r->bad || ret->what >= SCRAPE_LOSS_COUNT;
		return !r->bad;
	}
	if (!r->cells) {
		uint64_t n = take(r);

		r->cells = take_bytes(r, n);
		r->n_cells = r->cells ? (size_t)n : 0;
	}
	return false;
}

bool blob_cells(struct blob_reader *r, struct pack_cells *ret)
{
	struct blob_reader in = {.p = r->cells};
	size_t i = 0;

	*ret = (struct pack_cells){0};
	if (r->n_cells == 0)
		return false;
	in.end = r->cells + r->n_cells;
	while (in.p < in.end && i < HISTORY_CELLS && !in.bad) {
		ret->cells[i] = (uint16_t)take(&in);
		i += ret->cells[i] ? 1 : (size_t)take(&in);
	}
	return !in.bad;
}

static bool take_head(struct blob_reader *r, struct pack_thread *ret)
{
	uint64_t number = take(r);

	*ret = (struct pack_thread){.thread = (uint32_t)(number >> 1), .weighed = number & 1};
	ret->cpu_ns = take(r);
	ret->wall_ns = take(r);
	ret->looks = ret->wall_weight = take(r);
	ret->running = ret->cpu_weight = take(r);
	if (ret->weighed) {
		ret->cpu_weight = take(r);
		ret->wall_weight = take(r);
	}
	r->bad = r->bad || ret->cpu_ns > SLICE_SUM_MAX || ret->wall_ns > SLICE_SUM_MAX || ret->looks > SLICE_SUM_MAX ||
		 ret->cpu_weight > SLICE_SUM_MAX || ret->wall_weight > SLICE_SUM_MAX || ret->running > SLICE_SUM_MAX;
	return !r->bad;
}

static int take_rows(struct blob_reader *r, const struct pack_thread *head, const uint8_t *flags, uint64_t n_flags,
		     uint64_t n, struct blob_rows *rows)
{
	uint64_t node = 0;

	rows->n = 0;
	if (!VEC_RESERVE(rows, n))
		return SCRAPE_ENOMEM;
	for (uint64_t i = 0; i < n && !r->bad; i++) {
		struct pack_row *row = &rows->items[i];
		uint64_t step = take(r);

		node += step / n_flags;
		*row = (struct pack_row){.stack = (uint32_t)node, .flags = flags[step % n_flags], .looks = take(r)};
		r->bad = r->bad || node > UINT32_MAX;
		if (head->weighed) {
			row->cpu_weight = expected_cpu(head, row) + (uint64_t)buf_unzigzag(take(r));
			row->wall_weight = expected_wall(head, row) + (uint64_t)buf_unzigzag(take(r));
		}
	}
	rows->n = n;
	return 0;
}

/* Weights that do not add up to those of the head would make time of nothing. */
static bool adds_up(const struct pack_thread *head, const struct blob_rows *rows)
{
	uint64_t cpu = head->cpu_weight, wall = head->wall_weight;

	for (size_t i = 0; i < rows->n; i++) {
		const struct pack_row *row = &rows->items[i];
		uint64_t of_cpu = head->weighed ? row->cpu_weight : row->flags & SCRAPE_ON_CPU ? row->looks : 0;
		uint64_t of_wall = head->weighed ? row->wall_weight : row->looks;

		if (of_cpu > cpu || of_wall > wall)
			return false;
		cpu -= of_cpu;
		wall -= of_wall;
	}
	return cpu == 0 && wall == 0;
}

int blob_next_section(struct blob_reader *r, struct pack_thread *ret, struct blob_rows *rows)
{
	struct blob_reader in;
	const uint8_t *flags, *bytes;
	uint64_t n_flags, n, n_bytes;

	if (!r->bad && r->p == r->end)
		return 0;
	if (r->bad || !take_head(r, ret))
		return SCRAPE_EFORMAT;
	n_flags = take(r);
	flags = take_bytes(r, n_flags);
	n = take(r);
	n_bytes = take(r);
	bytes = take_bytes(r, n_bytes);
	if (!bytes || n > n_bytes || (n > 0 && n_flags == 0) || n > BLOB_ROWS_MAX) {
		r->bad = true;
		return SCRAPE_EFORMAT;
	}
	if (!rows)
		return 1;
	in = (struct blob_reader){.p = bytes, .end = bytes + n_bytes};
	if (take_rows(&in, ret, flags, n_flags, n, rows) < 0)
		return SCRAPE_ENOMEM;
	r->bad = in.bad || in.p != in.end || !adds_up(ret, rows);
	return r->bad ? SCRAPE_EFORMAT : 1;
}
