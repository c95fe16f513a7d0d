/* SPDX-License-Identifier: MIT */
/* Dicts laid out by hand, before and after 3.11: combined, split, with holes, too large, with impossible numbers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "python/dict.h"
#include "python/offsets.h"
#include "scrape.h"
#include "support/fake_memory.h"

#define BYTES (2u << 20)
#define KEYS 0x100u   /* from FAKE_BASE */
#define VALUES 0x8000u

static uint8_t *bytes;
static struct fake_memory fake;
static struct offsets o;
static struct dict dict;

static void put64(uint64_t at, uint64_t value)
{
	memcpy(bytes + at, &value, 8);
}

/* A dict object at FAKE_BASE whose keys have room for 1 << log2 indices and n entries. Returns where entries begin. */
static uint64_t put_dict(int minor, unsigned int log2, uint64_t n, unsigned int kind)
{
	unsigned int index_log2 = log2 < 8 ? log2 : log2 < 16 ? log2 + 1 : log2 + 2;

	memset(bytes, 0, BYTES);
	fake_memory_init(&fake, bytes, BYTES);
	ck_assert_int_eq(offsets_from_table(0x030000f0u | (uint32_t)minor << 16, &o, NULL), 0);
	put64(o.dict_keys, FAKE_BASE + KEYS);
	put64(KEYS + o.keys_nentries, n);
	if (minor < 11) {
		put64(KEYS + o.keys_size, 1ull << log2);
		/* to 0xff in 1 byte: 128 is the last such power of two */
		return KEYS + o.keys_indices + (1ull << index_log2);
	}
	bytes[KEYS + o.keys_log2_index_bytes] = (uint8_t)index_log2;
	bytes[KEYS + o.keys_kind] = (uint8_t)kind;
	return KEYS + o.keys_indices + (1ull << index_log2);
}

static void put_entry(uint64_t *at, unsigned int entry_bytes, uint64_t key, uint64_t value)
{
	put64(*at + entry_bytes - 16, key);
	put64(*at + entry_bytes - 8, value);
	*at += entry_bytes;
}

static void expect(unsigned int first_key, unsigned int n)
{
	unsigned int seen = 0;
	int r = dict_open(&dict, &fake.mem, &o, FAKE_BASE);

	ck_assert_int_eq(r, 0);
	while ((r = dict_next(&dict)) > 0)
		for (int i = 0; i < r; i++, seen++) {
			ck_assert_uint_eq(dict.block[i].key_addr, first_key + seen);
			ck_assert_uint_eq(dict.block[i].value_addr, 1000000u + first_key + seen);
		}
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(seen, n);
}

START_TEST(test_combined)
{
	static const unsigned int log2s[] = {3, 7, 8, 12, 15, 16};

	for (size_t i = 0; i < sizeof(log2s) / sizeof(log2s[0]); i++)
		for (unsigned int kind = 0; kind < 2; kind++) {
			unsigned int n = (1u << log2s[i]) * 2 / 3, bytes_each = _i >= 11 && kind ? 16 : 24;
			uint64_t at = put_dict(_i, log2s[i], n, kind);

			for (unsigned int k = 0; k < n; k++)
				put_entry(&at, bytes_each, 5000 + k, 1005000 + k);
			expect(5000, n);
		}
}
END_TEST

START_TEST(test_holes)
{
	uint64_t at = put_dict(_i, 8, 170, 1);
	unsigned int live = 0;

	for (unsigned int k = 0; k < 170; k++) {
		bool deleted = k < 100 || k % 3 == 0; /* a whole block is empty */

		put_entry(&at, _i >= 11 ? 16 : 24, deleted ? k % 2 : 9000 + live, deleted ? 0 : 1009000 + live);
		live += !deleted;
	}
	expect(9000, live);
}
END_TEST

