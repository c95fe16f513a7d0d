/* SPDX-License-Identifier: MIT */
/* discover: which processes there are. */
#include "daemon/discover.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "scrape.h"

int discover_open(struct discover *discover, struct err *err)
{
	discover->dir = opendir("/proc");
	discover->newest_fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC); /* without it all is listed each time */
	return discover->dir ? 0 : err_sys(err, SCRAPE_EIO, "/proc");
}

void discover_close(struct discover *discover)
{
	if (discover->dir)
		(void)closedir(discover->dir); /* read only */
	if (discover->dir && discover->newest_fd >= 0)
		(void)close(discover->newest_fd); /* as above */
	discover->dir = NULL;
	VEC_DEINIT(&discover->known);
	VEC_DEINIT(&discover->next);
	VEC_DEINIT(&discover->listed);
	VEC_DEINIT(&discover->only);
	facts_deinit(&discover->facts);
}

static int by_pid(const void *a, const void *b)
{
	const pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

static struct discover_entry *entry_of(const struct discover *discover, pid_t pid)
{
	size_t from = 0, to = discover->known.n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (discover->known.items[mid].pid < pid)
			from = mid + 1;
		else
			to = mid;
	}
	return from < discover->known.n && discover->known.items[from].pid == pid ? &discover->known.items[from] : NULL;
}

/* The PIDs that there are, ascending. False if they cannot be told: then what was known stays. */
static bool list(struct discover *discover)
{
	struct dirent *entry;
	bool sorted = true;

	discover->listed.n = 0;
	if (discover->by_list) {
		if (!VEC_RESERVE(&discover->listed, discover->only.n))
			return false;
		/* there is one: by_list says so */
		memcpy(discover->listed.items, discover->only.items, discover->only.n * sizeof(pid_t));
		discover->listed.n = discover->only.n;
		return true;
	}
	rewinddir(discover->dir);
	while ((entry = readdir(discover->dir))) {
		pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? (pid_t)strtol(entry->d_name, NULL, 10) : 0;

		if (pid <= 0)
			continue;
		if (discover->listed.n >= DISCOVER_MAX || !VEC_RESERVE(&discover->listed, discover->listed.n + 1))
			return false;
		sorted &= discover->listed.n == 0 || discover->listed.items[discover->listed.n - 1] < pid;
		discover->listed.items[discover->listed.n++] = pid;
	}
	if (!sorted)
		qsort(discover->listed.items, discover->listed.n, sizeof(pid_t), by_pid);
	return true;
}

/* Those who are still there stay as they are, new ones come, the others are forgotten. */
static void merge(struct discover *discover, uint64_t now)
{
	__typeof__(discover->known) spare;
	size_t at = 0;

	if (!VEC_RESERVE(&discover->next, discover->listed.n))
		return;
	discover->next.n = 0;
	VEC_EACH (pid, &discover->listed) {
		struct discover_entry *entry = &discover->next.items[discover->next.n++];

		while (at < discover->known.n && discover->known.items[at].pid < *pid)
			at++;
		if (at < discover->known.n && discover->known.items[at].pid == *pid)
			*entry = discover->known.items[at++];
		else
			*entry = (struct discover_entry){.pid = *pid, .born_ns = now};
	}
	spare = discover->known;
	discover->known = discover->next;
	discover->next = spare;
}

static uint64_t born_ns(uint64_t age_us)
{
	uint64_t now = clock_mono_ns(), age = age_us * NSEC_PER_USEC;

	return now > age ? now - age : 0; /* older than the clock, which stands still in a suspend */
}

static void examine(struct discover *discover, struct discover_entry *entry, discover_fn judge, void *ctx)
{
	struct facts *facts = &discover->facts;
	pid_t pid = entry->pid;
	enum discover_fate fate;
	uint64_t again = 0;

	discover->examined++;
	if (pid == getpid() || facts_read(facts, dirfd(discover->dir), pid, discover->want_command) < 0) {
		entry->fate =
			pid == getpid() ? DISCOVER_NEVER : DISCOVER_FOREIGN; /* gone: the next listing forgets it */
		return;
	}
	entry->start_ticks = facts->status.start_ticks;
	entry->stack_start = facts->status.stack_start;
	entry->born_ns = born_ns(facts->known.age_us);
	entry->fate = DISCOVER_HELD; /* so that the judge may set another */
	fate = facts->status.kernel ? DISCOVER_NEVER : judge(ctx, facts, &again);
	entry->fate = fate;
	entry->due_ns = again;
}

/* Has it become another program, or another process? */
static void check(struct discover *discover, struct discover_entry *entry)
{
	struct proc_status status;
	char path[32];

	(void)snprintf(path, sizeof(path), "%d/stat", (int)entry->pid);
	if (proc_read_stat(dirfd(discover->dir), path, &status) < 0)
		return;
	if (status.start_ticks != entry->start_ticks || status.stack_start != entry->stack_start) {
		entry->fate = DISCOVER_NEW;
		entry->due_ns = 0;
	}
}

