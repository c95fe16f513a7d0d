/* SPDX-License-Identifier: MIT */
/* facts: what rules ask about a process. */
#include "daemon/facts.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "scrape.h"

#define CGROUP_MAX (64 * 1024)
#define STATUS_MAX (64 * 1024)

void facts_deinit(struct facts *facts)
{
	buf_deinit(&facts->exe);
	buf_deinit(&facts->command);
	buf_deinit(&facts->cgroup);
}

static bool ends_with(const char *part, size_t n, const char *suffix)
{
	size_t len = strlen(suffix);

	return n > len && memcmp(part + n - len, suffix, len) == 0;
}

static bool is_id(const char *p)
{
	size_t n = 0;

	while (n < FACTS_CONTAINER_LEN && isxdigit((unsigned char)p[n]))
		n++;
	return n == FACTS_CONTAINER_LEN && !isxdigit((unsigned char)p[n]);
}

/* One part of the path, up to a "/" or the end: "shop.service", "docker-<64 hex>.scope", "<64 hex>". */
static void take_part(struct facts *facts, const char *part, size_t n)
{
	for (size_t i = 0; i + FACTS_CONTAINER_LEN <= n; i++)
		if ((i == 0 || part[i - 1] == '-') && is_id(part + i)) {
			memcpy(facts->container, part + i, FACTS_CONTAINER_LEN);
			facts->container[FACTS_CONTAINER_LEN] = '\0';
		}
	if (n < FACTS_NAME_MAX && (ends_with(part, n, ".service") || ends_with(part, n, ".scope"))) {
		memcpy(facts->unit, part, n);
		facts->unit[n] = '\0';
	}
}

/* "1:name=systemd:/path": the path, if this line is better than `rank` (3: unified, 2: systemd's, 1: any). */
static const char *line_path(const char *line, size_t n, int *rank, size_t *ret_len)
{
	static const char systemd[] = ":name=systemd";
	const char *first = memchr(line, ':', n);
	const char *second = first ? memchr(first + 1, ':', n - (size_t)(first + 1 - line)) : NULL;
	int is;

	if (!second)
		return NULL;
	is = 1;
	if (second == first + 1)
		is = 3;
	else if ((size_t)(second - first) == sizeof(systemd) - 1 && memcmp(first, systemd, sizeof(systemd) - 1) == 0)
		is = 2;
	if (is <= *rank)
		return NULL;
	*rank = is;
	*ret_len = n - (size_t)(second + 1 - line);
	return second + 1;
}

void facts_from_cgroup(struct facts *facts, const char *text, size_t n)
{
	const char *end = text + n, *path = "";
	size_t len = 0;
	int rank = 0;

	facts->unit[0] = facts->container[0] = '\0';
	for (const char *line = text; line < end;) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));
		size_t path_len, line_len = (size_t)((eol ? eol : end) - line);
		const char *found = line_path(line, line_len, &rank, &path_len);

		if (found) {
			path = found;
			len = path_len;
		}
		line += line_len + 1;
	}
	buf_reset(&facts->cgroup);
	buf_add(&facts->cgroup, path, len);
	facts->known.cgroup = buf_cstr(&facts->cgroup) ? facts->cgroup.data : "";
	facts->known.unit = facts->unit;
	facts->known.container = facts->container;
	for (const char *part = facts->known.cgroup; *part;) { /* the innermost that means something wins */
		size_t part_len = strcspn(part, "/");

		take_part(facts, part, part_len);
		part += part_len + (part[part_len] == '/');
	}
}

/* " (deleted)" behind the name of a program that was replaced on disk is the kernel's. */
static void read_exe(struct facts *facts, int proc_root, const char *path)
{
	static const char deleted[] = " (deleted)";
	size_t mark = sizeof(deleted) - 1;
	ssize_t n;

	buf_reset(&facts->exe);
	n = buf_reserve(&facts->exe, PATH_MAX + 1) ? readlinkat(proc_root, path, facts->exe.data, PATH_MAX) : 0;
	if (n > (ssize_t)mark && memcmp(facts->exe.data + n - mark, deleted, mark) == 0)
		n -= (ssize_t)mark;
	facts->exe.len = n > 0 ? (size_t)n : 0;
	facts->known.exe = buf_cstr(&facts->exe) ? facts->exe.data : "";
}

static void read_command(struct facts *facts, int proc_root, const char *path)
{
	struct buf *command = &facts->command;

	buf_reset(command);
	(void)io_read_file(proc_root, path, FACTS_COMMAND_MAX, command); /* what came is what counts */
	while (command->len > 0 && command->data[command->len - 1] == '\0')
		command->len--;
	for (size_t i = 0; i < command->len; i++)
		if (command->data[i] == '\0')
			command->data[i] = ' ';
	facts->known.command = buf_cstr(command) ? command->data : "";
}

static uint64_t age_us(uint64_t start_ticks)
{
	uint64_t per_second = (uint64_t)sysconf(_SC_CLK_TCK), now = clock_ns(CLOCK_BOOTTIME) / NSEC_PER_USEC;
	uint64_t start = start_ticks * (1000000 / per_second);

	return now > start ? now - start : 0;
}

/* "Uid:\t1000\t1000\t1000\t1000": the real one. "Name:" comes before it and is escaped by the kernel. */
static uint32_t real_uid(struct buf *status)
{
	static const char name[] = "\nUid:";
	const char *p = buf_cstr(status) ? strstr(status->data, name) : NULL;

	return p ? (uint32_t)strtoul(p + sizeof(name) - 1, NULL, 10) : RULES_UID_ANY;
}

int facts_read(struct facts *facts, int proc_root, pid_t pid, bool want_command)
{
	struct buf text = BUF_INIT;
	char path[48];
	int r;

	(void)snprintf(path, sizeof(path), "%d/stat", (int)pid);
	r = proc_read_stat(proc_root, path, &facts->status);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%d/exe", (int)pid);
	read_exe(facts, proc_root, path);
	(void)snprintf(path, sizeof(path), "%d/cgroup", (int)pid);
	r = io_read_file(proc_root, path, CGROUP_MAX, &text);
	if (r == 0)
		facts_from_cgroup(facts, text.data ? text.data : "", text.len);
	buf_reset(&text);
	(void)snprintf(path, sizeof(path), "%d/status", (int)pid);
	if (r == 0)
		r = io_read_file(proc_root, path, STATUS_MAX, &text);
	if (r == 0)
		facts->known.uid = real_uid(&text);
	buf_deinit(&text);
	if (r < 0)
		return r == SCRAPE_ENOMEM ? r : SCRAPE_EGONE;
	facts->known.command = "";
	(void)snprintf(path, sizeof(path), "%d/cmdline", (int)pid);
	if (want_command)
		read_command(facts, proc_root, path);
	facts->known.pid = pid;
	facts->known.age_us = age_us(facts->status.start_ticks);
	return 0;
}
