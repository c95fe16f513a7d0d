/* SPDX-License-Identifier: MIT */
/* conn: clocks that evhttp does not have (its timeouts begin again with every byte), the cap, who has gone away. */
#include "http/conn.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "http/gate.h"
#include "http/linger.h"
#include "http/request.h"
#include "http/server_private.h"
#include "http/tls.h"

#define NSEC_PER_MSEC 1000000ull
#define WRITE_AT_ONCE (256 * 1024)
#define HANGUP_MS 500 /* how often a client is looked after that has sent more than one request */

static void arm(struct http_conn *conn, uint64_t ms)
{
	struct timeval tv = {.tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	if (event_add(conn->timer, &tv) < 0)
		conn->closing = true; /* without memory for a timer: closed when it is next looked at */
}

void conn_close_soon(struct http_conn *conn)
{
	conn->closing = true;
	arm(conn, 0);
}

void conn_enter(struct http_conn *conn, enum conn_state state, uint64_t deadline_ms)
{
	conn->state = state;
	conn->since_ns = clock_mono_ns();
	arm(conn, deadline_ms);
}

static void free_conn(struct http_conn *conn)
{
	conn->server->counts.connections--;
	*conn->prev = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	if (conn->on_input)
		(void)evbuffer_remove_cb_entry(bufferevent_get_input(conn->bev), conn->on_input); /* it is there */
	if (conn->timer)
		event_free(conn->timer);
	if (conn->hangup)
		event_free(conn->hangup);
	buf_deinit(&conn->in);
	free(conn);
}

/* evhttp takes the connection down, for whatever reason, and tells us first. */
static void on_close(struct evhttp_connection *engine, void *arg)
{
	struct http_conn *conn = arg;
	struct http_request *request = conn->request;

	(void)engine;
	if (conn->linger)
		linger_begin(conn->server, bufferevent_getfd(conn->bev));
	free_conn(conn);
	if (!request)
		return;
	request->conn = NULL;
	if (!request->engine || request->answered)
		request_free(request);
	else if (request->gone)
		request->gone(request->gone_ctx); /* last: it may answer, which ends the request */
}

static void learn_addresses(struct http_conn *conn)
{
	struct sockaddr_storage address = {0};
	socklen_t n = sizeof(address);
	int fd = bufferevent_getfd(conn->bev);

	conn->local.address = conn->local_address;
	conn->local.port_usual = conn->listener->tls ? 443 : 80;
	if (getsockname(fd, (struct sockaddr *)&address, &n) == 0)
		conn->local.port = hosts_text((const struct sockaddr *)&address, conn->local_address);
	address = (struct sockaddr_storage){.ss_family = AF_UNIX}; /* of an unnamed peer nothing is written */
	n = sizeof(address);
	if (getpeername(fd, (struct sockaddr *)&address, &n) == 0)
		(void)hosts_text((const struct sockaddr *)&address, conn->peer); /* its port says nothing */
}

/* evhttp makes its connection after it was given our bufferevent, and tells nobody; but it is the argument of the
 * callbacks that it sets there. */
bool conn_adopt(struct http_conn *conn)
{
	void *engine = NULL;

	if (conn->engine)
		return true;
	bufferevent_getcb(conn->bev, NULL, NULL, NULL, &engine);
	if (!engine || evhttp_connection_get_bufferevent(engine) != conn->bev)
		return false;
	conn->engine = engine;
	evhttp_connection_set_closecb(engine, on_close, conn);
	(void)bufferevent_decref(conn->bev); /* evhttp's own remains */
	learn_addresses(conn);
	return true;
}

void conn_close(struct http_conn *conn)
{
	struct bufferevent *bev = conn->bev;

	if (conn_adopt(conn)) {
		/* As if the socket had failed: evhttp then parts with a request that is out, and comes to on_close. */
		bufferevent_trigger_event(bev, BEV_EVENT_ERROR, 0);
		return;
	}
	free_conn(conn);
	(void)bufferevent_decref(bev); /* the last one: evhttp had no memory for it */
}

/* What the client has not taken yet: here and in the kernel, which says that there is room only when there is much. */
static size_t left_to_take(const struct http_conn *conn)
{
	int queued = 0;

	if (ioctl(bufferevent_getfd(conn->bev), SIOCOUTQ, &queued) < 0)
		queued = 0;
	return evbuffer_get_length(bufferevent_get_output(conn->bev)) + (size_t)queued;
}

/* The answer is on its way: is it taken? */
static void check_reader(struct http_conn *conn)
{
	uint64_t all = conn->server->answer_ms * NSEC_PER_MSEC, stall = all / 3, now = clock_mono_ns();
	size_t left = left_to_take(conn);

	if (left < conn->left)
		conn->taken_ns = now;
	conn->left = left;
	if (now - conn->since_ns >= all || now - conn->taken_ns >= stall) {
		conn->server->counts.timeouts++;
		conn_close(conn);
	} else {
		arm(conn, conn->server->answer_ms / 12 + 1);
	}
}

/* While a handler works evhttp does not read, and would not see that nobody waits for the answer any more. libevent's
 * EV_CLOSED alone is not enough: of a socket that was reset epoll tells only those who read or write, again and again.
 */
static void check_hangup(struct http_conn *conn)
{
	struct pollfd fd = {.fd = bufferevent_getfd(conn->bev), .events = POLLRDHUP};

	if (poll(&fd, 1, 0) > 0)
		conn_close(conn);
	else
		arm(conn, HANGUP_MS); /* it has sent its next request already */
}

static void on_hangup(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	check_hangup(arg);
}

static void watch_hangup(struct http_conn *conn)
{
	int fd = bufferevent_getfd(conn->bev);

	if (!conn->hangup)
		conn->hangup = event_new(conn->server->base, fd, EV_READ | EV_CLOSED, on_hangup, conn);
	if (!conn->hangup || event_add(conn->hangup, NULL) < 0)
		arm(conn, HANGUP_MS);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *conn = arg;
	bool fresh = !conn->engine;

	(void)fd;
	(void)what;
	if (!conn_adopt(conn) || conn->closing) {
		conn_close(conn);
	} else if (conn->state == CONN_OUT) {
		if (conn->request->answered)
			check_reader(conn);
		else
			check_hangup(conn);
	} else if (fresh && !conn->begun) {
		conn_enter(conn, CONN_HEAD, conn->server->idle_ms);
	} else if (!conn->begun) {
		conn_close(conn);
	} else {
		conn->server->counts.timeouts++;
		gate_refuse(conn, 408, "the request did not come in time");
		bufferevent_trigger(conn->bev, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_OPT_DEFER_CALLBACKS);
	}
}

/* The cap: the connection that has been idle for longest gives way. */
static bool make_room(struct http_server *server)
{
	struct http_conn *oldest = NULL;

	if (server->counts.connections + server->n_lingers < server->max_connections)
		return true;
	for (struct http_conn *conn = server->conns; conn; conn = conn->next)
		if (conn->state == CONN_HEAD && !conn->begun && !conn->closing &&
		    (!oldest || conn->since_ns <= oldest->since_ns))
			oldest = conn;
	if (oldest)
		conn_close(oldest);
	return oldest != NULL;
}

static void link_conn(struct http_conn *conn)
{
	struct http_server *server = conn->server;

	conn->next = server->conns;
	conn->prev = &server->conns;
	if (conn->next)
		conn->next->prev = &conn->next;
	server->conns = conn;
	server->counts.connections++;
}

struct bufferevent *conn_accept(struct event_base *base, void *arg)
{
	struct http_listener *listener = arg;
	struct http_server *server = listener->server;
	bool room = make_room(server);
	struct http_conn *conn = calloc(1, sizeof(*conn));
	struct bufferevent *bev;

	if (!conn)
		return NULL;
	bev = listener->tls ? tls_accept(server->tls, base) : bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (!bev) {
		free(conn);
		return NULL;
	}
	*conn = (struct http_conn){.listener = listener, .server = server, .bev = bev, .closing = !room};
	bufferevent_incref(bev); /* ours until evhttp's connection is known */
	link_conn(conn);
	conn->since_ns = clock_mono_ns();
	conn->on_input = evbuffer_add_cb(bufferevent_get_input(bev), gate_on_input, conn);
	conn->timer = evtimer_new(base, on_timer, conn);
	(void)bufferevent_set_max_single_write(bev, WRITE_AT_ONCE); /* else 16 KiB, only slower */
	if (!conn->on_input || !conn->timer) {
		free_conn(conn);
		(void)bufferevent_decref(bev); /* as above */
		bufferevent_free(bev);
		return NULL;
	}
	server->counts.refused += !room;
	arm(conn, 0);
	return bev;
}

void conn_handle(struct evhttp_request *engine, void *arg)
{
	const struct http_listener *listener = arg;
	struct http_conn *conn = listener->server->conns;
	struct http_request *request;

	while (conn && conn->engine != evhttp_request_get_connection(engine))
		conn = conn->next;
	request = conn && conn->state == CONN_OUT ? conn->request : NULL;
	if (!request || request->engine) { /* no memory for a gate: nothing is served past it */
		evhttp_send_error(engine, 503, NULL);
		return;
	}
	request->engine = engine;
	if (request->refusal) {
		http_refuse(request, request->refusal, "%s", request->refusal_why);
		return;
	}
	conn->server->counts.requests++;
	doors_dispatch(request);
	if (conn->request == request && !request->answered)
		watch_hangup(conn);
}

void conn_answering(struct http_conn *conn)
{
	if (conn->hangup)
		(void)event_del(conn->hangup); /* cannot fail once it was made */
	/* A client that closes its sending side may still want its answer, and one that sends on has to wait. */
	(void)bufferevent_disable(conn->bev, EV_READ); /* evhttp reads again for the next request */
	conn_enter(conn, CONN_OUT, conn->server->answer_ms / 12 + 1);
	conn->taken_ns = conn->since_ns;
	conn->left = left_to_take(conn);
}

void conn_answered(struct http_conn *conn)
{
	bool last = conn->request->refusal || !conn->request->head.keep_alive;

	conn->request = NULL;
	if (last) { /* evhttp closes it next */
		conn->linger = conn->linger || conn->in.len > 0;
		return;
	}
	conn->scanned = 0;
	conn->begun = conn->in.len > 0;
	conn_enter(conn, CONN_HEAD, conn->begun ? conn->server->request_ms : conn->server->idle_ms);
	if (conn->begun)
		gate_advance(conn);
}
