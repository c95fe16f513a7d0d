/* SPDX-License-Identifier: MIT */
/* config_keys: what each key of a section means. config.c reads the files, this changes the struct. */
#ifndef DAEMON_CONFIG_KEYS_H
#define DAEMON_CONFIG_KEYS_H

struct config;
struct err;
struct rule;

/* A key of [daemon]; sentences begin with the key. An empty value makes a list empty and a text absent. */
int config_key_daemon(struct config *config, const char *key, const char *value, struct err *err);

/* A key of [push]; as above. */
int config_key_push(struct config *config, const char *key, const char *value, struct err *err);

/* A key of [rule NAME]. */
int config_key_rule(struct rule *rule, const char *key, const char *value, struct err *err);

#endif
