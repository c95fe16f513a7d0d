/* SPDX-License-Identifier: MIT */
/* `scrape top` without a terminal: looks become rows, the window slides, keys change what is shown, and nothing leaves
 * its place on the page. */
#include <locale.h>

#include "support/stream_maker.h"

#include "cli/page.h"
#include "cli/top.h"
#include "cli/top_feed.h"
#include "cli/top_page.h"
#include "cli/width.h"

#define ALL_ROWS SIZE_MAX

static struct top top;
static struct top_feed feeder;
static struct stream_reader top_reader;
static struct buf shown;

static int take(void *ctx, struct top_sum *second)
{
	(void)ctx;
	return top_take(&top, second);
}

static void begin_top(size_t window)
{
	ck_assert_int_eq(top_init(&top, window), 0);
	ck_assert_int_eq(top_feed_init(&feeder, &top.names, take, NULL), 0);
	stream_reader_init(&top_reader, &top_feed_sink, &feeder);
}

static void end_top(void)
{
	stream_reader_deinit(&top_reader);
	top_feed_deinit(&feeder);
	top_deinit(&top);
	buf_deinit(&shown);
}

static void begin_each(void)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	begin_test();
	begin_top(3);
}

static void end_each(void)
{
	end_top();
	end_test();
}

static int feed_code(struct err *err)
{
	int code = stream_feed(&top_reader, bytes.data, bytes.len, err);

	buf_reset(&bytes);
	return code;
}

/* A second ends: one thread with so much CPU time. */
static void end_second(double cpu_s)
{
	struct stream_slice_end r = {.from_us = START_US + now_us, .ticks = 100};
	struct err err;
	int code;

	put_times(0, cpu_s, 1);
	now_us += 1000000;
	r.until_us = START_US + now_us;
	stream_put_slice_end(&w, &r);
	code = feed_code(&err);
	ck_assert_msg(code == 0, "%s", code ? err.text : "");
}

/* What is shown: "name self total" in milliseconds, a line each. */
static const char *rows(void)
{
	buf_reset(&shown);
	ck_assert_int_eq(top_arrange(&top, ALL_ROWS), 0);
	VEC_EACH (row, &top.rows)
		buf_fmt(&shown, "%s:%u %u %u\n", top_names_function(&top.names, row->name),
			top_names_line(&top.names, row->name), (unsigned)(row->self_ns / 1000000),
			(unsigned)(row->total_ns / 1000000));
	return buf_cstr(&shown) ? shown.data : "";
}

static void press(const char *keys)
{
	for (; *keys; keys++)
		ck_assert(top_key(&top, (unsigned char)*keys, 10));
}

static uint64_t frame_at_line(const char *function, uint64_t line, uint64_t first_line)
{
	return put_frame_of(STREAM_FRAME_PYTHON, function, "/srv/app/f.py", 5, line, first_line);
}

/* Looks stand for measured time, as in a profile. */
START_TEST(self_and_total)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(a, "b");
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 20);
	put_looks(0, b, SCRAPE_ON_CPU, 10);
	put_looks(0, b, 0, 70);
	end_second(0.6);
	ck_assert_str_eq(rows(), "a:1 400 600\nb:1 200 200\n");
	press("m");
	ck_assert_str_eq(rows(), "b:1 800 800\na:1 200 1000\n");
	press("m");
	ck_assert_str_eq(rows(), "a:1 200 200\n");
	press("mT");
	ck_assert_str_eq(rows(), "a:1 400 600\nb:1 200 200\n");
}
END_TEST

/* f -> g -> f -> f: f is on the stack three times and counts once. */
START_TEST(recursion_counts_once)
{
	uint64_t node;

	put_actors();
	node = put_stack(put_stack(put_stack(put_stack(0, "f"), "g"), "f"), "f");
	put_looks(0, node, SCRAPE_ON_CPU, 50);
	put_looks(0, put_stack(node, "g"), SCRAPE_ON_CPU, 50);
	end_second(1);
	ck_assert_str_eq(rows(), "f:1 500 1000\ng:1 500 1000\n");
}
END_TEST

