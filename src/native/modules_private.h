/* SPDX-License-Identifier: MIT */
/* modules_private: what modules*.c share. */
#ifndef NATIVE_MODULES_PRIVATE_H
#define NATIVE_MODULES_PRIVATE_H

#include <stdint.h>

struct module;
struct modules;
struct proc;
struct symbols_reply;

/* Adds a copy of new, whose descriptors it takes, with a copy of the path. SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int modules_add(struct modules *modules, const struct module *new, const char *path, uint32_t *ret);

/* The debug file of modules->search: asks the next question; takes an answer. */
void modules_search_on(struct modules *modules);
/* Takes what servers have sent, if they have. */
void modules_take_fetched(struct modules *modules, uint32_t wait_ms);
void modules_take_ident(struct modules *modules, struct module *module, int r, const struct symbols_reply *reply);

#endif
