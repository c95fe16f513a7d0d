/* SPDX-License-Identifier: MIT */
/*
 * collector_hosts: who is polled: those of the command line, and those of a file that is read again when it changes:
 * one [NAME=]ADDRESS a line, or Prometheus' file_sd (a JSON list of {"targets": [...], "labels": {...}}).
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/collector_state.h"
#include "scrape.h"

#define HOSTS_MAX 20000
#define FILE_MAX (16u << 20)
#define LOOK_NS (2 * NSEC_PER_SEC)
#define DEFAULT_PORT 16384

static uint64_t hash_of(const char *name)
{
	return XXH3_64bits(name, strlen(name));
}

static struct collect_host *find_host(const struct collector *c, const char *name)
{
	uint32_t place;

	return map_get(&c->by_name, hash_of(name), &place) ? c->hosts.items[place] : NULL;
}

struct collect_host *collector_host(struct collector *c, const char *name)
{
	struct collect_host *host = find_host(c, name), **place;

	if (host)
		return host;
	if (c->hosts.n >= HOSTS_MAX || !VEC_RESERVE(&c->hosts, c->hosts.n + 1))
		return NULL;
	host = calloc(1, sizeof(*host));
	if (!host || map_put(&c->by_name, hash_of(name), (uint32_t)c->hosts.n) < 0) {
		free(host);
		return NULL;
	}
	(void)snprintf(host->name, sizeof(host->name), "%s", name); /* bounded by its callers */
	host->since_us = clock_wall_ns() / NSEC_PER_USEC;
	place = VEC_PUSH(&c->hosts);
	*place = host;
	return host;
}

/* NAME is what stands before the first "=", if that is no part of an address; else the address, without what is usual.
 */
static int name_of(const char *text, const char **address_ret, char name[STORE_HOST_MAX + 1], struct err *err)
{
	const char *equals = strchr(text, '='), *address = text;
	struct buf clean = BUF_INIT;
	size_t n;

	if (equals && equals > text && (size_t)(equals - text) == strcspn(text, "=/:["))
		address = equals + 1;
	*address_ret = address;
	if (address > text) {
		n = (size_t)(address - text - 1);
	} else {
		const char *begin = strstr(text, "://");

		text = begin ? begin + 3 : text;
		n = strcspn(text, "/");
		if (n > 6 && strncmp(text + n - 6, ":16384", 6) == 0)
			n -= 6;
	}
	text_clean(&clean, text, n, STORE_HOST_MAX);
	if (n == 0 || !buf_cstr(&clean)) {
		buf_deinit(&clean);
		return err_set(err, SCRAPE_EINVAL, "'%.128s' has no name", text);
	}
	(void)snprintf(name, STORE_HOST_MAX + 1, "%s", clean.data); /* of this length at most */
	buf_deinit(&clean);
	return 0;
}

/* "[NAME=]ADDR[:PORT]", a URL, or folded+URL. */
static int add_host(struct collector *c, const char *text, struct err *err)
{
	static const char folded[] = "folded+";
	char name[STORE_HOST_MAX + 1];
	struct collect_host *host;
	struct http_url url;
	const char *address;
	bool is_folded;
	int r = name_of(text, &address, name, err);

	if (r < 0)
		return r;
	is_folded = strncmp(address, folded, sizeof(folded) - 1) == 0;
	if (is_folded)
		address += sizeof(folded) - 1;
	r = http_url_parse(address, is_folded ? 80 : DEFAULT_PORT, &url, err);
	if (r < 0)
		return r;
	host = collector_host(c, name);
	if (!host)
		return err_set(err, SCRAPE_ELIMIT, "more than %d hosts", HOSTS_MAX);
	if (host->named && strcmp(host->address, address) != 0)
		return err_set(err, SCRAPE_EINVAL, "'%.128s' has two addresses: %.128s and %.128s", name, host->address,
			       address);
	(void)snprintf(host->address, sizeof(host->address), "%s", address); /* longer ones are refused above */
	host->url = url;
	host->folded = is_folded;
	host->named = true;
	return 0;
}

static int add_lines(struct collector *c, char *text, struct err *err)
{
	char *at = text, *line;
	unsigned number = 0;
	int r = 0;

	while (r == 0 && (line = strsep(&at, "\n"))) {
		number++;
		line += strspn(line, " \t\r");
		line[strcspn(line, "# \t\r")] = '\0';
		if (*line) {
			r = add_host(c, line, err);
			if (r < 0)
				r = err_wrap(err, "line %u", number);
		}
	}
	return r;
}

