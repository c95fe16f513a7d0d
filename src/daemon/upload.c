/* SPDX-License-Identifier: MIT */
/* upload: what each server wants to be told. */
#include "daemon/upload.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "base/vec.h"
#include "encode/encoder.h"
#include "encode/otlp.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"
#include "stream/labels.h"

#define SERVICES_MAX 4096

struct label {
	char *key, *value;
};

/* One profile on its way. */
struct upload {
	const struct tree *tree;
	const struct upload_what *what;
	const char *service;
	const struct label *labels; /* beside the service and the host */
	size_t n_labels;
};

struct upload_protocol {
	const char *scheme;
	uint16_t port;
	const char *mime;
	/* 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT */
	int (*make)(const struct upload *upload, struct buf *path, struct buf *body);
	/* Of an answer with a good status; NULL: then it is taken. */
	bool (*is_rejected)(const void *answer, size_t n, struct buf *reason);
};

static void put_json(struct buf *out, const char *text)
{
	text_json(out, text, strlen(text));
}

/* Names as Prometheus allows them. */
static void put_label_name(struct buf *out, const char *key)
{
	if (key[0] >= '0' && key[0] <= '9')
		buf_chr(out, '_');
	for (; *key; key++) {
		bool plain = (*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z') ||
			     (*key >= '0' && *key <= '9') || *key == '_';

		buf_chr(out, plain ? *key : '_');
	}
}

static void put_label(struct buf *out, const char *key, const char *value)
{
	buf_str(out, "{\"name\":\"");
	put_label_name(out, key);
	buf_str(out, "\",\"value\":");
	put_json(out, value);
	buf_chr(out, '}');
}

static void put_labels(struct buf *out, const struct upload *upload)
{
	buf_chr(out, '[');
	put_label(out, "__name__", "process_cpu");
	buf_chr(out, ',');
	put_label(out, "service_name", upload->service);
	buf_chr(out, ',');
	put_label(out, "host", upload->what->host);
	for (size_t i = 0; i < upload->n_labels; i++) {
		buf_chr(out, ',');
		put_label(out, upload->labels[i].key, upload->labels[i].value);
	}
	buf_chr(out, ']');
}

/* The profile as pprof, in base64 and quotes. */
static int put_raw(struct buf *out, const struct upload *upload)
{
	struct buf raw = BUF_INIT;
	int r = encoder_by_name("pprof")->encode(upload->tree, &raw);

	buf_chr(out, '"');
	if (r == 0)
		base64_add(out, raw.data, raw.len);
	buf_chr(out, '"');
	buf_deinit(&raw);
	return r;
}

static void put_uuid(struct buf *out)
{
	unsigned char b[16] = {0};

	(void)!getrandom(b, sizeof(b), GRND_NONBLOCK); /* at boot they are all alike, and nobody minds */
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);  /* version 4, RFC 9562 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		buf_fmt(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
}

static int make_pyroscope(const struct upload *upload, struct buf *path, struct buf *body)
{
	int r;

	buf_str(path, "/push.v1.PusherService/Push");
	buf_str(body, "{\"series\":[{\"labels\":");
	put_labels(body, upload);
	buf_str(body, ",\"samples\":[{\"ID\":\"");
	put_uuid(body);
	buf_str(body, "\",\"rawProfile\":");
	r = put_raw(body, upload);
	buf_str(body, "}]}]}");
	return r;
}

static int make_parca(const struct upload *upload, struct buf *path, struct buf *body)
{
	int r;

	buf_str(path, "/api/profiles/writeraw");
	buf_str(body, "{\"normalized\":true,\"series\":[{\"labels\":{\"labels\":");
	put_labels(body, upload);
	buf_str(body, "},\"samples\":[{\"rawProfile\":");
	r = put_raw(body, upload);
	buf_str(body, "}]}]}");
	return r;
}

/* A part of app{tag=value,...} in an address: what has a meaning there becomes "_". */
static void put_tag(struct buf *out, const char *text)
{
	for (; *text; text++) {
		bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
			     (*text >= '0' && *text <= '9') || strchr("-._/", *text);

		buf_chr(out, plain ? *text : '_');
	}
}

static int make_ingest(const struct upload *upload, struct buf *path, struct buf *body)
{
	uint64_t period_ns = upload->tree->meta.period_ns;

	buf_str(path, "/ingest?name=");
	put_tag(path, upload->service);
	buf_str(path, "%7Bhost%3D"); /* {host= */
	put_tag(path, upload->what->host);
	for (size_t i = 0; i < upload->n_labels; i++) {
		buf_str(path, "%2C");
		put_label_name(path, upload->labels[i].key);
		buf_str(path, "%3D");
		put_tag(path, upload->labels[i].value);
	}
	buf_fmt(path,
		"%%7D&from=%" PRIu64 "&until=%" PRIu64 "&sampleRate=%" PRIu64
		"&spyName=scrape&units=samples&aggregationType=sum&format=folded",
		upload->what->from_us / 1000000, upload->what->until_us / 1000000,
		period_ns ? (1000000000 + period_ns / 2) / period_ns : SCRAPE_RATE_DEFAULT);
	return encoder_by_name("folded")->encode(upload->tree, body);
}

static int make_otlp(const struct upload *upload, struct buf *path, struct buf *body)
{
	struct otlp_attribute attributes[UPLOAD_LABELS_MAX + 2] = {{"service.name", upload->service},
								   {"host.name", upload->what->host}};

	buf_str(path, "/v1development/profiles");
	for (size_t i = 0; i < upload->n_labels; i++)
		attributes[i + 2] = (struct otlp_attribute){upload->labels[i].key, upload->labels[i].value};
	return otlp_add(body, upload->tree, attributes, upload->n_labels + 2);
}

static const struct upload_protocol protocols[] = {
	{"pyroscope", 4040, "application/json", make_pyroscope},
	{"pyroscope-ingest", 4040, "text/plain", make_ingest},
	{"parca", 7070, "application/json", make_parca},
	{"otlp", 4318, "application/x-protobuf", make_otlp, otlp_is_rejected},
};

int upload_parse(const char *text, struct upload_place *ret, struct err *err)
{
	const char *plus = strchr(text, '+'), *slashes = strstr(text, "://");
	const struct upload_protocol *protocol = &protocols[0];

	if (slashes && plus && plus < slashes) {
		size_t i = 0, n = sizeof(protocols) / sizeof(protocols[0]), len = (size_t)(plus - text);

		while (i < n && (strlen(protocols[i].scheme) != len || memcmp(protocols[i].scheme, text, len) != 0))
			i++;
		if (i == n)
			return err_set(err, SCRAPE_EINVAL,
				       "\"%.*s\" is none of pyroscope, pyroscope-ingest, parca, otlp",
				       (int)(len < 128 ? len : 128), text);
		protocol = &protocols[i];
		text = plus + 1;
	}
	if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" is no address such as pyroscope+http://grafana:4040",
			       text);
	ret->protocol = protocol;
	return http_url_parse(text, protocol->port, &ret->url, err);
}

