/* SPDX-License-Identifier: MIT */
/* srv: c-ares within libevent's loop. Each question has a channel of its own: another port each time, which is harder
 * to guess, and resolv.conf as it is now. */
#include "daemon/srv.h"

#define CARES_NO_DEPRECATED /* later versions would rather have other functions, which 1.18 has not */
#include <ares.h>
#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/host_list.h"
#include "daemon/srv_answer.h"
#include "scrape.h"

#define TIMEOUT_MS 2000 /* doubled with each try */
#define TRIES 3
#define TYPE_SRV 33
#define CLASS_IN 1
#define DNS_PORT 53
#define HTTPS "https://"

struct watch {
	ares_socket_t fd;
	struct event *event;
};

struct record {
	struct srv *srv;
	const char *text, *name; /* as configured; without https:// */
	ares_channel channel;    /* NULL: nothing is under way */
	VEC(struct watch) watches;
	bool done; /* the channel may go, which it must not within its own callback */
	uint64_t due_ns;
	struct srv_answer answer;
	bool changed;
	char error[256];
};

struct srv {
	struct event_base *base;
	const char *server;
	struct record *records;
	size_t n;
	struct srv_counts counts;
};

static const char *bare_name(const char *text)
{
	return strncmp(text, HTTPS, strlen(HTTPS)) == 0 ? text + strlen(HTTPS) : text;
}

int srv_check_name(const char *text, struct err *err)
{
	if (!srv_name_is_good(bare_name(text)))
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" is not a name such as _scrape._tcp.example.com", text);
	return 0;
}

static int parse_server(const char *text, struct ares_addr_port_node *ret, struct err *err)
{
	struct sockaddr_storage address = {0};
	struct ares_addr_port_node node = {0};
	int n = sizeof(address);

	if (evutil_parse_sockaddr_port(text, (struct sockaddr *)&address, &n) < 0)
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" is not an address such as 127.0.0.1:53", text);
	node.family = address.ss_family;
	if (node.family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&address;

		node.addr.addr4 = in->sin_addr;
		node.udp_port = ntohs(in->sin_port);
	} else {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;

		memcpy(&node.addr.addr6, &in6->sin6_addr, sizeof(node.addr.addr6));
		node.udp_port = ntohs(in6->sin6_port);
	}
	if (node.udp_port == 0)
		node.udp_port = DNS_PORT;
	node.tcp_port = node.udp_port;
	*ret = node;
	return 0;
}

int srv_check_server(const char *text, struct err *err)
{
	struct ares_addr_port_node node;

	return parse_server(text, &node, err);
}

static void drop_watch(struct record *record, size_t i)
{
	event_free(record->watches.items[i].event);
	record->watches.items[i] = record->watches.items[--record->watches.n];
}

static void on_socket(evutil_socket_t fd, short what, void *ctx)
{
	struct record *record = ctx;

	if (!record->done)
		ares_process_fd(record->channel, what & EV_READ ? fd : ARES_SOCKET_BAD,
				what & EV_WRITE ? fd : ARES_SOCKET_BAD);
}

