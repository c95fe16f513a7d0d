/* SPDX-License-Identifier: MIT */
/* The sample stream: what is written is read, what is damaged is refused with a sentence, what is unknown is skipped.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "support/stream_log.h"

static const struct stream_sink deaf_sink;

static struct buf bytes, got;
static struct stream_writer w;
static struct stream_reader reader;
static struct err err;

static void begin_test(void)
{
	buf_reset(&bytes);
	buf_reset(&got);
	stream_begin(&w, &bytes,
		     &(struct stream_session){
			     .start_wall_us = 1700000000000000, .rate_mhz = 100000, .slice_us = 10000000, .exact = 1});
	stream_reader_init(&reader, &log_sink, &got);
	err = (struct err){0};
}

static void end_test(void)
{
	stream_reader_deinit(&reader);
	buf_deinit(&bytes);
	buf_deinit(&got);
}

static void put_name(uint64_t id, const char *text)
{
	stream_put_string(&w, &(struct stream_string){.id = id, .bytes = text, .len = strlen(text)});
}

#define SESSION_LINE "session 1700000000000000 100000 10000000 1\n"

/* One record of each type, and again with the largest numbers that are allowed. */
static const char everything[] = SESSION_LINE "string 0 main\n"
					      "string 1 \n"
					      "frame 0 0 1 0 0 0 0 0\n"
					      "frame 1 1 0 18446744073709551615 2147483647 2147483647 2 2\n"
					      "node 1 0 0\n"
					      "node 2 1 1\n"
					      "target 0 2147483647 18446744073709551615 0 1 0 0\n"
					      "target 1 1 0 1 1 1 1\n"
					      "thread 0 1 2147483647 0\n"
					      "thread 0 0 7 1\n"
					      "sample 0 2 255 1 10000 10000\n"
					      "sample 0 0 0 18446744073709551615 9000 20000\n"
					      "sample 0 1 1 3 -9223372036854775808 9223372036854775807\n"
					      "sample 0 1 1 3 9223372036854775807 -9223372036854775808\n"
					      "slice_thread 0 18446744073709551615 18446744073709551615\n"
					      "slice_end 18446744073709551615 1 2 3 4 5 18446744073709551615\n"
					      "loss 1 6 18446744073709551615\n"
					      "gone 1 1 18446744073709551615\n"
					      "note 18446744073709551615 -9223372036854775808 a sentence\n"
					      "note 0 9223372036854775807 \n"
					      "reset\n"
					      "string 0 again\n"
					      "thread 1 1 1 0\n";

static void put_everything(void)
{
	put_name(0, "main");
	put_name(1, "");
	stream_put_frame(&w, &(struct stream_frame){.file = 1});
	stream_put_frame(&w, &(struct stream_frame){1, 1, 0, UINT64_MAX, INT32_MAX, INT32_MAX, STREAM_FRAME_MARKER, 2});
	stream_put_node(&w, &(struct stream_node){1, 0, 0});
	stream_put_node(&w, &(struct stream_node){2, 1, 1});
	stream_put_target(&w, &(struct stream_target){0, INT32_MAX, UINT64_MAX, 0, 1, 0, 0});
	stream_put_target(&w, &(struct stream_target){1, 1, 0, 1, 1, 1, 1});
	stream_put_thread(&w, &(struct stream_thread){0, 1, INT32_MAX, 0});
	stream_put_thread(&w, &(struct stream_thread){0, 0, 7, 1});
	stream_put_sample(&w, &(struct stream_sample){0, 2, 255, 1, 10000, 10000});
	stream_put_sample(&w, &(struct stream_sample){0, 0, 0, UINT64_MAX, 9000, 20000});
	stream_put_sample(&w, &(struct stream_sample){0, 1, 1, 3, INT64_MIN, INT64_MAX});
	stream_put_sample(&w, &(struct stream_sample){0, 1, 1, 3, INT64_MAX, INT64_MIN});
	stream_put_slice_thread(&w, &(struct stream_slice_thread){0, UINT64_MAX, UINT64_MAX});
	stream_put_slice_end(&w, &(struct stream_slice_end){UINT64_MAX, 1, 2, 3, 4, 5, UINT64_MAX});
	stream_put_loss(&w, &(struct stream_loss){1, SCRAPE_LOSS_BEHIND, UINT64_MAX});
	stream_put_gone(&w, &(struct stream_gone){1, STREAM_GONE_EXEC, UINT64_MAX});
	stream_put_note(&w, &(struct stream_note){UINT64_MAX, INT64_MIN, "a sentence", 10});
	stream_put_note(&w, &(struct stream_note){0, INT64_MAX, "", 0});
	stream_put_reset(&w);
	put_name(0, "again");
	stream_put_thread(&w, &(struct stream_thread){1, 1, 1, 0});
}

