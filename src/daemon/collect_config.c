/* SPDX-License-Identifier: MIT */
/* collect_config: a table of keys, for the file and the command line alike. */
#include "daemon/collect_config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/ini.h"
#include "base/units.h"
#include "daemon/host_list.h"
#include "daemon/srv.h"
#include "daemon/webhook.h"
#include "scrape.h"

#define PUBLIC_URL_MAX 512
#define TEXTS_MAX 100000
#define SLICE_US 10000000ull
#define DAY_US UINT64_C(86400000000)
#define MEMORY_BYTES (64ull << 20)
#define TIMEOUT_US 10000000ull
#define WATCH_US 300000000ull
#define WINDOW_US (6 * 3600 * 1000000ull)
#define WINDOW_MIN_US 60000000ull
#define WINDOW_MAX_US (7 * 86400 * 1000000ull)

static int out_of_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

static int add_text(struct collect_texts *texts, const char *value, struct err *err)
{
	char *copy;

	if (texts->n >= TEXTS_MAX)
		return err_set(err, SCRAPE_ELIMIT, "more than %d of them", TEXTS_MAX);
	copy = strdup(value);
	if (!copy || !VEC_RESERVE(texts, texts->n + 2)) {
		free(copy);
		return out_of_memory(err);
	}
	texts->items[texts->n++] = copy;
	texts->items[texts->n] = NULL;
	return 0;
}

static void texts_deinit(struct collect_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->items[i]);
	VEC_DEINIT(texts);
}

void collect_config_deinit(struct collect_config *config)
{
	texts_deinit(&config->listen);
	texts_deinit(&config->hosts);
	texts_deinit(&config->allowed_hosts);
	texts_deinit(&config->srv);
	free(config->hosts_file);
	free(config->dns);
	free(config->store);
	free(config->outbox);
	free(config->name);
	free(config->base_path);
	free(config->token_file);
	free(config->tls_cert);
	free(config->tls_key);
	free(config->daemon_token_file);
	free(config->ca_file);
	free(config->webhook);
	free(config->public_url);
	*config = (struct collect_config){0};
}

static int set_text(char **place, const char *value, struct err *err)
{
	char *copy = *value ? strdup(value) : NULL;

	if (*value && !copy)
		return out_of_memory(err);
	free(*place);
	*place = copy;
	return 0;
}

static int set_time(uint64_t *place, const char *value, struct err *err)
{
	uint64_t ns;

	if (units_duration(value, &ns) < 0)
		return err_set(err, SCRAPE_EINVAL, "\"%s\" is not a duration such as 10s or 14d", value);
	*place = ns / NSEC_PER_USEC;
	return 0;
}

static int set_size(uint64_t *place, const char *value, struct err *err)
{
	if (units_size(value, place) < 0 || *place < 1 << 20)
		return err_set(err, SCRAPE_EINVAL, "\"%s\" is not a size of at least 1M, such as 20G", value);
	return 0;
}

/* The slices' own unit is a second: finer ones have no place in a key. */
static int set_slice(struct collect_config *config, const char *value, struct err *err)
{
	int r = set_time(&config->slice_us, value, err);

	if (r == 0 && (config->slice_us % 1000000 || config->slice_us > 60000000 || 60000000 % config->slice_us))
		return err_set(err, SCRAPE_EINVAL, "\"%s\" is not whole seconds that make up a minute", value);
	return r;
}

/* Units of what comes after a year are years' worth of days, which units_duration does not reach. */
static int set_keep(uint64_t *place, const char *value, struct err *err)
{
	char *end;
	unsigned long long days = strtoull(value, &end, 10);

	if (value[0] >= '0' && value[0] <= '9' && strcmp(end, "d") == 0 && days > 0 && days <= 36600) {
		*place = days * DAY_US;
		return 0;
	}
	return set_time(place, value, err);
}

