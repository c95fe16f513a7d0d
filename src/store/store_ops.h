/* SPDX-License-Identifier: MIT */
/* store_ops: what a kind of store does for each function of store.h. */
#ifndef STORE_STORE_OPS_H
#define STORE_STORE_OPS_H

#include "store/store.h"

struct store_ops {
	void (*close)(struct store *store);
	int (*put)(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err);
	int (*begin)(struct store *store, struct err *err);
	int (*commit)(struct store *store, struct err *err);
	int (*hosts)(struct store *store, store_host_fn fn, void *ctx, struct err *err);
	int (*load)(struct store *store, const struct store_range *range, struct history **ret, struct err *err);
	void (*unload)(struct store *store, struct history *history);
	int (*stats)(struct store *store, bool deep, struct store_stats *ret, struct err *err);
	void (*outbox)(struct store *store, struct store_outbox *ret); /* NULL: there is none */
	int (*annotate)(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err);
	int (*unannotate)(struct store *store, int64_t id, struct err *err);
	int (*notes)(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx,
		     struct err *err);
	int (*tend)(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err);
	int (*check)(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err);
	int (*describe)(struct store *store, store_say_fn say, void *ctx, struct err *err); /* NULL: nothing to say */
	int (*backup)(struct store *store, const char *path, struct err *err);
	int (*remove)(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err);
};

/* Stands first in what a kind of store allocates. */
struct store {
	const struct store_ops *ops;
};

/* Reads slices into a history, which is emptied first, and judges them: all that its daemon says must be believable
 * before anything is kept. Codes as store_put. */
int store_read(struct history *scratch, const struct store_slices *slices, struct err *err);

#endif