/* Two lines of one function are two lines, and one function that begins at its first line. */
START_TEST(lines_and_functions)
{
	uint64_t outer, inner;

	put_actors();
	outer = put_node(0, frame_at_line("f", 11, 10));
	inner = put_node(outer, frame_at_line("f", 12, 10));
	put_looks(0, outer, SCRAPE_ON_CPU, 25);
	put_looks(0, inner, SCRAPE_ON_CPU, 75);
	end_second(1);
	ck_assert_str_eq(rows(), "f:10 1000 1000\n");
	press("l");
	ck_assert_str_eq(rows(), "f:12 750 750\nf:11 250 1000\n");
	ck_assert_str_eq(top_names_file(&top.names, top.rows.items[0].name, false), "app/f.py");
	ck_assert_str_eq(top_names_file(&top.names, top.rows.items[0].name, true), "/srv/app/f.py");
}
END_TEST

START_TEST(markers)
{
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_IN_GC, 10);
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_TRUNCATED, 20);
	put_looks(0, 0, SCRAPE_ON_CPU, 30);
	put_looks(0, 0, SCRAPE_ON_CPU | SCRAPE_TRUNCATED, 40);
	end_second(1);
	ck_assert_str_eq(rows(), "[truncated]:0 400 600\n[unknown]:0 300 300\na:1 200 300\n[gc]:0 100 100\n");
	put_looks(0, a, 0, 100); /* asleep at every look, yet it ran */
	end_second(0.5);
	press("rs");
	put_looks(0, a, 0, 100);
	end_second(0.5);
	ck_assert_str_eq(rows(), "[unseen]:0 500 500\n");
}
END_TEST

/* Of a window of three seconds the fourth is not part; everything since the start still has it. */
START_TEST(window_slides)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(0, "b");
	put_looks(0, a, SCRAPE_ON_CPU, 100);
	end_second(1);
	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_nonnull(strstr(rows(), "a:1 1000 1000"));
		put_looks(0, b, SCRAPE_ON_CPU, 100);
		end_second(0.5);
	}
	ck_assert_str_eq(rows(), "b:1 1500 1500\n");
	ck_assert_uint_eq(top.recent.duration_us, 3000000);
	press("i");
	ck_assert_str_eq(rows(), "b:1 1500 1500\na:1 1000 1000\n");
	ck_assert_uint_eq(top_shown(&top)->duration_us, 4000000);
	press("r");
	ck_assert_str_eq(rows(), "");
}
END_TEST

START_TEST(pause_holds_still_and_misses_nothing)
{
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 100);
	end_second(1);
	press(" ");
	put_looks(0, a, SCRAPE_ON_CPU, 100);
	end_second(1);
	ck_assert_str_eq(rows(), "a:1 1000 1000\n");
	press("i");
	ck_assert_str_eq(rows(), "a:1 1000 1000\n");
	press(" ");
	ck_assert_str_eq(rows(), "a:1 2000 2000\n");
	press("i");
	ck_assert_str_eq(rows(), "a:1 2000 2000\n");
}
END_TEST

START_TEST(sorting)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(a, "b");
	put_looks(0, a, SCRAPE_ON_CPU, 10);
	put_looks(0, b, SCRAPE_ON_CPU, 90);
	put_looks(0, put_stack(0, "zeta"), SCRAPE_ON_CPU, 10);
	put_looks(0, put_stack(0, "eta"), SCRAPE_ON_CPU, 10);
	end_second(1.2);
	ck_assert_str_eq(rows(), "b:1 900 900\na:1 100 1000\neta:1 100 100\nzeta:1 100 100\n");
	press("s");
	ck_assert_str_eq(rows(), "a:1 100 1000\neta:1 100 100\nzeta:1 100 100\nb:1 900 900\n");
	press("T");
	ck_assert_str_eq(rows(), "a:1 100 1000\nb:1 900 900\neta:1 100 100\nzeta:1 100 100\n");
	press(">");
	ck_assert_int_eq((int)top.view.sort, TOP_BY_NAME);
	ck_assert_str_eq(rows(), "a:1 100 1000\nb:1 900 900\neta:1 100 100\nzeta:1 100 100\n");
	press(">>");
	ck_assert_int_eq((int)top.view.sort, TOP_BY_SELF);
	press("<");
	ck_assert_int_eq((int)top.view.sort, TOP_BY_PLACE);
}
END_TEST