START_TEST(round_trip)
{
	put_everything();
	ck_assert(!bytes.failed);
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert_str_eq(buf_cstr(&got), everything);
	ck_assert(stream_is_whole(&reader));
}
END_TEST

START_TEST(pieces_of_any_size)
{
	put_everything();
	for (size_t piece = 1; piece < 40; piece++) {
		struct stream_reader r;

		buf_reset(&got);
		stream_reader_init(&r, &log_sink, &got);
		for (size_t at = 0; at < bytes.len; at += piece) {
			size_t n = bytes.len - at < piece ? bytes.len - at : piece;
			_Alignas(16) char copy[40]; /* its own memory: a read too far is seen by the sanitizer */

			memcpy(copy + sizeof(copy) - n, bytes.data + at, n);
			ck_assert_int_eq(stream_feed(&r, copy + sizeof(copy) - n, n, &err), 0);
		}
		ck_assert_str_eq(buf_cstr(&got), everything);
		stream_reader_deinit(&r);
	}
}
END_TEST

/* A stream may be cut anywhere: what is whole counts, and it is known that something is missing. */
START_TEST(every_tail_cut)
{
	size_t whole = 0;

	put_everything();
	for (size_t n = 0; n <= bytes.len; n++) {
		struct stream_reader r;

		buf_reset(&got);
		stream_reader_init(&r, &log_sink, &got);
		ck_assert_int_eq(stream_feed(&r, bytes.data, n, &err), 0);
		ck_assert(strncmp(everything, buf_cstr(&got), got.len) == 0);
		ck_assert(got.len == 0 || got.data[got.len - 1] == '\n');
		whole += stream_is_whole(&r);
		stream_reader_deinit(&r);
	}
	ck_assert_uint_eq(whole, 24); /* behind each of the 24 records, not behind the mere magic */
}
END_TEST

START_TEST(sample_is_short)
{
	size_t before;

	stream_put_sample(&w, &(struct stream_sample){3, 200, SCRAPE_ON_CPU, 1, 10000, 10000});
	before = bytes.len;
	stream_put_sample(&w, &(struct stream_sample){3, 200, SCRAPE_ON_CPU, 1, 11000, 11000});
	ck_assert_uint_eq(bytes.len - before, 10);
}
END_TEST

/* Defines string 0, frame 0, node 1, target 0 and thread 0. */
static void put_basics(void)
{
	put_name(0, "main");
	stream_put_frame(&w, &(struct stream_frame){0});
	stream_put_node(&w, &(struct stream_node){1, 0, 0});
	stream_put_target(&w, &(struct stream_target){.pid = 1});
	stream_put_thread(&w, &(struct stream_thread){.tid = 1});
}

/* Feeds what was written since `from` and expects that it is refused, once and for all, in words that hold `words`. */
static void expect_refusal(int code, const char *words)
{
	size_t before;

	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), code);
	ck_assert_int_eq(err.code, code);
	ck_assert_msg(strstr(err.text, words) != NULL, "\"%s\" lacks \"%s\"", err.text, words);
	ck_assert(!stream_is_whole(&reader));
	before = got.len;
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), code);
	ck_assert_uint_eq(got.len, before);
}

static uint64_t seen_labels;

static int see_target(void *ctx, const struct stream_target *r)
{
	(void)ctx;
	seen_labels = r->labels;
	return 0;
}

