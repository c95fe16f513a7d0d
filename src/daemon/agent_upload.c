/* SPDX-License-Identifier: MIT */
/*
 * agent_upload: closed slices become profiles for a server of those, once each. Profiles are made by an errand, since
 * that takes longer than the loop may wait, and sent by the loop. The errand's answer is a list of requests: the
 * lengths of path and body, 32 bits each, then both.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/agent.h"
#include "daemon/agent_state.h"
#include "daemon/errand.h"
#include "daemon/upload.h"
#include "daemon/uploader.h"
#include "profile/history.h"
#include "scrape.h"

struct job {
	struct agent *agent;
	struct upload_what what;
};

static int append(void *ctx, struct buf *path, struct buf *body)
{
	struct errand_answer *answer = ctx;
	uint32_t lengths[2] = {(uint32_t)path->len, (uint32_t)body->len};

	if (body->len > UINT32_MAX)
		return SCRAPE_ELIMIT;
	buf_add(&answer->body, lengths, sizeof(lengths));
	buf_add(&answer->body, path->data, path->len);
	buf_add(&answer->body, body->data, body->len);
	return 0;
}

/* In the child. */
static void work(void *ctx, struct errand_answer *answer)
{
	const struct job *job = ctx;
	struct err err = {0};
	uint32_t lost[2] = {0, 0};
	int r;

	buf_add(&answer->body, lost, sizeof(lost)); /* its place */
	r = upload_make(job->agent->history, &job->agent->upload.place, &job->what, append, answer, &err);
	if (r < 0) {
		(void)errand_refuse(answer, 500, "%s", err.text);
		return;
	}
	answer->status = 200;
	lost[0] = (uint32_t)r;
	if (!answer->body.failed)
		memcpy(answer->body.data, lost, sizeof(lost));
}

static void hand_over(struct agent_upload *u, const char *at, size_t n)
{
	uint32_t lengths[2];

	if (n >= sizeof(lengths)) {
		memcpy(lengths, at, sizeof(lengths));
		uploader_lose(u->uploader, lengths[0]);
		at += sizeof(lengths);
		n -= sizeof(lengths);
	}
	while (n >= sizeof(lengths)) {
		struct buf path = BUF_INIT, body = BUF_INIT;

		memcpy(lengths, at, sizeof(lengths));
		at += sizeof(lengths);
		n -= sizeof(lengths);
		if ((uint64_t)lengths[0] + lengths[1] > n)
			return;
		buf_add(&path, at, lengths[0]);
		buf_add(&body, at + lengths[0], lengths[1]);
		at += lengths[0] + lengths[1];
		n -= lengths[0] + lengths[1];
		uploader_add(u->uploader, &path, &body);
		buf_deinit(&path);
		buf_deinit(&body);
	}
}

static void give_up(struct agent_upload *u, const char *why)
{
	log_error("profiles of an interval are not pushed: %s", why);
	uploader_lose(u->uploader, 1);
}

/* What could not be made is not tried again: it would not be otherwise the next time. */
static void made(void *ctx, enum errand_end end, struct errand_answer *answer)
{
	struct job *job = ctx;
	struct agent_upload *u = &job->agent->upload;

	u->errand = NULL;
	u->done_us = u->making_us;
	if (end == ERRAND_DONE && answer->status == 200)
		hand_over(u, answer->body.data, answer->body.len);
	else
		give_up(u, end == ERRAND_DONE ? answer->error : "they could not be made");
	free(job);
}

int agent_upload_init(struct agent *agent, struct err *err)
{
	const struct config *config = agent->config;
	const struct uploader_plan plan = {.place = &agent->upload.place,
					   .token = agent->plan->upload_token,
					   .tenant = config->upload_tenant,
					   .ca_file = config->ca_file};
	int r;

	if (!config->upload)
		return 0;
	r = upload_parse(config->upload, &agent->upload.place, err);
	return r < 0 ? r : uploader_new(agent->base, &plan, &agent->upload.uploader, err);
}

void agent_upload_deinit(struct agent *agent)
{
	uploader_free(agent->upload.uploader);
	agent->upload.uploader = NULL;
}

void agent_upload_tend(struct agent *agent)
{
	struct agent_upload *u = &agent->upload;
	struct history_stats stats;
	struct job *job;

	if (!u->uploader || u->errand)
		return;
	history_stats(agent->history, &stats);
	if (!u->begun)
		u->done_us = stats.watermark_us; /* what a spool brought back was another daemon's to tell */
	u->begun = true;
	if (stats.watermark_us < u->done_us) { /* what is of a time that has been told already is not told again */
		log_warn("the clock was put back: profiles of the time until then are not pushed twice");
		u->done_us = stats.watermark_us;
	}
	if (stats.watermark_us <= u->done_us ||
	    (stats.watermark_us < u->done_us + agent->config->upload_us && !agent->stopping))
		return;
	job = calloc(1, sizeof(*job));
	if (!job)
		return; /* the next tick tries again */
	job->agent = agent;
	job->what = (struct upload_what){
		.host = agent->config->name, .from_us = u->done_us, .until_us = stats.watermark_us};
	u->making_us = stats.watermark_us;
	u->errand = errand_start(agent->errands, work, made, job);
	if (!u->errand)
		free(job); /* as above */
}

bool agent_upload_is_done(const struct agent *agent)
{
	const struct agent_upload *u = &agent->upload;
	struct history_stats stats;

	if (!u->uploader)
		return true;
	history_stats(agent->history, &stats);
	return (!u->errand && stats.watermark_us <= u->done_us && uploader_is_idle(u->uploader)) ||
	       *uploader_trouble(u->uploader);
}
