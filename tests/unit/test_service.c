/* SPDX-License-Identifier: MIT */
/* Names of services and files: what people call them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/syspath.h"
#include "target/origin.h"
#include "target/otel.h"
#include "target/service.h"

typedef void (*parse_fn)(const char *, size_t, struct buf *);

static void take_name(void *ctx, const char *key, size_t key_len, const char *value, size_t n)
{
	if (key_len == 12 && memcmp(key, "service.name", 12) == 0)
		buf_add(ctx, value, n);
}

static void from_context(const char *payload, size_t n, struct buf *out)
{
	otel_attributes(payload, n, take_name, out);
}

/* KeyValue{key "service.name", value AnyValue{string "shop"}}, and one of another key. */
#define PAIR "\x0a\x0cservice.name\x12\x06\x0a\x04shop"
#define OTHER "\x0a\x0cservice.nama\x12\x06\x0a\x04nope"

struct sample {
	parse_fn parse;
	const char *text;
	size_t len;
	const char *name; /* "" for none */
};

#define SAMPLE(fn, text, name) {fn, text, sizeof(text) - 1, name}

static const struct sample samples[] = {
	SAMPLE(from_context, "\x0a\x16" PAIR, "shop"),
	SAMPLE(from_context, "\x0a\x30\x0a\x16" OTHER "\x0a\x16" PAIR, "shop"), /* inside a ProcessContext */
	SAMPLE(from_context, "\x12\x01x\x18\x96\x01\x21\1\2\3\4\5\6\7\10\x35\1\2\3\4\x0a\x16" PAIR, "shop"),
	SAMPLE(from_context, "\x0a\x16" OTHER, ""),
	SAMPLE(from_context, "\x0a\x17" PAIR, ""), /* longer than what is there */
	SAMPLE(from_context, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", ""),
	SAMPLE(from_context, "\x0b", ""), /* a group */
	SAMPLE(from_context, "", ""),
	SAMPLE(service_from_environ, "A=1\0OTEL_SERVICE_NAME=shop\0B=2\0", "shop"),
	SAMPLE(service_from_environ, "XOTEL_SERVICE_NAME=no\0", ""),
	SAMPLE(service_from_environ, "OTEL_RESOURCE_ATTRIBUTES=a=b,service.name=till,c=d\0", "till"),
	SAMPLE(service_from_environ, "OTEL_RESOURCE_ATTRIBUTES=service.name=\0", ""),
	SAMPLE(service_from_environ, "OTEL_RESOURCE_ATTRIBUTES=a=b, service.name=my%20till\0", "my till"),
	SAMPLE(service_from_environ, "OTEL_SERVICE_NAME=cut", "cut"),
	SAMPLE(service_from_cgroup, "0::/system.slice/shop.service\n", "shop"),
	SAMPLE(service_from_cgroup, "0::/user.slice/user-1000.slice/user@1000.service/app.slice\n", ""),
	SAMPLE(service_from_cgroup,
	       "12:cpu:/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", "0123456789ab"),
	SAMPLE(service_from_cgroup,
	       "0::/system.slice/docker-fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210.scope\n",
	       "fedcba987654"),
	SAMPLE(service_from_cgroup, "no path here", ""),
	SAMPLE(service_from_command, "python3\0/srv/app/main.py\0-x\0", "main.py"),
	SAMPLE(service_from_command, "python3\0-u\0-W\0ignore\0-m\0http.server\0", "http.server"),
	SAMPLE(service_from_command, "python3\0-c\0print(1)\0", ""),
	SAMPLE(service_from_command, "python3", ""),
	SAMPLE(service_from_command, "python3\0-m", ""),
	SAMPLE(origin_from_environ,
	       "OTEL_RESOURCE_ATTRIBUTES=service.name=x,service.version=1%2E2, k8s.pod.name=a=b,process.pid=3,k8s.\n=1\0",
	       "service.version=1.2\nk8s.pod.name=a=b\n"),
	SAMPLE(origin_from_environ, "OTEL_RESOURCE_ATTRIBUTES=service.version=%2,service.namespace=a%0Ab\\\0",
	       "service.version=%2\nservice.namespace=a b \n"),
	SAMPLE(origin_from_environ, "OTEL_RESOURCE_ATTRIBUTES=", ""),
	SAMPLE(origin_from_environ, "A=1", ""), /* it is not there: the sanitizers looked at an end of nothing */
	SAMPLE(origin_from_cgroup, "0::/system.slice/shop@1.service/worker\n1:name=systemd:/system.slice/shop@1.service\n",
	       "systemd.unit=shop@1.service\n"),
	SAMPLE(origin_from_cgroup,
	       "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0f1e2d3c_4b5a_6978_8796_a5b4c3d2e1f0.slice/"
	       "cri-containerd-fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210.scope\n",
	       "container.id=fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210\n"
	       "k8s.pod.uid=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\n"),
	SAMPLE(origin_from_cgroup, "4:memory:/kubepods/besteffort/pod0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/x\n",
	       "k8s.pod.uid=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\n"),
	SAMPLE(origin_from_cgroup, "0::/user.slice/user@1000.service/podpod0f1e/x\n", ""),
	SAMPLE(service_from_command, "python3\0evil\033[2J.py\0", "evil\\x1b[2J.py"),
};

START_TEST(service_names)
{
	const struct sample *s = &samples[_i];
	struct buf out = BUF_INIT;

	s->parse(s->text, s->len, &out);
	ck_assert_str_eq(buf_cstr(&out), s->name);
	buf_deinit(&out);
}
END_TEST

START_TEST(short_file_names)
{
	static char app[] = "/srv/app", lib[] = "/opt/py/lib/python3.12";
	char *entries[] = {app, lib};
	const struct syspath path = {.entries = {.items = entries, .n = 2, .cap = 2}};
	static const struct {
		const char *file, *shortened;
	} files[] = {
		{"/srv/app/shop/cart.py", "shop/cart.py"},
		{"/srv/application/x.py", "x.py"},
		{"/opt/py/lib/python3.12/json/decoder.py", "json/decoder.py"},
		{"/usr/lib/python3.9/json/decoder.py", "json/decoder.py"},
		{"/v/lib/python3.9/site-packages/six.py", "six.py"},
		{"/usr/lib/python3/dist-packages/apt/cache.py", "apt/cache.py"},
		{"/nowhere/else.py", "else.py"},
		{"/srv/app/", "/srv/app/"},
		{"<string>", "<string>"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		ck_assert_str_eq(files[i].file + syspath_short_at(&path, files[i].file), files[i].shortened);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("service");
	TCase *tcase = tcase_create("service");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, service_names, 0, sizeof(samples) / sizeof(*samples));
	tcase_add_test(tcase, short_file_names);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
