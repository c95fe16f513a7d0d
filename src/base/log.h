/* SPDX-License-Identifier: MIT */
/*
 * log: lines on stderr for the person who started the program. Only daemon/ and cli/ call this above debug; a room
 * below returns its sentence in struct err. One line an event, in one write; what it says is cleaned (base/text.h),
 * so that no name from a target, a file or a client can forge a line of its own.
 *
 * How a line begins depends on who reads it. The journal, if stderr is what $JOURNAL_STREAM names, knows the time and
 * who speaks and wants the level: "<4>PID 42 has gone". Otherwise "scrape: PID 42 has gone", and in a daemon the time
 * before it: "2026-11-22T14:05:00.250Z scrape: PID 42 has gone".
 *
 * In a daemon a call site is heard 10 times in 30 s (base/ration.h). What it says beyond that is counted and told when
 * the time is over: "12 more like this: PID 42 has gone".
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_QUIET = -1, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* From now on this is a daemon: times and rations. */
void log_begin_daemon(void);
/* Tells what was held back and is due: about once a second, so that it does not wait for the next line. */
void log_tick(void);
/* Tells all that was held back: before the end. */
void log_end(void);

/* Keeps errno. */
void log_at(enum log_level level, const char *site, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#define LOG_TEXT_OF(x) #x
#define LOG_LINE(x) LOG_TEXT_OF(x)
#define log_line(level, ...) log_at(level, __FILE__ ":" LOG_LINE(__LINE__), __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
