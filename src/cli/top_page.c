/* SPDX-License-Identifier: MIT */
/* top_page: how `scrape top` looks. */
#include "cli/top_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/page.h"
#include "cli/top.h"
#include "cli/width.h"
#include "encode/meta.h"
#include "scrape.h"

#define HEADER_ROWS 4     /* the title, two lines of numbers, what the table shows */
#define ROWS_FOR_HEADER 12 /* with fewer rows the numbers go ... */
#define ROWS_FOR_VIEW 7    /* ... then what the table shows */
#define ROWS_FOR_KEYS 5
#define ROWS_FOR_FILTER 3 /* being typed */
#define STRONG_SHARE 0.1  /* of all: rows that matter */
#define FAINT_SHARE 0.001

/* Where the table's columns begin; a width of 0 leaves one out. */
struct table {
	size_t first, second;  /* the two shares */
	size_t times;          /* each of the two times */
	size_t left;           /* where the name begins */
	size_t name, place;
};

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)NSEC_PER_SEC;
}

/* Rows above the table's head. */
static size_t header_rows(size_t rows)
{
	return rows >= ROWS_FOR_HEADER ? HEADER_ROWS : rows >= ROWS_FOR_VIEW ? 2 : 1;
}

/* Is the last row that of the keys? */
static bool shows_keys(const struct top *top, size_t rows)
{
	return rows >= ROWS_FOR_KEYS || (rows >= ROWS_FOR_FILTER && top->view.typing);
}

size_t top_page_height(const struct top *top, size_t rows)
{
	size_t others = header_rows(rows) + 1 + shows_keys(top, rows);

	return rows > others ? rows - others : 0;
}

/* The header. */

