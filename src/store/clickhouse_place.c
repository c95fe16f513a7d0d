/* SPDX-License-Identifier: MIT */
/* clickhouse_place: which servers, which database. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse.h"

#define PORT 8123
#define PORT_SECURE 8443

static bool is_name(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	return n > 0 && n < CLICKHOUSE_NAME_MAX && !isdigit((unsigned char)text[0]);
}

static int take_name(const char *what, const char *text, size_t n, char ret[CLICKHOUSE_NAME_MAX], struct err *err)
{
	if (!is_name(text, n))
		return err_set(err, SCRAPE_EINVAL, "\"%.*s\" is no name of a %s: letters, digits and _",
			       (int)(n < 128 ? n : 128), text, what);
	memcpy(ret, text, n);
	ret[n] = '\0';
	return 0;
}

static int take_path(const char *text, size_t n, char ret[256], struct err *err)
{
	if (n == 0 || n > 255)
		return err_set(err, SCRAPE_EINVAL, "\"%.*s\" is no name of a file", (int)(n < 128 ? n : 128), text);
	memcpy(ret, text, n);
	ret[n] = '\0';
	return 0;
}

/* One "key=value". */
static int take_option(struct clickhouse_place *place, const char *text, size_t n, struct err *err)
{
	const char *equals = memchr(text, '=', n);
	size_t key = equals ? (size_t)(equals - text) : n, left = equals ? n - key - 1 : 0;

	if (key == 7 && memcmp(text, "cluster", key) == 0)
		return take_name("cluster", equals ? equals + 1 : "", left, place->cluster, err);
	if (key == 6 && memcmp(text, "secure", key) == 0 && left == 4 && memcmp(equals + 1, "true", 4) == 0) {
		for (size_t i = 0; i < place->n_hosts; i++)
			place->hosts[i].tls = true;
		return 0;
	}
	if (key == 2 && memcmp(text, "ca", key) == 0)
		return take_path(equals ? equals + 1 : "", left, place->ca_file, err);
	if (key == 13 && memcmp(text, "password-file", key) == 0)
		return take_path(equals ? equals + 1 : "", left, place->password_file, err);
	return err_set(err, SCRAPE_EINVAL, "\"%.*s\" is none of cluster=NAME, secure=true, ca=FILE, password-file=FILE",
		       (int)(n < 128 ? n : 128), text);
}

static int take_host(struct clickhouse_place *place, const char *text, size_t n, struct err *err)
{
	char host[300];

	if (place->n_hosts == CLICKHOUSE_HOSTS_MAX)
		return err_set(err, SCRAPE_EINVAL, "more than %d hosts", CLICKHOUSE_HOSTS_MAX);
	if (n >= sizeof(host))
		return err_set(err, SCRAPE_EINVAL, "a host has too long a name");
	(void)snprintf(host, sizeof(host), "%.*s", (int)n, text); /* it fits */
	return http_url_parse(host, 0, &place->hosts[place->n_hosts++], err);
}

/* Looked for before anything is said of the rest, which may be a part of it. */
static bool has_password(const char *at, size_t n)
{
	const char *sign = memchr(at, '@', n);

	return sign && memchr(at, ':', (size_t)(sign - at));
}

/* Everything between the scheme and the database. */
static int take_hosts(struct clickhouse_place *place, const char *at, const char *end, struct err *err)
{
	const char *sign = memchr(at, '@', (size_t)(end - at));
	int r = 0;

	if (sign)
		r = take_name("user", at, (size_t)(sign - at), place->user, err);
	for (at = sign ? sign + 1 : at; r == 0 && at <= end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end;

		r = take_host(place, at, (size_t)(stop - at), err);
		at = stop + 1;
	}
	return r;
}

int clickhouse_place_parse(const char *url, struct clickhouse_place *ret, struct err *err)
{
	static const char scheme[] = "clickhouse://";
	struct clickhouse_place place = {0};
	const char *at = url + strlen(scheme), *slash, *query;
	int r;

	if (strncmp(url, scheme, strlen(scheme)) != 0)
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" is not clickhouse://...", url);
	slash = strchr(at, '/');
	if (has_password(at, slash ? (size_t)(slash - at) + strcspn(slash, "?") : strlen(at)))
		return err_set(err, SCRAPE_EINVAL,
			       "no password in an address, where everybody can read it: in $CLICKHOUSE_PASSWORD, or in"
			       " a file");
	if (!slash)
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" names no database: clickhouse://host:8123/scrape", url);
	query = strchr(slash, '?');
	r = take_hosts(&place, at, slash, err);
	if (r == 0)
		r = take_name("database", slash + 1, query ? (size_t)(query - slash - 1) : strlen(slash + 1),
			      place.database, err);
	for (at = query ? query + 1 : NULL; r == 0 && at && *at;) {
		size_t n = strcspn(at, "&");

		r = take_option(&place, at, n, err);
		at += n + (at[n] == '&');
	}
	for (size_t i = 0; i < place.n_hosts; i++)
		if (place.hosts[i].port == 0)
			place.hosts[i].port = place.hosts[i].tls ? PORT_SECURE : PORT;
	if (r == 0)
		*ret = place;
	return r;
}
