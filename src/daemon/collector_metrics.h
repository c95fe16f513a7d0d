/* SPDX-License-Identifier: MIT */
/* collector_metrics: what the collector says of itself and of the hosts it polls. */
#ifndef DAEMON_COLLECTOR_METRICS_H
#define DAEMON_COLLECTOR_METRICS_H

#include <stdbool.h>

struct buf;
struct collector;

/* Appends the document. A host's name is a label: it comes from the configuration. */
void collector_metrics(const struct collector *collector, bool open, struct buf *out);

#endif
