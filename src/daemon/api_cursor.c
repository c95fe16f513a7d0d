/* SPDX-License-Identifier: MIT */
/*
 * api_cursor: cursors advance when a reply is with its client. A reply that never gets there is not heard of again,
 * so what is remembered of it goes after a time that no answer may take (http/server.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "daemon/api.h"
#include "http/request.h"

#define FORGET_NS (180 * NSEC_PER_SEC)

struct api_delivery {
	struct api_delivery *next;
	struct api *api;
	char peer[ARTICLE_PEER_MAX];
	uint32_t pid;
	uint64_t at_us, began_ns;
};

static void was_sent(void *ctx)
{
	struct api_delivery *delivery = ctx, **at = &delivery->api->deliveries;

	article_cursor_advance(&delivery->api->cursors, delivery->peer, delivery->pid, delivery->at_us,
			       clock_wall_ns() / NSEC_PER_USEC);
	while (*at != delivery)
		at = &(*at)->next;
	*at = delivery->next;
	free(delivery);
}

/* Without memory the cursor stays: the poller gets the same time again. */
void api_advance_when_sent(struct api *api, struct http_request *request, uint32_t pid, uint64_t at_us)
{
	struct api_delivery *delivery = calloc(1, sizeof(*delivery));

	if (!delivery)
		return;
	*delivery = (struct api_delivery){
		.next = api->deliveries, .api = api, .pid = pid, .at_us = at_us, .began_ns = clock_mono_ns()};
	(void)snprintf(delivery->peer, sizeof(delivery->peer), "%s", http_peer(request)); /* addresses are shorter */
	api->deliveries = delivery;
	http_on_sent(request, was_sent, delivery);
}

static void forget(struct api *api, uint64_t before_ns)
{
	struct api_delivery **at = &api->deliveries;

	while (*at) {
		struct api_delivery *delivery = *at;

		if (delivery->began_ns >= before_ns) {
			at = &delivery->next;
			continue;
		}
		*at = delivery->next;
		free(delivery);
	}
}

void api_tend(struct api *api, uint64_t now_ns)
{
	forget(api, now_ns > FORGET_NS ? now_ns - FORGET_NS : 0);
}

void api_deinit(struct api *api)
{
	forget(api, UINT64_MAX);
}