/* The labels of a target came later than the other fields: a record without them is whole. */
START_TEST(labels_of_a_target)
{
	static const struct stream_sink sink = {.target = see_target};
	static const char old[] = {STREAM_TARGET, 7, 1, 9, 0, 0, 0, 0, 0};
	static const char cut[] = {STREAM_TARGET, 8, 2, 9, 0, 0, 0, 0, 0, (char)0x80};
	struct stream_reader r;

	stream_reader_init(&r, &sink, NULL);
	put_name(0, "zone=eu\n");
	stream_put_target(&w, &(struct stream_target){.pid = 1, .labels = 1});
	ck_assert_int_eq(stream_feed(&r, bytes.data, bytes.len, &err), 0);
	ck_assert_uint_eq(seen_labels, 1);
	ck_assert_int_eq(stream_feed(&r, old, sizeof(old), &err), 0);
	ck_assert_uint_eq(seen_labels, 0);
	ck_assert_int_eq(stream_feed(&r, cut, sizeof(cut), &err), SCRAPE_EFORMAT);
	stream_reader_deinit(&r);
	stream_put_target(&w, &(struct stream_target){.id = 1, .pid = 1, .labels = 2});
	expect_refusal(SCRAPE_EFORMAT, "a string that was not defined");
}
END_TEST

static const struct bad_case {
	const char *words;
	enum stream_type type;
	uint64_t fields[8];
	size_t n;
} bad_cases[] = {
	{"string is defined out of order", STREAM_STRING, {0, 0}, 2},
	{"string is defined out of order", STREAM_STRING, {2, 0}, 2},
	{"text is longer", STREAM_STRING, {1, 1}, 2},
	{"text is longer", STREAM_STRING, {1, UINT64_MAX}, 2},
	{"text is longer", STREAM_STRING, {1}, 1},
	{"too short", STREAM_STRING, {0}, 0},
	{"frame is defined out of order", STREAM_FRAME, {0}, 7},
	{"frame is defined out of order", STREAM_FRAME, {2}, 7},
	{"names a string", STREAM_FRAME, {1, 1}, 7},
	{"names a string", STREAM_FRAME, {1, 0, UINT64_MAX}, 7},
	{"line number", STREAM_FRAME, {1, 0, 0, 0, INT32_MAX + 1ull}, 7},
	{"line number", STREAM_FRAME, {1, 0, 0, 0, 0, INT32_MAX + 1ull}, 7},
	{"kind", STREAM_FRAME, {1, 0, 0, 0, 0, 0, 4}, 7},
	{"names a string", STREAM_FRAME, {1, 0, 0, 0, 0, 0, 0, 2}, 8},
	{"names a string", STREAM_FRAME, {1, 0, 0, 0, 0, 0, 0, UINT64_MAX}, 8},
	{"too short", STREAM_FRAME, {1}, 6},
	{"node is defined out of order", STREAM_NODE, {0}, 3},
	{"node is defined out of order", STREAM_NODE, {1}, 3},
	{"node is defined out of order", STREAM_NODE, {3}, 3},
	{"parent", STREAM_NODE, {2, 2}, 3},
	{"parent", STREAM_NODE, {2, UINT64_MAX}, 3},
	{"names a frame", STREAM_NODE, {2, 1, 1}, 3},
	{"too short", STREAM_NODE, {2, 1}, 2},
	{"target is defined out of order", STREAM_TARGET, {0, 1}, 7},
	{"target is defined out of order", STREAM_TARGET, {2, 1}, 7},
	{"impossible pid", STREAM_TARGET, {1, INT32_MAX + 1ull}, 7},
	{"names a string", STREAM_TARGET, {1, 1, 0, 1}, 7},
	{"names a string", STREAM_TARGET, {1, 1, 0, 0, 1}, 7},
	{"names a string", STREAM_TARGET, {1, 1, 0, 0, 0, 1}, 7},
	{"parent", STREAM_TARGET, {1, 1, 0, 0, 0, 0, 2}, 7},
	{"too short", STREAM_TARGET, {1, 1}, 6},
	{"thread is defined out of order", STREAM_THREAD, {2, 0, 1}, 4},
	{"names a target", STREAM_THREAD, {1, 1, 1}, 4},
	{"impossible number", STREAM_THREAD, {0, 0, INT32_MAX + 1ull}, 4},
	{"names a string", STREAM_THREAD, {0, 0, 1, 1}, 4},
	{"too short", STREAM_THREAD, {1, 0, 1}, 3},
	{"names a thread", STREAM_SAMPLE, {1, 0}, 6},
	{"names a stack node", STREAM_SAMPLE, {0, 2}, 6},
	{"names a stack node", STREAM_SAMPLE, {0, UINT64_MAX}, 6},
	{"too short", STREAM_SAMPLE, {0, 1}, 5},
	{"name a thread", STREAM_SLICE_THREAD, {1}, 3},
	{"too short", STREAM_SLICE_THREAD, {0}, 2},
	{"too short", STREAM_SLICE_END, {0}, 6},
	{"name a target", STREAM_LOSS, {1}, 3},
	{"reason", STREAM_LOSS, {0, SCRAPE_LOSS_COUNT}, 3},
	{"too short", STREAM_LOSS, {0}, 2},
	{"target that was not defined", STREAM_GONE, {1}, 3},
	{"too short", STREAM_GONE, {0}, 2},
	{"too short", STREAM_NOTE, {0}, 1},
	{"text is longer", STREAM_NOTE, {0, 0, 1}, 3},
	{"session inside", STREAM_SESSION, {0, 0, 0, 0}, 4},
	{"too short", STREAM_SESSION, {0}, 3},
};