int upload_check_tenant(const char *text, struct err *err)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(err, SCRAPE_EINVAL, "a tenant's name has no line ends");
	return 0;
}

const char *upload_mime(const struct upload_place *place)
{
	return place->protocol->mime;
}

bool upload_is_rejected(const struct upload_place *place, const void *answer, size_t n, struct buf *reason)
{
	return place->protocol->is_rejected && place->protocol->is_rejected(answer, n, reason);
}

/* The services of a history, and for each what its processes agree on. */
struct service {
	char *name;
	struct label labels[UPLOAD_LABELS_MAX];
	size_t n_labels;
};

struct services {
	VEC(struct service) list;
	const struct upload_what *what;
	int lost; /* processes of more services than that */
};

static void label_deinit(struct label *label)
{
	free(label->key);
	free(label->value);
}

static void services_deinit(struct services *services)
{
	VEC_EACH (service, &services->list) {
		for (size_t i = 0; i < service->n_labels; i++)
			label_deinit(&service->labels[i]);
		free(service->name);
	}
	VEC_DEINIT(&services->list);
}

/* The value of a key in the labels of a target. */
static bool find_value(const char *lines, const char *key, struct stream_label *ret)
{
	const char *at = lines, *end = lines + strlen(lines);

	while (stream_label_next(&at, end, ret))
		if (strlen(key) == ret->key_len && memcmp(ret->key, key, ret->key_len) == 0)
			return true;
	return false;
}

/* As Prometheus would write it: "a.b" and "a_b" are one name there. */
static bool same_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
	bool same = a_len == b_len;

	for (size_t i = 0; i < a_len && same; i++)
		same = a[i] == b[i] || (!isalnum((unsigned char)a[i]) && !isalnum((unsigned char)b[i]));
	return same;
}

