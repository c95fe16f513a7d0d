/* SPDX-License-Identifier: MIT */
/* config: files, then the command line, then what nobody said. */
#include "daemon/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/ini.h"
#include "daemon/config_keys.h"
#include "scrape.h"

#define MEMORY_BYTES (64ull << 20)
#define SPOOL_BYTES (64ull << 20)
#define KEEP_US (3600ull * 1000000)
#define BUDGET_TARGET_PERMILLE 20
#define BUDGET_PERMILLE 100
#define EXPLICIT_RATE 0 /* of a rule that says nothing: filled in at the end */

enum { IN_DAEMON = -1, IN_PUSH = -2 };

/* Where the reading is. */
struct loading {
	struct config *config;
	long rule;        /* index of the section's rule, or which other section it is */
	VEC(size_t) here; /* rules that this file has named */
};

static int out_of_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

void config_deinit(struct config *config)
{
	for (size_t i = 0; i < config->n_listen; i++)
		free(config->listen[i]);
	free(config->listen);
	for (size_t i = 0; config->hosts && config->hosts[i]; i++)
		free(config->hosts[i]);
	free(config->hosts);
	free(config->name);
	free(config->base_path);
	free(config->token_file);
	free(config->tls_cert);
	free(config->tls_key);
	free(config->state_dir);
	free(config->store);
	free(config->push);
	free(config->push_token_file);
	free(config->upload);
	free(config->upload_token_file);
	free(config->upload_tenant);
	free(config->ca_file);
	rules_deinit(&config->rules);
	*config = (struct config){0};
}

/* A rule of this name in an earlier file is replaced in its place; in the same file it is a mistake. */
static int begin_rule(struct loading *loading, const char *name, struct err *err)
{
	struct rules *rules = &loading->config->rules;
	struct rule *rule;
	size_t *place, at = 0;
	int r;

	if (!*name)
		return err_set(err, SCRAPE_EFORMAT, "a rule needs a name: [rule NAME]");
	while (at < rules->list.n && strcmp(rules->list.items[at].name, name) != 0)
		at++;
	VEC_EACH (named, &loading->here)
		if (*named == at)
			return err_set(err, SCRAPE_EFORMAT, "this file has a rule \"%s\" already", name);
	r = at < rules->list.n ? rules_clear(&rules->list.items[at], err) : rules_add(rules, name, &rule, err);
	if (r < 0)
		return r;
	place = VEC_PUSH(&loading->here);
	if (!place)
		return out_of_memory(err);
	*place = at;
	loading->rule = (long)at;
	return 0;
}

static int on_section(void *ctx, const char *kind, const char *name, struct err *err)
{
	struct loading *loading = ctx;

	if (strcmp(kind, "rule") == 0)
		return begin_rule(loading, name, err);
	if ((strcmp(kind, "daemon") != 0 && strcmp(kind, "push") != 0) || *name)
		return err_set(err, SCRAPE_EINVAL,
			       "no section [%s%s%s] is known; there are [daemon], [push] and [rule NAME]", kind,
			       *name ? " " : "", name);
	loading->rule = kind[0] == 'd' ? IN_DAEMON : IN_PUSH;
	return 0;
}

static int on_key(void *ctx, const char *key, const char *value, struct err *err)
{
	struct loading *loading = ctx;

	if (loading->rule == IN_DAEMON)
		return config_key_daemon(loading->config, key, value, err);
	if (loading->rule == IN_PUSH)
		return config_key_push(loading->config, key, value, err);
	return config_key_rule(&loading->config->rules.list.items[loading->rule], key, value, err);
}

static int read_file(struct config *config, const char *path, struct err *err)
{
	static const struct ini_visitor visitor = {.section = on_section, .key = on_key};
	struct loading loading = {.config = config, .rule = IN_DAEMON};
	int r = ini_read(path, &visitor, &loading, err);

	VEC_DEINIT(&loading.here);
	return r;
}

static int is_conf(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 5, ".conf") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name); /* not by locale */
}

