/* SPDX-License-Identifier: MIT */
/* config_keys: what each key of a section means. */
#include "daemon/config_keys.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/units.h"
#include "daemon/config.h"
#include "daemon/upload.h"
#include "scrape.h"

#define SLICE_MIN_US 100000
#define SLICE_MAX_US (3600ull * 1000000)
#define UPLOAD_MAX_NS (3600 * NSEC_PER_SEC)
#define NUMBER_MAX 4294967294ull /* of a uid: the last one means nobody at all */

static int refuse(struct err *err, const char *value, const char *what)
{
	return err_set(err, SCRAPE_EINVAL, "\"%s\" is not %s", value, what);
}

static int set_text(char **place, const char *value, struct err *err)
{
	char *copy = NULL;

	if (*value) {
		copy = strdup(value);
		if (!copy)
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	free(*place);
	*place = copy;
	return 0;
}

/* Appends to a list that is NULL-ended. */
static int add_text(char ***list, size_t *n, size_t max, const char *value, struct err *err)
{
	char **items, *copy = strdup(value);

	items = copy && *n < max ? realloc(*list, (*n + 2) * sizeof(*items)) : NULL;
	if (!items) {
		free(copy);
		return *n >= max ? err_set(err, SCRAPE_ELIMIT, "more than %zu of them", max)
				 : err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	items[(*n)++] = copy;
	items[*n] = NULL;
	*list = items;
	return 0;
}

static void clear(char **list, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		free(list[i]);
	*n = 0;
	if (list)
		list[0] = NULL;
}

static size_t count(char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static int set_listen(struct config *config, const char *value, struct err *err)
{
	const char *colon = strrchr(value, ':');
	char *end;
	unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;

	if (!*value) {
		clear(config->listen, &config->n_listen);
		return 0;
	}
	if (strncmp(value, "unix:", 5) == 0) {
		if (value[5] != '/')
			return refuse(err, value, "unix: and an absolute path");
	} else if (!colon || colon == value || colon[1] < '0' || colon[1] > '9' || *end || port > 65535) {
		return refuse(err, value, "ADDRESS:PORT or unix:PATH");
	}
	return add_text(&config->listen, &config->n_listen, CONFIG_LISTEN_MAX, value, err);
}

/* Names between blanks or commas. */
static int set_hosts(struct config *config, const char *value, struct err *err)
{
	size_t n = count(config->hosts);
	char *copy, *at, *name;
	int r = 0;

	if (!*value) {
		clear(config->hosts, &n);
		return 0;
	}
	copy = at = strdup(value);
	if (!copy)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	while (r == 0 && (name = strsep(&at, " \t,")))
		if (*name)
			r = add_text(&config->hosts, &n, CONFIG_HOSTS_MAX, name, err);
	free(copy);
	return r;
}

static int set_name(struct config *config, const char *value, struct err *err)
{
	if (!*value || strlen(value) > 255)
		return refuse(err, value, "a name of at most 255 bytes");
	return set_text(&config->name, value, err);
}

static int set_base_path(struct config *config, const char *value, struct err *err)
{
	size_t n = strlen(value);

	if (n > 0 && (value[0] != '/' || value[n - 1] == '/' || strpbrk(value, "?# \t%\"<>\\") || strstr(value, "//")))
		return refuse(err, value, "a path such as /scrape");
	if (n == 0) {
		free(config->base_path);
		config->base_path = strdup("");
		return config->base_path ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	return set_text(&config->base_path, value, err);
}

static int set_path(char **place, const char *value, struct err *err)
{
	if (*value && *value != '/')
		return refuse(err, value, "an absolute path");
	return set_text(place, value, err);
}

static int set_state(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->state_dir, value, err);
}

static int set_token_file(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->token_file, value, err);
}

static int set_tls_cert(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->tls_cert, value, err);
}

static int set_tls_key(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->tls_key, value, err);
}

static int set_store(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->store, value, err);
}

static int set_max_size(struct config *config, const char *value, struct err *err)
{
	if (units_size(value, &config->store_keep.max_bytes) < 0 || config->store_keep.max_bytes < 1 << 20)
		return refuse(err, value, "a size of at least 1M, such as 20G");
	return 0;
}

