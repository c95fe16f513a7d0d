/* SPDX-License-Identifier: MIT */
#include <curses.h>
