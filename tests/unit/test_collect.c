/* SPDX-License-Identifier: MIT */
/* What a collector reads: addresses, its configuration, texts of other samplers. */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/collect_config.h"
#include "daemon/folded_slice.h"
#include "daemon/host_list.h"
#include "http/fetch.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"

static struct err error;

START_TEST(urls)
{
	static const struct {
		const char *text, *host, *base;
		int port;
		bool tls;
	} good[] = {{"shop-1", "shop-1", "", 16384, false},
		    {"shop-1:80", "shop-1", "", 80, false},
		    {"http://10.0.0.1/", "10.0.0.1", "", 16384, false},
		    {"https://shop.example:443/scrape/", "shop.example", "/scrape", 443, true},
		    {"[::1]:17", "::1", "", 17, false},
		    {"https://[fe80::1%eth0]", "fe80::1%eth0", "", 16384, true}};
	static const char *const bad[] = {"",           ":80",          "shop:",           "shop:x", "shop:0",
					  "shop:70000", "shop:80x",     "ftp://shop",      "[::1",   "a b",
					  "http://",    "http://a/b c", "http://a/x\r\ny", "a@b"};
	struct http_url url;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert_msg(http_url_parse(good[i].text, 16384, &url, &error) == 0, "%s: %s", good[i].text,
			      error.text);
		ck_assert_str_eq(url.host, good[i].host);
		ck_assert_str_eq(url.base, good[i].base);
		ck_assert_int_eq(url.port, good[i].port);
		ck_assert_int_eq(url.tls, good[i].tls);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(http_url_parse(bad[i], 16384, &url, &error) == SCRAPE_EINVAL, "'%s' was taken", bad[i]);
}
END_TEST

static int load(const char *text, struct collect_config *config)
{
	char path[] = "/tmp/test_collect.XXXXXX";
	int fd = mkstemp(path), r;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)close(fd);
	r = collect_config_load(path, NULL, 0, config, &error);
	(void)unlink(path);
	return r;
}

/* What --print-config prints is all that is in force, and read back it is the same. */
START_TEST(configuration_is_printed)
{
	static const char *const always[] = {"listen = 127.0.0.1:16385\n", "slice = 10s\n", "memory = 67108864\n",
					     "keep-slices = 1d\n", "keep-minutes = 14d\n", "keep-days = 1830d\n"};
	static const char *const texts[] = {"[collector]\n", "[collector]\nkeep-hours = 5h\nmax-size = 3G\ntimeout = 3s\nshard = 2/5\n"};
	struct collect_config config;
	char *first, *second;
	size_t n;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		FILE *out = open_memstream(&first, &n);

		ck_assert_int_eq(load(texts[i], &config), 0);
		collect_config_print(&config, out);
		(void)fclose(out);
		collect_config_deinit(&config);
		out = open_memstream(&second, &n);
		ck_assert_msg(load(first, &config) == 0, "%s of %s", error.text, first);
		collect_config_print(&config, out);
		(void)fclose(out);
		collect_config_deinit(&config);
		ck_assert_str_eq(first, second);
		for (size_t k = 0; k < sizeof(always) / sizeof(*always); k++)
			ck_assert_msg(strstr(first, always[k]), "%s is not in %s", always[k], first);
		ck_assert_ptr_nonnull(strstr(first, i ? "keep-hours = 18000s\n" : "keep-hours = 400d\n"));
		ck_assert_int_eq(strstr(first, "shard = 2/5\n") != NULL, i);
		ck_assert_ptr_nonnull(strstr(first, i ? "max-size = 3221225472\n" : "max-size = 21474836480\n"));
		free(first);
		free(second);
	}
}
END_TEST