static int set_push(struct config *config, const char *value, struct err *err)
{
	return set_text(&config->push, value, err);
}

static int set_push_token_file(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->push_token_file, value, err);
}

static int set_ca_file(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->ca_file, value, err);
}

static int set_memory(struct config *config, const char *value, struct err *err)
{
	uint64_t bytes;

	if (units_size(value, &bytes) < 0 || bytes < 1 << 20)
		return refuse(err, value, "a size of at least 1M, such as 64M");
	config->memory_bytes = bytes;
	return 0;
}

static int set_spool(struct config *config, const char *value, struct err *err)
{
	if (units_size(value, &config->spool_bytes) < 0)
		return refuse(err, value, "a size such as 64M, or 0 for none");
	return 0;
}

static int set_keep(struct config *config, const char *value, struct err *err)
{
	uint64_t ns;

	if (units_duration(value, &ns) < 0 || ns < NSEC_PER_SEC)
		return refuse(err, value, "a duration of at least 1s, such as 1h");
	config->keep_us = ns / NSEC_PER_USEC;
	return 0;
}

static int set_slice(struct config *config, const char *value, struct err *err)
{
	uint64_t ns;

	if (units_duration(value, &ns) < 0 || ns / NSEC_PER_USEC < SLICE_MIN_US || ns / NSEC_PER_USEC > SLICE_MAX_US)
		return refuse(err, value, "a duration from 100ms to 1h, such as 10s");
	config->slice_us = ns / NSEC_PER_USEC;
	return 0;
}

/* The daemon's rates end at 1 kHz; "max" is for the command line, where somebody watches. */
static int parse_rate(const char *value, uint64_t *ret_mhz, struct err *err)
{
	uint64_t mhz;

	if (units_rate(value, &mhz) < 0 || mhz == 0 || mhz > RULES_RATE_MAX_MHZ)
		return refuse(err, value, "a rate such as 100 or 0.5, at most 1khz here");
	*ret_mhz = mhz;
	return 0;
}

static int set_rate(struct config *config, const char *value, struct err *err)
{
	return parse_rate(value, &config->rate_mhz, err);
}

static int set_budget(struct config *config, const char *value, struct err *err)
{
	return units_permille(value, &config->budget_permille) < 0
		       ? refuse(err, value, "a share of one CPU such as 10%")
		       : 0;
}

static int set_target_budget(struct config *config, const char *value, struct err *err)
{
	return units_permille(value, &config->budget_target_permille) < 0
		       ? refuse(err, value, "a share of one CPU such as 2%")
		       : 0;
}

static const struct {
	const char *key;
	int (*set)(struct config *config, const char *value, struct err *err);
} daemon_keys[] = {
	{"listen", set_listen},
	{"allowed-hosts", set_hosts},
	{"name", set_name},
	{"base-path", set_base_path},
	{"token-file", set_token_file},
	{"tls-cert", set_tls_cert},
	{"tls-key", set_tls_key},
	{"state", set_state},
	{"spool", set_spool},
	{"store", set_store},
	{"max-size", set_max_size},
	{"push", set_push},
	{"push-token-file", set_push_token_file},
	{"ca-file", set_ca_file},
	{"memory", set_memory},
	{"keep", set_keep},
	{"slice", set_slice},
	{"rate", set_rate},
	{"budget", set_budget},
	{"target-budget", set_target_budget},
};

int config_key_daemon(struct config *config, const char *key, const char *value, struct err *err)
{
	for (size_t i = 0; i < sizeof(daemon_keys) / sizeof(*daemon_keys); i++)
		if (strcmp(key, daemon_keys[i].key) == 0) {
			int r = daemon_keys[i].set(config, value, err);

			return r < 0 ? err_wrap(err, "%s", key) : 0;
		}
	return err_set(err, SCRAPE_EINVAL, "[daemon] has no key \"%s\"", key);
}

static int set_upload_url(struct config *config, const char *value, struct err *err)
{
	struct upload_place place;
	int r = *value ? upload_parse(value, &place, err) : 0;

	return r < 0 ? r : set_text(&config->upload, value, err);
}