/* Servers refuse what has a name twice. */
static bool is_taken(const struct service *service, const struct stream_label *label)
{
	static const char *const ours[] = {"__name__", "service_name", "host", "host_name"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (same_name(ours[i], strlen(ours[i]), label->key, label->key_len))
			return true;
	for (size_t i = 0; i < service->n_labels; i++)
		if (same_name(service->labels[i].key, strlen(service->labels[i].key), label->key, label->key_len))
			return true;
	return false;
}

static int take_labels(struct service *service, const char *lines)
{
	const char *at = lines, *end = lines + strlen(lines);
	struct stream_label label;

	while (service->n_labels < UPLOAD_LABELS_MAX && stream_label_next(&at, end, &label)) {
		struct label *place = &service->labels[service->n_labels];

		if (is_taken(service, &label))
			continue;
		service->n_labels++;
		place->key = strndup(label.key, label.key_len);
		place->value = strndup(label.value, label.value_len);
		if (!place->key || !place->value)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

/* What another process of it has otherwise goes. */
static void agree(struct service *service, const char *lines)
{
	size_t kept = 0;

	for (size_t i = 0; i < service->n_labels; i++) {
		struct label *label = &service->labels[i];
		struct stream_label other;

		if (find_value(lines, label->key, &other) && strlen(label->value) == other.value_len &&
		    memcmp(label->value, other.value, other.value_len) == 0)
			service->labels[kept++] = *label;
		else
			label_deinit(label);
	}
	service->n_labels = kept;
}

static int take_target(void *ctx, const struct history_target *target)
{
	struct services *services = ctx;
	struct service *service;

	if (target->last_us <= services->what->from_us || target->first_us >= services->what->until_us)
		return 0;
	VEC_EACH (known, &services->list)
		if (strcmp(known->name, target->service) == 0) {
			agree(known, target->labels);
			return 0;
		}
	if (services->list.n == SERVICES_MAX) {
		services->lost++;
		return 0;
	}
	service = VEC_PUSH(&services->list);
	if (!service)
		return SCRAPE_ENOMEM;
	service->name = strdup(target->service);
	return service->name ? take_labels(service, target->labels) : SCRAPE_ENOMEM;
}

static int make_one(const struct history *history, const struct upload_place *place, const struct upload_what *what,
		    const struct service *service, upload_fn add, void *ctx, struct err *err)
{
	const struct history_filter filter = {.field = HISTORY_SERVICE, .value = service->name, .exactly = true};
	const struct history_query query = {
		.from_us = what->from_us, .until_us = what->until_us, .filters = &filter, .n_filters = 1};
	struct buf path = BUF_INIT, body = BUF_INIT;
	struct upload upload = {.what = what,
				.service = service->name[0] ? service->name : "unknown",
				.labels = service->labels,
				.n_labels = service->n_labels};
	struct history_span span;
	struct tree tree = {0};
	int r = history_tree(history, &query, &tree, &span, err);

	if (r == 0 && tree.n_nodes > 0 && tree.nodes[0].total > 0) {
		upload.tree = &tree;
		(void)snprintf(tree.meta.title, sizeof(tree.meta.title), "%s", upload.service); /* cut */
		r = place->protocol->make(&upload, &path, &body);
		if (r == 0 && (!buf_cstr(&path) || body.failed))
			r = SCRAPE_ENOMEM;
		r = r < 0 ? err_set(err, r, "%s: the profile is too large", upload.service) : add(ctx, &path, &body);
	}
	buf_deinit(&path);
	buf_deinit(&body);
	tree_deinit(&tree);
	return r;
}

int upload_make(const struct history *history, const struct upload_place *place, const struct upload_what *what,
		upload_fn add, void *ctx, struct err *err)
{
	struct services services = {.what = what};
	int r = history_targets(history, take_target, &services);

	if (r < 0)
		(void)err_set(err, r, "out of memory");
	VEC_EACH (service, &services.list) {
		if (r == 0)
			r = make_one(history, place, what, service, add, ctx, err);
		if (r != SCRAPE_ELIMIT)
			continue;
		log_warn("not pushed: %s", err->text);
		services.lost++;
		r = 0;
	}
	services_deinit(&services);
	return r < 0 ? r : services.lost;
}