/* What cannot be watched for want of memory is a question that takes too long. */
static void watch_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
	struct record *record = ctx;
	short what = (short)(EV_PERSIST | (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
	struct event *event;

	for (size_t i = 0; i < record->watches.n; i++)
		if (record->watches.items[i].fd == fd) {
			drop_watch(record, i);
			break;
		}
	if ((!readable && !writable) || !VEC_RESERVE(&record->watches, record->watches.n + 1))
		return;
	event = event_new(record->srv->base, fd, what, on_socket, record);
	if (event && event_add(event, NULL) == 0)
		record->watches.items[record->watches.n++] = (struct watch){fd, event};
	else if (event)
		event_free(event);
}

static void fail(struct record *record, const char *why)
{
	char error[sizeof(record->error)];

	record->srv->counts.failures++;
	(void)snprintf(error, sizeof(error), "%.128s: %.100s", record->text, why);
	if (!record->error[0])
		log_error("hosts stay as they were: %s", error);
	memcpy(record->error, error, sizeof(error));
}

static void take_answer(struct record *record, struct srv_answer *answer)
{
	if (record->error[0])
		log_info("%s: resolved again", record->text);
	record->error[0] = '\0';
	if (srv_answer_is_same(&record->answer, answer)) {
		srv_answer_deinit(answer);
		return;
	}
	log_info("%s: %zu hosts", record->text, answer->targets.n);
	srv_answer_deinit(&record->answer);
	record->answer = *answer;
	record->changed = true;
}

static uint64_t hold_s(uint32_t ttl_s)
{
	return ttl_s < SRV_LEAST_S ? SRV_LEAST_S : ttl_s > SRV_MOST_S ? SRV_MOST_S : ttl_s;
}

static void on_answer(void *ctx, int status, int timeouts, unsigned char *bytes, int n)
{
	struct record *record = ctx;
	struct srv_answer answer = {.ttl_s = 0};
	struct err err = {0};
	uint64_t pause_s = SRV_RETRY_S;

	(void)timeouts;
	record->done = true;
	if (status == ARES_EDESTRUCTION)
		return;
	if (status == ARES_ENOTFOUND || status == ARES_ENODATA) {
		take_answer(record, &answer);
	} else if (status != ARES_SUCCESS) {
		fail(record, ares_strerror(status));
	} else if (srv_answer_read(bytes, (size_t)n, &answer, &err) < 0) {
		fail(record, err.text);
	} else {
		if (answer.targets.n)
			pause_s = hold_s(answer.ttl_s);
		take_answer(record, &answer);
	}
	record->due_ns = clock_mono_ns() + pause_s * NSEC_PER_SEC;
}

static void close_channel(struct record *record)
{
	if (record->channel)
		ares_destroy(record->channel);
	record->channel = NULL;
	while (record->watches.n)
		drop_watch(record, record->watches.n - 1);
}

static int open_channel(struct record *record)
{
	struct ares_options options = {
		.timeout = TIMEOUT_MS, .tries = TRIES, .sock_state_cb = watch_socket, .sock_state_cb_data = record};
	struct ares_addr_port_node node;
	int status = ares_init_options(&record->channel, &options,
				       ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);

	if (status != ARES_SUCCESS) {
		record->channel = NULL;
		return status;
	}
	if (!record->srv->server)
		return ARES_SUCCESS;
	return parse_server(record->srv->server, &node, NULL) < 0 ? ARES_EBADSTR
								  : ares_set_servers_ports(record->channel, &node);
}

static void ask(struct record *record, uint64_t now_ns)
{
	int status = open_channel(record);

	record->srv->counts.lookups++;
	record->done = false;
	record->due_ns = now_ns + SRV_RETRY_S * NSEC_PER_SEC;
	if (status == ARES_SUCCESS) {
		ares_query(record->channel, record->name, CLASS_IN, TYPE_SRV, on_answer, record);
	} else {
		record->done = true;
		fail(record, ares_strerror(status));
	}
}

int srv_new(struct event_base *base, char *const *names, size_t n, const char *server, struct srv **ret,
	    struct err *err)
{
	struct srv *srv;

	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return err_set(err, SCRAPE_EIO, "c-ares cannot be used");
	srv = calloc(1, sizeof(*srv));
	if (srv)
		srv->records = calloc(n ? n : 1, sizeof(*srv->records));
	if (!srv || !srv->records) {
		free(srv);
		ares_library_cleanup();
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	srv->base = base;
	srv->server = server;
	srv->n = n;
	for (size_t i = 0; i < n; i++) {
		srv->records[i].srv = srv;
		srv->records[i].text = names[i];
		srv->records[i].name = bare_name(names[i]);
	}
	*ret = srv;
	return 0;
}

void srv_free(struct srv *srv)
{
	if (!srv)
		return;
	for (size_t i = 0; i < srv->n; i++) {
		close_channel(&srv->records[i]);
		VEC_DEINIT(&srv->records[i].watches);
		srv_answer_deinit(&srv->records[i].answer);
	}
	free(srv->records);
	free(srv);
	ares_library_cleanup();
}

bool srv_tend(struct srv *srv, uint64_t now_ns)
{
	bool changed = false;

	for (size_t i = 0; i < srv->n; i++) {
		struct record *record = &srv->records[i];

		if (record->channel && !record->done)
			ares_process_fd(record->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
		if (record->channel && record->done)
			close_channel(record);
		else if (!record->channel && now_ns >= record->due_ns)
			ask(record, now_ns);
		changed = changed || record->changed;
		record->changed = false;
	}
	return changed;
}

void srv_ask_now(struct srv *srv)
{
	for (size_t i = 0; i < srv->n; i++)
		srv->records[i].due_ns = 0;
}

int srv_list(const struct srv *srv, struct host_list *list, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < srv->n && r == 0; i++) {
		const struct record *record = &srv->records[i];

		for (size_t k = 0; k < record->answer.targets.n && r == 0; k++) {
			const struct srv_target *target = &record->answer.targets.items[k];
			char text[sizeof(HTTPS) + SRV_NAME_MAX + 8];

			(void)snprintf(text, sizeof(text), "%s%s:%u", record->name > record->text ? HTTPS : "",
				       target->host, (unsigned)target->port); /* fits */
			r = host_list_add(list, text, err);
		}
		if (r < 0)
			r = err_wrap(err, "%s", record->text);
	}
	return r;
}

const char *srv_error(const struct srv *srv)
{
	for (size_t i = 0; i < srv->n; i++)
		if (srv->records[i].error[0])
			return srv->records[i].error;
	return "";
}

void srv_counts(const struct srv *srv, struct srv_counts *ret)
{
	*ret = srv->counts;
}