START_TEST(filtering)
{
	uint64_t node;

	put_actors();
	node = put_stack(0, "Handler.do_GET");
	put_looks(0, node, SCRAPE_ON_CPU, 50);
	put_looks(0, put_stack(node, "caf\xc3\xa9"), SCRAPE_ON_CPU, 50);
	end_second(1);
	press("/do_get");
	ck_assert_str_eq(rows(), "Handler.do_GET:1 500 1000\n");
	ck_assert_uint_eq(top.n_all, 2);
	press("q"); /* a letter, here */
	ck_assert_str_eq(rows(), "");
	press("\x7f\n");
	ck_assert(!top.view.typing);
	ck_assert_str_eq(top.view.filter, "do_get");
	press("\x1b");
	ck_assert_str_eq(top.view.filter, "");
	press("/");
	ck_assert(top_key(&top, 0xe9, 10));
	ck_assert_str_eq(rows(), "caf\xc3\xa9:1 500 500\n");
	press("\x7f");
	ck_assert_str_eq(top.view.filter, "");
	press("\x7f\x1b");
	ck_assert(!top.view.typing);
	ck_assert(!top_key(&top, 'q', 10));
}
END_TEST

/* At the limit and one beyond; a character that does not fit whole is not begun. */
START_TEST(filter_limit)
{
	press("/");
	for (int i = 0; i < TOP_FILTER_MAX - 1; i++)
		press("x");
	ck_assert(top_key(&top, 0x1f40d, 10));
	ck_assert_uint_eq(strlen(top.view.filter), TOP_FILTER_MAX - 1);
	press("y");
	ck_assert_uint_eq(strlen(top.view.filter), TOP_FILTER_MAX);
	press("z");
	ck_assert_uint_eq(strlen(top.view.filter), TOP_FILTER_MAX);
	ck_assert_int_eq(top.view.filter[TOP_FILTER_MAX - 1], 'y');
	ck_assert(top_key(&top, 0xd800, 10));
	ck_assert(top_key(&top, TOP_KEY_NONE, 10));
}
END_TEST

START_TEST(scrolling_ends_at_the_last_row)
{
	char name[] = "f00";

	put_actors();
	for (int i = 0; i < 25; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		put_looks(0, put_stack(0, name), SCRAPE_ON_CPU, 4);
	}
	end_second(1);
	ck_assert(top_key(&top, TOP_KEY_END, 10));
	ck_assert_int_eq(top_arrange(&top, 10), 0);
	ck_assert_uint_eq(top.view.scroll, 15);
	ck_assert(top_key(&top, TOP_KEY_DOWN, 10));
	ck_assert_int_eq(top_arrange(&top, 10), 0);
	ck_assert_uint_eq(top.view.scroll, 15);
	ck_assert(top_key(&top, TOP_KEY_PAGE_UP, 10));
	ck_assert_uint_eq(top.view.scroll, 6);
	ck_assert(top_key(&top, TOP_KEY_PAGE_UP, 10));
	ck_assert(top_key(&top, TOP_KEY_UP, 10));
	ck_assert_uint_eq(top.view.scroll, 0);
	ck_assert(top_key(&top, TOP_KEY_PAGE_DOWN, 10));
	ck_assert(top_key(&top, TOP_KEY_HOME, 10));
	ck_assert_uint_eq(top.view.scroll, 0);
	ck_assert_int_eq(top_arrange(&top, 0), 0); /* a terminal without room for a row */
}
END_TEST

