/* SPDX-License-Identifier: MIT */
/* Orders in pieces of any size and of any bytes; turns of the timer; budgets. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/budget.h"
#include "daemon/orders.h"
#include "sample/turn.h"
#include "scrape.h"

START_TEST(in_pieces)
{
	static const uint8_t pids[] = {42, 0, 0, 0, 1, 1, 0, 0};
	struct buf bytes = BUF_INIT;
	char *rules = malloc(ORDER_MAX);

	memset(rules, 'r', ORDER_MAX);
	ck_assert_int_eq(order_write(ORDER_RULES, rules, ORDER_MAX, &bytes), 0);
	ck_assert_int_eq(order_write(ORDER_ONLY, pids, sizeof(pids), &bytes), 0);
	ck_assert_int_eq(order_write(ORDER_STOP, NULL, 0, &bytes), 0);
	ck_assert_int_eq(order_write(ORDER_RULES, rules, ORDER_MAX + 1, &bytes), SCRAPE_ELIMIT);
	for (size_t piece = 1; piece < 200000; piece = piece * 7 + 1) {
		struct orders orders = {0};
		struct order order;
		char seen[8] = "";
		size_t n_seen = 0;

		for (size_t at = 0; at < bytes.len; at += piece) {
			size_t n = bytes.len - at < piece ? bytes.len - at : piece;

			ck_assert_int_eq(orders_take(&orders, bytes.data + at, n), 0);
			while (orders_next(&orders, &order) == 1) {
				seen[n_seen++] = (char)order.type;
				if (order.type == ORDER_RULES)
					ck_assert_mem_eq(order.bytes, rules, ORDER_MAX);
				if (order.type != ORDER_ONLY)
					continue;
				ck_assert_int_eq(order_pid(&order, 0), 42);
				ck_assert_int_eq(order_pid(&order, 1), 257);
				ck_assert_int_eq(order_pid(&order, 2), 0);
			}
			if (piece < 10 && at > 2000) /* byte by byte for long says no more */
				break;
		}
		ck_assert_str_eq(seen, piece < 10 ? "" : "roq");
		orders_deinit(&orders);
	}
	free(rules);
	buf_deinit(&bytes);
}
END_TEST

START_TEST(no_orders)
{
	static const struct {
		const char *bytes;
		size_t n;
		int code;
	} samples[] = {
		{"x", 1, SCRAPE_EFORMAT},
		{"\0\0\0\0\0", 5, SCRAPE_EFORMAT},
		{"r\1\0\2\0", 5, SCRAPE_ELIMIT},
		{"r\0\0\2\0", 5, 0}, /* the limit itself: more is to come */
		{"r\377\377\377\377", 5, SCRAPE_ELIMIT},
		{"q\0\0\0", 4, 0},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct orders orders = {0};
		struct order order;

		ck_assert_int_eq(orders_take(&orders, samples[i].bytes, samples[i].n), 0);
		ck_assert_int_eq(orders_next(&orders, &order), samples[i].code);
		orders_deinit(&orders);
	}
}
END_TEST

START_TEST(lists_of_pids)
{
	static const uint8_t pids[] = {1, 0, 0, 0x80, 5, 0, 0, 0, 9};

	ck_assert_int_eq(order_pid(&(struct order){ORDER_ONLY, pids, 4}, 0), 0); /* negative */
	ck_assert_int_eq(order_pid(&(struct order){ORDER_ONLY, pids, 8}, 1), 5);
	ck_assert_int_eq(order_pid(&(struct order){ORDER_ONLY, pids, 9}, 1), 0); /* no list */
	ck_assert_int_eq(order_pid(&(struct order){ORDER_RULES, pids, 8}, 1), 0);
	ck_assert_int_eq(order_pid(&(struct order){ORDER_ONLY, NULL, 0}, 0), 0);
}
END_TEST

