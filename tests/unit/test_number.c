/* SPDX-License-Identifier: MIT */
/* Numbers laid out by hand and what repr() says of them. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/number.h"
#include "python/offsets.h"
#include "scrape.h"
#include "support/fake_memory.h"

static uint8_t bytes[256];
static struct fake_memory fake;
static struct offsets o;
static struct buf out;

/* An int object at FAKE_BASE; memory ends behind its last digit. */
static void put(int minor, bool negative, uint64_t count, const uint32_t *digits, size_t n)
{
	uint64_t size = minor >= 12 ? count << 3 | (count == 0 ? 1 : negative ? 2 : 0) : negative ? -count : count;

	memset(bytes, 0, sizeof(bytes));
	ck_assert_int_eq(offsets_from_table(0x030000f0u | (uint32_t)minor << 16, &o, NULL), 0);
	memcpy(bytes + o.long_size, &size, 8);
	memcpy(bytes + o.long_digits, digits, n * 4);
	fake_memory_init(&fake, bytes, o.long_digits + n * 4);
}

static const char *text(void)
{
	buf_reset(&out);
	ck_assert_int_eq(number_add_int(&fake.mem, &o, FAKE_BASE, &out), 0);
	return buf_cstr(&out);
}

START_TEST(test_int)
{
	static const uint32_t zero[] = {0}, seven[] = {7}, pthread[] = {0x0fd3fb80, 0x1ffb0}, u64[] = {~0u >> 2, ~0u >> 2, 15};
	static const uint32_t power90[] = {0, 0, 0, 1}, billion[] = {1000000000};
	static const uint32_t over[] = {0, 0, 16};
	uint64_t value;

	put(_i, false, 0, zero, 0);
	ck_assert_str_eq(text(), "0");
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), 0);
	ck_assert_uint_eq(value, 0);
	put(_i, true, 1, seven, 1);
	ck_assert_str_eq(text(), "-7");
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), SCRAPE_EFORMAT);
	put(_i, false, 1, billion, 1);
	ck_assert_str_eq(text(), "1000000000");
	put(_i, false, 2, pthread, 2);
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), 0);
	ck_assert_uint_eq(value, 0x7fec0fd3fb80);
	put(_i, false, 3, u64, 3);
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), 0);
	ck_assert_uint_eq(value, UINT64_MAX);
	ck_assert_str_eq(text(), "18446744073709551615");
	put(_i, false, 3, over, 3);
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), SCRAPE_EFORMAT);
	ck_assert_str_eq(text(), "18446744073709551616");
	put(_i, true, 4, power90, 4);
	ck_assert_str_eq(text(), "-1237940039285380274899124224");
}
END_TEST

START_TEST(test_large)
{
	uint32_t digits[NUMBER_DIGITS_MAX + 1];
	uint64_t value;

	for (size_t i = 0; i <= NUMBER_DIGITS_MAX; i++)
		digits[i] = ~0u >> 2;
	put(_i, false, NUMBER_DIGITS_MAX, digits, NUMBER_DIGITS_MAX);
	ck_assert_str_eq(text(), "270768524816485826130704510170223017913714558142169587418992146544396612090393127249997500596"
				 "1073806735733604454495675614232575"); /* 2 ** 420 - 1 */
	digits[NUMBER_DIGITS_MAX] = 5;
	put(_i, true, NUMBER_DIGITS_MAX + 1, digits, NUMBER_DIGITS_MAX + 1);
	ck_assert_str_eq(text(), "<negative int of 423 bits>");
	put(_i, false, 1ull << 60, digits, 1);
	ck_assert_int_eq(number_add_int(&fake.mem, &o, FAKE_BASE, &out), SCRAPE_EFORMAT);
	put(_i, false, 1000, digits, 3);
	ck_assert_int_eq(number_add_int(&fake.mem, &o, FAKE_BASE, &out), SCRAPE_EFAULT);
	digits[0] = 1u << 30;
	put(_i, false, 2, digits, 2);
	ck_assert_int_eq(number_add_int(&fake.mem, &o, FAKE_BASE, &out), SCRAPE_EFORMAT);
	ck_assert_int_eq(number_read_u64(&fake.mem, &o, FAKE_BASE, &value), SCRAPE_EFORMAT);
}
END_TEST

START_TEST(test_float)
{
	static const struct {
		double value;
		const char *text;
	} known[] = {
		{0.0, "0.0"}, {-0.0, "-0.0"}, {1, "1.0"}, {-2.5, "-2.5"}, {0.1, "0.1"}, {1.0 / 3, "0.3333333333333333"},
		{0.1 + 0.2, "0.30000000000000004"}, {100, "100.0"}, {123456789.125, "123456789.125"},
		{1e15, "1000000000000000.0"}, {1e16, "1e+16"}, {9007199254740993.0, "9007199254740992.0"},
		{1234567890123456789.0, "1.2345678901234568e+18"}, {0.0001, "0.0001"}, {0.00012345, "0.00012345"},
		{0.00001, "1e-05"}, {2.5e-5, "2.5e-05"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
		{5e-324, "5e-324"}, {2.2250738585072014e-308, "2.2250738585072014e-308"}, {1e22, "1e+22"},
		{INFINITY, "inf"}, {-INFINITY, "-inf"}, {NAN, "nan"}, {12.5e100, "1.25e+101"}, {1234.0, "1234.0"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		buf_reset(&out);
		number_add_float(known[i].value, &out);
		ck_assert_str_eq(buf_cstr(&out), known[i].text);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("number");
	TCase *tc = tcase_create("number");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, test_int, 7, 16);
	tcase_add_loop_test(tc, test_large, 7, 16);
	tcase_add_test(tc, test_float);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	buf_deinit(&out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