START_TEST(threads)
{
	uint64_t a, b;

	put_actors();
	put_thread(1, 0, 44, "napper");
	a = put_stack(0, "work");
	b = put_stack(0, "nap");
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 100);
	put_looks(1, b, SCRAPE_WANTS_GIL, 100);
	put_times(1, 0, 1);
	end_second(0.8);
	press("t");
	ck_assert_int_eq(top_arrange(&top, ALL_ROWS), 0);
	ck_assert_uint_eq(top.rows.n, 2);
	ck_assert_str_eq(top.rows.items[0].thread->name, "worker");
	ck_assert_str_eq(top.rows.items[0].thread->process, "app");
	ck_assert_uint_eq(top.rows.items[0].thread->tid, 43);
	ck_assert_uint_eq(top.rows.items[0].self_ns, 800000000);
	ck_assert_uint_eq(top.rows.items[0].total_ns, 1000000000);
	ck_assert_str_eq(top_names_function(&top.names, top.rows.items[1].name), "nap");
	ck_assert_uint_eq(top.rows.items[1].thread->flags, SCRAPE_WANTS_GIL);
	press("/napp");
	ck_assert_int_eq(top_arrange(&top, ALL_ROWS), 0);
	ck_assert_uint_eq(top.rows.n, 1);
	put_looks(0, a, 0, 100);
	end_second(0); /* the other thread is not there any more */
	press("\x1b");
	ck_assert_int_eq(top_arrange(&top, ALL_ROWS), 0);
	ck_assert_uint_eq(top.rows.n, 2);
	ck_assert_uint_lt(top.rows.items[1].thread->until_us, top.recent.until_us);
}
END_TEST

/* Since the start threads are kept up to a limit; beyond it those go that are gone. Their time stays. */
START_TEST(threads_limit)
{
	struct top_sum one = {0};

	for (uint32_t i = 1; i <= TOP_THREADS_MAX + 1; i++) {
		struct top_thread *thread = top_sum_thread(&one, 7, i);

		ck_assert_ptr_nonnull(thread);
		thread->until_us = one.until_us = i;
		thread->ns[PROFILE_CPU] = one.ns[PROFILE_CPU] = 1;
		ck_assert_int_eq(top_take(&top, &one), 0);
		top_sum_clear(&one);
		if (i == TOP_THREADS_MAX)
			ck_assert_uint_eq(top.all.threads.n, TOP_THREADS_MAX);
	}
	ck_assert_uint_eq(top.all.threads.n, 1);
	ck_assert_uint_eq(top.all.threads.items[0].tid, TOP_THREADS_MAX + 1);
	ck_assert_uint_eq(top.all.ns[PROFILE_CPU], TOP_THREADS_MAX + 1);
	ck_assert_uint_eq(top_sum_thread(&top.all, 7, TOP_THREADS_MAX + 1)->ns[PROFILE_CPU], 1);
	top_sum_deinit(&one);
}
END_TEST

/* Definitions start again in the middle of a second. */
START_TEST(reset_in_a_second)
{
	put_actors();
	(void)put_stack(0, "other"); /* so that numbers change their meaning */
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 50);
	stream_put_reset(&w);
	n_strings = n_frames = n_nodes = 0;
	put_looks(0, put_stack(0, "b"), SCRAPE_ON_CPU, 25);
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 25);
	end_second(1);
	ck_assert_str_eq(rows(), "a:1 750 750\nb:1 250 250\n");
}
END_TEST

START_TEST(second_session)
{
	put_actors();
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 50);
	end_second(1);
	begin_session(100000);
	put_actors();
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 50);
	end_second(1);
	ck_assert_str_eq(rows(), "a:1 2000 2000\n");
	ck_assert_uint_eq(feeder.alive, 1);
	stream_put_gone(&w, &(struct stream_gone){.target = 0});
	stream_put_gone(&w, &(struct stream_gone){.target = 0});
	end_second(0);
	ck_assert_uint_eq(feeder.alive, 0);
}
END_TEST

