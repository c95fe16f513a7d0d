/* SPDX-License-Identifier: MIT */
/*
 * blob: what one series did in one bucket, packed. The bytes come from a file, so reading checks them.
 *
 *	byte 1         version, 1
 *	bytes 2-5      XXH32 of the rest, little endian
 *	varints        losses: how many, then reason and count of each
 *	               cells: how many bytes they take; one that is not 0 as it is, others as 0 and their number
 *	               sections, to the end
 *	section        thread * 2 + weighed, cpu_ns, wall_ns, looks, running, if weighed cpu_weight and wall_weight;
 *	               how many different flags, each of them; how many rows; their bytes; the rows
 *	row            difference of the node to the row before x number of flags + which of them; looks; if weighed the
 *	               weights, as differences to what as many looks have on average
 *
 * Rows are sorted by node, so differences are small: about 3 bytes a row that is not weighed, 5 for one that is.
 * A row is a stack, by the number of its node in the store.
 */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "profile/history_pack.h"

#define BLOB_FLAGS_MAX 256 /* different flags; a byte holds them */
#define BLOB_ROWS_MAX (1u << 24)

/* Rows of a section, or of several that are added up. `stack` of a row is a node of the store. */
struct blob_rows {
	struct pack_row *items;
	size_t n, cap;
};

/* Begins a blob in out, which is empty, with what was lost by reason; cells may be NULL. */
void blob_begin(struct buf *out, const uint64_t lost[SCRAPE_LOSS_COUNT], const struct pack_cells *cells);
/* Appends a section. Sorts the rows. Of the head all but where its rows are. 0 or SCRAPE_ENOMEM. */
int blob_section(struct buf *out, const struct pack_thread *head, struct blob_rows *rows);
/* Nothing more comes. */
void blob_end(struct buf *out);

struct blob_reader {
	const uint8_t *p, *end;
	const uint8_t *cells; /* once the losses have been read */
	size_t n_cells;
	uint64_t n_losses;
	bool bad; /* something could not be read; nothing more comes */
};

/* False if it is no blob, of another version or damaged. */
bool blob_open(struct blob_reader *reader, const void *bytes, size_t n);
/* The losses of the blob, then its cells are known. */
bool blob_next_loss(struct blob_reader *reader, struct pack_fact *ret);
/* The cells; false without any. After the losses. */
bool blob_cells(struct blob_reader *reader, struct pack_cells *ret);
/* The next section: its head and, if rows is not NULL, its rows (which are emptied first). 1; 0 at the end;
 * SCRAPE_EFORMAT; SCRAPE_ENOMEM. After the losses. */
int blob_next_section(struct blob_reader *reader, struct pack_thread *ret, struct blob_rows *rows);

#endif
