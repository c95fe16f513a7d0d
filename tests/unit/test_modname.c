/* SPDX-License-Identifier: MIT */
/* The module's name in a dict of CPython 3.12 that a test makes, sound, odd and hostile. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/modname.h"
#include "python/offsets.h"
#include "scrape.h"
#include "support/fake_memory.h"

#define DICT_AT 0x100u
#define KEYS_AT 0x200u
#define ENTRIES_AT (KEYS_AT + 32 + 32) /* behind 32 bytes of indices */
#define KEY_AT 0x1000u
#define VALUE_AT 0x2000u
#define OTHER_AT 0x4000u
#define STR_TYPE 0x7000u
#define INT_TYPE 0x7100u
#define SIZE 0x8000u

static uint8_t bytes[SIZE];
static struct fake_memory fake;
static struct offsets off;
static struct buf got;

static void put(size_t at, uint64_t word)
{
	memcpy(bytes + at, &word, sizeof(word));
}

/* A compact ASCII str. */
static void put_str(size_t at, const char *text, size_t len)
{
	put(at + off.object_type, FAKE_BASE + STR_TYPE);
	put(at + off.str_length, len);
	put(at + off.str_state, 0x64);
	memcpy(bytes + at + off.str_ascii_data, text, len);
}

static void put_entry(uint32_t i, uint64_t key, uint64_t value)
{
	put(ENTRIES_AT + 16 * i, key);
	put(ENTRIES_AT + 16 * i + 8, value);
}

/* A dict of str keys with n entries; the one at `which` is the name. */
static void put_dict(uint32_t n, uint32_t which)
{
	put(DICT_AT + off.dict_keys, FAKE_BASE + KEYS_AT);
	put(DICT_AT + off.dict_values, 0);
	bytes[KEYS_AT + off.keys_log2_index_bytes] = 5;
	bytes[KEYS_AT + off.keys_kind] = 1;
	put(KEYS_AT + off.keys_nentries, n);
	for (uint32_t i = 0; i < n; i++)
		put_entry(i, FAKE_BASE + (i == which ? KEY_AT : OTHER_AT), FAKE_BASE + VALUE_AT);
}

static void begin_test(void)
{
	memset(bytes, 0, sizeof(bytes));
	ck_assert_int_eq(offsets_from_table(0x030c01f0, &off, NULL), 0);
	fake_memory_init(&fake, bytes, sizeof(bytes));
	put_str(KEY_AT, "__name__", 8);
	put_str(OTHER_AT, "__spec__", 8);
	put_str(VALUE_AT, "app.views", 9);
	put_dict(1, 0);
	buf_reset(&got);
}

static void end_test(void)
{
	buf_deinit(&got);
}

static int read_it(void)
{
	return modname_read(&fake.mem, &off, FAKE_BASE + DICT_AT, FAKE_BASE + OTHER_AT, &got);
}

static void expect_nothing(int code)
{
	ck_assert_int_eq(read_it(), code);
	ck_assert_uint_eq(got.len, 0);
}

START_TEST(sound)
{
	ck_assert_int_eq(read_it(), 0);
	ck_assert_str_eq(buf_cstr(&got), "app.views");
	ck_assert_uint_eq(fake.mem.calls, 6);
}
END_TEST

START_TEST(far_behind)
{
	put_dict(40, MODNAME_ENTRIES_MAX - 1);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_str_eq(buf_cstr(&got), "app.views");
	buf_reset(&got);
	put_dict(40, MODNAME_ENTRIES_MAX);
	expect_nothing(SCRAPE_EINVAL);
}
END_TEST

START_TEST(without_a_name)
{
	put_dict(0, 0);
	expect_nothing(SCRAPE_EINVAL);
	put_dict(3, 3);
	expect_nothing(SCRAPE_EINVAL);
	put_dict(1, 0);
	put_entry(0, FAKE_BASE + KEY_AT, 0); /* deleted */
	expect_nothing(SCRAPE_EINVAL);
}
END_TEST

/* __name__ = 42, and an instance of a class derived from str: their memory could pass for a str's. */
START_TEST(not_a_str)
{
	put(VALUE_AT + off.object_type, FAKE_BASE + INT_TYPE);
	expect_nothing(SCRAPE_EINVAL);
	put(VALUE_AT + off.str_state, 0); /* no kind */
	expect_nothing(SCRAPE_EFORMAT);
	put_entry(0, FAKE_BASE + KEY_AT, 8);
	expect_nothing(SCRAPE_EFAULT);
}
END_TEST