/* Beyond the limit of names time goes to [other]; the sum is kept. */
START_TEST(names_limit)
{
	struct top_names *names = &top.names;
	struct frame frame = {.kind = STREAM_FRAME_PYTHON, .line = 3, .first_line = 2};
	uint32_t name, again;

	top_names_deinit(names);
	ck_assert_int_eq(top_names_init(names, TOP_NAME_FIXED_COUNT + 2), 0);
	ck_assert_int_eq(top_names_text(names, "f", 1, &frame.function), 0);
	ck_assert_int_eq(top_names_text(names, "f.py", 4, &frame.file), 0);
	ck_assert_int_eq(top_names_add(names, &frame, &name), 0);
	ck_assert_uint_ne(name, TOP_NAME_OTHER);
	ck_assert_uint_eq(names->frames.list.n, names->max);
	ck_assert_uint_eq(top_names_line(names, top_names_function_of(names, name)), 2);
	frame.line = 4;
	ck_assert_int_eq(top_names_add(names, &frame, &again), 0);
	ck_assert_uint_eq(again, TOP_NAME_OTHER);
	ck_assert_uint_eq(names->frames.list.n, names->max);
	put_actors();
	put_looks(0, put_stack(0, "g"), SCRAPE_ON_CPU, 50);
	put_looks(0, put_stack(0, "h"), SCRAPE_ON_CPU, 50);
	end_second(1);
	ck_assert_str_eq(rows(), "[other]:0 1000 1000\n");
}
END_TEST

START_TEST(text_limit)
{
	char text[TOP_TEXT_MAX + 2];
	uint32_t fits, cut;

	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(top_names_text(&top.names, text, TOP_TEXT_MAX, &fits), 0);
	ck_assert_uint_eq(top.names.strings.list.items[fits].len, TOP_TEXT_MAX);
	ck_assert_int_eq(top_names_text(&top.names, text, TOP_TEXT_MAX + 1, &cut), 0);
	ck_assert_uint_ne(fits, cut);
	ck_assert_uint_le(top.names.strings.list.items[cut].len, TOP_TEXT_MAX);
}
END_TEST

/* Numbers that no sampler sends do no harm. */
START_TEST(absurd_numbers)
{
	struct err err;
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	for (int i = 0; i < 3; i++) {
		struct stream_slice_end r = {UINT64_MAX, UINT64_MAX, 3, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};

		put_looks(0, a, UINT64_MAX, UINT64_MAX);
		stream_put_slice_thread(&w, &(struct stream_slice_thread){0, UINT64_MAX, UINT64_MAX});
		stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, UINT64_MAX});
		stream_put_slice_end(&w, &r);
		ck_assert_int_eq(feed_code(&err), 0);
		(void)rows();
	}
}
END_TEST

/* Text on a terminal. */

static const char *cut(const char *text, size_t columns, size_t want)
{
	buf_reset(&shown);
	ck_assert_uint_eq(width_cut(&shown, text, columns), want);
	return buf_cstr(&shown) ? shown.data : "";
}

