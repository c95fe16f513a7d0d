/* SPDX-License-Identifier: MIT */
/* Files, drop-ins and the command line; and where a mistake is said to be. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/config.h"
#include "scrape.h"

static char folder[64], path[96], more[96];

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void setup(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/scrape-test-config.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/scrape.conf", folder);
	(void)snprintf(more, sizeof(more), "%s/scrape.conf.d", folder);
	ck_assert_int_eq(mkdir(more, 0700), 0);
	ck_assert_int_eq(unsetenv("STATE_DIRECTORY"), 0);
}

static void drop_in(const char *name, const char *text)
{
	char file[256];

	(void)snprintf(file, sizeof(file), "%s/%s", more, name);
	write_file(file, text);
}

static void teardown(void)
{
	static const char *const names[] = {"10.conf", "20.conf", "9.conf", "no.txt", ".hidden.conf"};
	char file[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", more, names[i]);
		(void)unlink(file);
	}
	(void)unlink(path);
	(void)rmdir(more);
	(void)rmdir(folder);
}

static void load(const struct config_flags *flags, struct config *ret)
{
	struct err err = {0};
	int r = config_load(path, flags, ret, &err);

	ck_assert_msg(r == 0, "%s", err.text);
}

START_TEST(what_nobody_said)
{
	struct config config;

	write_file(path, "");
	load(&(struct config_flags){0}, &config);
	ck_assert_uint_eq(config.n_listen, 1);
	ck_assert_str_eq(config.listen[0], CONFIG_LISTEN);
	ck_assert_ptr_null(config.hosts[0]);
	ck_assert(config.name[0]);
	ck_assert_str_eq(config.base_path, "");
	ck_assert_ptr_null(config.state_dir);
	ck_assert_uint_eq(config.memory_bytes, 64u << 20);
	ck_assert_uint_eq(config.keep_us, 3600000000u);
	ck_assert_uint_eq(config.slice_us, 10000000);
	ck_assert_uint_eq(config.budget_target_permille, 20);
	ck_assert_uint_eq(config.budget_permille, 100);
	ck_assert_uint_eq(config.rules.list.n, 0);
	config_deinit(&config);
	ck_assert_int_eq(setenv("STATE_DIRECTORY", "/var/lib/scrape:/other", 1), 0);
	load(&(struct config_flags){0}, &config);
	ck_assert_str_eq(config.state_dir, "/var/lib/scrape");
	config_deinit(&config);
}
END_TEST

START_TEST(later_wins)
{
	const char *listen[] = {"unix:/run/x.sock"}, *patterns[] = {"celery"};
	const pid_t pids[] = {42};
	struct config config;

	write_file(path, "[daemon]\nname = a\nmemory = 8M\nlisten = 127.0.0.1:1\nlisten = [::1]:2\nrate = 50\n"
			 "allowed-hosts = one, two\n[rule shop]\ncommand = shop\n[rule rest]\nservice = all\nrate=10\n");
	drop_in("10.conf", "[daemon]\nmemory = 9M\nallowed-hosts = three\n");
	drop_in("9.conf", "[daemon]\nmemory = 10M\n[rule shop]\nexe = python*\nlabel.zone = eu\n");
	drop_in("no.txt", "nonsense");
	drop_in(".hidden.conf", "nonsense");
	load(&(struct config_flags){0}, &config);
	ck_assert_str_eq(config.name, "a");
	ck_assert_uint_eq(config.memory_bytes, 10u << 20); /* "9.conf" comes behind "10.conf" */
	ck_assert_uint_eq(config.n_listen, 2);
	ck_assert_str_eq(config.hosts[2], "three");
	ck_assert_ptr_null(config.hosts[3]);
	ck_assert_uint_eq(config.rules.list.n, 2);
	ck_assert_str_eq(config.rules.list.items[0].name, "shop"); /* replaced in its place */
	ck_assert_ptr_null(config.rules.list.items[0].texts[RULES_COMMAND]);
	ck_assert_str_eq(config.rules.list.items[0].labels, "zone=eu\n");
	ck_assert_uint_eq(config.rules.list.items[0].rate_mhz, 50000);
	ck_assert_uint_eq(config.rules.list.items[1].rate_mhz, 10000);
	config_deinit(&config);
	load(&(struct config_flags){.listen = listen, .n_listen = 1, .pids = pids, .n_pids = 1, .patterns = patterns,
				    .n_patterns = 1, .name = "b", .rate = "20", .slice = "1s"}, &config);
	ck_assert_str_eq(config.name, "b");
	ck_assert_uint_eq(config.n_listen, 1);
	ck_assert_str_eq(config.listen[0], "unix:/run/x.sock");
	ck_assert_uint_eq(config.rules.slice_us, 1000000);
	ck_assert_uint_eq(config.rules.list.n, 4);
	ck_assert_int_eq(config.rules.list.items[0].pid, 42);
	ck_assert_uint_eq(config.rules.list.items[0].rate_mhz, 20000);
	ck_assert_str_eq(config.rules.list.items[1].texts[RULES_COMMAND], "celery");
	config_deinit(&config);
}
END_TEST

