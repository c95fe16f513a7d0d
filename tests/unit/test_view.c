/* SPDX-License-Identifier: MIT */
/* Windows of a look: found by address however many there are, read once, bounded. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "scrape.h"
#include "target/mem.h"
#include "target/view.h"

#define BASE 0x10000u
#define SIZE 0x40000u

/* Memory in which the byte at an address is a function of it. */
struct ramp {
	struct mem mem;
	size_t ranges;
};

static unsigned char byte_at(uint64_t addr)
{
	return (unsigned char)(addr * 31 + (addr >> 8));
}

static int ramp_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct ramp *ramp = (struct ramp *)mem;

	for (size_t i = 0; i < n; i++) {
		if (ranges[i].addr < BASE || ranges[i].addr + ranges[i].len > BASE + SIZE)
			return (int)i;
		for (size_t k = 0; k < ranges[i].len; k++)
			((unsigned char *)ranges[i].dst)[k] = byte_at(ranges[i].addr + k);
		ramp->ranges++;
	}
	return (int)n;
}

static const struct mem_ops ops = {.readv = ramp_readv};
static struct ramp ramp;
static struct view view;

static void setup(void)
{
	ramp = (struct ramp){.mem = {.ops = &ops}};
	view_init(&view, &ramp.mem);
	view_reset(&view);
}

static void teardown(void)
{
	view_deinit(&view);
}

static void expect(uint64_t addr, size_t len)
{
	const unsigned char *p = view_get(&view, addr, len, 0);

	ck_assert_ptr_nonnull(p);
	for (size_t k = 0; k < len; k++)
		ck_assert_uint_eq(p[k], byte_at(addr + k));
}

START_TEST(one_call_for_all)
{
	for (unsigned i = 0; i < 10; i++)
		ck_assert(view_want(&view, BASE + i * 1000, 100));
	ck_assert_int_eq(view_fetch(&view), 0);
	ck_assert_uint_eq(ramp.mem.calls, 1);
	for (unsigned i = 10; i-- > 0;)
		expect(BASE + i * 1000 + 50, 50);
	ck_assert_uint_eq(view.misses, 0);
	ck_assert_ptr_null(view_peek(&view, BASE + 50, 51));
}
END_TEST

/* Enough windows to be sorted, in an order of their own, with overlaps. */
START_TEST(many_windows)
{
	for (unsigned i = 0; i < 3000; i++)
		ck_assert(view_want(&view, BASE + i * 7919 % 3000 * 64, 80));
	ck_assert_int_eq(view_fetch(&view), 0);
	for (unsigned i = 0; i < 3000; i++)
		expect(BASE + i * 64 + 8, 72);
	ck_assert_uint_eq(view.misses, 0);
	expect(BASE + 3000 * 64 + 100, 8); /* read when asked for */
	ck_assert_uint_eq(view.misses, 1);
	expect(BASE + 8, 8);
	expect(BASE + 3000 * 64 + 100, 8); /* and not again */
	ck_assert_uint_eq(view.misses, 1);
}
END_TEST

START_TEST(unreadable)
{
	ck_assert(view_want(&view, BASE, 8));
	ck_assert(view_want(&view, BASE + SIZE, 8));
	ck_assert(view_want(&view, BASE + 64, 8));
	ck_assert_int_eq(view_fetch(&view), SCRAPE_EFAULT);
	ck_assert_ptr_nonnull(view_peek(&view, BASE, 8));
	ck_assert_ptr_null(view_peek(&view, BASE + 64, 8)); /* what came after it is dropped */
	ck_assert_ptr_null(view_get(&view, BASE + SIZE, 8, 0));
	ck_assert_int_eq(view.cut, SCRAPE_CUT_FAULT);
	expect(BASE + SIZE - 8, 8);
	ck_assert_ptr_nonnull(view_get(&view, BASE + SIZE - 16, 4, 100)); /* what lies ahead may not be there */
}
END_TEST

START_TEST(last_is_last)
{
	uint64_t last = 0;
	const struct mem_range range = {BASE + 8, &last, sizeof(last)};

	ck_assert(view_want(&view, BASE, 8));
	ck_assert_int_eq(view_fetch_then(&view, &range, 1), 0);
	ck_assert_uint_eq(ramp.mem.calls, 1);
	ck_assert_uint_eq(last & 0xff, byte_at(BASE + 8));
}
END_TEST

START_TEST(limits)
{
	ck_assert(!view_want(&view, BASE, VIEW_BYTES_MAX + 1));
	ck_assert_int_eq(view.cut, SCRAPE_CUT_BUDGET);
	ck_assert(!view_want(&view, UINT64_MAX - 4, 8));
	ck_assert(view_want(&view, BASE, VIEW_BYTES_MAX));
	ck_assert(!view_want(&view, BASE, 1));
	view_reset(&view);
	for (unsigned i = 0; i < VIEW_WINDOWS_MAX; i++)
		ck_assert(view_want(&view, BASE, 1));
	ck_assert(!view_want(&view, BASE, 1));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view");
	TCase *tcase = tcase_create("view");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, one_call_for_all);
	tcase_add_test(tcase, many_windows);
	tcase_add_test(tcase, unreadable);
	tcase_add_test(tcase, last_is_last);
	tcase_add_test(tcase, limits);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