/* Labels of Prometheus are not ours: but __scheme__, and instance as the name. */
static int add_group(struct collector *c, const json_t *group, struct err *err)
{
	const json_t *targets = json_object_get(group, "targets"), *labels = json_object_get(group, "labels");
	const char *scheme = json_string_value(json_object_get(labels, "__scheme__"));
	size_t i;
	const json_t *target;

	if (!json_is_array(targets))
		return err_set(err, SCRAPE_EFORMAT, "a group without \"targets\"");
	json_array_foreach(targets, i, target)
	{
		const char *address = json_string_value(target);
		char text[HTTP_URL_MAX];
		int r;

		if (!address || snprintf(text, sizeof(text), "%s%s%s", scheme ? scheme : "", scheme ? "://" : "",
					 address) >= (int)sizeof(text))
			return err_set(err, SCRAPE_EFORMAT, "a target that is no address");
		r = add_host(c, text, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_json(struct collector *c, const char *text, size_t n, struct err *err)
{
	json_error_t where;
	json_t *root = json_loadb(text, n, 0, &where);
	size_t i;
	const json_t *group;
	int r = 0;

	if (!root)
		return err_set(err, SCRAPE_EFORMAT, "line %d: %s", where.line, where.text);
	if (!json_is_array(root))
		r = err_set(err, SCRAPE_EFORMAT, "no list");
	json_array_foreach(root, i, group)
	{
		if (r == 0)
			r = add_group(c, group, err);
	}
	json_decref(root);
	return r;
}

static int read_file(struct collector *c, struct err *err)
{
	struct buf text = BUF_INIT;
	int r = io_read_file(AT_FDCWD, c->config->hosts_file, FILE_MAX, &text);

	if (r < 0)
		r = err_sys(err, r, "%s", c->config->hosts_file);
	else if (!buf_cstr(&text))
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	else if (text.data[strspn(text.data, " \t\r\n")] == '[' && strpbrk(text.data, "{]"))
		r = add_json(c, text.data, text.len, err);
	else
		r = add_lines(c, text.data, err);
	if (r < 0 && r != SCRAPE_EGONE && !strstr(err->text, c->config->hosts_file))
		r = err_wrap(err, "%s", c->config->hosts_file);
	buf_deinit(&text);
	return r;
}

/* Everybody who is named now. A list that cannot be read leaves the one before in force. */
static int list_all(struct collector *c, struct err *err)
{
	VEC(bool) named = {0};
	int r = 0;

	for (size_t i = 0; i < c->hosts.n; i++) {
		bool *place = VEC_PUSH(&named);

		if (!place) {
			VEC_DEINIT(&named);
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
		}
		*place = c->hosts.items[i]->named;
		c->hosts.items[i]->named = false;
	}
	for (size_t i = 0; i < c->config->hosts.n && r == 0; i++)
		r = add_host(c, c->config->hosts.items[i], err);
	if (r == 0 && c->config->hosts_file)
		r = read_file(c, err);
	for (size_t i = 0; i < named.n && r < 0; i++)
		c->hosts.items[i]->named = c->hosts.items[i]->named || named.items[i];
	VEC_DEINIT(&named);
	return r;
}

static bool has_changed(struct collector *c)
{
	struct stat st = {0};

	if (stat(c->config->hosts_file, &st) < 0)
		st.st_mtim.tv_nsec = -1; /* which no file that comes back has */
	if (st.st_mtim.tv_sec == c->listed.tv_sec && st.st_mtim.tv_nsec == c->listed.tv_nsec)
		return false;
	c->listed = st.st_mtim;
	return true;
}

void collector_hosts_tend(struct collector *c, uint64_t now_ns)
{
	struct err err = {0};

	if (!c->config->hosts_file || now_ns - c->listed_ns < LOOK_NS)
		return;
	c->listed_ns = now_ns;
	if (!has_changed(c))
		return;
	if (list_all(c, &err) < 0) {
		if (strcmp(c->list_error, err.text) != 0)
			log_error("the list of hosts stays as it was: %s", err.text);
		(void)snprintf(c->list_error, sizeof(c->list_error), "%.255s", err.text);
		return;
	}
	c->list_error[0] = '\0';
	log_info("the list of hosts was read again");
}

int collector_hosts_init(struct collector *c, struct err *err)
{
	int r;

	if (c->config->hosts_file)
		(void)has_changed(c);
	r = list_all(c, err);
	c->listed_ns = clock_mono_ns();
	return r;
}

void collector_hosts_deinit(struct collector *c)
{
	VEC_EACH (host, &c->hosts) {
		http_fetch_cancel((*host)->fetch);
		free(*host);
	}
	VEC_DEINIT(&c->hosts);
	map_deinit(&c->by_name);
}

void collector_hosts_know(struct collector *c, const struct store_host *known)
{
	struct collect_host *host = collector_host(c, known->host);

	if (known->first_us && (!c->oldest_us || known->first_us < c->oldest_us))
		c->oldest_us = known->first_us;
	if (known->until_us > c->newest_us)
		c->newest_us = known->until_us;
	if (!host)
		return;
	(void)snprintf(host->instance, sizeof(host->instance), "%s", known->instance); /* of this length at most */
	host->next = known->next;
	host->watermark_us = known->until_us;
	host->first_us = known->first_us;
}