START_TEST(mistakes_have_a_place)
{
	static const struct {
		const char *text, *place, *word;
	} samples[] = {
		{"[daemon]\nlistn = x\n", ":2: ", "no key \"listn\""},
		{"[deamon]\n", ":1: ", "[deamon]"},
		{"[daemon]\n[rule]\n", ":2: ", "name"},
		{"[daemon extra]\n", ":1: ", "no section"},
		{"[push]\nulr = x\n", ":2: ", "[push] has no key"},
		{"[push]\nurl = grafana:4040\n", ":2: ", "no address such as"},
		{"[push]\ninterval = 2h\n", ":2: ", "at most an hour"},
		{"[push x]\n", ":1: ", "no section"},
		{"[rule a]\nexe=x\n[rule a]\n", ":3: ", "already"},
		{"[rule a]\nport=1\n", ":2: ", "no key \"port\""},
		{"[rule a]\n\ncommand = (\n", ":3: ", "regular expression"},
		{"[rule a]\nnative = maybe\n", ":2: ", "native"},
		{"[rule a]\nexclude = maybe\n", ":2: ", "yes or no"},
		{"[rule a]\nuser = nobody-has-this-name\n", ":2: ", "user"},
		{"[rule a]\nrate = max\n", ":2: ", "rate"},
		{"[rule a]\nrate = 1001\n", ":2: ", "rate"},
		{"[rule a]\nmin-age = old\n", ":2: ", "duration"},
		{"[rule a]\nlabel.= x\n", ":2: ", "label"},
		{"[daemon]\nlisten = 127.0.0.1\n", ":2: ", "PORT"},
		{"[daemon]\nlisten = 127.0.0.1:99999\n", ":2: ", "PORT"},
		{"[daemon]\nlisten = 127.0.0.1:80x\n", ":2: ", "PORT"},
		{"[daemon]\nlisten = unix:relative\n", ":2: ", "absolute"},
		{"[daemon]\nbase-path = x\n", ":2: ", "base-path"},
		{"[daemon]\nbase-path = /x/\n", ":2: ", "base-path"},
		{"[daemon]\nmemory = 1\n", ":2: ", "size"},
		{"[daemon]\nkeep = 0\n", ":2: ", "duration"},
		{"[daemon]\nslice = 99ms\n", ":2: ", "slice"},
		{"[daemon]\nbudget = 101%\n", ":2: ", "share"},
		{"[daemon]\ntoken-file = token\n", ":2: ", "absolute"},
		{"[daemon]\ntls-cert = /x\n", "", "tls-key is missing"},
		{"[daemon]\nkeep=1s\n", "", "shorter"},
	};
	char expected[128];

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct config config = {.n_listen = 77};
		struct err err = {0};

		write_file(path, samples[i].text);
		ck_assert_int_lt(config_load(path, &(struct config_flags){0}, &config, &err), 0);
		(void)snprintf(expected, sizeof(expected), "%s%s", samples[i].place[0] ? path : "", samples[i].place);
		ck_assert_msg(strncmp(err.text, expected, strlen(expected)) == 0, "%s", err.text);
		ck_assert_msg(strstr(err.text, samples[i].word), "%s", err.text);
		ck_assert_uint_eq(config.n_listen, 77); /* untouched */
	}
}
END_TEST

