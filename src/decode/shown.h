/* SPDX-License-Identifier: MIT */
/* shown: frames as profile/label.h shows them, read back: "work (app.py:9)", "memcpy (libc.so.6)", "[gc]". */
#ifndef DECODE_SHOWN_H
#define DECODE_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tell_frame;

/* Any text is a frame: it is shown as it was when the frame is shown. */
struct tell_frame shown_frame(const char *text, size_t n);

/* "app.py (pid 42)" and "thread worker (tid 43)". kind is "pid" or "tid"; false if it is no such thing. */
bool shown_actor(const char *text, size_t n, const char *kind, uint32_t *ret, size_t *len_ret);

/* py-spy's, 'process 42:"python3 app.py"' and 'thread (43): worker': the same, and where the name is. */
bool shown_pyspy_process(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret);
bool shown_pyspy_thread(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret);

#endif
