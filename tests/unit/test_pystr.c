/* SPDX-License-Identifier: MIT */
/* str objects laid out by hand: each kind, each place of the characters, the caps and the edges of memory. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "scrape.h"
#include "target/mem.h"

#define BASE 0x10000u
#define SIZE 40000u

/* One region of memory that ends where its owner says. */
struct image {
	struct mem mem;
	uint8_t bytes[SIZE];
	size_t len;
};

static int image_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct image *image = (struct image *)(void *)mem;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = ranges[i].addr - BASE;

		if (ranges[i].addr < BASE || at > image->len || ranges[i].len > image->len - at)
			return (int)i;
		memcpy(ranges[i].dst, image->bytes + at, ranges[i].len);
	}
	return (int)n;
}

static const struct mem_ops image_ops = {image_readv};
static struct image image;
static struct offsets offsets;
static struct buf out;

enum { NOT_COMPACT = 0, COMPACT = 1 << 5, ASCII = COMPACT | 1 << 6 };

static void setup_for(int minor)
{
	memset(&image, 0, sizeof(image));
	image.mem.ops = &image_ops;
	ck_assert_int_eq(offsets_from_table(0x030000f0u | (uint32_t)minor << 16, &offsets, NULL), 0);
}

/* A str object at BASE, with memory ending right behind it. */
static void put(const void *chars, size_t length, unsigned int kind, unsigned int state)
{
	uint64_t words[3] = {0, 0, length}, pointer = BASE + 200;
	uint32_t bits = state | kind << 2;
	size_t at = state == ASCII ? offsets.str_ascii_data : state == COMPACT ? offsets.str_compact_data : 200;

	memcpy(image.bytes, words, sizeof(words));
	memcpy(image.bytes + offsets.str_state, &bits, 4);
	if (state == NOT_COMPACT)
		memcpy(image.bytes + offsets.str_compact_data, &pointer, 8);
	memcpy(image.bytes + at, chars, length * kind);
	image.len = at + length * kind;
}

static const char *read_str(void)
{
	buf_reset(&out);
	ck_assert_int_eq(pystr_read(&image.mem, &offsets, BASE, &out), 0);
	return buf_cstr(&out);
}

START_TEST(test_kinds)
{
	static const uint16_t ucs2[] = {'a', 0x20ac, 0xdc80, 0x0436};
	static const uint32_t ucs4[] = {'a', 0x1f40d, 0x110000};

	setup_for(_i);
	put("run", 3, 1, ASCII);
	ck_assert_str_eq(read_str(), "run");
	put("", 0, 1, ASCII);
	ck_assert_str_eq(read_str(), "");
	put("na\xefve", 5, 1, COMPACT);
	ck_assert_str_eq(read_str(), "na\xc3\xafve");
	put(ucs2, 4, 2, COMPACT);
	ck_assert_str_eq(read_str(), "a\xe2\x82\xac\\udc80\xd0\xb6");
	put(ucs4, 3, 4, COMPACT);
	ck_assert_str_eq(read_str(), "a\xf0\x9f\x90\x8d\\u110000");
	put("away", 4, 1, NOT_COMPACT);
	ck_assert_str_eq(read_str(), "away");
	put("a\x1b[2J\n", 6, 1, ASCII);
	ck_assert_str_eq(read_str(), "a\\x1b[2J\\x0a");
}
END_TEST

START_TEST(test_calls)
{
	char name[200];

	setup_for(_i);
	memset(name, 'n', sizeof(name));
	put(name, 90, 1, ASCII);
	image.len += 100;
	(void)read_str();
	ck_assert_uint_eq(image.mem.calls, 1);
	put(name, 90, 1, ASCII); /* the last object of what is mapped */
	(void)read_str();
	ck_assert_uint_eq(image.mem.calls, 3);
	put(name, 200, 1, ASCII);
	ck_assert_uint_eq(strlen(read_str()), 200);
	ck_assert_uint_eq(image.mem.calls, 5);
}
END_TEST