START_TEST(configuration)
{
	static const char *const bad[] = {"[collector]\nhots = a\n",
					  "[collector]\nhost =\n",
					  "[daemon]\n",
					  "[collector]\nslice = 7s\n",
					  "[collector]\nslice = 2h\n",
					  "[collector]\nshard = 3\n",
					  "[collector]\nshard = 0/2\n",
					  "[collector]\nshard = 3/2\n",
					  "[collector]\nshard = 1/2/3\n",
					  "[collector]\nshard = 1/1001\n",
					  "[collector]\nmax-size = 3\n",
					  "[collector]\nkeep-days = 0d\n",
					  "[collector]\ntls-cert = /a\n",
					  "[collector]\nbase-path = scrape\n",
					  "[collector]\nstore = clickhouse://a\n",
					  "[collector]\nsrv = a b\n",
					  "[collector]\nsrv = http://_a._tcp.x\n",
					  "[collector]\ndns = resolver\n",
					  "host = a\n"};
	const struct collect_flag flag = {"host", "c"};
	struct collect_config config;

	ck_assert_msg(load("[collector]\nhost = a\nhost = shop=b:1\nkeep-days = 1830d\nkeep-hours = 2h\nslice = 1s\n"
			   "srv = _a._tcp.x\nsrv = https://_b._tcp.x\ndns = [::1]:5353\n",
			   &config) == 0,
		      "%s", error.text);
	ck_assert_uint_eq(config.hosts.n, 2);
	ck_assert_str_eq(config.hosts.items[1], "shop=b:1");
	ck_assert_uint_eq(config.srv.n, 2);
	ck_assert_str_eq(config.srv.items[1], "https://_b._tcp.x");
	ck_assert_str_eq(config.dns, "[::1]:5353");
	ck_assert_uint_eq(config.keep.keep_us[3], 1830ull * 86400 * 1000000);
	ck_assert_uint_eq(config.keep.keep_us[2], 7200ull * 1000000);
	ck_assert_uint_eq(config.keep.slice_us, 1000000);
	ck_assert_str_eq(config.listen.items[0], COLLECT_LISTEN);
	collect_config_deinit(&config);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(load(bad[i], &config) < 0, "'%s' was taken", bad[i]);
	ck_assert_int_eq(collect_config_load("/nowhere/x.conf", NULL, 0, &config, &error), SCRAPE_EGONE);
	ck_assert_int_eq(collect_config_load(NULL, &flag, 1, &config, &error), 0);
	ck_assert_str_eq(config.hosts.items[0], "c");
	collect_config_deinit(&config);
}
END_TEST

static const char *fold(const char *text, struct buf *out)
{
	const struct folded_slice plan = {
		.service = "shop", .slice_us = 10000000, .now_us = 1700000005000000, .seq = 3};
	struct history *h = history_new(&(struct history_config){.host = ""});
	struct buf slice = BUF_INIT;
	struct tree tree = {0};
	struct history_span span;
	uint64_t until_us;
	int r = folded_slice(&plan, text, strlen(text), &slice, &until_us, &error);

	buf_reset(out);
	if (r < 0)
		buf_fmt(out, "%d %s", r, error.text);
	else if (slice.len > 0) {
		ck_assert_uint_eq(until_us, 1700000000000000);
		ck_assert_msg(history_import(h, slice.data, slice.len, &error) == 0, "%s", error.text);
		ck_assert_int_eq(history_tree(h, &(struct history_query){0}, &tree, &span, &error), 0);
		for (size_t i = 1; i < tree.n_nodes; i++)
			if (tree.nodes[i].self)
				buf_fmt(out, "%s %" PRIu64 ";", tree.names[tree.nodes[i].name].text,
					tree.nodes[i].self);
	}
	tree_deinit(&tree);
	buf_deinit(&slice);
	history_free(h);
	return buf_cstr(out);
}

/* Whether a list is right: 0 and its hosts as text, or the code. */
static int list(const char *words, struct buf *out)
{
	struct host_list list = {0};
	char *copy = strdup(words);
	int r = host_list_text(&list, copy, strlen(copy), &error);

	buf_reset(out);
	VEC_EACH (host, &list.hosts)
		buf_fmt(out, "%s=%s%s:%d;", host->name, host->folded ? "folded " : "", host->url.host, host->url.port);
	host_list_deinit(&list);
	free(copy);
	return r;
}

