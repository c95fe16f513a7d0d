/* SPDX-License-Identifier: MIT */
/*
 * screen: the terminal while a page (cli/page.h) fills it, and its keys. The only one that knows curses. Signals are
 * the caller's: SIGWINCH becomes screen_resize, and whatever ends the program ends in screen_close before.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page;

/* Whether standard input and output are a terminal that can be drawn on. */
bool screen_possible(void);

/* False if the terminal cannot be used after all; it is then as it was. */
bool screen_open(void);
/* Puts the terminal back. Does nothing if it is not open. */
void screen_close(void);

void screen_size(size_t *rows_ret, size_t *columns_ret);
void screen_resize(void);
void screen_draw(const struct page *page);

/* The next key that was pressed, in the words of cli/top.h; false if there is none. */
bool screen_key(uint32_t *ret);

#endif
