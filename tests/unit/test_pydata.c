/* SPDX-License-Identifier: MIT */
/*
 * Thread names, class names, strings and locals of real programs: tests/support/pydata-victim.py under each version,
 * from snapshots that tests/support/pydata-fixtures made. Then the same memory with words overwritten at random.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "support/pydump.h"
#include "target/snapshot.h"

#define CALLS_MAX 200000 /* of one dump, whatever the memory holds; a sound one takes some 900 */

static const int minors[] = {7, 8, 9, 10, 11, 12, 13, 14, 15};
#define MINORS (int)(sizeof(minors) / sizeof(minors[0]))

/* The whole file with a NUL behind it; the caller frees it. */
static char *slurp(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "re");
	char *bytes = calloc(1, 1 << 20);

	ck_assert_msg(file != NULL, "%s", path);
	ck_assert_ptr_nonnull(bytes);
	*ret_len = fread(bytes, 1, (1 << 20) - 1, file);
	ck_assert_uint_lt(*ret_len, (1 << 20) - 1);
	(void)fclose(file); /* read only */
	return bytes;
}

static char *slurp_snapshot(int minor, size_t *ret_len)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "tests/fixtures/python/3.%d.snap", minor);
	return slurp(path, ret_len);
}

/* The lines of pydump, or NULL if the snapshot's debug block is damaged. The caller frees them. */
static char *dump(const char *bytes, size_t len)
{
	struct snapshot *snapshot;
	struct offsets offsets;
	struct err err = {0};
	struct buf out = BUF_INIT;
	uint64_t version, runtime;
	unsigned char block[DEBUG_OFFSETS_MAX];
	struct mem *mem;
	int r;

	ck_assert_msg(snapshot_load(bytes, len, &snapshot, &err) == 0, "%s", err.text);
	mem = snapshot_mem(snapshot);
	ck_assert_int_eq(snapshot_get_u64(snapshot, "version", &version), 0);
	ck_assert_int_eq(snapshot_get_u64(snapshot, "runtime", &runtime), 0);
	if (PY_MINOR(version) >= 13) {
		r = mem_read(mem, runtime, block, sizeof(block));
		if (r == 0)
			r = offsets_from_debug_block(block, sizeof(block), &offsets, &err);
	} else {
		r = offsets_from_table((uint32_t)version, &offsets, &err);
	}
	if (r == 0)
		pydump(&(struct pywalk){mem, &offsets}, runtime, &out);
	ck_assert_uint_lt(mem->calls, CALLS_MAX);
	snapshot_close(snapshot);
	if (r < 0)
		return NULL;
	(void)buf_cstr(&out);
	ck_assert(!out.failed);
	return out.data;
}

START_TEST(test_versions)
{
	size_t len;
	char *bytes = slurp_snapshot(minors[_i], &len), *lines = dump(bytes, len);
	char *expected = slurp("tests/fixtures/python/expected", &len);

	ck_assert_ptr_nonnull(lines);
	ck_assert_str_eq(lines, expected);
	free(bytes);
	free(lines);
	free(expected);
}
END_TEST

/* What a build says about itself is what the table says about it; a difference is a defect of one of them. */
START_TEST(test_debug_block)
{
	size_t len;
	char *bytes = slurp_snapshot(13 + _i, &len);
	unsigned char block[DEBUG_OFFSETS_MAX];
	struct snapshot *snapshot;
	struct offsets told, table;
	struct err err = {0};
	uint64_t runtime;

	ck_assert_int_eq(snapshot_load(bytes, len, &snapshot, &err), 0);
	ck_assert_int_eq(snapshot_get_u64(snapshot, "runtime", &runtime), 0);
	ck_assert_int_eq(mem_read(snapshot_mem(snapshot), runtime, block, sizeof(block)), 0);
	memset(&told, 0x55, sizeof(told));
	ck_assert_msg(offsets_from_debug_block(block, sizeof(block), &told, &err) == 0, "%s", err.text);
	ck_assert_int_eq(offsets_from_table(told.version, &table, &err), 0);
#define OFFSET(name, ...) ck_assert_msg(told.name == table.name, #name ": %u, the table has %u", told.name, table.name);
#include "python/offsets.def"
#undef OFFSET
	snapshot_close(snapshot);
	free(bytes);
}
END_TEST

static uint64_t rng_state;

static uint64_t rng(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 7;
	rng_state ^= rng_state << 17;
	return rng_state;
}

/* A word of the memory becomes another word of it (a wrong pointer), a near one, a number or all ones. */
static void damage(char *bytes, size_t len, size_t regions)
{
	size_t at = regions + rng() % (len - regions - 8), other = regions + rng() % (len - regions - 8);
	uint64_t word;

	memcpy(&word, bytes + (rng() % 2 ? other : at), 8);
	switch (rng() % 4) {
	case 0:
		word += rng() % 512;
		break;
	case 1:
		word = rng() >> rng() % 64;
		break;
	case 2:
		word = UINT64_MAX;
		break;
	}
	memcpy(bytes + at, &word, 8);
}

START_TEST(test_damaged)
{
	size_t len, regions, changed = 0;
	char *bytes = slurp_snapshot(minors[_i], &len), *copy = malloc(len), *sound = dump(bytes, len);

	ck_assert_ptr_nonnull(copy);
	regions = (size_t)((char *)memmem(bytes, len, "\n\n", 2) + 2 - bytes);
	rng_state = 0x9e3779b97f4a7c15u + (uint64_t)_i;
	for (int round = 0; round < 300; round++) {
		struct snapshot *snapshot;
		char *lines = NULL;

		memcpy(copy, bytes, len);
		for (int n = 0; n < 1 << round % 6; n++)
			damage(copy, len, regions);
		if (snapshot_load(copy, len, &snapshot, NULL) < 0)
			continue; /* a region's own header was hit */
		snapshot_close(snapshot);
		lines = dump(copy, len);
		changed += !lines || strcmp(lines, sound) != 0;
		free(lines);
	}
	ck_assert_uint_gt(changed, 15);
	free(bytes);
	free(copy);
	free(sound);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pydata");
	TCase *tc = tcase_create("pydata");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_versions, 0, MINORS);
	tcase_add_loop_test(tc, test_debug_block, 0, 3);
	tcase_add_loop_test(tc, test_damaged, 0, MINORS);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
