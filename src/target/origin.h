/* SPDX-License-Identifier: MIT */
/*
 * origin: where a process comes from, as labels: "key=value\n" lines, each key once, the first that says it.
 *
 *	service.version service.namespace deployment.environment(.name) k8s.*
 *				the process context in its memory (target/otel.h), then OTEL_RESOURCE_ATTRIBUTES in its
 *				environment
 *	container.id		64 digits, of its control group
 *	k8s.pod.uid		of its control group
 *	systemd.unit		the innermost service of its control group
 *
 * Names of instances are left out: a label should tell processes apart, not each from all others.
 */
#ifndef TARGET_ORIGIN_H
#define TARGET_ORIGIN_H

#include <stddef.h>

struct buf;
struct proc;

#define ORIGIN_LABELS_MAX 16
#define ORIGIN_VALUE_MAX 256 /* bytes; a longer one is left out */

/* Appends those whose keys out does not have yet. context: what otel_read has found. */
void origin_labels(const struct proc *proc, const struct buf *context, struct buf *out);

/* The pure parts. */
void origin_from_environ(const char *environ, size_t n, struct buf *out);
void origin_from_cgroup(const char *text, size_t n, struct buf *out);

#endif