START_TEST(test_long)
{
	static char name[20000];
	char first[SCRAPE_NAME_MAX + 1];

	setup_for(_i);
	memset(name, 'n', sizeof(name));
	put(name, SCRAPE_NAME_MAX, 1, ASCII);
	ck_assert_uint_eq(strlen(read_str()), SCRAPE_NAME_MAX);
	put(name, SCRAPE_NAME_MAX + 1, 1, ASCII);
	ck_assert_uint_le(strlen(read_str()), SCRAPE_NAME_MAX);
	ck_assert_mem_eq(out.data + out.len - 11, "...", 3);
	(void)strcpy(first, buf_cstr(&out));
	put(name, SCRAPE_NAME_MAX + 2, 1, ASCII);
	ck_assert_str_ne(read_str(), first); /* another length */
	name[SCRAPE_NAME_MAX] = 'm';
	put(name, SCRAPE_NAME_MAX + 1, 1, ASCII);
	ck_assert_str_ne(read_str(), first); /* another end */
	memset(name, 1, sizeof(name));
	put(name, sizeof(name), 1, ASCII); /* \x01 each: longer when clean */
	ck_assert_uint_le(strlen(read_str()), SCRAPE_NAME_MAX);
	memset(name, 0xff, sizeof(name));
	put(name, sizeof(name) / 4, 4, COMPACT);
	ck_assert_uint_le(strlen(read_str()), SCRAPE_NAME_MAX);
}
END_TEST

START_TEST(test_hostile)
{
	static const uint64_t lengths[] = {1ull << 40, (1ull << 40) + 1, 1ull << 62, 1ull << 63, UINT64_MAX};

	setup_for(_i);
	buf_reset(&out);
	for (size_t i = 0; i < 5; i++) {
		put("x", 1, 1, ASCII);
		memcpy(image.bytes + offsets.str_length, &lengths[i], 8);
		ck_assert_int_eq(pystr_read(&image.mem, &offsets, BASE, &out), i ? SCRAPE_EFORMAT : SCRAPE_EFAULT);
	}
	for (unsigned int kind = 0; kind < 8; kind++) {
		put("", 0, kind, ASCII);
		ck_assert_int_eq(pystr_read(&image.mem, &offsets, BASE, &out),
				 kind == 1 || kind == 2 || kind == 4 ? 0 : SCRAPE_EFORMAT);
	}
	put("away", 4, 1, NOT_COMPACT);
	memset(image.bytes + offsets.str_compact_data, 0xff, 8);
	ck_assert_int_eq(pystr_read(&image.mem, &offsets, BASE, &out), SCRAPE_EFAULT);
	ck_assert_int_eq(pystr_read(&image.mem, &offsets, UINT64_MAX - 3, &out), SCRAPE_EFAULT);
	image.len = offsets.str_ascii_data - 1;
	ck_assert_int_eq(pystr_read(&image.mem, &offsets, BASE, &out), SCRAPE_EFAULT);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(test_head)
{
	uint64_t length = 0;
	char name[1000];

	setup_for(_i);
	memset(name, '\n', sizeof(name));
	put(name, sizeof(name), 1, ASCII);
	buf_reset(&out);
	ck_assert_int_eq(pystr_read_head(&image.mem, &offsets, BASE, 5, &out, &length), 0);
	ck_assert_str_eq(buf_cstr(&out), "\n\n\n\n\n");
	ck_assert_uint_eq(length, 1000);
	buf_reset(&out);
	ck_assert_int_eq(pystr_read_head(&image.mem, &offsets, BASE, 5000, &out, &length), 0);
	ck_assert_uint_eq(out.len, PYSTR_HEAD_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pystr");
	TCase *tc = tcase_create("pystr");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tc, test_kinds, 8, 16);
	tcase_add_loop_test(tc, test_calls, 8, 16);
	tcase_add_loop_test(tc, test_long, 8, 16);
	tcase_add_loop_test(tc, test_hostile, 8, 16);
	tcase_add_loop_test(tc, test_head, 8, 16);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	buf_deinit(&out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
