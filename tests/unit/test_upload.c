/* SPDX-License-Identifier: MIT */
/* Where profiles go to and what is sent there; whether servers would understand it is for tests/live. */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/err.h"
#include "daemon/upload.h"
#include "profile/history.h"
#include "scrape.h"
#include "stream/writer.h"

#define START_US 1700000000000000ull

static struct err error;
static struct buf paths, bodies;

static const char *parsed(const char *text)
{
	static char out[1024];
	struct upload_place place;

	if (upload_parse(text, &place, &error) < 0)
		return error.text;
	snprintf(out, sizeof(out), "%s%s:%u%s %s", place.url.tls ? "tls " : "", place.url.host, place.url.port,
		 place.url.base, upload_mime(&place));
	return out;
}

/* A good status and a word of profiles that were not taken. */
START_TEST(rejections)
{
	static const struct {
		const char *answer;
		size_t n;
		const char *reason; /* NULL: it was taken */
	} answers[] = {
		{"", 0, NULL},
		{"{}\n", 3, NULL},
		{"\x0a\x09\x12\x07warning", 11, NULL},
		{"\x0a\x0b\x08\0\x12\x07warning", 13, NULL},
		{"\x0a\x0b\x08\1\x12\x07too old", 13, "too old"},
		{"\x0a\x02\x08\1", 4, ""},
		{"\x0a\x0b\x08\1", 4, NULL}, /* cut */
	};
	struct upload_place place;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct buf reason = BUF_INIT;

		ck_assert_int_eq(upload_parse("otlp+http://o", &place, &error), 0);
		ck_assert_int_eq(upload_is_rejected(&place, answers[i].answer, answers[i].n, &reason),
				 answers[i].reason != NULL);
		ck_assert_str_eq(buf_cstr(&reason), answers[i].reason ? answers[i].reason : "");
		ck_assert_int_eq(upload_parse("parca+http://o", &place, &error), 0);
		ck_assert(!upload_is_rejected(&place, answers[i].answer, answers[i].n, &reason));
		buf_deinit(&reason);
	}
}
END_TEST

START_TEST(addresses)
{
	char scheme[160];

	(void)snprintf(scheme, sizeof(scheme), "%0128d+http://x", 0);
	ck_assert_msg(strncmp(parsed(scheme), "\"000", 4) == 0, "%s", parsed(scheme)); /* as long as is shown of it */
	ck_assert_str_eq(parsed("http://grafana"), "grafana:4040 application/json");
	ck_assert_str_eq(parsed("https://grafana:443/pyro"), "tls grafana:443/pyro application/json");
	ck_assert_str_eq(parsed("pyroscope+http://g:1"), "g:1 application/json");
	ck_assert_str_eq(parsed("pyroscope-ingest+http://[::1]"), "::1:4040 text/plain");
	ck_assert_str_eq(parsed("parca+https://p"), "tls p:7070 application/json");
	ck_assert_str_eq(parsed("otlp+http://o"), "o:4318 application/x-protobuf");
	ck_assert_ptr_nonnull(strstr(parsed("jaeger+http://o"), "\"jaeger\" is none of"));
	ck_assert_ptr_nonnull(strstr(parsed("grafana:4040"), "is no address such as"));
	ck_assert_ptr_nonnull(strstr(parsed("parca+ftp://x"), "is no address such as"));
	ck_assert_ptr_nonnull(strstr(parsed(""), "is no address such as"));
}
END_TEST

static const char *encoded(const char *text)
{
	static struct buf out;

	buf_reset(&out);
	base64_add(&out, text, strlen(text));
	return buf_cstr(&out);
}

START_TEST(base64)
{
	ck_assert_str_eq(encoded(""), ""); /* the examples of RFC 4648 */
	static const char bytes[120000];

	ck_assert_str_eq(encoded("f"), "Zg==");
	ck_assert_str_eq(encoded("fo"), "Zm8=");
	ck_assert_str_eq(encoded("foo"), "Zm9v");
	ck_assert_str_eq(encoded("foob"), "Zm9vYg==");
	ck_assert_str_eq(encoded("foobar"), "Zm9vYmFy");
	ck_assert_str_eq(encoded("\xff\xfe\xfd"), "//79");
	for (size_t n = 0; n < sizeof(bytes); n += 4093) { /* longer than a piece */
		struct buf out = BUF_INIT;

		base64_add(&out, bytes, n);
		ck_assert_uint_eq(out.len, (n + 2) / 3 * 4);
		ck_assert(n == 0 || out.data[out.len - 1] == (n % 3 ? '=' : 'A'));
		buf_deinit(&out);
	}
}
END_TEST

static uint64_t n_strings;

static uint64_t put_text(struct stream_writer *w, const char *text)
{
	stream_put_string(w, &(struct stream_string){.id = n_strings, .bytes = text, .len = strlen(text)});
	return n_strings++;
}

/* Two processes of one service that agree on a label and not on another, and one of another service. */
static struct history *make_history(void)
{
	static const char *const labels[] = {"zone=eu\nrole=web", "role=job\nzone=eu",
					      "k8s.pod/uid=7\nhost=evil\nk8s_pod.uid=8\nservice.name=x"};
	struct history *history = history_new(&(struct history_config){.host = "h"});
	struct history_feed *feed = history_feed_new(history);
	struct buf bytes = BUF_INIT;
	struct stream_writer w;
	struct stream_reader r;

