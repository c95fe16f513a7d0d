/* SPDX-License-Identifier: MIT */
/* screen: the terminal, by curses. */
#include "cli/screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/page.h"
#include "cli/top.h"

#define ESC_MS 25 /* after ESC: so long the rest of an arrow key may take */

enum { PAIR_GOOD = 1, PAIR_WARN };

bool screen_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && term[0] && strcmp(term, "dumb") != 0;
}

static void choose_colours(void)
{
	const char *none = getenv("NO_COLOR");

	if ((none && none[0]) || !has_colors() || start_color() == ERR || use_default_colors() == ERR)
		return;
	(void)init_pair(PAIR_GOOD, COLOR_GREEN, -1);  /* these numbers are in range */
	(void)init_pair(PAIR_WARN, COLOR_YELLOW, -1); /* as above */
}

bool screen_open(void)
{
	SCREEN *screen = newterm(NULL, stdout, stdin);
	const char *move = screen ? tigetstr("cup") : NULL;

	if (!screen)
		return false;
	if (!move || move == (const char *)-1) { /* a printer, a line editor */
		(void)endwin();
		delscreen(screen);
		return false;
	}
	/* What fails here makes the screen less comfortable, not wrong. */
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	(void)set_escdelay(ESC_MS);
	(void)curs_set(0);
	choose_colours();
	return true;
}

void screen_close(void)
{
	if (stdscr && !isendwin())
		(void)endwin(); /* nobody to tell when the terminal is gone */
}

void screen_size(size_t *rows_ret, size_t *columns_ret)
{
	*rows_ret = (size_t)getmaxy(stdscr);
	*columns_ret = (size_t)getmaxx(stdscr);
}

void screen_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		(void)resizeterm(size.ws_row, size.ws_col); /* without memory it stays as it was */
}

static attr_t attributes_of(enum page_style style)
{
	switch (style) {
	case PAGE_TITLE:
	case PAGE_STRONG:
		return A_BOLD;
	case PAGE_GOOD:
		return (attr_t)COLOR_PAIR(PAIR_GOOD);
	case PAGE_WARN:
		return (attr_t)COLOR_PAIR(PAIR_WARN) | A_BOLD;
	case PAGE_FAINT:
		return A_DIM;
	case PAGE_HEAD:
		return A_REVERSE;
	case PAGE_PLAIN:
	case PAGE_STYLES:
		break;
	}
	return A_NORMAL;
}

void screen_draw(const struct page *page)
{
	uint32_t head = UINT32_MAX;

	(void)erase();
	if (page->text.failed)
		return; /* for want of memory: the next page may be whole */
	VEC_EACH (run, &page->runs) {
		(void)attrset((int)attributes_of(run->style)); /* cannot fail */
		if (run->style == PAGE_HEAD && run->row != head) { /* the whole row, once */
			head = run->row;
			(void)mvhline((int)head, 0, ' ', getmaxx(stdscr));
		}
		/* The last cell of the screen is written, but says ERR: the cursor has nowhere to go. */
		(void)mvaddnstr((int)run->row, (int)run->column, page->text.data + run->at, (int)run->len);
	}
	(void)attrset(A_NORMAL);
	(void)refresh();
}

/* long: the table of keys. */
static uint32_t special_key(wint_t key)
{
	switch (key) {
	case KEY_UP:
		return TOP_KEY_UP;
	case KEY_DOWN:
		return TOP_KEY_DOWN;
	case KEY_LEFT:
		return TOP_KEY_LEFT;
	case KEY_RIGHT:
		return TOP_KEY_RIGHT;
	case KEY_PPAGE:
		return TOP_KEY_PAGE_UP;
	case KEY_NPAGE:
		return TOP_KEY_PAGE_DOWN;
	case KEY_HOME:
		return TOP_KEY_HOME;
	case KEY_END:
		return TOP_KEY_END;
	case KEY_BACKSPACE:
		return TOP_KEY_BACKSPACE;
	case KEY_ENTER:
		return '\n';
	}
	return TOP_KEY_NONE;
}

bool screen_key(uint32_t *ret)
{
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return false;
	*ret = kind == KEY_CODE_YES ? special_key(key) : (uint32_t)key;
	return true;
}
