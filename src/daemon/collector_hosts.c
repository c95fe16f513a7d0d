/* SPDX-License-Identifier: MIT */
/* collector_hosts: who is polled: those of the command line, of a file that is read again when it changes, and
 * of SRV records that are asked for again. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/collector_state.h"
#include "daemon/host_list.h"
#include "daemon/srv.h"
#include "scrape.h"

#define HOSTS_MAX (2 * HOST_LIST_MAX) /* with those that are polled no more, and those that push */
#define LOOK_NS (2 * NSEC_PER_SEC)

static struct collect_host *find_host(const struct collector *c, const char *name)
{
	uint32_t place;

	return map_get(&c->by_name, host_list_hash(name), &place) ? c->hosts.items[place] : NULL;
}

struct collect_host *collector_host(struct collector *c, const char *name)
{
	struct collect_host *host = find_host(c, name), **place;

	if (host)
		return host;
	if (c->hosts.n >= HOSTS_MAX || !VEC_RESERVE(&c->hosts, c->hosts.n + 1))
		return NULL;
	host = calloc(1, sizeof(*host));
	if (!host || map_put(&c->by_name, host_list_hash(name), (uint32_t)c->hosts.n) < 0) {
		free(host);
		return NULL;
	}
	(void)snprintf(host->name, sizeof(host->name), "%s", name); /* bounded by its callers */
	host->since_us = clock_wall_ns() / NSEC_PER_USEC;
	place = VEC_PUSH(&c->hosts);
	*place = host;
	return host;
}

/* The hosts of one list are shared out among several collectors. */
static bool is_ours(const struct collector *c, const struct listed_host *listed)
{
	return c->config->shards < 2 || host_list_shard(listed->name, c->config->shards) == c->config->shard - 1;
}

static int put_in_force(struct collector *c, const struct host_list *list, struct err *err)
{
	VEC_EACH (listed, &list->hosts)
		if (is_ours(c, listed) && !collector_host(c, listed->name))
			return err_set(err, SCRAPE_ELIMIT, "more than %d hosts", HOSTS_MAX);
	VEC_EACH (host, &c->hosts)
		(*host)->named = false;
	VEC_EACH (listed, &list->hosts) {
		struct collect_host *host = is_ours(c, listed) ? find_host(c, listed->name) : NULL;

		if (!is_ours(c, listed))
			continue;
		assert(host); /* made above */
		memcpy(host->address, listed->address, sizeof(host->address));
		host->url = listed->url;
		host->folded = listed->folded;
		host->pushes = false; /* whoever pushed under this name is refused from now on */
		host->named = true;
	}
	return 0;
}

/* Everybody who is named now. A list that cannot be read leaves the one before in force. */
static int list_all(struct collector *c, struct err *err)
{
	struct host_list list = {0};
	int r = 0;

	for (size_t i = 0; i < c->config->hosts.n && r == 0; i++)
		r = host_list_add(&list, c->config->hosts.items[i], err);
	if (r == 0 && c->config->hosts_file)
		r = host_list_file(&list, c->config->hosts_file, err);
	if (r == 0 && c->srv)
		r = srv_list(c->srv, &list, err);
	if (r == 0)
		r = put_in_force(c, &list, err);
	host_list_deinit(&list);
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
	bool resolved = c->srv && srv_tend(c->srv, now_ns), reread = false;

	if (c->config->hosts_file && now_ns - c->listed_ns >= LOOK_NS) {
		c->listed_ns = now_ns;
		reread = has_changed(c);
	}
	if (!resolved && !reread)
		return;
	if (list_all(c, &err) < 0) {
		if (strcmp(c->list_error, err.text) != 0)
			log_error("the list of hosts stays as it was: %s", err.text);
		(void)snprintf(c->list_error, sizeof(c->list_error), "%.255s", err.text);
		return;
	}
	c->list_error[0] = '\0';
	if (reread)
		log_info("the list of hosts was read again");
}

int collector_hosts_init(struct collector *c, struct err *err)
{
	int r = 0;

	if (c->config->hosts_file)
		(void)has_changed(c);
	if (c->config->srv.n)
		r = srv_new(c->base, c->config->srv.items, c->config->srv.n, c->config->dns, &c->srv, err);
	if (r < 0)
		return r;
	r = list_all(c, err);
	if (r < 0 && r != SCRAPE_ENOMEM)
		r = err->code = SCRAPE_EINVAL; /* whatever it is, the configuration names it */
	c->listed_ns = clock_mono_ns();
	return r;
}

void collector_hosts_deinit(struct collector *c)
{
	srv_free(c->srv);
	VEC_EACH (host, &c->hosts) {
		http_fetch_cancel((*host)->fetch);
		VEC_DEINIT(&(*host)->puts);
		free(*host);
	}
	VEC_DEINIT(&c->hosts);
	map_deinit(&c->by_name);
}

/* What the store has of a host. */
static void know_times(struct collector *c, struct collect_host *host, const struct store_host *known)
{
	if (known->first_us && (!c->oldest_us || known->first_us < c->oldest_us))
		c->oldest_us = known->first_us;
	if (known->until_us > c->newest_us)
		c->newest_us = known->until_us;
	if (!host)
		return;
	if (known->until_us > host->watermark_us)
		host->watermark_us = known->until_us;
	host->first_us = known->first_us;
}

static void know_position(struct collect_host *host, const struct store_host *known)
{
	(void)snprintf(host->written.instance, sizeof(host->written.instance), "%s",
		       known->instance); /* of this length at most */
	host->written.next = known->next;
}

void collector_hosts_know(struct collector *c, const struct store_host *known)
{
	struct collect_host *host = collector_host(c, known->host);

	know_times(c, host, known);
	if (!host)
		return;
	know_position(host, known);
}

void collector_hosts_news(struct collector *c, const struct store_host *known)
{
	struct collect_host *host = collector_host(c, known->host);
	const bool grown = host && known->until_us > host->watermark_us;

	know_times(c, host, known);
	if (!host || host->named || host->pushes)
		return; /* how far we have got with it we know ourselves */
	know_position(host, known);
	if (!grown)
		return;
	host->heard_us = clock_wall_ns() / NSEC_PER_USEC;
	if (host->state != COLLECT_ELSEWHERE)
		host->since_us = host->heard_us;
	host->state = COLLECT_ELSEWHERE;
	host->error[0] = '\0';
}