static int set_upload_tenant(struct config *config, const char *value, struct err *err)
{
	int r = upload_check_tenant(value, err);

	return r < 0 ? r : set_text(&config->upload_tenant, value, err);
}

static int set_upload_token_file(struct config *config, const char *value, struct err *err)
{
	return set_path(&config->upload_token_file, value, err);
}

static int set_upload_interval(struct config *config, const char *value, struct err *err)
{
	uint64_t ns;

	if (units_duration(value, &ns) < 0 || ns > UPLOAD_MAX_NS)
		return refuse(err, value, "a time of at most an hour, such as 15s");
	config->upload_us = ns / NSEC_PER_USEC;
	return 0;
}

static const struct {
	const char *key;
	int (*set)(struct config *config, const char *value, struct err *err);
} push_keys[] = {
	{"url", set_upload_url},
	{"tenant", set_upload_tenant},
	{"token-file", set_upload_token_file},
	{"interval", set_upload_interval},
};

int config_key_push(struct config *config, const char *key, const char *value, struct err *err)
{
	for (size_t i = 0; i < sizeof(push_keys) / sizeof(*push_keys); i++)
		if (strcmp(key, push_keys[i].key) == 0) {
			int r = push_keys[i].set(config, value, err);

			return r < 0 ? err_wrap(err, "%s", key) : 0;
		}
	return err_set(err, SCRAPE_EINVAL, "[push] has no key \"%s\"", key);
}

static int set_user(struct rule *rule, const char *value, struct err *err)
{
	struct passwd *user;
	char *end;
	unsigned long uid = strtoul(value, &end, 10);

	if (*value >= '0' && *value <= '9' && !*end && uid <= NUMBER_MAX) {
		rule->uid = (uint32_t)uid;
		return 0;
	}
	user = *value ? getpwnam(value) : NULL;
	if (!user)
		return refuse(err, value, "a user of this machine, nor a number");
	rule->uid = user->pw_uid;
	return 0;
}

static int set_min_age(struct rule *rule, const char *value, struct err *err)
{
	uint64_t ns;

	if (strcmp(value, "0") != 0 && units_duration(value, &ns) < 0)
		return refuse(err, value, "a duration such as 30s");
	rule->min_age_us = strcmp(value, "0") == 0 ? 0 : ns / NSEC_PER_USEC;
	return 0;
}

static int parse_yes(const char *value, bool *ret, struct err *err)
{
	bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;

	if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
		return refuse(err, value, "yes or no");
	*ret = yes;
	return 0;
}

int config_key_rule(struct rule *rule, const char *key, const char *value, struct err *err)
{
	static const char label[] = "label.";
	static const char *const texts[] = {[RULES_EXE] = "exe",
					    [RULES_COMMAND] = "command",
					    [RULES_UNIT] = "unit",
					    [RULES_CGROUP] = "cgroup",
					    [RULES_CONTAINER] = "container"};
	int r = 1;

	for (unsigned i = 0; r == 1 && i < RULES_TEXTS; i++)
		if (strcmp(key, texts[i]) == 0)
			r = rules_set_text(rule, (enum rules_text)i, value, err);
	if (strcmp(key, "user") == 0)
		r = set_user(rule, value, err);
	else if (strcmp(key, "min-age") == 0)
		r = set_min_age(rule, value, err);
	else if (strcmp(key, "exclude") == 0)
		r = parse_yes(value, &rule->exclude, err);
	else if (strcmp(key, "exact") == 0)
		r = parse_yes(value, &rule->exact, err);
	else if (strcmp(key, "native") == 0)
		r = parse_yes(value, &rule->native, err);
	else if (strcmp(key, "rate") == 0)
		r = parse_rate(value, &rule->rate_mhz, err);
	else if (strcmp(key, "service") == 0)
		r = rules_set_service(rule, value, err);
	else if (strncmp(key, label, sizeof(label) - 1) == 0)
		r = rules_set_label(rule, key + sizeof(label) - 1, value, err);
	if (r == 1)
		return err_set(err, SCRAPE_EINVAL, "a rule has no key \"%s\"", key);
	return r < 0 ? err_wrap(err, "%s", key) : 0;
}