static void put_raw(int type, const uint64_t *fields, size_t n)
{
	struct buf payload = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_varint(&payload, fields[i]);
	buf_chr(&bytes, (char)type);
	buf_varint(&bytes, payload.len);
	buf_add(&bytes, payload.data, payload.len);
	buf_deinit(&payload);
}

START_TEST(bad_records)
{
	const struct bad_case *c = &bad_cases[_i];

	put_basics();
	put_raw((int)c->type, c->fields, c->n);
	expect_refusal(SCRAPE_EFORMAT, c->words);
}
END_TEST

/* A recording from before frames had a module; one whose module is cut within the number; one with more behind it. */
START_TEST(frame_without_module)
{
	static const uint64_t old[] = {1, 0, 0, 0, 5, 4, 0}, newer[] = {2, 0, 0, 0, 5, 4, 0, 1, 99, 99};

	put_basics();
	put_raw(STREAM_FRAME, old, 7);
	put_raw(STREAM_FRAME, newer, 10);
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(strstr(buf_cstr(&got), "frame 1 0 0 0 5 4 0 0\nframe 2 0 0 0 5 4 0 1\n") != NULL);
	buf_reset(&bytes);
	buf_add(&bytes, "\x02\x08\x03\0\0\0\0\0\0\x80", 10);
	expect_refusal(SCRAPE_EFORMAT, "too short");
}
END_TEST

START_TEST(bad_after_reset)
{
	put_basics();
	stream_put_reset(&w);
	stream_put_sample(&w, &(struct stream_sample){.node = 1, .looks = 1});
	expect_refusal(SCRAPE_EFORMAT, "names a stack node");
}
END_TEST

/* A number of 65 bits, and one that goes on for eleven bytes. */
START_TEST(bad_varint)
{
	static const char *const bad[] = {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x01\x01",
					  "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01"};

	put_basics();
	buf_add(&bytes, "\x08\x0d\x00", 3); /* the times of a slice, 13 bytes, of thread 0 */
	buf_add(&bytes, bad[_i], 12);
	expect_refusal(SCRAPE_EFORMAT, "too short");
}
END_TEST

START_TEST(not_a_recording)
{
	bytes.data[0] = 'X';
	expect_refusal(SCRAPE_EFORMAT, "not a recording");
}
END_TEST

START_TEST(bad_length)
{
	size_t at = bytes.len;

	/* Of an unknown type, so that only the length matters. */
	buf_add(&bytes, "\x40\x80\x80\x04", 4); /* 65536 */
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(!stream_is_whole(&reader));
	stream_reader_deinit(&reader);
	stream_reader_init(&reader, &log_sink, &got);
	bytes.data[at + 1] = '\x81'; /* 65537 */
	expect_refusal(SCRAPE_EFORMAT, "longer than any");
}
END_TEST

START_TEST(bad_length_without_end)
{
	buf_add(&bytes, "\x40\x80\x80\x80", 4);
	expect_refusal(SCRAPE_EFORMAT, "longer than any");
}
END_TEST

START_TEST(bad_beginning)
{
	static const uint64_t reset[1];

	buf_reset(&bytes);
	buf_str(&bytes, STREAM_MAGIC);
	if (_i == 0)
		put_raw(STREAM_RESET, reset, 0);
	else
		put_raw(64, reset, 0);
	expect_refusal(SCRAPE_EFORMAT, "does not begin with a session");
}
END_TEST