START_TEST(long_and_dirty)
{
	char name[MODNAME_MAX + 2];

	memset(name, 'm', sizeof(name));
	put_str(VALUE_AT, name, MODNAME_MAX);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_uint_eq(got.len, MODNAME_MAX);
	ck_assert_mem_eq(got.data, name, MODNAME_MAX);
	buf_reset(&got);
	put_str(VALUE_AT, name, MODNAME_MAX + 1);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_uint_le(got.len, MODNAME_MAX);
	ck_assert_ptr_nonnull(strstr(buf_cstr(&got), "m..."));
	buf_reset(&got);
	put(VALUE_AT + off.str_length, 0x2000); /* as far as the memory goes, and more than is read of any str */
	ck_assert_int_eq(read_it(), 0);
	ck_assert_uint_le(got.len, MODNAME_MAX);
	buf_reset(&got);
	put_str(VALUE_AT, "a\n\x1b[2J;b", 8);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_str_eq(buf_cstr(&got), "a\\x0a\\x1b[2J;b");
}
END_TEST

/* What only looks like a dict, or points at itself. */
START_TEST(not_a_dict)
{
	ck_assert_int_eq(modname_read(&fake.mem, &off, 0, FAKE_BASE + OTHER_AT, &got), SCRAPE_EFAULT);
	ck_assert_int_eq(modname_read(&fake.mem, &off, UINT64_MAX - 3, FAKE_BASE + OTHER_AT, &got), SCRAPE_EFAULT);
	put(DICT_AT + off.dict_keys, FAKE_BASE + DICT_AT);
	ck_assert_int_lt(read_it(), 0);
	put(DICT_AT + off.dict_keys, 8);
	expect_nothing(SCRAPE_EFAULT);
	put_dict(1, 0);
	put(KEYS_AT + off.keys_nentries, UINT64_MAX);
	expect_nothing(SCRAPE_EFORMAT);
	put_dict(1, 0);
	bytes[KEYS_AT + off.keys_log2_index_bytes] = 255;
	expect_nothing(SCRAPE_EFORMAT);
}
END_TEST

/* Keys that cannot be read cost a bounded number of calls. */
START_TEST(bad_keys)
{
	put_dict(MODNAME_ENTRIES_MAX, 0);
	for (uint32_t i = 0; i < MODNAME_ENTRIES_MAX; i++)
		put_entry(i, 8 + i, 8);
	expect_nothing(SCRAPE_EINVAL);
	ck_assert_uint_lt(fake.mem.calls, 24);
}
END_TEST

static unsigned calls_before_change;

static int changing_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	if (mem->calls == calls_before_change)
		put(DICT_AT + off.dict_keys, FAKE_BASE + OTHER_AT); /* the dict grew: another table */
	return fake_memory_readv(mem, ranges, n);
}

/* Whenever the dict gets another table while it is read, no name comes out of it. */
START_TEST(dict_moves)
{
	static const struct mem_ops ops = {.readv = changing_readv};

	fake.mem.ops = &ops;
	for (calls_before_change = 2; calls_before_change <= 6; calls_before_change++) {
		fake.mem.calls = 0;
		put_dict(1, 0);
		expect_nothing(SCRAPE_EMOVED);
	}
	fake.mem.calls = 0;
	put_dict(1, 0);
	ck_assert_int_eq(read_it(), 0); /* once all is read */
}
END_TEST

START_TEST(split_dict)
{
	put_dict(1, 0);
	put(DICT_AT + off.dict_values, FAKE_BASE + 0x6000);
	put(0x6000, FAKE_BASE + VALUE_AT);
	put_entry(0, FAKE_BASE + KEY_AT, 0);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_str_eq(buf_cstr(&got), "app.views");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("modname");
	TCase *tcase = tcase_create("modname");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_test, end_test);
	tcase_add_test(tcase, sound);
	tcase_add_test(tcase, far_behind);
	tcase_add_test(tcase, without_a_name);
	tcase_add_test(tcase, not_a_str);
	tcase_add_test(tcase, long_and_dirty);
	tcase_add_test(tcase, not_a_dict);
	tcase_add_test(tcase, bad_keys);
	tcase_add_test(tcase, dict_moves);
	tcase_add_test(tcase, split_dict);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