START_TEST(test_split)
{
	uint64_t at = put_dict(_i, 8, 100, 2);

	put64(o.dict_values, FAKE_BASE + VALUES);
	for (unsigned int k = 0; k < 100; k++) {
		put_entry(&at, _i >= 11 ? 16 : 24, 700 + k, 0);
		put64(VALUES + (_i >= 13 ? 8 : 0) + k * 8, 1000700 + k);
	}
	expect(700, 100);
}
END_TEST

/* The str `text` at FAKE_BASE + at. */
static void put_str(uint64_t at, const char *text, unsigned int state)
{
	put64(at + o.str_length, strlen(text));
	memcpy(bytes + at + o.str_state, &state, 4);
	memcpy(bytes + at + o.str_ascii_data, text, strlen(text));
}

START_TEST(test_get)
{
	enum { ASCII = 0x64, LATIN = 0x24 };
	uint64_t at = put_dict(_i, 8, 130, 1), value = 0;

	for (unsigned int k = 0; k < 130; k++)
		put_entry(&at, _i >= 11 ? 16 : 24, FAKE_BASE + 0x10000 + k * 128, 1 + k);
	put_entry(&at, _i >= 11 ? 16 : 24, UINT64_MAX, 7777); /* a key that cannot be read */
	put64(KEYS + o.keys_nentries, 131);
	put_str(0x10000 + 3 * 128, "threads", ASCII);
	put_str(0x10000 + 4 * 128, "thread", LATIN);
	put_str(0x10000 + 129 * 128, "thread", ASCII);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), 0);
	ck_assert_int_eq(dict_get(&dict, "thread", &value), 0);
	ck_assert_uint_eq(value, 130);
	ck_assert_int_eq(dict_get(&dict, "threads", &value), 0);
	ck_assert_uint_eq(value, 4);
	ck_assert_int_eq(dict_get(&dict, "no such key", &value), SCRAPE_EINVAL);
	dict_limit(&dict, 64);
	ck_assert_int_eq(dict_get(&dict, "thread", &value), SCRAPE_EINVAL);
}
END_TEST

START_TEST(test_hostile)
{
	static const uint64_t sizes[] = {0, 3, 1ull << 33, 1ull << 63, UINT64_MAX};
	unsigned int seen = 0;
	int r;

	put_dict(_i, 3, UINT64_MAX, 1);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), SCRAPE_EFORMAT);
	put_dict(_i, 3, 1ull << 63, 1);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), SCRAPE_EFORMAT);
	for (size_t i = 0; i < 5; i++) {
		put_dict(_i, 3, 1, 1);
		if (_i < 11)
			put64(KEYS + o.keys_size, sizes[i]);
		else
			bytes[KEYS + o.keys_log2_index_bytes] = (uint8_t)(41 + i * 50);
		ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), SCRAPE_EFORMAT);
	}
	memset(bytes + put_dict(_i, 3, DICT_ENTRIES_MAX + 1, 0), 0x55, BYTES - KEYS - 200);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), 0);
	while ((r = dict_next(&dict)) > 0)
		seen += (unsigned int)r;
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(seen, DICT_ENTRIES_MAX);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE + BYTES - 10), SCRAPE_EFAULT);
	put64(o.dict_keys, 8);
	ck_assert_int_eq(dict_open(&dict, &fake.mem, &o, FAKE_BASE), SCRAPE_EFAULT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dict");
	TCase *tc = tcase_create("dict");
	SRunner *runner = srunner_create(suite);
	int failed;

	bytes = malloc(BYTES);
	if (!bytes)
		return EXIT_FAILURE;
	tcase_add_loop_test(tc, test_combined, 8, 16);
	tcase_add_loop_test(tc, test_holes, 8, 16);
	tcase_add_loop_test(tc, test_split, 8, 16);
	tcase_add_loop_test(tc, test_get, 8, 16);
	tcase_add_loop_test(tc, test_hostile, 8, 16);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	free(bytes);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