/* What lies in PATH.d. */
static int read_more(struct config *config, const char *path, struct err *err)
{
	struct buf name = BUF_INIT;
	struct dirent **entries = NULL;
	int n, r = 0;

	buf_fmt(&name, "%s.d", path);
	if (!buf_cstr(&name))
		return out_of_memory(err);
	n = scandir(name.data, &entries, is_conf, by_name);
	if (n < 0 && errno != ENOENT && errno != ENOTDIR)
		r = err_sys(err, SCRAPE_EIO, "%s", name.data);
	if (n > CONFIG_FILES_MAX)
		r = err_set(err, SCRAPE_ELIMIT, "%s: more than %d files", name.data, CONFIG_FILES_MAX);
	for (int i = 0; i < n; i++) {
		buf_reset(&name);
		buf_fmt(&name, "%s.d/%s", path, entries[i]->d_name);
		if (r == 0)
			r = buf_cstr(&name) ? read_file(config, name.data, err) : out_of_memory(err);
		free(entries[i]);
	}
	free(entries);
	buf_deinit(&name);
	return r;
}

static int read_files(struct config *config, const char *path, struct err *err)
{
	const char *main_path = path ? path : CONFIG_PATH;
	int r = read_file(config, main_path, err);

	if (r == SCRAPE_EGONE && !path)
		r = 0;
	return r < 0 ? r : read_more(config, main_path, err);
}

/* -p and -P come before the files' rules: who names a process on the command line means it. */
static int add_flag_rules(struct config *config, const struct config_flags *flags, struct err *err)
{
	struct rules files = config->rules;
	struct rule *rule;
	char name[32];
	int r = 0;

	config->rules = (struct rules){0};
	for (size_t i = 0; r == 0 && i < flags->n_pids; i++) {
		(void)snprintf(name, sizeof(name), "-p %d", (int)flags->pids[i]);
		r = rules_add(&config->rules, name, &rule, err);
		if (r == 0) {
			rule->pid = flags->pids[i];
			rule->exact = flags->exact;
			rule->native = flags->native;
		}
	}
	for (size_t i = 0; r == 0 && i < flags->n_patterns; i++) {
		(void)snprintf(name, sizeof(name), "-P %zu", i + 1);
		r = rules_add(&config->rules, name, &rule, err);
		if (r < 0)
			break;
		rule->exact = flags->exact;
		rule->native = flags->native;
		r = rules_set_text(rule, RULES_COMMAND, flags->patterns[i], err);
		if (r < 0)
			(void)err_wrap(err, "-P %s", flags->patterns[i]);
	}
	for (size_t i = 0; r == 0 && i < files.list.n; i++) {
		rule = config->rules.list.n < RULES_MAX ? VEC_PUSH(&config->rules.list) : NULL;
		if (!rule) {
			r = err_set(err, SCRAPE_ELIMIT, "more than %d rules with those of -p and -P", RULES_MAX);
			break;
		}
		*rule = files.list.items[i]; /* moved */
		files.list.items[i] = (struct rule){0};
	}
	rules_deinit(&files);
	return r;
}

static int take_flags(struct config *config, const struct config_flags *flags, struct err *err)
{
	const struct {
		const char *key, *value;
	} plain[] = {
		{"name", flags->name},
		{"base-path", flags->base_path},
		{"token-file", flags->token_file},
		{"tls-cert", flags->tls_cert},
		{"tls-key", flags->tls_key},
		{"state", flags->state_dir},
		{"store", flags->store},
		{"max-size", flags->max_size},
		{"push", flags->push},
		{"push-token-file", flags->push_token_file},
		{"ca-file", flags->ca_file},
		{"memory", flags->memory},
		{"keep", flags->keep},
		{"spool", flags->spool},
		{"slice", flags->slice},
		{"rate", flags->rate},
		{"budget", flags->budget},
		{"target-budget", flags->target_budget},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(plain) / sizeof(*plain); i++)
		if (plain[i].value)
			r = config_key_daemon(config, plain[i].key, plain[i].value, err);
	if (r == 0 && flags->n_listen > 0)
		r = config_key_daemon(config, "listen", "", err);
	for (size_t i = 0; r == 0 && i < flags->n_listen; i++)
		r = config_key_daemon(config, "listen", flags->listen[i], err);
	for (size_t i = 0; r == 0 && i < flags->n_hosts; i++)
		r = config_key_daemon(config, "allowed-hosts", flags->hosts[i], err);
	if (r < 0)
		return err_wrap(err, "command line");
	return add_flag_rules(config, flags, err);
}