/* "2/5": the second of five. */
static int set_shard(struct collect_config *config, const char *value, struct err *err)
{
	unsigned shard, shards;
	char rest;

	if (sscanf(value, "%5u/%5u%c", &shard, &shards, &rest) != 2 || shard < 1 || shard > shards ||
	    shards > COLLECT_SHARDS_MAX)
		return err_set(err, SCRAPE_EINVAL, "\"%.32s\" is not such as 2/5, of at most %d", value,
			       COLLECT_SHARDS_MAX);
	config->shard = shard;
	config->shards = shards;
	return 0;
}

enum key_kind { KEY_TEXT, KEY_LIST, KEY_TIME, KEY_KEEP, KEY_SIZE, KEY_SLICE, KEY_SHARD, KEY_WATCH };

static const struct key {
	const char *name;
	enum key_kind kind;
	size_t at; /* in the configuration */
} keys[] = {
	{"listen", KEY_LIST, offsetof(struct collect_config, listen)},
	{"host", KEY_LIST, offsetof(struct collect_config, hosts)},
	{"srv", KEY_LIST, offsetof(struct collect_config, srv)},
	{"hosts-file", KEY_TEXT, offsetof(struct collect_config, hosts_file)},
	{"dns", KEY_TEXT, offsetof(struct collect_config, dns)},
	{"store", KEY_TEXT, offsetof(struct collect_config, store)},
	{"outbox", KEY_TEXT, offsetof(struct collect_config, outbox)},
	{"outbox-size", KEY_SIZE, offsetof(struct collect_config, keep.outbox_bytes)},
	{"name", KEY_TEXT, offsetof(struct collect_config, name)},
	{"base-path", KEY_TEXT, offsetof(struct collect_config, base_path)},
	{"allow-host", KEY_LIST, offsetof(struct collect_config, allowed_hosts)},
	{"token-file", KEY_TEXT, offsetof(struct collect_config, token_file)},
	{"tls-cert", KEY_TEXT, offsetof(struct collect_config, tls_cert)},
	{"tls-key", KEY_TEXT, offsetof(struct collect_config, tls_key)},
	{"daemon-token-file", KEY_TEXT, offsetof(struct collect_config, daemon_token_file)},
	{"ca-file", KEY_TEXT, offsetof(struct collect_config, ca_file)},
	{"webhook", KEY_TEXT, offsetof(struct collect_config, webhook)},
	{"public-url", KEY_TEXT, offsetof(struct collect_config, public_url)},
	{"watch", KEY_WATCH, offsetof(struct collect_config, watch_us)},
	{"watch-window", KEY_TIME, offsetof(struct collect_config, watch_window_us)},
	{"timeout", KEY_TIME, offsetof(struct collect_config, timeout_us)},
	{"memory", KEY_SIZE, offsetof(struct collect_config, memory_bytes)},
	{"max-size", KEY_SIZE, offsetof(struct collect_config, keep.max_bytes)},
	{"keep-slices", KEY_KEEP, offsetof(struct collect_config, keep.keep_us[0])},
	{"keep-minutes", KEY_KEEP, offsetof(struct collect_config, keep.keep_us[1])},
	{"keep-hours", KEY_KEEP, offsetof(struct collect_config, keep.keep_us[2])},
	{"keep-days", KEY_KEEP, offsetof(struct collect_config, keep.keep_us[3])},
	{"slice", KEY_SLICE, 0},
	{"shard", KEY_SHARD, 0},
};

static int set_key(struct collect_config *config, const char *name, const char *value, struct err *err)
{
	const struct key *key = NULL;
	void *place;
	int r = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			key = &keys[i];
	if (!key)
		return err_set(err, SCRAPE_EINVAL, "[collector] has no key \"%s\"", name);
	place = (char *)config + key->at;
	switch (key->kind) {
	case KEY_TEXT:
		r = set_text(place, value, err);
		break;
	case KEY_LIST:
		r = *value ? add_text(place, value, err) : err_set(err, SCRAPE_EINVAL, "a value is missing");
		break;
	case KEY_TIME:
		r = set_time(place, value, err);
		break;
	case KEY_WATCH:
		if (strcmp(value, "off") == 0)
			config->watch_us = COLLECT_NEVER;
		else
			r = set_time(place, value, err);
		break;
	case KEY_KEEP:
		r = set_keep(place, value, err);
		break;
	case KEY_SIZE:
		r = set_size(place, value, err);
		break;
	case KEY_SLICE:
		r = set_slice(config, value, err);
		break;
	case KEY_SHARD:
		r = set_shard(config, value, err);
		break;
	}
	return r < 0 ? err_wrap(err, "%s", name) : 0;
}