START_TEST(bad_session)
{
	static const uint64_t bad[][4] = {
		{0, SCRAPE_RATE_MAX * 1000ull + 1, 0, 0},
		{INT64_MAX, 1000, 0, 0},
		{0, 1000, UINT64_MAX, 0},
	};

	buf_reset(&bytes);
	buf_str(&bytes, STREAM_MAGIC);
	put_raw(STREAM_SESSION, bad[_i], 4);
	expect_refusal(SCRAPE_EFORMAT, "impossible rate or time");
}
END_TEST

START_TEST(bad_second_magic)
{
	buf_str(&bytes, "scrape2\n");
	expect_refusal(SCRAPE_EFORMAT, "damaged");
}
END_TEST

/* A newer writer: types we do not know, and fields behind the ones we know. */
START_TEST(unknown_is_skipped)
{
	static const uint64_t thread[] = {0, 0, 5, 0, 77, UINT64_MAX};
	static const uint64_t junk[] = {UINT64_MAX, 1, 2};

	put_basics();
	put_raw(200, junk, 3);
	put_raw(0, junk, 3);
	put_raw(255, junk, 0);
	put_raw(STREAM_THREAD, thread, 6);
	put_raw(STREAM_RESET, junk, 3);
	put_name(0, "on");
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(strstr(buf_cstr(&got), "thread 0 0 5 0\nreset\nstring 0 on\n") != NULL);
	ck_assert(stream_is_whole(&reader));
}
END_TEST

START_TEST(locals_name_what_was_defined)
{
	put_basics();
	stream_put_local(&w, &(struct stream_local){.thread = 0, .depth = 7, .argument = 1, .name = 0, .text = 0});
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(strstr(buf_cstr(&got), "local 0 7 1 0 0\n") != NULL);
	stream_put_local(&w, &(struct stream_local){.thread = 99, .name = 0, .text = 0});
	expect_refusal(SCRAPE_EFORMAT, "a local variable of something that was not defined");
}
END_TEST

START_TEST(second_session)
{
	put_basics();
	stream_begin(&w, &bytes, &(struct stream_session){.rate_mhz = 5});
	put_basics();
	stream_put_sample(&w, &(struct stream_sample){0, 1, 1, 1, 5, 5});
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(strstr(buf_cstr(&got), "session 0 5 0 0\nstring 0 main\n") != NULL);
	ck_assert(strstr(buf_cstr(&got), "sample 0 1 1 1 5 5\n") != NULL);
}
END_TEST

START_TEST(texts_are_cleaned)
{
	char name[SCRAPE_NAME_MAX + 2];

	memset(name, 'n', sizeof(name));
	name[SCRAPE_NAME_MAX] = '\0';
	stream_put_string(&w, &(struct stream_string){.bytes = "a\n\x1b[31m\xff", .len = 8});
	put_name(1, name);
	name[SCRAPE_NAME_MAX] = 'n';
	stream_put_string(&w, &(struct stream_string){.id = 2, .bytes = name, .len = SCRAPE_NAME_MAX + 1});
	stream_put_note(&w, &(struct stream_note){.text = "\r", .len = 1});
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	name[SCRAPE_NAME_MAX] = '\0';
	ck_assert(strstr(buf_cstr(&got), "string 0 a\\x0a\\x1b[31m\\xff\n") != NULL);
	ck_assert(strstr(buf_cstr(&got), name) != NULL);
	ck_assert(strstr(buf_cstr(&got), "nn...") != NULL);
	ck_assert(strstr(buf_cstr(&got), "note 0 0 \\x0d\n") != NULL);
}
END_TEST

/* The longest texts that a writer is given leave records that a reader takes. */
START_TEST(long_texts_fit)
{
	static char text[2 * STREAM_RECORD_MAX];

	memset(text, 'x', sizeof(text));
	stream_put_string(&w, &(struct stream_string){.bytes = text, .len = sizeof(text)});
	stream_put_note(&w, &(struct stream_note){UINT64_MAX, INT64_MIN, text, sizeof(text)});
	ck_assert_uint_gt(bytes.len, 2 * (STREAM_RECORD_MAX - 100));
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	ck_assert(stream_is_whole(&reader));
}
END_TEST

