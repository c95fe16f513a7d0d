/* SPDX-License-Identifier: MIT */
/* once: one look at every thread of a target, for `scrape dump`, with local variables if they are wanted. */
#ifndef DAEMON_ONCE_H
#define DAEMON_ONCE_H

#include <stdbool.h>

struct looker;
struct pytarget;
struct recorder;

/* Looks until every thread was seen, at most ONCE_TRIES times; what was not seen is counted as lost. */
#define ONCE_TRIES 50
void once_look(struct pytarget *target, struct looker *looker, struct recorder *rec, bool locals);

#endif