START_TEST(mistakes_elsewhere)
{
	const char *patterns[] = {"("};
	struct config config;
	struct err err = {0};

	ck_assert_int_eq(config_load("/nonexistent/scrape.conf", &(struct config_flags){0}, &config, &err), SCRAPE_EGONE);
	write_file(path, "");
	ck_assert_int_lt(config_load(path, &(struct config_flags){.memory = "x"}, &config, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "command line: memory: "));
	ck_assert_int_lt(config_load(path, &(struct config_flags){.patterns = patterns, .n_patterns = 1}, &config, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "-P (: "));
	drop_in("20.conf", "\n\n[rule x]\nnope = 1\n");
	ck_assert_int_lt(config_load(path, &(struct config_flags){0}, &config, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "scrape.conf.d/20.conf:4: "));
}
END_TEST

/* What is printed says the same when it is read. */
START_TEST(printed)
{
	char *first = NULL, *second = NULL;
	size_t n;
	FILE *out = open_memstream(&first, &n);
	struct config config;

	write_file(path, "[daemon]\nname=h\nlisten=127.0.0.1:5\nallowed-hosts=a b\nbase-path=/p\ntoken-file=/t\nslice=1500ms\n"
			 "spool=0\nbudget=12.5%\ntarget-budget=0.3\nrate=0.5\n"
			 "[push]\nurl=parca+https://p/x\ntenant=t\ntoken-file=/tt\ninterval=30s\n[rule a b]\ncommand=x.*y = z\nuser=0\n"
			 "min-age=1h\nlabel.k.v=a b\nlabel.x=1\nservice=s\nexact=yes\nrate=33.333\n"
			 "[rule \"no [more]\"]\nexclude=yes\nunit=u*\n");
	load(&(struct config_flags){0}, &config);
	config_print(&config, out);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_ptr_nonnull(strstr(first, "command = x.*y = z\n"));
	ck_assert_ptr_nonnull(strstr(first, "budget = 12.5%\n"));
	ck_assert_ptr_nonnull(strstr(first, "slice = 1500ms\n"));
	ck_assert_ptr_nonnull(strstr(first, "[push]\nurl = parca+https://p/x\ntenant = t\ntoken-file = /tt\ninterval = 30s\n"));
	ck_assert_ptr_nonnull(strstr(first, "[rule \"no [more]\"]\nunit = u*\nexclude = yes\n"));
	config_deinit(&config);
	write_file(path, first);
	load(&(struct config_flags){0}, &config);
	out = open_memstream(&second, &n);
	config_print(&config, out);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_str_eq(first, second);
	config_deinit(&config);
	free(first);
	free(second);
}
END_TEST

START_TEST(as_an_order)
{
	struct config config;
	struct rules rules = {0};
	struct buf order = BUF_INIT;

	write_file(path, "[rule a]\nexe = python*\n");
	load(&(struct config_flags){0}, &config);
	ck_assert_int_eq(config_rules_write(&config, &order), 0);
	ck_assert_int_eq(rules_read(order.data, order.len, &rules, NULL), 0);
	ck_assert_uint_eq(rules.list.items[0].rate_mhz, 100000);
	ck_assert_uint_eq(rules.budget_permille, 100);
	rules_deinit(&rules);
	config_deinit(&config);
	buf_deinit(&order);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tc = tcase_create("config");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_nobody_said);
	tcase_add_test(tc, later_wins);
	tcase_add_test(tc, mistakes_have_a_place);
	tcase_add_test(tc, mistakes_elsewhere);
	tcase_add_test(tc, printed);
	tcase_add_test(tc, as_an_order);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