static const struct {
	const char *words;
	enum stream_type type;
	uint64_t max;
	size_t count_at;
} limits[] = {
	{"strings", STREAM_STRING, STREAM_STRINGS_MAX, offsetof(struct stream_reader, n_strings)},
	{"frames", STREAM_FRAME, STREAM_FRAMES_MAX, offsetof(struct stream_reader, n_frames)},
	{"targets", STREAM_TARGET, STREAM_TARGETS_MAX, offsetof(struct stream_reader, n_targets)},
	{"threads", STREAM_THREAD, STREAM_THREADS_MAX, offsetof(struct stream_reader, n_threads)},
};

START_TEST(limits_of_definitions)
{
	uint64_t fields[7] = {limits[_i].max - 1, limits[_i].type == STREAM_TARGET, limits[_i].type == STREAM_THREAD};

	put_basics();
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	buf_reset(&bytes);
	memcpy((char *)&reader + limits[_i].count_at, &fields[0], sizeof(fields[0]));
	put_raw((int)limits[_i].type, fields, limits[_i].type == STREAM_STRING ? 2 : 7);
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	buf_reset(&bytes);
	fields[0]++;
	put_raw((int)limits[_i].type, fields, limits[_i].type == STREAM_STRING ? 2 : 7);
	expect_refusal(SCRAPE_ELIMIT, limits[_i].words);
}
END_TEST

/* Nodes are counted for real, because their depths are kept. */
START_TEST(limit_of_nodes)
{
	struct stream_node node = {0};

	reader.sink = &deaf_sink;
	put_basics();
	for (node.id = 2; node.id <= STREAM_NODES_MAX; node.id++) {
		stream_put_node(&w, &node);
		if (bytes.len > 1 << 20) {
			ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
			buf_reset(&bytes);
		}
	}
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	buf_reset(&bytes);
	stream_put_node(&w, &node);
	expect_refusal(SCRAPE_ELIMIT, "stack nodes");
}
END_TEST

START_TEST(limit_of_depth)
{
	put_basics();
	for (uint64_t id = 2; id <= STREAM_DEPTH_MAX; id++)
		stream_put_node(&w, &(struct stream_node){.id = id, .parent = id - 1});
	ck_assert_int_eq(stream_feed(&reader, bytes.data, bytes.len, &err), 0);
	buf_reset(&bytes);
	stream_put_node(&w, &(struct stream_node){.id = STREAM_DEPTH_MAX + 1, .parent = STREAM_DEPTH_MAX});
	expect_refusal(SCRAPE_EFORMAT, "deeper than any");
}
END_TEST

static int full(void *ctx, const struct stream_string *r)
{
	(void)ctx;
	return r->id == 1 ? SCRAPE_ELIMIT : 0;
}

START_TEST(sink_stops_the_reader)
{
	static const struct stream_sink full_sink = {.string = full};

	reader.sink = &full_sink;
	put_name(0, "a");
	put_name(1, "b");
	expect_refusal(SCRAPE_ELIMIT, "more memory");
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
	Suite *suite = suite_create("stream");
	TCase *tcase = tcase_create("stream");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_test, end_test);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, round_trip);
	tcase_add_test(tcase, pieces_of_any_size);
	tcase_add_test(tcase, every_tail_cut);
	tcase_add_test(tcase, sample_is_short);
	tcase_add_test(tcase, labels_of_a_target);
	tcase_add_loop_test(tcase, bad_records, 0, COUNT(bad_cases));
	tcase_add_test(tcase, frame_without_module);
	tcase_add_test(tcase, bad_after_reset);
	tcase_add_loop_test(tcase, bad_varint, 0, 2);
	tcase_add_test(tcase, not_a_recording);
	tcase_add_test(tcase, bad_length);
	tcase_add_test(tcase, bad_length_without_end);
	tcase_add_loop_test(tcase, bad_beginning, 0, 2);
	tcase_add_loop_test(tcase, bad_session, 0, 3);
	tcase_add_test(tcase, bad_second_magic);
	tcase_add_test(tcase, unknown_is_skipped);
	tcase_add_test(tcase, locals_name_what_was_defined);
	tcase_add_test(tcase, second_session);
	tcase_add_test(tcase, texts_are_cleaned);
	tcase_add_test(tcase, long_texts_fit);
	tcase_add_loop_test(tcase, limits_of_definitions, 0, COUNT(limits));
	tcase_add_test(tcase, limit_of_nodes);
	tcase_add_test(tcase, limit_of_depth);
	tcase_add_test(tcase, sink_stops_the_reader);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
