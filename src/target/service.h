/* SPDX-License-Identifier: MIT */
/*
 * service: what the people who run a process call it. The first that is known of: the process context in its memory
 * (target/otel.h), OTEL_SERVICE_NAME and service.name of OTEL_RESOURCE_ATTRIBUTES in its environment, its systemd unit,
 * its container, `python -m X` or the script, comm.
 */
#ifndef TARGET_SERVICE_H
#define TARGET_SERVICE_H

#include <stddef.h>

struct buf;
struct proc;

#define SERVICE_NAME_MAX 256

/* Appends the name, clean (base/text.h) and never empty. context: what otel_read has found. */
void service_name(const struct proc *proc, const struct buf *context, struct buf *out);

/* The pure parts. Each appends a name or nothing.
 * environ and cmdline as in /proc, strings ended by NUL; cgroup e.g. "0::/system.slice/shop.service\n". */
void service_from_environ(const char *environ, size_t n, struct buf *out);
void service_from_cgroup(const char *text, size_t n, struct buf *out);
void service_from_command(const char *cmdline, size_t n, struct buf *out);

#endif
