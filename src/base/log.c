/* SPDX-License-Identifier: MIT */
/*
 * log: one line an event on stderr, in one write so that lines of several processes never mix. It works without memory
 * to spare: its buffers are on the stack, and large enough never to grow.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/ration.h"
#include "base/text.h"

#define TEXT_MAX 960
#define BEGINNING_MAX 64 /* "2026-11-22T14:05:00.250Z scrape: " and a line's end */

enum reader { READER_UNKNOWN, READER_PERSON, READER_JOURNAL };

static enum log_level log_level = LOG_INFO;
static enum reader log_reader;
static bool log_daemon;
static struct ration log_ration;

void log_set_level(enum log_level level)
{
	log_level = level;
}

enum log_level log_get_level(void)
{
	return log_level;
}

/* JOURNAL_STREAM=9:24061, device and inode of what the journal reads; also those inherit it whose stderr is another. */
static enum reader find_reader(void)
{
	const char *journal = getenv("JOURNAL_STREAM");
	char mine[48];
	struct stat st;

	if (!journal || fstat(STDERR_FILENO, &st) < 0)
		return READER_PERSON;
	(void)snprintf(mine, sizeof(mine), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino); /* 41 bytes */
	return strcmp(journal, mine) == 0 ? READER_JOURNAL : READER_PERSON;
}

static void add_beginning(struct buf *out, enum log_level level)
{
	static const char *const levels[] = {
		[LOG_ERROR] = "<3>", [LOG_WARN] = "<4>", [LOG_INFO] = "<6>", [LOG_DEBUG] = "<7>"};

	if (log_reader == READER_UNKNOWN)
		log_reader = find_reader();
	if (log_reader == READER_JOURNAL) {
		buf_str(out, levels[level]);
		return;
	}
	if (log_daemon) {
		uint64_t now = clock_wall_ns();
		time_t seconds = (time_t)(now / NSEC_PER_SEC);
		struct tm tm;
		char text[32];

		if (gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) > 0)
			buf_fmt(out, "%s.%03uZ ", text, (unsigned)(now % NSEC_PER_SEC / NSEC_PER_MSEC));
	}
	buf_str(out, "scrape: ");
}

static void say(enum log_level level, const char *text)
{
	char line[BEGINNING_MAX + TEXT_MAX + 16];
	struct buf out = {.data = line, .cap = sizeof(line)}; /* text_clean keeps to its limit: it never grows */

	add_beginning(&out, level);
	text_clean(&out, text, strlen(text), TEXT_MAX);
	buf_chr(&out, '\n');
	(void)!write(STDERR_FILENO, out.data, out.len); /* nobody to tell when stderr is gone */
}

static void say_what_was_held(uint64_t now_ns)
{
	const char *last;
	unsigned held;
	int level;

	while ((last = ration_over(&log_ration, now_ns, &level, &held))) {
		char text[RATION_TEXT_MAX + 48];

		(void)snprintf(text, sizeof(text), "%u more like this: %s", held, last); /* it fits */
		say((enum log_level)level, text);
	}
}

void log_begin_daemon(void)
{
	log_daemon = true;
}

void log_tick(void)
{
	say_what_was_held(clock_mono_ns());
}

void log_end(void)
{
	say_what_was_held(UINT64_MAX);
}

static bool may_say(enum log_level level, const char *site, const char *text)
{
	uint64_t now;

	if (!log_daemon)
		return true;
	now = clock_mono_ns();
	say_what_was_held(now);
	return ration_take(&log_ration, site, (int)level, text, now);
}

void log_at(enum log_level level, const char *site, const char *fmt, ...)
{
	char text[1024];
	int saved = errno;
	va_list ap;
	int n;

	if (level > log_level)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= 0 && may_say(level, site, text))
		say(level, text);
	errno = saved;
}
