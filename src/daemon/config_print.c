/* SPDX-License-Identifier: MIT */
/* config_print: what a configuration says, for a person as a file, for the sampler as an order. */
#include <inttypes.h>

#include "base/buf.h"
#include "daemon/config.h"
#include "daemon/orders.h"
#include "scrape.h"

int config_rules_write(const struct config *config, struct buf *out)
{
	size_t before = out->len;

	rules_write(&config->rules, out);
	if (out->failed || out->len - before > ORDER_MAX) {
		out->len = before;
		return SCRAPE_ENOMEM;
	}
	return 0;
}

static void print_text(FILE *out, const char *key, const char *value)
{
	if (value && *value)
		(void)fprintf(out, "%s = %s\n", key, value); /* stdout: whoever closed it hears nothing */
}

static void print_time(FILE *out, const char *key, uint64_t us)
{
	if (us % 1000000 == 0)
		(void)fprintf(out, "%s = %" PRIu64 "s\n", key, us / 1000000); /* as above */
	else if (us % 1000 == 0)
		(void)fprintf(out, "%s = %" PRIu64 "ms\n", key, us / 1000); /* as above */
	else
		(void)fprintf(out, "%s = %" PRIu64 "us\n", key, us); /* as above */
}

static void print_number(FILE *out, const char *key, uint64_t thousandths, unsigned per, const char *unit)
{
	(void)fprintf(out, "%s = %.*f%s\n", key, thousandths % per ? per == 10 ? 1 : 3 : 0, (double)thousandths / per,
		      unit); /* as above */
}

static void print_labels(FILE *out, const char *labels)
{
	for (const char *line = labels ? labels : ""; *line;) {
		const char *equals, *end = line;

		while (*end != '\n')
			end++;
		equals = line;
		while (*equals != '=')
			equals++;
		(void)fprintf(out, "label.%.*s = %.*s\n", (int)(equals - line), line, (int)(end - equals - 1),
			      equals + 1); /* as above */
		line = end + 1;
	}
}

static void print_rule(FILE *out, const struct rule *rule)
{
	static const char *const keys[] = {[RULES_EXE] = "exe",
					   [RULES_COMMAND] = "command",
					   [RULES_UNIT] = "unit",
					   [RULES_CGROUP] = "cgroup",
					   [RULES_CONTAINER] = "container"};

	if (rule->pid) { /* there is no key for it: a PID does not outlive its process */
		(void)fprintf(out, "\n# -p %d\n", (int)rule->pid); /* as above */
		return;
	}
	(void)fprintf(out, "\n[rule \"%s\"]\n", rule->name); /* as above */
	for (size_t i = 0; i < RULES_TEXTS; i++)
		print_text(out, keys[i], rule->texts[i]);
	if (rule->uid != RULES_UID_ANY)
		(void)fprintf(out, "user = %" PRIu32 "\n", rule->uid); /* as above */
	if (rule->min_age_us)
		print_time(out, "min-age", rule->min_age_us);
	if (rule->exclude) {
		print_text(out, "exclude", "yes");
		return;
	}
	print_number(out, "rate", rule->rate_mhz, 1000, "");
	if (rule->exact)
		print_text(out, "exact", "yes");
	if (rule->native)
		print_text(out, "native", "yes");
	print_text(out, "service", rule->service);
	print_labels(out, rule->labels);
}

void config_print(const struct config *config, FILE *out)
{
	(void)fprintf(out, "[daemon]\n"); /* as above */
	for (size_t i = 0; i < config->n_listen; i++)
		print_text(out, "listen", config->listen[i]);
	for (size_t i = 0; config->hosts[i]; i++)
		print_text(out, "allowed-hosts", config->hosts[i]);
	print_text(out, "name", config->name);
	print_text(out, "base-path", config->base_path);
	print_text(out, "token-file", config->token_file);
	print_text(out, "tls-cert", config->tls_cert);
	print_text(out, "tls-key", config->tls_key);
	print_text(out, "state", config->state_dir);
	print_text(out, "store", config->store);
	if (config->store_keep.max_bytes)
		(void)fprintf(out, "max-size = %" PRIu64 "\n", config->store_keep.max_bytes);
	print_text(out, "push", config->push);
	print_text(out, "push-token-file", config->push_token_file);
	print_text(out, "ca-file", config->ca_file);
	(void)fprintf(out, "memory = %" PRIu64 "\nspool = %" PRIu64 "\n", config->memory_bytes, config->spool_bytes);
	print_time(out, "keep", config->keep_us);
	print_time(out, "slice", config->slice_us);
	print_number(out, "rate", config->rate_mhz, 1000, "");
	print_number(out, "budget", config->budget_permille, 10, "%");
	print_number(out, "target-budget", config->budget_target_permille, 10, "%");
	if (config->upload) {
		(void)fprintf(out, "\n[push]\n"); /* as above */
		print_text(out, "url", config->upload);
		print_text(out, "tenant", config->upload_tenant);
		print_text(out, "token-file", config->upload_token_file);
		print_time(out, "interval", config->upload_us);
	}
	for (size_t i = 0; i < config->rules.list.n; i++)
		print_rule(out, &config->rules.list.items[i]);
}
