/* SPDX-License-Identifier: MIT */
/* The files of the page as they are in the program. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/page.h"

#define UNPACKED_MAX (1 << 20)

/* Unpacked by the system's own gzip. */
static char *unpack(const struct page_file *file)
{
	char path[] = "/tmp/test_page.XXXXXX", command[64];
	char *text = malloc(UNPACKED_MAX);
	int fd = mkstemp(path);
	FILE *pipe, *out;
	size_t n;

	ck_assert(text && fd >= 0);
	out = fdopen(fd, "w");
	ck_assert(out && fwrite(file->gz, 1, file->gz_len, out) == file->gz_len && fclose(out) == 0);
	(void)snprintf(command, sizeof(command), "gzip -dc <%s", path);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	n = fread(text, 1, UNPACKED_MAX - 1, pipe);
	ck_assert_int_eq(pclose(pipe), 0);
	remove(path);
	text[n] = '\0';
	return text;
}

START_TEST(test_index)
{
	const struct page_file *file = page_find("/");
	char *text;

	ck_assert_ptr_nonnull(file);
	ck_assert_str_eq(file->mime, "text/html; charset=utf-8");
	ck_assert(!file->immutable);
	ck_assert_uint_eq(strlen(file->etag), 18);
	ck_assert(file->etag[0] == '"' && file->etag[17] == '"');
	text = unpack(file);
	ck_assert_int_eq(strncmp(text, "<!doctype html>", 15), 0);
	free(text);
}
END_TEST

/* What the index names is there; what has a hash in its name may be kept for ever. */
START_TEST(test_assets)
{
	char *text = unpack(page_find("/"));
	const struct page_file *file;
	size_t n = 0;

	for (size_t i = 0; (file = page_at(i)); i++) {
		ck_assert(file->gz_len > 20 && file->gz[0] == 0x1f && file->gz[1] == 0x8b);
		ck_assert_ptr_eq(page_find(file->path), file);
		ck_assert_int_eq(file->immutable, strncmp(file->path, "/assets/", 8) == 0);
		if (!file->immutable)
			continue;
		ck_assert_ptr_nonnull(strstr(text, file->path + 1));
		n++;
	}
	ck_assert_uint_eq(n, 3);
	free(text);
}
END_TEST

START_TEST(test_none)
{
	ck_assert_ptr_null(page_find(""));
	ck_assert_ptr_null(page_find("/index.html"));
	ck_assert_ptr_null(page_find("/assets/"));
	ck_assert_ptr_null(page_find("/assets/../"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("page");
	TCase *tc = tcase_create("page");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_index);
	tcase_add_test(tc, test_assets);
	tcase_add_test(tc, test_none);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