START_TEST(width)
{
	ck_assert_str_eq(cut("hello", 5, 5), "hello");
	ck_assert_str_eq(cut("hello!", 5, 5), "hell\xe2\x80\xa6");
	ck_assert_str_eq(cut("hello", 1, 1), "\xe2\x80\xa6");
	ck_assert_str_eq(cut("hello", 0, 0), "");
	ck_assert_str_eq(cut("", 5, 0), "");
	/* each of these is two columns wide: the edge falls into the third */
	ck_assert_str_eq(cut("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 6, 6), "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2");
	ck_assert_str_eq(cut("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 5, 5), "\xe6\xbc\xa2\xe5\xad\x97\xe2\x80\xa6");
	ck_assert_str_eq(cut("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 4, 3), "\xe6\xbc\xa2\xe2\x80\xa6");
	/* marks without width: two stay, none stands alone */
	ck_assert_str_eq(cut("e\xcc\x81\xcc\x82\xcc\x83x", 2, 2), "e\xcc\x81\xcc\x82x");
	ck_assert_str_eq(cut("\xcc\x81x", 2, 1), "x");
	/* what no terminal should get, even if it got here uncleaned */
	ck_assert_str_eq(cut("a\x1b[31m\x07\x7f\xff\xc2\x9b" "b", 20, 11), "a?[31m????b");
}
END_TEST

START_TEST(width_without_unicode)
{
	(void)setlocale(LC_CTYPE, "C");
	ck_assert_str_eq(cut("\xe6\xbc\xa2x\xc3\xa9", 5, 3), "?x?");
	ck_assert_str_eq(cut("hello!", 5, 5), "hell~");
	(void)setlocale(LC_CTYPE, "C.UTF-8");
}
END_TEST

/* Nothing is drawn outside the page or over its neighbour, at any size, with any name. */
static void check_page(size_t n_rows, size_t n_columns)
{
	struct page page;

	page_init(&page, n_rows, n_columns);
	ck_assert_int_eq(top_arrange(&top, top_page_height(&top, n_rows)), 0);
	top_page_draw(&top, &page);
	ck_assert(!page.text.failed);
	VEC_EACH (run, &page.runs) { /* an assertion of libcheck writes to a pipe: only of what is wrong */
		if (run->row >= n_rows || run->column + run->columns > n_columns)
			ck_abort_msg("%zu x %zu: row %u, column %u", n_rows, n_columns, run->row, run->column);
		for (size_t i = 0; i < run->len; i++)
			if ((unsigned char)page.text.data[run->at + i] < ' ')
				ck_abort_msg("%zu x %zu: a control character", n_rows, n_columns);
	}
	ck_assert_int_eq(page_print(&page, &shown), 0); /* it sorts them */
	for (size_t i = 1; i < page.runs.n; i++) {
		const struct page_run *left = &page.runs.items[i - 1], *right = left + 1;

		if (left->row == right->row && left->column + left->columns > right->column)
			ck_abort_msg("%zu x %zu: two on row %u, column %u", n_rows, n_columns, right->row,
				     right->column);
	}
	page_deinit(&page);
}

static void put_evil(void)
{
	static const char *const names[] = {
		"\x1b[2J\x1b[H evil \r\n\t\x9b",
		"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97",
		"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85 \xd7\xa9\xd7\x9c \xe2\x80\xae %s%n",
		"",
		"a_function_with_a_name_that_is_far_too_long_for_any_terminal_that_anybody_would_want_to_look_at_today",
	};

	put_actors();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_PYTHON, names[i], names[i], 0, 2000000000u, 1)),
			  SCRAPE_ON_CPU, 20);
	put_thread(1, 0, 44, names[1]);
	put_looks(1, 0, 0, 100);
	put_times(1, 0, 1);
	end_second(1);
}

START_TEST(page_keeps_its_bounds)
{
	static const char *const views[] = {"", "l", "t", "t/x", "h", "\x1b/nothing like it"};

	put_evil();
	(void)snprintf(top.about.title, sizeof(top.about.title), "%s", "\xe6\xbc\xa2\xe5\xad\x97 (pid 42)");
	(void)snprintf(top.about.runtime, sizeof(top.about.runtime), "CPython 3.12.3");
	for (size_t view = 0; view < sizeof(views) / sizeof(*views); view++) {
		press("h"); /* out of whatever the last one left */
		top.view = (struct top_view){0};
		press(views[view]);
		for (size_t n_rows = 0; n_rows <= 26; n_rows++)
			for (size_t n_columns = 0; n_columns <= 140; n_columns++)
				check_page(n_rows, n_columns);
	}
}
END_TEST

/* The least terminal still shows the title, the head and the first rows. */
START_TEST(tiny_page)
{
	struct page page;

	put_actors();
	put_looks(0, put_stack(0, "heavy"), SCRAPE_ON_CPU, 60);
	put_looks(0, put_stack(0, "light"), SCRAPE_ON_CPU, 40);
	end_second(1);
	(void)snprintf(top.about.title, sizeof(top.about.title), "app.py (pid 42)");
	page_init(&page, 5, 20);
	ck_assert_int_eq(top_arrange(&top, top_page_height(&top, 5)), 0);
	top_page_draw(&top, &page);
	buf_reset(&shown);
	ck_assert_int_eq(page_print(&page, &shown), 0);
	ck_assert_str_eq(buf_cstr(&shown), "app.py (pid 42)\n"
					   "vSelf %  Function\n"
					   "   60.0  heavy\n"
					   "   40.0  light\n"
					   "q quit  ? help  spa\xe2\x80\xa6\n");
	page_deinit(&page);
}
END_TEST

START_TEST(paper)
{
	struct page page;

	put_actors();
	put_looks(0, put_node(0, frame_at_line("heavy", 12, 10)), SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 60);
	put_looks(0, put_node(0, frame_at_line("light", 22, 20)), SCRAPE_ON_CPU, 40);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 25});
	end_second(1);
	(void)snprintf(top.about.title, sizeof(top.about.title), "app.py (pid 42)");
	(void)snprintf(top.about.runtime, sizeof(top.about.runtime), "CPython 3.12.3");
	top.about.rate_asked = 100;
	top.about.elapsed_ns = 3723000000000ull;
	ck_assert_int_eq(top_arrange(&top, SIZE_MAX), 0);
	page_init(&page, top_page_paper_rows(&top), 80);
	top_page_draw_paper(&top, &page);
	buf_reset(&shown);
	ck_assert_int_eq(page_print(&page, &shown), 0);
	ck_assert_str_eq(
		buf_cstr(&shown),
		"app.py (pid 42)  CPython 3.12.3                                     live 1:02:03\n"
		"CPU 1.00 s/s  GIL 60 %  1 thread, 1 running  100 of 100 looks/s  sampler 0.00 %\n"
		"100 looks, 25 lost (20.0 %): moved 25; 0 ticks late\n"
		"CPU time by function, the last 1 s   2 rows\n"
		"vSelf % Total %   Self s  Total s  Function  File\n"
		"   60.0    60.0     0.60     0.60  heavy     app/f.py:10\n"
		"   40.0    40.0     0.40     0.40  light     app/f.py:20\n");
	page_deinit(&page);
}
END_TEST

START_TEST(help)
{
	struct page page;

	press("?");
	ck_assert(top.view.help);
	page_init(&page, 24, 80);
	top_page_draw(&top, &page);
	buf_reset(&shown);
	ck_assert_int_eq(page_print(&page, &shown), 0);
	ck_assert_ptr_nonnull(strstr(buf_cstr(&shown), "  q           quit\n"));
	page_deinit(&page);
	ck_assert(top_key(&top, 'q', 10)); /* leaves the help only */
	ck_assert(!top.view.help);
	ck_assert(!top_key(&top, 'q', 10));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("top");
	TCase *tcase = tcase_create("top");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_each, end_each);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, self_and_total);
	tcase_add_test(tcase, recursion_counts_once);
	tcase_add_test(tcase, lines_and_functions);
	tcase_add_test(tcase, markers);
	tcase_add_test(tcase, window_slides);
	tcase_add_test(tcase, pause_holds_still_and_misses_nothing);
	tcase_add_test(tcase, sorting);
	tcase_add_test(tcase, filtering);
	tcase_add_test(tcase, filter_limit);
	tcase_add_test(tcase, scrolling_ends_at_the_last_row);
	tcase_add_test(tcase, threads);
	tcase_add_test(tcase, threads_limit);
	tcase_add_test(tcase, reset_in_a_second);
	tcase_add_test(tcase, second_session);
	tcase_add_test(tcase, names_limit);
	tcase_add_test(tcase, text_limit);
	tcase_add_test(tcase, absurd_numbers);
	tcase_add_test(tcase, width);
	tcase_add_test(tcase, width_without_unicode);
	tcase_add_test(tcase, page_keeps_its_bounds);
	tcase_add_test(tcase, tiny_page);
	tcase_add_test(tcase, paper);
	tcase_add_test(tcase, help);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