static int on_section(void *ctx, const char *kind, const char *name, struct err *err)
{
	(void)ctx;
	if (strcmp(kind, "collector") != 0 || *name)
		return err_set(err, SCRAPE_EINVAL, "there is no section [%s]: only [collector]", kind);
	return 0;
}

static int on_key(void *ctx, const char *key, const char *value, struct err *err)
{
	return set_key(ctx, key, value, err);
}

/* In systemd's StateDirectory=, the first of several, if there are servers to wait for. */
static int default_outbox(struct collect_config *config, struct err *err)
{
	const char *dirs = getenv("STATE_DIRECTORY");

	if (config->outbox || !dirs || *dirs != '/' || !store_is_remote(config->store))
		return 0;
	if (asprintf(&config->outbox, "%.*s/outbox", (int)strcspn(dirs, ":"), dirs) >= 0)
		return 0;
	config->outbox = NULL;
	return out_of_memory(err);
}

/* What nobody said. */
static int fill_in(struct collect_config *config, struct err *err)
{
	struct utsname machine;
	int r = config->listen.n ? 0 : add_text(&config->listen, COLLECT_LISTEN, err);

	if (r == 0 && !config->store)
		r = set_text(&config->store, COLLECT_STORE, err);
	if (r == 0)
		r = default_outbox(config, err);
	if (r == 0 && !config->name)
		r = set_text(&config->name, uname(&machine) == 0 ? machine.nodename : "collector", err);
	if (r == 0 && !config->base_path) {
		config->base_path = strdup("");
		r = config->base_path ? 0 : out_of_memory(err);
	}
	if (config->slice_us == 0)
		config->slice_us = SLICE_US;
	if (config->memory_bytes == 0)
		config->memory_bytes = MEMORY_BYTES;
	if (config->timeout_us == 0)
		config->timeout_us = TIMEOUT_US;
	if (config->watch_us == 0)
		config->watch_us = WATCH_US;
	if (config->watch_window_us == 0)
		config->watch_window_us = WINDOW_US;
	config->keep.slice_us = config->slice_us;
	config->keep.outbox = config->outbox;
	store_config_fill(&config->keep);
	return r;
}

static int check_webhook(const struct collect_config *config, struct err *err)
{
	const char *page = config->public_url;
	int r = config->webhook ? webhook_check(config->webhook, err) : 0;

	if (r < 0)
		return err_wrap(err, "webhook");
	if (config->webhook && config->watch_us == COLLECT_NEVER)
		return err_set(err, SCRAPE_EINVAL, "webhook: with watch = off there is nothing to tell");
	if (page && ((strncmp(page, "http://", 7) != 0 && strncmp(page, "https://", 8) != 0) ||
		     page[strlen(page) - 1] != '/' || strlen(page) >= PUBLIC_URL_MAX))
		return err_set(err, SCRAPE_EINVAL,
			       "public-url: \"%.128s\" is not a URL such as https://tools.example/scrape/", page);
	return 0;
}

static int check_srv(const struct collect_config *config, struct err *err)
{
	int r = 0;

	if (config->srv.n > SRV_NAMES_MAX)
		return err_set(err, SCRAPE_ELIMIT, "srv: more than %d of them", SRV_NAMES_MAX);
	for (size_t i = 0; r == 0 && i < config->srv.n; i++)
		r = srv_check_name(config->srv.items[i], err);
	if (r < 0)
		return err_wrap(err, "srv");
	r = config->dns ? srv_check_server(config->dns, err) : 0;
	return r < 0 ? err_wrap(err, "dns") : 0;
}

