/* SPDX-License-Identifier: MIT */
#include "daemon/host_list.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/text.h"
#include "scrape.h"

#define FILE_MAX (16u << 20)
#define DEFAULT_PORT 16384
#define FOLDED "folded+"

uint64_t host_list_hash(const char *name)
{
	return XXH3_64bits(name, strlen(name));
}

unsigned host_list_shard(const char *name, unsigned n)
{
	const uint64_t hash = host_list_hash(name);
	uint64_t most = 0;
	unsigned shard = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t weight = map_mix(hash ^ map_mix(i + 1));

		shard = weight > most ? i : shard;
		most = weight > most ? weight : most;
	}
	return shard;
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

static bool is_same(const struct listed_host *a, const struct listed_host *b)
{
	return a->folded == b->folded && a->url.tls == b->url.tls && a->url.port == b->url.port &&
	       strcmp(a->url.host, b->url.host) == 0 && strcmp(a->url.base, b->url.base) == 0;
}

int host_list_add(struct host_list *list, const char *text, struct err *err)
{
	struct listed_host host = {0}, *place;
	const char *address;
	uint32_t known;
	int r = name_of(text, &address, host.name, err);

	if (r < 0)
		return r;
	host.folded = strncmp(address, FOLDED, strlen(FOLDED)) == 0;
	if (host.folded)
		address += strlen(FOLDED);
	r = http_url_parse(address, host.folded ? 80 : DEFAULT_PORT, &host.url, err);
	if (r < 0)
		return r;
	(void)snprintf(host.address, sizeof(host.address), "%s", address); /* longer ones are refused above */
	if (map_get(&list->by_name, host_list_hash(host.name), &known)) {
		place = &list->hosts.items[known];
		if (is_same(place, &host))
			return 0;
		return err_set(err, SCRAPE_EINVAL, "'%.128s' has two addresses: %.128s and %.128s", host.name,
			       place->address, host.address);
	}
	if (list->hosts.n >= HOST_LIST_MAX)
		return err_set(err, SCRAPE_ELIMIT, "more than %d hosts", HOST_LIST_MAX);
	if (!VEC_RESERVE(&list->hosts, list->hosts.n + 1) ||
	    map_put(&list->by_name, host_list_hash(host.name), (uint32_t)list->hosts.n) < 0)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	place = VEC_PUSH(&list->hosts);
	*place = host;
	return 0;
}

static int add_lines(struct host_list *list, char *text, struct err *err)
{
	char *at = text, *line;
	unsigned number = 0;
	int r = 0;

	while (r == 0 && (line = strsep(&at, "\n"))) {
		number++;
		line += strspn(line, " \t\r");
		line[strcspn(line, "# \t\r")] = '\0';
		if (*line) {
			r = host_list_add(list, line, err);
			if (r < 0)
				r = err_wrap(err, "line %u", number);
		}
	}
	return r;
}

/* Labels of Prometheus are not ours: but __scheme__, and instance as the name. */
static int add_group(struct host_list *list, const json_t *group, struct err *err)
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
		r = host_list_add(list, text, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_json(struct host_list *list, const char *text, size_t n, struct err *err)
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
			r = add_group(list, group, err);
	}
	json_decref(root);
	return r;
}

int host_list_text(struct host_list *list, char *text, size_t n, struct err *err)
{
	const char *at = text + strspn(text, " \t\r\n");
	bool is_json = *at == '[' && strchr("{]", at[1 + strspn(at + 1, " \t\r\n")]); /* "[::1]:80" is none */

	return is_json ? add_json(list, text, n, err) : add_lines(list, text, err);
}

int host_list_file(struct host_list *list, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	int r = io_read_file(AT_FDCWD, path, FILE_MAX, &text);

	if (r < 0) {
		r = err_sys(err, r, "%s", path);
	} else if (!buf_cstr(&text)) {
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	} else {
		r = host_list_text(list, text.data, text.len, err);
		if (r < 0)
			r = err_wrap(err, "%s", path);
	}
	buf_deinit(&text);
	return r;
}

void host_list_deinit(struct host_list *list)
{
	VEC_DEINIT(&list->hosts);
	map_deinit(&list->by_name);
}
