/* SPDX-License-Identifier: MIT */
/*
 * orders: what the front tells the sampler, on the same socket on which the stream comes back. A frame is a byte of
 * type, the length of its payload as 4 bytes, little end first, and the payload.
 *
 *	ORDER_STOP   nothing: send what is left and end
 *	ORDER_RULES  rules_write: these replace all rules. Targets that still fit one are looked at on, without a gap
 *	ORDER_ONLY   PIDs, 4 bytes each: look at no others, and never set one of them aside. None: end that
 *
 * The sampler trusts the front no more than a stranger: lengths are bounded, an unknown type is a reason to end.
 */
#ifndef DAEMON_ORDERS_H
#define DAEMON_ORDERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

enum order_type { ORDER_STOP = 'q', ORDER_RULES = 'r', ORDER_ONLY = 'o' };

#define ORDER_HEAD 5
#define ORDER_MAX (128 * 1024) /* of a payload: fits into the socket's buffer */
#define ORDER_ONLY_MAX 1024    /* PIDs */

/* Appends a frame. SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int order_write(enum order_type type, const void *bytes, size_t n, struct buf *out);

struct order {
	enum order_type type;
	const uint8_t *bytes; /* valid until the next orders_take or orders_next */
	size_t n;
};

/* What has come and was not taken yet. A zeroed struct is empty. */
struct orders {
	struct buf bytes;
	size_t taken;
};

void orders_deinit(struct orders *orders);

/* Takes n bytes as they came. SCRAPE_ENOMEM. */
int orders_take(struct orders *orders, const void *bytes, size_t n);

/* The next whole frame. 1: there is one; 0: not yet; SCRAPE_EFORMAT, SCRAPE_ELIMIT: what came is no order, and nothing
 * behind it can be understood. */
int orders_next(struct orders *orders, struct order *ret);

/* The i-th PID of an ORDER_ONLY, 0 beyond the last. A payload that is no list of PIDs has none. */
int32_t order_pid(const struct order *order, size_t i);

#endif