/* Each host has one collector, each collector as many hosts as another, and of a sixth that comes only its own move. All
 * collectors of all versions must agree: so some are written down here. */
START_TEST(shards)
{
	unsigned count[6] = {0}, moved = 0;
	char name[32];

	for (unsigned i = 0; i < 12000; i++) {
		unsigned five, six;

		(void)snprintf(name, sizeof(name), "web-%u.example", i);
		five = host_list_shard(name, 5);
		six = host_list_shard(name, 6);
		ck_assert(five < 5 && six < 6 && (five == six || six == 5));
		moved += five != six;
		count[six]++;
	}
	for (unsigned i = 0; i < 6; i++)
		ck_assert_msg(count[i] > 1850 && count[i] < 2150, "%u has %u of 12000", i, count[i]);
	ck_assert_uint_eq(moved, count[5]);
	ck_assert_uint_eq(host_list_shard("anything", 1), 0);
	ck_assert_uint_eq(host_list_shard("shop-1", 5), 3);
	ck_assert_uint_eq(host_list_shard("10.0.0.7", 100), 81);
}
END_TEST

START_TEST(lists_of_hosts)
{
	static const char *const bad[] = {"a\na=b\n",
					  "a b:x\nc:\n",
					  "a\n=b\n",
					  "[{\"targets\": \"a\"}]",
					  "[{\"targets\": [\"a\", 7]}]",
					  "[{\"targets\": [\"a\"",
					  "[1, {}]",
					  "https://"};
	struct buf out = BUF_INIT;

	ck_assert_int_eq(list("# ours\nshop-1 # the first\n\n  b=shop-2:17\r\nfolded+http://c/x\nshop-1:16384\n", &out),
			 0);
	ck_assert_str_eq(buf_cstr(&out), "shop-1=shop-1:16384;b=shop-2:17;c=folded c:80;");
	ck_assert_int_eq(list("[{\"targets\": [\"a:1\", \"b\"], \"labels\": {\"__scheme__\": \"https\", \"x\": \"y\"}},"
			      " {\"targets\": []}]",
			      &out),
			 0);
	ck_assert_str_eq(buf_cstr(&out), "a:1=a:1;b=b:16384;");
	ck_assert_int_eq(list("[::1]:17\n", &out), 0);
	ck_assert_str_eq(buf_cstr(&out), "[::1]:17=::1:17;");
	ck_assert_int_eq(list("", &out), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(list(bad[i], &out) < 0, "'%s' was taken", bad[i]);
	buf_deinit(&out);
}
END_TEST

START_TEST(folded_texts)
{
	struct buf out = BUF_INIT;

	ck_assert_str_eq(fold("elapsed 10\ngranularity 0.01\nmain(app);work(app.jobs) 170\nmain(app) 30\n", &out),
			 "main 30;work 170;");
	ck_assert_str_eq(fold("granularity 0.005\na;b 100\r\n", &out), "b 50;");
	ck_assert_str_eq(fold("", &out), "");
	ck_assert_str_eq(fold("# a remark\nelapsed 10\n", &out), "");
	ck_assert_ptr_nonnull(strstr(fold("a;b\n", &out), "line 1"));
	ck_assert_ptr_nonnull(strstr(fold("a 1\nb -1\n", &out), "line 2"));
	ck_assert_ptr_nonnull(strstr(fold("elapsed x\n", &out), "line 1"));
	ck_assert_ptr_nonnull(strstr(fold("a 99999999999\n", &out), "line 1"));
	buf_deinit(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("collect");
	TCase *tcase = tcase_create("collect");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, urls);
	tcase_add_test(tcase, configuration);
	tcase_add_test(tcase, configuration_is_printed);
	tcase_add_test(tcase, shards);
	tcase_add_test(tcase, lists_of_hosts);
	tcase_add_test(tcase, folded_texts);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