static bool may_exec(const struct discover_entry *entry)
{
	return entry->fate == DISCOVER_LEFT || entry->fate == DISCOVER_FOREIGN;
}

typedef bool (*group_fn)(const struct discover_entry *entry, uint64_t now);

/* Whom a rule wants if it becomes a Python. */
static bool is_wanted(const struct discover_entry *entry, uint64_t now)
{
	(void)now;
	return entry->due_ns > 0;
}

static bool is_young(const struct discover_entry *entry, uint64_t now)
{
	return entry->due_ns == 0 && now - entry->born_ns < DISCOVER_YOUNG_NS;
}

/* The newest first. */
static void check_group(struct discover *discover, group_fn belongs, uint64_t now)
{
	uint64_t until = clock_mono_ns() + DISCOVER_CHECK_NS / 3;

	for (size_t i = discover->known.n; i-- > 0 && clock_mono_ns() < until;) {
		struct discover_entry *entry = &discover->known.items[i];

		if (may_exec(entry) && belongs(entry, now))
			check(discover, entry);
	}
}

/* Those who do it most first, then the next of the others; each group for a third of the time. */
static void check_programs(struct discover *discover, uint64_t now)
{
	uint64_t until;
	size_t n = discover->known.n;

	check_group(discover, is_wanted, now);
	check_group(discover, is_young, now);
	until = clock_mono_ns() + DISCOVER_CHECK_NS / 3;
	for (size_t i = 0; i < n && clock_mono_ns() < until; i++) {
		struct discover_entry *entry = &discover->known.items[discover->turn++ % n];

		if (may_exec(entry) && !is_wanted(entry, now) && !is_young(entry, now))
			check(discover, entry);
	}
}

/* "0.20 0.18 0.12 1/80 11206": the last number is the newest PID or TID. */
static bool has_new(struct discover *discover)
{
	char text[128];
	ssize_t n = discover->newest_fd >= 0 ? pread(discover->newest_fd, text, sizeof(text) - 1, 0) : -1;
	const char *last;
	long newest = -1;

	text[n > 0 ? n : 0] = '\0';
	last = strrchr(text, ' ');
	if (last)
		newest = strtol(last, NULL, 10);
	if (newest > 0 && newest == discover->newest && !discover->by_list &&
	    discover->unlisted++ < DISCOVER_UNLISTED_MAX)
		return false;
	discover->newest = newest;
	discover->unlisted = 0;
	return true;
}

static bool is_asked(const struct discover_entry *entry)
{
	return entry->fate == DISCOVER_NEW || (entry->fate == DISCOVER_LEFT && entry->due_ns > 0);
}

void discover_poll(struct discover *discover, uint64_t now_ns, discover_fn judge, void *ctx)
{
	uint64_t until = now_ns + DISCOVER_EXAMINE_NS;

	if (discover->listed_ns == 0 || now_ns - discover->listed_ns >= DISCOVER_EVERY_NS) {
		discover->listed_ns = now_ns;
		if (has_new(discover) && list(discover))
			merge(discover, now_ns);
		check_programs(discover, now_ns);
		discover->due_ns = 0;
		until = clock_mono_ns() + DISCOVER_EXAMINE_NS;
	}
	if (now_ns < discover->due_ns)
		return;
	discover->due_ns = UINT64_MAX;
	VEC_EACH (entry, &discover->known) {
		if (!is_asked(entry))
			continue;
		if (entry->due_ns <= now_ns && clock_mono_ns() <= until)
			examine(discover, entry, judge, ctx);
		if (is_asked(entry) && entry->due_ns < discover->due_ns)
			discover->due_ns = entry->due_ns;
	}
}

void discover_again(struct discover *discover, bool want_command)
{
	discover->want_command = want_command;
	discover->due_ns = 0;
	VEC_EACH (entry, &discover->known)
		if (entry->fate == DISCOVER_LEFT || entry->fate == DISCOVER_NEW) {
			entry->fate = DISCOVER_NEW;
			entry->due_ns = 0;
		}
}

int discover_only(struct discover *discover, const pid_t *pids, size_t n)
{
	if (!VEC_RESERVE(&discover->only, n))
		return SCRAPE_ENOMEM;
	if (n > 0) {
		memcpy(discover->only.items, pids, n * sizeof(*pids));
		qsort(discover->only.items, n, sizeof(*pids), by_pid);
	}
	discover->only.n = 0;
	for (size_t i = 0; i < n; i++) /* each once */
		if (i == 0 || discover->only.items[i] != discover->only.items[discover->only.n - 1])
			discover->only.items[discover->only.n++] = discover->only.items[i];
	discover->by_list = n > 0;
	discover->listed_ns = discover->due_ns = 0;
	discover->newest = 0;
	return 0;
}

void discover_set(struct discover *discover, pid_t pid, enum discover_fate fate, uint64_t due_ns)
{
	struct discover_entry *entry = entry_of(discover, pid);

	if (!entry)
		return;
	entry->fate = fate;
	entry->due_ns = due_ns;
	discover->due_ns = 0;
}