/* systemd's StateDirectory=, the first of several. */
static int default_state(struct config *config, struct err *err)
{
	const char *dirs = getenv("STATE_DIRECTORY");

	if (config->state_dir || !dirs || *dirs != '/')
		return 0;
	config->state_dir = strndup(dirs, strcspn(dirs, ":"));
	return config->state_dir ? 0 : out_of_memory(err);
}

static int fill_in(struct config *config, struct err *err)
{
	char *no_hosts[] = {NULL};
	struct utsname uts;
	int r = default_state(config, err);

	if (r == 0 && config->n_listen == 0)
		r = config_key_daemon(config, "listen", CONFIG_LISTEN, err);
	if (r == 0 && !config->base_path)
		r = config_key_daemon(config, "base-path", "", err);
	if (r == 0 && !config->name)
		r = config_key_daemon(config, "name", uname(&uts) == 0 && *uts.nodename ? uts.nodename : "localhost",
				      err);
	if (r == 0 && !config->hosts) {
		config->hosts = malloc(sizeof(no_hosts));
		if (!config->hosts)
			return out_of_memory(err);
		memcpy(config->hosts, no_hosts, sizeof(no_hosts));
	}
	VEC_EACH (rule, &config->rules.list)
		if (rule->rate_mhz == EXPLICIT_RATE)
			rule->rate_mhz = config->rate_mhz;
	config->rules.slice_us = config->slice_us;
	config->rules.budget_target_permille = config->budget_target_permille;
	config->rules.budget_permille = config->budget_permille;
	return r;
}

/* What no single key can tell. */
static int check_whole(const struct config *config, struct err *err)
{
	if (!config->tls_cert != !config->tls_key)
		return err_set(err, SCRAPE_EINVAL, "tls-cert and tls-key go together; %s is missing",
			       config->tls_cert ? "tls-key" : "tls-cert");
	if (config->keep_us < config->slice_us)
		return err_set(err, SCRAPE_EINVAL, "keep is shorter than a slice");
	return 0;
}

int config_load(const char *path, const struct config_flags *flags, struct config *ret, struct err *err)
{
	struct config config = {.memory_bytes = MEMORY_BYTES,
				.spool_bytes = SPOOL_BYTES,
				.keep_us = KEEP_US,
				.slice_us = SCRAPE_SLICE_SECONDS * 1000000ull,
				.upload_us = SCRAPE_SLICE_SECONDS * 1000000ull,
				.budget_target_permille = BUDGET_TARGET_PERMILLE,
				.budget_permille = BUDGET_PERMILLE,
				.rate_mhz = SCRAPE_RATE_DEFAULT * 1000};
	struct buf order = BUF_INIT;
	int r = read_files(&config, path, err);

	if (r == 0)
		r = take_flags(&config, flags, err);
	if (r == 0)
		r = fill_in(&config, err);
	if (r == 0)
		r = check_whole(&config, err);
	if (r == 0)
		r = rules_compile(&config.rules, err);
	if (r == 0) /* so that whoever sends it later need not fail */
		r = config_rules_write(&config, &order) < 0 ? err_set(err, SCRAPE_ELIMIT, "the rules are too large")
							    : 0;
	buf_deinit(&order);
	if (r < 0) {
		config_deinit(&config);
		return r;
	}
	*ret = config;
	return 0;
}
