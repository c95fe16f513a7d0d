/* SPDX-License-Identifier: MIT */
/*
 * facts: what rules ask about a process, read from /proc. Names are what the process or its user chose: they are only
 * compared, never printed.
 */
#ifndef DAEMON_FACTS_H
#define DAEMON_FACTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "daemon/rules.h"
#include "target/proc.h"

#define FACTS_COMMAND_MAX (64 * 1024) /* of the command line; what is behind it matches nothing */
#define FACTS_NAME_MAX 256            /* of a unit, with the NUL */
#define FACTS_CONTAINER_LEN 64        /* hex digits of a container's ID */

struct facts {
	struct rules_facts known; /* points into this struct */
	struct proc_status status;
	struct buf exe, command, cgroup;
	char unit[FACTS_NAME_MAX], container[FACTS_CONTAINER_LEN + 1];
};

void facts_deinit(struct facts *facts);

/* Reads them anew; storage is used again. proc_root is a descriptor of /proc. Without want_command the command line,
 * which lies in the process's memory, is left alone and "". 0, SCRAPE_EGONE, SCRAPE_ENOMEM; what may not be read is "".
 */
int facts_read(struct facts *facts, int proc_root, pid_t pid, bool want_command);

/* The pure part: path, unit and container of the text of /proc/PID/cgroup, e.g. "0::/system.slice/shop.service\n". Of
 * several hierarchies the unified one (0::) counts, else systemd's own, else the first. */
void facts_from_cgroup(struct facts *facts, const char *text, size_t n);

#endif