START_TEST(one_turn_in_each_run)
{
	struct turn turn = {.seed = (uint64_t)_i};
	unsigned early = 0, turns = 0;

	for (uint64_t tick = 1; tick <= 10; tick++) {
		ck_assert(turn_comes(&turn, tick));
		ck_assert_uint_eq(turn.own, tick);
	}
	turn_divide(&turn, 10, 10);
	for (uint64_t run = 0; run < 1000; run++) {
		unsigned here = 0;

		for (uint64_t k = 0; k < 10; k++)
			if (turn_comes(&turn, 11 + run * 10 + k)) {
				here++;
				early += k < 5;
			}
		ck_assert_uint_eq(here, 1);
		turns += here;
		ck_assert_uint_eq(turn.own, 11 + run);
	}
	ck_assert_uint_gt(early, 420); /* random: 500 +- 5 sigma */
	ck_assert_uint_lt(early, 580);
	turn_divide(&turn, 10010, 1);
	ck_assert(turn_comes(&turn, 10011));
	ck_assert_uint_eq(turn.own, 11 + turns);
	ck_assert(turn_comes(&turn, 10012));
	ck_assert_uint_eq(turn.own, 12 + turns);
}
END_TEST

START_TEST(skipped_turns)
{
	struct turn turn = {0};

	ck_assert_uint_eq(turn_skip(&turn, 3), 3);
	turn_divide(&turn, 0, 4);
	ck_assert_uint_eq(turn_skip(&turn, 3), 0);
	ck_assert_uint_eq(turn_skip(&turn, 6), 2);
	ck_assert_uint_eq(turn_skip(&turn, 3), 1);
	turn_divide(&turn, 5, 0);
	ck_assert_uint_eq(turn_divisor(&turn), 1);
}
END_TEST

#define SECOND 1000000000ull

START_TEST(a_dear_target)
{
	struct budget_limits limits = {.window_ns = SECOND, .target_permille = 20, .permille = 100, .may_raise = true};
	struct budget_item items[] = {{.cost_ns = 30000000, .divisor = 1, .least = 1, .most = 100},
				      {.cost_ns = 20000000, .divisor = 1, .least = 1, .most = 100},
				      {.cost_ns = 20000001, .divisor = 100, .least = 1, .most = 100}};

	budget_decide(items, 3, 50000000, &limits);
	ck_assert(items[0].changed && items[0].divisor == 2);
	ck_assert(!items[1].changed);
	ck_assert(!items[2].changed && items[2].divisor == 100); /* it cannot be rarer */
	items[0].cost_ns = 7500000; /* twice that would be 75 % of the budget */
	budget_decide(items, 1, 10000000, &limits);
	ck_assert(items[0].changed && items[0].divisor == 1);
	items[0].divisor = 2;
	items[0].cost_ns = 7500001;
	budget_decide(items, 1, 10000000, &limits);
	ck_assert(!items[0].changed);
	items[0].cost_ns = 1;
	limits.may_raise = false;
	budget_decide(items, 1, 10000000, &limits);
	ck_assert(!items[0].changed);
	items[0].least = 2;
	limits.may_raise = true;
	budget_decide(items, 1, 10000000, &limits);
	ck_assert(!items[0].changed);
}
END_TEST

START_TEST(a_dear_daemon)
{
	const struct budget_limits limits = {.window_ns = SECOND, .target_permille = 20, .permille = 100};
	static struct budget_item items[1000];
	uint64_t left = 0;

	for (size_t i = 0; i < 1000; i++)
		items[i] = (struct budget_item){.cost_ns = 150000 + i * 100, .divisor = 1, .least = 1, .most = 100};
	budget_decide(items, 1000, 199950000, &limits);
	for (size_t i = 0; i < 1000; i++)
		left += items[i].cost_ns;
	ck_assert_uint_le(left, 100000000);
	ck_assert_uint_gt(left, 90000000);
	budget_decide(items, 1000, UINT64_MAX, &limits); /* ends, whatever it is told */
	for (size_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(items[i].divisor, 100);
}
END_TEST

START_TEST(no_budget)
{
	const struct budget_limits limits = {.window_ns = SECOND, .may_raise = true};
	struct budget_item item = {.cost_ns = SECOND, .divisor = 4, .least = 1, .most = 100};

	budget_decide(&item, 1, 2 * SECOND, &limits);
	ck_assert_uint_eq(item.divisor, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orders");
	TCase *tc = tcase_create("orders");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, in_pieces);
	tcase_add_test(tc, no_orders);
	tcase_add_test(tc, lists_of_pids);
	tcase_add_loop_test(tc, one_turn_in_each_run, 0, 5);
	tcase_add_test(tc, skipped_turns);
	tcase_add_test(tc, a_dear_target);
	tcase_add_test(tc, a_dear_daemon);
	tcase_add_test(tc, no_budget);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