	n_strings = 0;
	stream_begin(&w, &bytes,
		     &(struct stream_session){.start_wall_us = START_US, .rate_mhz = 100000, .slice_us = 10000000});
	stream_put_frame(&w, &(struct stream_frame){.id = 0,
						    .function = put_text(&w, "work"),
						    .file = put_text(&w, "app.py"),
						    .line = 3,
						    .first_line = 1});
	stream_put_node(&w, &(struct stream_node){.id = 1, .parent = 0, .frame = 0});
	for (uint64_t i = 0; i < 3; i++) {
		struct stream_target t = {.id = i, .pid = 40 + i, .start_ticks = 1};

		t.command = t.runtime = put_text(&w, "x");
		t.service = put_text(&w, i < 2 ? "shop" : "mail {a,b}");
		t.labels = put_text(&w, labels[i]) + 1;
		stream_put_target(&w, &t);
		stream_put_thread(&w, &(struct stream_thread){.id = i, .target = i, .tid = 50 + i, .name = t.service});
		stream_put_sample(&w, &(struct stream_sample){i, 1, SCRAPE_ON_CPU, 100 + i, 1000, 2000});
		stream_put_slice_thread(&w, &(struct stream_slice_thread){i, (100 + i) * 10000000, 10000000000});
	}
	stream_put_slice_end(
		&w, &(struct stream_slice_end){.from_us = START_US, .until_us = START_US + 10000000, .ticks = 1000});
	stream_reader_init(&r, &history_sink, feed);
	ck_assert_int_eq(stream_feed(&r, bytes.data, bytes.len, &error), 0);
	stream_reader_deinit(&r);
	history_feed_free(feed);
	ck_assert_int_eq(history_finish(history), 0);
	buf_deinit(&bytes);
	return history;
}

static int take(void *ctx, struct buf *path, struct buf *body)
{
	(void)ctx;
	buf_str(&paths, buf_cstr(path));
	buf_chr(&paths, '\n');
	buf_add(&bodies, body->data, body->len);
	buf_chr(&bodies, '\n');
	return 0;
}

static void make(const char *url)
{
	const struct upload_what what = {.host = "h", .from_us = START_US, .until_us = START_US + 10000000};
	struct history *history = make_history();
	struct upload_place place;

	buf_reset(&paths);
	buf_reset(&bodies);
	ck_assert_int_eq(upload_parse(url, &place, &error), 0);
	ck_assert_int_eq(upload_make(history, &place, &what, take, NULL, &error), 0);
	history_free(history);
}

START_TEST(folded)
{
	make("pyroscope-ingest+http://x");
	ck_assert_str_eq(buf_cstr(&paths),
			 "/ingest?name=shop%7Bhost%3Dh%2Czone%3Deu%7D&from=1700000000&until=1700000010&sampleRate=100"
			 "&spyName=scrape&units=samples&aggregationType=sum&format=folded\n"
			 "/ingest?name=mail__a_b_%7Bhost%3Dh%2Ck8s_pod_uid%3D7%7D&from=1700000000&until=1700000010"
			 "&sampleRate=100&spyName=scrape&units=samples&aggregationType=sum&format=folded\n");
	ck_assert_str_eq(buf_cstr(&bodies), "work (app.py:3) 201\n\nwork (app.py:3) 102\n\n");
}
END_TEST

START_TEST(json)
{
	static const char *const urls[] = {"pyroscope+http://x", "parca+http://x"};

	for (int i = 0; i < 2; i++) {
		const char *line;

		make(urls[i]);
		ck_assert_str_eq(buf_cstr(&paths), i == 0 ? "/push.v1.PusherService/Push\n/push.v1.PusherService/Push\n"
							  : "/api/profiles/writeraw\n/api/profiles/writeraw\n");
		line = buf_cstr(&bodies);
		for (int k = 0; k < 2; k++, line = strchr(line, '\n') + 1) {
			json_t *root = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL), *series, *labels, *label;
			char text[256] = "";
			size_t at;

			series = json_array_get(json_object_get(root, "series"), 0);
			labels = json_object_get(series, "labels");
			labels = i == 1 ? json_object_get(labels, "labels") : labels;
			json_array_foreach(labels, at, label)
				snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s=%s ",
					 json_string_value(json_object_get(label, "name")),
					 json_string_value(json_object_get(label, "value")));
			ck_assert_str_eq(text,
					 k == 0 ? "__name__=process_cpu service_name=shop host=h zone=eu "
						: "__name__=process_cpu service_name=mail {a,b} host=h k8s_pod_uid=7 ");
			ck_assert_int_eq((int)json_array_size(json_object_get(series, "samples")), 1);
			json_decref(root);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("upload");
	TCase *tcase = tcase_create("upload");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, addresses);
	tcase_add_test(tcase, base64);
	tcase_add_test(tcase, rejections);
	tcase_add_test(tcase, folded);
	tcase_add_test(tcase, json);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	buf_deinit(&paths);
	buf_deinit(&bodies);
	return failed ? 1 : 0;
}
