/* SPDX-License-Identifier: MIT */
/*
 * What comes from a file, a socket or a target: any bytes as an INI file, as rules, orders, a process context, a cgroup.
 * The first byte chooses.
 *
 * What must hold: no crash, no read out of bounds, no leak; a refusal has a sentence; what is accepted keeps its limits and
 * says the same when it is written and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ini.h"
#include "daemon/config.h"
#include "daemon/config_keys.h"
#include "daemon/facts.h"
#include "daemon/orders.h"
#include "daemon/rules.h"
#include "target/origin.h"
#include "target/otel.h"
#include "target/service.h"

static void take_attribute(void *ctx, const char *key, size_t key_len, const char *value, size_t n)
{
	buf_add(ctx, key, key_len);
	buf_add(ctx, value, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                                                                    \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                     \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

static void check_rules(const uint8_t *data, size_t size)
{
	struct rules rules = {0}, back = {0};
	struct buf bytes = BUF_INIT;
	struct err err = {0};
	int r = rules_read(data, size, &rules, &err);

	if (r < 0) {
		CHECK(err.text[0] && err.code == r && rules.list.n == 0);
		return;
	}
	CHECK(rules.list.n <= RULES_MAX);
	rules_write(&rules, &bytes);
	if (!bytes.failed && bytes.len <= ORDER_MAX) {
		CHECK(rules_read(bytes.data, bytes.len, &back, &err) == 0);
		CHECK(back.list.n == rules.list.n && rules_top_rate(&back) == rules_top_rate(&rules));
	}
	rules_deinit(&back);
	rules_deinit(&rules);
	buf_deinit(&bytes);
}

static void check_orders(const uint8_t *data, size_t size)
{
	struct orders orders = {0};
	struct order order;

	for (size_t at = 0, piece = 1; at < size; at += piece, piece = piece * 3 % 1000) {
		int r;

		piece = piece < size - at ? piece : size - at;
		CHECK(orders_take(&orders, data + at, piece) == 0);
		while ((r = orders_next(&orders, &order)) > 0) {
			CHECK(order.n <= ORDER_MAX);
			for (size_t i = 0; order_pid(&order, i) > 0; i++)
				CHECK(i < ORDER_ONLY_MAX);
			if (order.type == ORDER_RULES)
				check_rules(order.bytes, order.n);
		}
		if (r < 0)
			break;
	}
	orders_deinit(&orders);
}

struct file {
	struct config config;
	struct rule *rule;
};

static int on_section(void *ctx, const char *kind, const char *name, struct err *err)
{
	struct file *file = ctx;

	file->rule = NULL;
	return strcmp(kind, "rule") == 0 ? rules_add(&file->config.rules, name, &file->rule, err) : 0;
}

static int on_key(void *ctx, const char *key, const char *value, struct err *err)
{
	struct file *file = ctx;

	if (strcmp(key, "user") == 0) /* the user database is not ours to test */
		return 0;
	return file->rule ? config_key_rule(file->rule, key, value, err)
			  : config_key_daemon(&file->config, key, value, err);
}

static void check_file(const uint8_t *data, size_t size)
{
	static const struct ini_visitor visitor = {.section = on_section, .key = on_key};
	struct file file = {0};
	struct err err = {0};
	int r = ini_parse("f", (const char *)data, size, &visitor, &file, &err);

	CHECK(r == 0 || (err.text[0] && strncmp(err.text, "f:", 2) == 0));
	CHECK(rules_compile(&file.config.rules, NULL) == 0 || r < 0);
	config_deinit(&file.config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts = {0};
	struct buf text = BUF_INIT, service = BUF_INIT;

	if (size == 0)
		return 0;
	switch (data[0] % 6) {
	case 0:
		check_file(data + 1, size - 1);
		break;
	case 1:
		check_rules(data + 1, size - 1);
		break;
	case 2:
		check_orders(data + 1, size - 1);
		break;
	case 3:
		otel_attributes(data + 1, size - 1, take_attribute, &text);
		CHECK(text.len <= size);
		break;
	case 4:
		origin_from_environ((const char *)data + 1, size - 1, &text);
		origin_from_cgroup((const char *)data + 1, size - 1, &text);
		service_from_environ((const char *)data + 1, size - 1, &service);
		service_from_cgroup((const char *)data + 1, size - 1, &service);
		service_from_command((const char *)data + 1, size - 1, &service);
		CHECK(service.len <= 3 * SERVICE_NAME_MAX);
		CHECK(text.len < (ORIGIN_LABELS_MAX + 1) * (ORIGIN_VALUE_MAX + 64));
		break;
	default:
		facts_from_cgroup(&facts, (const char *)data + 1, size - 1);
		CHECK(strlen(facts.unit) < FACTS_NAME_MAX);
		facts_deinit(&facts);
	}
	buf_deinit(&service);
	buf_deinit(&text);
	return 0;
}
