/* SPDX-License-Identifier: MIT */
/* orders: frames from the front. */
#include "daemon/orders.h"

#include <stdbool.h>

#include "scrape.h"

static bool is_type(uint8_t type)
{
	return type == ORDER_STOP || type == ORDER_RULES || type == ORDER_ONLY;
}

static uint32_t get_u32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int order_write(enum order_type type, const void *bytes, size_t n, struct buf *out)
{
	const uint8_t head[ORDER_HEAD] = {(uint8_t)type, n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff, n >> 24 & 0xff};

	if (n > ORDER_MAX)
		return SCRAPE_ELIMIT;
	if (!buf_reserve(out, ORDER_HEAD + n)) /* all or nothing: no half frame */
		return SCRAPE_ENOMEM;
	buf_add(out, head, sizeof(head));
	buf_add(out, bytes, n);
	return 0;
}

void orders_deinit(struct orders *orders)
{
	buf_deinit(&orders->bytes);
	orders->taken = 0;
}

int orders_take(struct orders *orders, const void *bytes, size_t n)
{
	buf_consume(&orders->bytes, orders->taken);
	orders->taken = 0;
	buf_add(&orders->bytes, bytes, n);
	return orders->bytes.failed ? SCRAPE_ENOMEM : 0;
}

int orders_next(struct orders *orders, struct order *ret)
{
	size_t here = orders->bytes.len - orders->taken, n;
	const uint8_t *p;

	if (here == 0)
		return 0;
	p = (const uint8_t *)orders->bytes.data + orders->taken;
	if (!is_type(p[0]))
		return SCRAPE_EFORMAT;
	if (here < ORDER_HEAD)
		return 0;
	n = get_u32(p + 1);
	if (n > ORDER_MAX)
		return SCRAPE_ELIMIT;
	if (here - ORDER_HEAD < n)
		return 0;
	*ret = (struct order){.type = (enum order_type)p[0], .bytes = p + ORDER_HEAD, .n = n};
	orders->taken += ORDER_HEAD + n;
	return 1;
}

int32_t order_pid(const struct order *order, size_t i)
{
	uint32_t pid;

	if (order->type != ORDER_ONLY || order->n % 4 != 0 || order->n / 4 > ORDER_ONLY_MAX || i >= order->n / 4)
		return 0;
	pid = get_u32(order->bytes + 4 * i);
	return pid > 0 && pid <= INT32_MAX ? (int32_t)pid : 0;
}
