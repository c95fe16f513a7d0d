/* SPDX-License-Identifier: MIT */
/* The table of layouts, and debug blocks: sound, of each version, and with every number broken in turn. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "python/offsets.h"
#include "scrape.h"

/* The block of a real 3.13.0, word by word. */
static const uint64_t block_3_13[73] = {
	0x7970677562656478, 0x030d00f0, 0, 283320, 608, 632, 194968, 7272, 7264, 7344, 7400, 7656, 7640, 7648, 16, 7752, 0,
	7768, 7760, 304, 0, 8, 16, 72, 152, 160, 232, 32, 80, 8, 0, 56, 72, 70, 208, 112, 120, 128, 136, 68, 52, 96, 104,
	200, 16, 8, 416, 24, 88, 168, 32, 24, 16, 40, 24, 16, 48, 32, 40, 24, 16, 32, 16, 24, 40, 16, 32, 64, 32, 16, 40,
	240, 200,
};

START_TEST(test_table_versions)
{
	struct offsets o;
	struct err err = {0};

	for (uint32_t minor = PY_MINOR_FIRST; minor <= PY_MINOR_LAST; minor++)
		ck_assert_int_eq(offsets_from_table(0x03000000 | minor << 16, &o, &err), 0);
	ck_assert_int_eq(offsets_from_table(0x030801f0, &o, &err), 0);
	ck_assert_uint_eq(o.version, 0x030801f0);
	ck_assert_uint_eq(o.code_name, 112);
	ck_assert(!offset_has(o.code_qualname));
	ck_assert_int_eq(offsets_from_table(0x030602f0, &o, &err), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "CPython 3.6 is too old: 3.7 and later can be read");
	ck_assert_int_eq(offsets_from_table(0x031000f0, &o, &err), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "CPython 3.16 is newer than this program knows: 3.15 is its last");
	ck_assert_int_eq(offsets_from_table(0x030f00b4, &o, &err), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "CPython 3.15.0b4 is a prerelease: only final releases can be read");
	ck_assert_int_eq(offsets_from_table(0x02071200, &o, &err), SCRAPE_EUNSUP);
}
END_TEST

START_TEST(test_patch_drift)
{
	struct offsets o;

	ck_assert_int_eq(offsets_from_table(0x030703f0, &o, NULL), 0);
	ck_assert_uint_eq(o.rt_tstate_current, 1392);
	ck_assert_int_eq(offsets_from_table(0x030704f0, &o, NULL), 0);
	ck_assert_uint_eq(o.rt_tstate_current, 1480);
}
END_TEST

/* What a build says about itself is what the table says about it: any difference is an error in one of them. */
START_TEST(test_block_agrees_with_table)
{
	struct offsets table, block;
	struct err err = {0};

	ck_assert_int_eq(offsets_from_table(0x030d00f0, &table, &err), 0);
	memset(&block, 0x55, sizeof(block));
	ck_assert_msg(offsets_from_debug_block(block_3_13, sizeof(block_3_13), &block, &err) == 0, "%s", err.text);
	ck_assert_mem_eq(&block, &table, sizeof(table));
}
END_TEST

START_TEST(test_block_overrules)
{
	uint64_t words[73];
	struct offsets o;

	memcpy(words, block_3_13, sizeof(words));
	words[38] = 144; /* code_object.linetable */
	words[5] = 640;  /* runtime_state.interpreters_head */
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, NULL), 0);
	ck_assert_uint_eq(o.code_linetable, 144);
	ck_assert_uint_eq(o.rt_interpreters_head, 640);
	ck_assert_uint_eq(o.rt_initialized, 608);
}
END_TEST

/* No block knows where the globals are: beside members that moved they are not looked for. */
START_TEST(test_globals_beside_what_moved)
{
	uint64_t words[73];
	struct offsets o;

	ck_assert_int_eq(offsets_from_debug_block(block_3_13, sizeof(block_3_13), &o, NULL), 0);
	ck_assert_uint_eq(o.frame_globals, 24);
	memcpy(words, block_3_13, sizeof(words));
	words[31] = 64; /* interpreter_frame.instr_ptr */
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, NULL), 0);
	ck_assert_uint_eq(o.frame_instr, 64);
	ck_assert(!offset_has(o.frame_globals));
}
END_TEST

START_TEST(test_block_refused)
{
	uint64_t words[128] = {0};
	struct offsets o;
	struct err err = {0};

	memcpy(words, block_3_13, sizeof(block_3_13));
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(block_3_13) - 1, &o, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(offsets_from_debug_block(words, 0, &o, &err), SCRAPE_EFORMAT);
	words[2] = 1;
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "CPython 3.13.0 is a free-threaded build: not supported yet");
	words[2] = 0;
	words[1] = 0x030d00c2;
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "CPython 3.13.0rc2 is a prerelease: only final releases can be read");
	words[1] = 0x030c00f0;
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EFORMAT);
	words[1] = 0x1030d00f0;
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EUNSUP);
	words[1] = 0x030e00f0; /* the numbers of 3.13 do not fit the layout of 3.14 */
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EFORMAT);
	words[0]++;
	words[1] = 0x030d00f0;
	ck_assert_int_eq(offsets_from_debug_block(words, sizeof(words), &o, &err), SCRAPE_EFORMAT);
}
END_TEST

/* Every number in turn made huge, odd or one past its structure: refused, or not used by us. */
START_TEST(test_block_every_number)
{
	static const uint64_t values[] = {0, 1, 3, UINT32_MAX, UINT64_MAX, UINT64_MAX - 7, 1ull << 63, 1u << 20, (1u << 20) + 1};
	struct offsets reference, o;
	unsigned int refused = 0;

	ck_assert_int_eq(offsets_from_debug_block(block_3_13, sizeof(block_3_13), &reference, NULL), 0);
	for (size_t i = 3; i < 73; i++) {
		for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
			uint64_t words[73];
			const uint32_t *member = &o.version;

			memcpy(words, block_3_13, sizeof(words));
			words[i] = values[v];
			if (offsets_from_debug_block(words, sizeof(words), &o, NULL) < 0) {
				refused++;
				continue;
			}
			for (size_t m = 1; m < sizeof(o) / sizeof(*member); m++)
				ck_assert(member[m] == OFFSET_NONE || member[m] < 2 * OFFSET_MAX);
		}
	}
	ck_assert_uint_gt(refused, 400);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("offsets");
	TCase *tc = tcase_create("offsets");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, test_table_versions);
	tcase_add_test(tc, test_patch_drift);
	tcase_add_test(tc, test_block_agrees_with_table);
	tcase_add_test(tc, test_block_overrules);
	tcase_add_test(tc, test_globals_beside_what_moved);
	tcase_add_test(tc, test_block_refused);
	tcase_add_test(tc, test_block_every_number);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