static int check(const struct collect_config *config, struct err *err)
{
	const char *base = config->base_path;
	struct host_list hosts = {0};
	int r = 0;

	if (!config->tls_cert != !config->tls_key)
		return err_set(err, SCRAPE_EINVAL, "tls-cert and tls-key belong together");
	if (*base && (base[0] != '/' || base[strlen(base) - 1] == '/'))
		return err_set(err, SCRAPE_EINVAL, "base-path: \"%s\" is not a path such as /scrape", base);
	for (size_t i = 0; r == 0 && i < config->hosts.n; i++)
		r = host_list_add(&hosts, config->hosts.items[i], err);
	host_list_deinit(&hosts);
	if (r < 0)
		return err_wrap(err, "host");
	if (config->watch_us < 1000000)
		return err_set(err, SCRAPE_EINVAL, "watch: less than a second");
	if (config->watch_window_us < WINDOW_MIN_US || config->watch_window_us > WINDOW_MAX_US)
		return err_set(err, SCRAPE_EINVAL, "watch-window: it is from a minute to a week");
	r = check_webhook(config, err);
	if (r < 0)
		return r;
	r = check_srv(config, err);
	if (r < 0)
		return r;
	if (config->outbox && !store_is_remote(config->store))
		return err_set(err, SCRAPE_EINVAL, "outbox: a store in a file has nothing to wait for");
	r = store_check_place(config->store, err);
	return r < 0 ? err_wrap(err, "store") : 0;
}

int collect_config_load(const char *path, const struct collect_flag *flags, size_t n, struct collect_config *ret,
			struct err *err)
{
	const struct ini_visitor visitor = {on_section, on_key};
	struct collect_config config = {0};
	int r = ini_read(path ? path : COLLECT_PATH, &visitor, &config, err);

	if (r == SCRAPE_EGONE && !path)
		r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		r = set_key(&config, flags[i].key, flags[i].value, err);
		if (r < 0)
			r = err_wrap(err, "command line");
	}
	if (r == 0)
		r = fill_in(&config, err);
	if (r == 0)
		r = check(&config, err);
	if (r < 0)
		collect_config_deinit(&config);
	else
		*ret = config;
	return r;
}

void collect_config_print(const struct collect_config *config, FILE *out)
{
	(void)fprintf(out, "[collector]\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const void *place = (const char *)config + keys[i].at;
		const struct collect_texts *texts = place;
		const char *text = *(char *const *)place;
		uint64_t value = *(const uint64_t *)place;

		if (keys[i].kind == KEY_LIST)
			for (size_t k = 0; k < texts->n; k++)
				(void)fprintf(out, "%s = %s\n", keys[i].name, texts->items[k]);
		else if (keys[i].kind == KEY_TEXT && text && *text)
			(void)fprintf(out, "%s = %s\n", keys[i].name, text);
		else if (keys[i].kind == KEY_SLICE)
			(void)fprintf(out, "%s = %" PRIu64 "s\n", keys[i].name, config->slice_us / 1000000);
		else if (keys[i].kind == KEY_SHARD && config->shards)
			(void)fprintf(out, "%s = %u/%u\n", keys[i].name, config->shard, config->shards);
		else if (keys[i].kind == KEY_KEEP && value % DAY_US == 0)
			(void)fprintf(out, "%s = %" PRIu64 "d\n", keys[i].name, value / DAY_US);
		else if (keys[i].kind == KEY_WATCH && value == COLLECT_NEVER)
			(void)fprintf(out, "%s = off\n", keys[i].name);
		else if (keys[i].kind == KEY_TIME || keys[i].kind == KEY_WATCH || keys[i].kind == KEY_KEEP)
			(void)fprintf(out, "%s = %" PRIu64 "s\n", keys[i].name, value / 1000000);
		else if (keys[i].kind == KEY_SIZE)
			(void)fprintf(out, "%s = %" PRIu64 "\n", keys[i].name, value);
	}
}
