/* SPDX-License-Identifier: MIT */
/*
 * agent_cursor: cursors advance when a reply is with its client. A reply that never gets there is not heard of again,
 * so what is remembered of it goes after a time that no answer may take (http/server.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "daemon/agent_state.h"
#include "http/request.h"

#define FORGET_NS (180 * NSEC_PER_SEC)

struct agent_delivery {
	struct agent_delivery *next;
	struct agent *agent;
	char peer[ARTICLE_PEER_MAX];
	uint32_t pid;
	uint64_t at_us, began_ns;
};

static void was_sent(void *ctx)
{
	struct agent_delivery *delivery = ctx, **at = &delivery->agent->deliveries;

	article_cursor_advance(&delivery->agent->cursors, delivery->peer, delivery->pid, delivery->at_us,
			       clock_wall_ns() / NSEC_PER_USEC);
	while (*at != delivery)
		at = &(*at)->next;
	*at = delivery->next;
	free(delivery);
}

/* Without memory the cursor stays: the poller gets the same time again. */
void agent_advance_when_sent(struct agent *agent, struct http_request *request, uint32_t pid, uint64_t at_us)
{
	struct agent_delivery *delivery = calloc(1, sizeof(*delivery));

	if (!delivery)
		return;
	*delivery = (struct agent_delivery){.next = agent->deliveries,
					    .agent = agent,
					    .pid = pid,
					    .at_us = at_us,
					    .began_ns = clock_mono_ns()};
	(void)snprintf(delivery->peer, sizeof(delivery->peer), "%s", http_peer(request)); /* addresses are shorter */
	agent->deliveries = delivery;
	http_on_sent(request, was_sent, delivery);
}

static void forget(struct agent *agent, uint64_t before_ns)
{
	struct agent_delivery **at = &agent->deliveries;

	while (*at) {
		struct agent_delivery *delivery = *at;

		if (delivery->began_ns >= before_ns) {
			at = &delivery->next;
			continue;
		}
		*at = delivery->next;
		free(delivery);
	}
}

void agent_cursor_tend(struct agent *agent, uint64_t now_ns)
{
	forget(agent, now_ns > FORGET_NS ? now_ns - FORGET_NS : 0);
}

void agent_cursor_deinit(struct agent *agent)
{
	forget(agent, UINT64_MAX);
}
