/* SPDX-License-Identifier: MIT */
/* Line tables: every code unit of real functions of each version against the interpreter's own answer, and damage. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "python/linetable.h"

#define LINE_MAX_BYTES 16384

struct fixture {
	unsigned int minor;
	int32_t first_line;
	int64_t code_bytes;
	size_t len;
	uint8_t *table; /* exactly len bytes, so that a sanitizer sees a byte too many */
	const char *changes;
};

/* One line as tests/support/linetable-fixture.py writes it. */
static void parse(char *text, struct fixture *ret)
{
	char hex[LINE_MAX_BYTES];
	long code_bytes;
	int at;

	ck_assert_int_eq(sscanf(text, "%u %d %ld %16383s %n", &ret->minor, &ret->first_line, &code_bytes, hex, &at), 4);
	ret->code_bytes = code_bytes;
	ret->changes = text + at;
	ret->len = hex[0] == '-' ? 0 : strlen(hex) / 2;
	ret->table = malloc(ret->len + (ret->len == 0));
	ck_assert_ptr_nonnull(ret->table);
	for (size_t i = 0; i < ret->len; i++) {
		unsigned int byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ret->table[i] = (uint8_t)byte;
	}
}

static long check_function(const struct fixture *f)
{
	const char *change = f->changes;
	long line = f->first_line, next = 0, delta = 0, bytes, checked = 0;
	int used;

	for (int64_t offset = 0; offset < f->code_bytes; offset += 2, checked++) {
		while (next == offset) {
			line += delta;
			next = -1;
			if (sscanf(change, "%ld:%ld%n", &bytes, &delta, &used) == 2) {
				next = (long)offset + bytes;
				change += used + (change[used] == ',');
			}
		}
		ck_assert_msg(linetable_line(f->table, f->len, f->first_line, offset, f->minor) == line,
			      "3.%u, function at line %d, offset %ld: %u, not %ld", f->minor, f->first_line, (long)offset,
			      linetable_line(f->table, f->len, f->first_line, offset, f->minor), line);
	}
	return checked;
}

START_TEST(test_truth)
{
	static const int minors[] = {7, 8, 9, 10, 11, 12, 13, 14, 15};
	static char text[LINE_MAX_BYTES];
	char path[256];
	long checked = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "tests/fixtures/linetable/3.%d.txt", minors[_i]);
	file = fopen(path, "re");
	ck_assert_msg(file != NULL, "%s", path);
	while (fgets(text, sizeof(text), file)) {
		struct fixture f;

		ck_assert_msg(strchr(text, '\n') != NULL, "a line is too long");
		parse(text, &f);
		checked += check_function(&f);
		free(f.table);
	}
	(void)fclose(file); /* read only */
	ck_assert_int_gt(checked, 3000);
}
END_TEST

START_TEST(test_not_begun)
{
	for (unsigned int minor = 7; minor <= 16; minor++) {
		ck_assert_uint_eq(linetable_line("", 0, 42, -2, minor), 42);
		ck_assert_uint_eq(linetable_line("\x06\x01", 2, 42, -1, minor), 42);
	}
}
END_TEST

START_TEST(test_no_line)
{
	/* 3.10: 2 bytes on line 10, 2 bytes without, 2 bytes on line 11 */
	static const char pairs[] = "\x02\x00\x02\x80\x02\x01";
	/* 3.11: one unit on line 10, one without, one on line 12 */
	static const char locations[] = "\xd0\x00\x00\xf8\xe0\x00\x00";

	ck_assert_uint_eq(linetable_line(pairs, 6, 10, 2, 10), 10);
	ck_assert_uint_eq(linetable_line(pairs, 6, 10, 4, 10), 11);
	ck_assert_uint_eq(linetable_line(pairs, 6, 10, 6, 10), 0);
	ck_assert_uint_eq(linetable_line(locations, 7, 10, 0, 11), 10);
	ck_assert_uint_eq(linetable_line(locations, 7, 10, 2, 11), 10);
	ck_assert_uint_eq(linetable_line(locations, 7, 10, 4, 11), 12);
	ck_assert_uint_eq(linetable_line(locations, 7, 10, 6, 11), 0);
}
END_TEST

START_TEST(test_damaged)
{
	static const char endless[] = "\xe8\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x00";
	/* the largest svarint, six groups: 31 bits and the sign */
	static const char huge[] = "\xe8\x7e\x7f\x7f\x7f\x7f\x03";

	ck_assert_uint_eq(linetable_line(endless, sizeof(endless) - 1, 1, 0, 12), 0);
	ck_assert_uint_eq(linetable_line(huge, sizeof(huge) - 1, 0, 0, 12), INT32_MAX);
	ck_assert_uint_eq(linetable_line(huge, sizeof(huge) - 1, 1, 0, 12), 0);
	for (size_t n = 0; n < sizeof(huge) - 1; n++)
		ck_assert_uint_eq(linetable_line(huge, n, 1, 0, 12), 0);
	ck_assert_uint_eq(linetable_line("\x00\x00", 2, 1, 0, 12), 0);       /* no entry begins so */
	ck_assert_uint_eq(linetable_line("\xd8\x00", 2, 1, 0, 12), 0);       /* an operand is missing */
	ck_assert_uint_eq(linetable_line("\x00\x81", 2, 100, 0, 8), 0);      /* a line before the first */
	ck_assert_uint_eq(linetable_line("\x06\x01\x08", 3, 10, 90, 8), 11); /* half a pair */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("linetable");
	TCase *tc = tcase_create("linetable");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, test_truth, 0, 9);
	tcase_add_test(tc, test_not_begun);
	tcase_add_test(tc, test_no_line);
	tcase_add_test(tc, test_damaged);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