static void draw_title(const struct top *top, struct page *page)
{
	const struct top_about *about = &top->about;
	uint64_t s = about->elapsed_ns / NSEC_PER_SEC;
	enum page_style style = about->ended || top->view.paused ? PAGE_WARN : PAGE_GOOD;
	char state[64];
	size_t width, used;

	(void)snprintf(state, sizeof(state), "%s %" PRIu64 ":%02u:%02u",
		       about->ended         ? "ended"
		       : top->view.paused ? "paused"
					    : "live",
		       s / 3600, (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	width = strlen(state);
	if (page->columns < 2 * width)
		width = 0;
	used = page_put(page, 0, 0, page->columns - width - (width > 0), PAGE_TITLE, about->title);
	if (used + 2 < page->columns - width)
		(void)page_put(page, 0, used + 2, page->columns - width - used - 3, PAGE_PLAIN, about->runtime);
	if (width > 0)
		(void)page_put(page, 0, page->columns - width, width, style, state);
}

static size_t running_threads(const struct top *top)
{
	const struct top_sum *sum = &top->recent;
	size_t n = 0;

	VEC_EACH (thread, &sum->threads)
		n += thread->until_us == sum->until_us && thread->flags & SCRAPE_ON_CPU;
	return top->about.ended ? 0 : n;
}

static size_t living_threads(const struct top *top)
{
	size_t n = 0;

	VEC_EACH (thread, &top->recent.threads)
		n += thread->until_us == top->recent.until_us;
	return top->about.ended ? 0 : n;
}

static void draw_numbers(const struct top *top, const struct top_sum *sum, struct page *page, size_t row)
{
	double time = (double)sum->duration_us / 1e6, speed = time > 0 ? (double)sum->ticks / time : 0;
	static const char *const modes[] = {[PROFILE_CPU] = "CPU", [PROFILE_WALL] = "wall", [PROFILE_GIL] = "GIL"};
	size_t threads = living_threads(top);
	char rate[64] = "";

	if (time <= 0) {
		(void)page_put(page, row, 0, page->columns, PAGE_FAINT, "the first numbers come in a second");
		return;
	}
	if (top->about.rate_asked > 0)
		(void)snprintf(rate, sizeof(rate), " of %.4g", top->about.rate_asked);
	if (top->about.remote) {
		(void)page_fmt(page, row, 0, PAGE_PLAIN, "%s %.2f s/s  %.*f%s looks/s", modes[top->view.mode],
			       seconds(sum->ns[top->view.mode]) / time, speed < 10, speed, rate);
		return;
	}
	(void)page_fmt(page, row, 0, PAGE_PLAIN,
		       "CPU %.2f s/s  GIL %.0f %%  %zu thread%s, %zu running  %.*f%s looks/s  sampler %.2f %%",
		       seconds(sum->ns[PROFILE_CPU]) / time, 100 * seconds(sum->ns[PROFILE_GIL]) / time, threads,
		       threads == 1 ? "" : "s", running_threads(top), speed < 10, speed, rate,
		       100 * seconds(sum->cost_ns) / time);
}

static void draw_losses(const struct top *top, const struct top_sum *sum, struct page *page, size_t row)
{
	char text[512], late[64];
	uint64_t lost = 0;
	size_t n = 0;

	for (int i = 0; i < SCRAPE_LOSS_COUNT; i++) {
		lost += sum->lost[i];
		if (sum->lost[i] > 0 && n < sizeof(text))
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %" PRIu64, n ? ", " : ": ",
					      meta_losses[i], sum->lost[i]);
	}
	if (n == 0)
		text[0] = '\0';
	if (top->about.remote)
		late[0] = '\0';
	else
		(void)snprintf(late, sizeof(late), "; %" PRIu64 " ticks late", sum->late);
	(void)page_fmt(page, row, 0, lost > sum->looks ? PAGE_WARN : PAGE_FAINT,
		       "%" PRIu64 " looks, %" PRIu64 " lost (%.1f %%)%s%s", sum->looks, lost,
		       100 * share(lost, sum->looks + lost), text, late);
}

static void draw_view(const struct top *top, const struct top_sum *sum, struct page *page, size_t row)
{
	static const char *const modes[] = {
		[PROFILE_CPU] = "CPU time", [PROFILE_WALL] = "wall time", [PROFILE_GIL] = "time holding the GIL"};
	const struct top_view *view = &top->view;
	size_t used;

	used = page_fmt(page, row, 0, PAGE_PLAIN, "%s %s, %s %.0f s",
			view->threads ? "Threads" : modes[view->mode],
			view->threads                  ? "and what they do"
			: view->merge == TOP_LINES ? "by line"
						       : "by function",
			view->since ? "since the start," : "the last", (double)sum->duration_us / 1e6);
	if (view->filter[0])
		(void)page_fmt(page, row, used, PAGE_WARN, "   /%s: %zu of %zu", view->filter, top->rows.n, top->n_all);
	else if (top->rows.n > 0)
		(void)page_fmt(page, row, used, PAGE_FAINT, "   %zu row%s", top->rows.n, top->rows.n == 1 ? "" : "s");
}

/* The table. */

/* Columns that the longest name on the page takes, so that names and files stand close. */
static size_t longest_name(const struct top *top, size_t from, size_t n, size_t max)
{
	size_t longest = 8;

	for (size_t i = from; i < from + n && i < top->rows.n; i++) {
		const struct top_row *row = &top->rows.items[i];
		size_t width = row->thread ? width_of(row->thread->name, max)
					   : width_of(top_names_function(&top->names, row->name), max);

		longest = width > longest ? width : longest;
	}
	return longest < max ? longest : max;
}

static struct table lay_out(const struct top *top, size_t columns, size_t from, size_t n)
{
	struct table table = {.first = 7};
	size_t rest;

	if (columns >= 34)
		table.second = 8;
	if (columns >= 64)
		table.times = 9;
	table.left = table.first + table.second + (top->view.threads && table.times ? 18 : 2 * table.times) + 2;
	rest = columns > table.left ? columns - table.left : 0;
	table.name = rest;
	if (columns >= 50) {
		table.name = longest_name(top, from, n, rest * 3 / 5);
		table.place = rest - table.name > 2 ? rest - table.name - 2 : 0;
	}
	return table;
}

static void put_right(struct page *page, size_t row, size_t end, size_t width, enum page_style style, const char *text)
{
	size_t n = strlen(text);

	if (width > 0)
		(void)page_put(page, row, n < width ? end - n : end - width, width, style, text);
}

static void head_cell(const struct top *top, struct page *page, size_t row, size_t end, size_t width,
		      enum top_sort sort, const char *text)
{
	char marked[32];

	(void)snprintf(marked, sizeof(marked), "%s%s",
		       top->view.sort != sort      ? ""
		       : top->view.upside_down ? "^"
						   : "v",
		       text);
	put_right(page, row, end, width, PAGE_HEAD, marked);
}

static void draw_head(const struct top *top, struct page *page, size_t row, const struct table *table)
{
	bool threads = top->view.threads;
	size_t at = table->first;

	head_cell(top, page, row, at, table->first, TOP_BY_SELF, threads ? "CPU %" : "Self %");
	head_cell(top, page, row, at += table->second, table->second, TOP_BY_TOTAL, threads ? "GIL %" : "Total %");
	if (table->times && threads) {
		(void)page_put(page, row, at + 2, 7, PAGE_HEAD, "State");
		put_right(page, row, at + 18, 8, PAGE_HEAD, "TID");
	} else if (table->times) {
		put_right(page, row, at + table->times, table->times, PAGE_HEAD, "Self s");
		put_right(page, row, at + 2 * table->times, table->times, PAGE_HEAD, "Total s");
	}
	(void)page_put(page, row, table->left, table->name, PAGE_HEAD,
		       top->view.sort != TOP_BY_NAME ? threads ? "Thread" : "Function"
		       : threads                     ? "Thread v"
						     : "Function v");
	if (table->place)
		(void)page_put(page, row, table->left + table->name + 2, table->place, PAGE_HEAD,
			       top->view.sort != TOP_BY_PLACE ? threads ? "Innermost function" : "File"
			       : threads                      ? "Innermost function v"
							      : "File v");
}

static void put_place(const struct top *top, struct page *page, size_t row, size_t column, size_t width,
		      const struct top_row *item)
{
	const char *file = top_names_file(&top->names, item->name, top->view.full_filenames);
	uint32_t line = top_names_line(&top->names, item->name);
	const char *function = top_names_function(&top->names, item->name);
	char text[3 * TOP_TEXT_MAX];

	if (item->thread && file[0])
		(void)snprintf(text, sizeof(text), "%s (%s:%" PRIu32 ")", function, file, line);
	else if (item->thread)
		(void)snprintf(text, sizeof(text), "%s", function);
	else if (file[0] && line)
		(void)snprintf(text, sizeof(text), "%s:%" PRIu32, file, line);
	else
		(void)snprintf(text, sizeof(text), "%s", file);
	(void)page_put(page, row, column, width, PAGE_FAINT, text);
}

static const char *state_of(const struct top *top, const struct top_thread *thread)
{
	if (top->about.remote) /* it does not tell */
		return "";
	if (top->about.ended || thread->until_us < top_shown(top)->until_us)
		return "gone";
	if (thread->flags & SCRAPE_IN_GC)
		return "gc";
	if (thread->flags & SCRAPE_ON_CPU)
		return "run";
	return thread->flags & SCRAPE_WANTS_GIL ? "gil" : "sleep";
}

/* Shares are of all that is counted in this mode; those of a thread of the time that has passed. */
static void draw_row(const struct top *top, const struct top_sum *sum, struct page *page, size_t at,
		     const struct table *table, const struct top_row *row)
{
	uint64_t whole = row->thread ? sum->duration_us * NSEC_PER_USEC : sum->ns[top->view.mode];
	double first = share(row->self_ns, whole);
	enum page_style style = first >= STRONG_SHARE ? PAGE_STRONG : PAGE_PLAIN;
	size_t end = table->first;
	char text[64];

	if (first < FAINT_SHARE && share(row->total_ns, whole) < FAINT_SHARE)
		style = PAGE_FAINT;
	(void)snprintf(text, sizeof(text), "%.1f", 100 * first);
	put_right(page, at, end, table->first, style, text);
	(void)snprintf(text, sizeof(text), "%.1f", 100 * share(row->total_ns, whole));
	put_right(page, at, end += table->second, table->second, style, text);
	if (table->times && row->thread) {
		(void)page_put(page, at, end + 2, 7, style, state_of(top, row->thread));
		(void)snprintf(text, sizeof(text), "%" PRIu32, row->thread->tid);
		put_right(page, at, end + 18, 8, style, text);
	} else if (table->times) {
		(void)snprintf(text, sizeof(text), "%.2f", seconds(row->self_ns));
		put_right(page, at, end + table->times, table->times, style, text);
		(void)snprintf(text, sizeof(text), "%.2f", seconds(row->total_ns));
		put_right(page, at, end + 2 * table->times, table->times, style, text);
	}
	(void)page_put(page, at, table->left, table->name, style,
		       row->thread ? row->thread->name : top_names_function(&top->names, row->name));
	if (table->place)
		put_place(top, page, at, table->left + table->name + 2, table->place, row);
}

static void draw_table(const struct top *top, struct page *page, size_t row, size_t from, size_t n)
{
	const struct top_sum *sum = top_shown(top);
	struct table table = lay_out(top, page->columns, from, n);

	draw_head(top, page, row, &table);
	for (size_t i = 0; i < n && from + i < top->rows.n; i++)
		draw_row(top, sum, page, row + 1 + i, &table, &top->rows.items[from + i]);
	if (top->rows.n == 0 && n > 0)
		(void)page_put(page, row + 1, 0, page->columns, PAGE_FAINT,
			       top->view.filter[0]      ? "  nothing matches the filter"
			       : sum->duration_us == 0 ? "  waiting for the first second"
							: "  nothing was met; m: other modes");
}

/* The rest. */

static void draw_help(struct page *page)
{
	static const char *const lines[] = {
		"Keys",
		"  m           CPU time, wall time, time holding the GIL",
		"  t           threads, or functions",
		"  l           lines, or functions",
		"  i           the last seconds, or everything since the start",
		"  s  T        sort by self, by total; again: least first",
		"  < >  arrows sort by the column to the left, to the right",
		"  /           show only what has this text; Enter keeps it, Esc clears it",
		"  space       hold still; sampling goes on",
		"  r           forget what was counted so far",
		"  up down PgUp PgDn Home End   scroll",
		"  q           quit",
		"",
		"Self is the time that ended in a function, total the time it was anywhere on the stack.",
		"Shares are of all time counted in this mode; those of threads are of one CPU.",
		"A thread runs, waits for the GIL (gil), collects garbage (gc), sleeps, or is gone.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines) && (i == 0 || i + 1 < page->rows); i++)
		(void)page_put(page, i, 0, page->columns, i ? PAGE_PLAIN : PAGE_TITLE, lines[i]);
	if (page->rows > 1)
		(void)page_put(page, page->rows - 1, 0, page->columns, PAGE_FAINT, "any key goes back");
}

static void draw_keys(const struct top *top, struct page *page, size_t row)
{
	const char *keys = "q quit  ? help  space pause  m mode  t threads  l lines  i since start  / filter";

	if (top->about.ended)
		keys = "the target has ended; q quit, ? help";
	if (top->view.typing)
		(void)page_fmt(page, row, 0, PAGE_TITLE, "/%s_", top->view.filter);
	else if (top->about.message[0])
		(void)page_put(page, row, 0, page->columns, PAGE_WARN, top->about.message);
	else
		(void)page_put(page, row, 0, page->columns, PAGE_FAINT, keys);
}

void top_page_draw(const struct top *top, struct page *page)
{
	const struct top_sum *sum = top_shown(top);
	size_t above = header_rows(page->rows), height = top_page_height(top, page->rows);

	if (top->view.help) {
		draw_help(page);
		return;
	}
	draw_title(top, page);
	if (above == HEADER_ROWS) {
		draw_numbers(top, sum, page, 1);
		draw_losses(top, sum, page, 2);
	}
	if (above > 1)
		draw_view(top, sum, page, above - 1);
	draw_table(top, page, above, top->view.scroll, height);
	if (shows_keys(top, page->rows))
		draw_keys(top, page, page->rows - 1);
}

size_t top_page_paper_rows(const struct top *top)
{
	return HEADER_ROWS + 1 + (top->rows.n > 0 ? top->rows.n : 1);
}

void top_page_draw_paper(const struct top *top, struct page *page)
{
	const struct top_sum *sum = top_shown(top);

	draw_title(top, page);
	draw_numbers(top, sum, page, 1);
	draw_losses(top, sum, page, 2);
	draw_view(top, sum, page, 3);
	draw_table(top, page, HEADER_ROWS, 0, top->rows.n > 0 ? top->rows.n : 1);
}
