/* SPDX-License-Identifier: MIT */
/* recorder: turns what looks found into the sample stream. */
#include "stream/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "python/codes.h"
#include "python/syspath.h"
#include "sample/look.h"
#include "sample/pytarget.h"
#include "sample/pythread.h"
#include "scrape.h"
#include "stream/words.h"

#define CODE_NEW UINT32_MAX
#define PATIENCE_US 1000000 /* for names: else looks become the next slice's, and their time [unseen] */

/* A frame of a thread's last stack, outermost first, and the node that it is. */
struct step {
	uint32_t index;
	uint64_t instr;
	uint32_t node;
};

struct thread_account {
	uint32_t id;
	VEC(struct step) steps;
	uint32_t codes_epoch, defs_epoch; /* in which steps mean something */
	uint32_t node;
	bool unnamed;             /* its stack waits for names: there is no node for it */
	struct stream_sample run; /* looks that all found the same; looks == 0: none */
	uint64_t cpu_ns;          /* when the slice began */
	uint64_t wall_from_ns;    /* slice begin, or birth */
};

struct code_ids {
	uint32_t function, file; /* function CODE_NEW: not defined yet */
	uint32_t short_at;
	uint32_t module; /* string id + 1, 0: none */
};

struct target_account {
	uint32_t id;
	VEC(struct code_ids) codes; /* by index in struct codes */
	uint64_t since_ns;          /* attached; what threads did before is not ours to tell */
	struct map frames;          /* code index << 32 | line -> frame id */
	uint32_t codes_epoch, defs_epoch;
};

void recorder_init(struct recorder *rec, struct buf *out, const struct stream_session *session,
		   struct modules *modules, uint64_t now_ns)
{
	*rec = (struct recorder){.out = out,
				 .start_ns = now_ns,
				 .start_wall_us = session->start_wall_us,
				 .slice_us = session->slice_us,
				 .slice_from_us = session->start_wall_us,
				 .cost_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
	defs_init(&rec->defs, &rec->writer);
	natives_init(&rec->natives, modules);
	stream_begin(&rec->writer, out, session);
}

void recorder_deinit(struct recorder *rec)
{
	natives_deinit(&rec->natives);
	held_deinit(&rec->held);
	defs_deinit(&rec->defs);
}

static int64_t session_us(const struct recorder *rec, uint64_t now_ns)
{
	return (int64_t)((now_ns - rec->start_ns) / NSEC_PER_USEC);
}

static uint32_t string_id(struct recorder *rec, const char *text)
{
	uint32_t id = 0;

	if (defs_string(&rec->defs, text, strlen(text), &id) < 0)
		rec->failed = true;
	return id;
}

/* The id of what a buf says, and the buf's end; "" if it could not be filled. */
static uint32_t take_text(struct recorder *rec, struct buf *text)
{
	uint32_t id = string_id(rec, buf_cstr(text) ? text->data : "");

	buf_deinit(text);
	return id;
}

static void define_target(struct recorder *rec, struct pytarget *target, uint32_t parent,
			  const struct recorder_words *words)
{
	struct target_account *account = target->account;
	struct buf command = BUF_INIT, service = BUF_INIT, text = BUF_INIT;
	uint32_t labels;

	(void)proc_command(&target->proc, SCRAPE_NAME_MAX, &command); /* without one its name stays empty */
	words_of(words, &target->proc, &service, &text);
	labels = text.len > 0 ? take_text(rec, &text) + 1 : 0;
	account->id = rec->n_targets++;
	stream_put_target(&rec->writer, &(struct stream_target){.id = account->id,
								.pid = (uint64_t)target->proc.pid,
								.start_ticks = target->proc.start_ticks,
								.command = take_text(rec, &command),
								.service = take_text(rec, &service),
								.runtime = string_id(rec, target->runtime.name),
								.parent = parent,
								.labels = labels});
}

int recorder_add(struct recorder *rec, struct pytarget *target, const struct pytarget *parent,
		 const struct recorder_words *words, uint64_t now_ns)
{
	struct target_account *account = calloc(1, sizeof(*account));
	const struct target_account *from = parent ? parent->account : NULL;

	if (!account)
		return SCRAPE_ENOMEM;
	account->since_ns = now_ns;
	account->defs_epoch = rec->defs.epoch;
	target->account = account;
	define_target(rec, target, from ? from->id + 1u : 0, words);
	return 0;
}

static void flush_run(struct recorder *rec, struct thread_account *account)
{
	if (account->run.looks > 0)
		stream_put_sample(&rec->writer, &account->run);
	account->run.looks = 0;
}

/* Looks whose names have come, or all. */
static void release(struct recorder *rec, bool all)
{
	if (rec->held.looks.n > 0 && held_release(&rec->held, &rec->natives, &rec->defs, &rec->writer, all) < 0)
		rec->failed = true;
}

static void tell_thread(struct recorder *rec, const struct pytarget *target, struct pythread *thread)
{
	const struct target_account *of = target->account;
	const struct thread_account *account = thread->account;

	thread->named_again = false;
	stream_put_thread(&rec->writer, &(struct stream_thread){.id = account->id,
								.target = of->id,
								.tid = (uint64_t)thread->tid,
								.name = string_id(rec, thread->name)});
}

static struct thread_account *account_of(struct recorder *rec, const struct pytarget *target, struct pythread *thread)
{
	const struct target_account *of = target->account;
	struct thread_account *account = thread->account;

	if (!account) {
		account = calloc(1, sizeof(*account));
		if (!account)
			return NULL;
		account->id = rec->n_threads++;
		account->run.thread = account->id;
		account->cpu_ns = thread->born_cpu_ns;
		account->wall_from_ns = thread->born_ns > of->since_ns ? thread->born_ns : of->since_ns;
		thread->account = account;
		tell_thread(rec, target, thread);
	} else if (thread->named_again) {
		tell_thread(rec, target, thread);
	}
	return account;
}

/* The slice's last word about a thread: CPU time and time of existence. */
static void settle_thread(struct recorder *rec, struct thread_account *account, const struct pythread *thread,
			  uint64_t now_ns)
{
	uint64_t cpu = thread->cpu_ns;

	flush_run(rec, account);
	stream_put_slice_thread(
		&rec->writer, &(struct stream_slice_thread){
				      .thread = account->id,
				      .cpu_ns = cpu > account->cpu_ns ? cpu - account->cpu_ns : 0,
				      .wall_ns = now_ns > account->wall_from_ns ? now_ns - account->wall_from_ns : 0});
	account->cpu_ns = cpu > account->cpu_ns ? cpu : account->cpu_ns;
	account->wall_from_ns = now_ns;
}

static void end_thread(struct recorder *rec, struct pythread *thread, uint64_t now_ns)
{
	struct thread_account *account = thread->account;

	if (!account)
		return;
	settle_thread(rec, account, thread, now_ns);
	VEC_DEINIT(&account->steps);
	free(account);
	thread->account = NULL;
}

void recorder_drop(struct recorder *rec, struct pytarget *target, unsigned why, int status, uint64_t now_ns)
{
	struct target_account *account = target->account;

	if (!account)
		return;
	for (size_t i = 0; i < target->threads.n; i++)
		end_thread(rec, target->threads.items[i], now_ns);
	stream_put_gone(&rec->writer,
			&(struct stream_gone){.target = account->id, .why = why, .status = (uint64_t)(unsigned)status});
	VEC_DEINIT(&account->codes);
	map_deinit(&account->frames);
	free(account);
	target->account = NULL;
}

void recorder_rename(struct recorder *rec, struct pytarget *target, const struct recorder_words *words,
		     uint64_t now_ns)
{
	uint32_t old = ((struct target_account *)target->account)->id;

	for (size_t i = 0; i < target->threads.n; i++)
		if (target->threads.items[i]->account) {
			pythread_read_cpu(target->threads.items[i]);
			settle_thread(rec, target->threads.items[i]->account, target->threads.items[i], now_ns);
		}
	stream_put_gone(&rec->writer, &(struct stream_gone){.target = old, .why = STREAM_GONE_RULES});
	define_target(rec, target, 0, words);
	for (size_t i = 0; i < target->threads.n; i++) {
		struct thread_account *account = target->threads.items[i]->account;

		if (!account)
			continue;
		account->id = account->run.thread = rec->n_threads++;
		tell_thread(rec, target, target->threads.items[i]);
	}
}

/* Ids of a target's code objects are void after either side started again. */
static void check_epochs(struct recorder *rec, const struct pytarget *target, struct target_account *account)
{
	if (account->codes_epoch == target->codes.epoch && account->defs_epoch == rec->defs.epoch)
		return;
	account->codes_epoch = target->codes.epoch;
	account->defs_epoch = rec->defs.epoch;
	account->codes.n = 0;
	map_clear(&account->frames);
}

static int define_code(struct recorder *rec, const struct pytarget *target, struct target_account *account,
		       uint32_t index)
{
	const struct code *code = &target->codes.items.items[index];
	struct code_ids *ids;

	while (account->codes.n <= index) {
		ids = VEC_PUSH(&account->codes);
		if (!ids)
			return SCRAPE_ENOMEM;
		ids->function = CODE_NEW;
	}
	ids = &account->codes.items[index];
	if (ids->function != CODE_NEW)
		return 0;
	ids->function = string_id(rec, code->function);
	ids->file = string_id(rec, code->file);
	ids->short_at = (uint32_t)syspath_short_at(&target->syspath, code->file);
	ids->module = code->module[0] ? string_id(rec, code->module) + 1 : 0;
	return 0;
}

static int frame_id(struct recorder *rec, const struct pytarget *target, struct target_account *account,
		    const struct pyframe *frame, uint32_t *ret)
{
	uint32_t line = codes_line(&target->codes, frame->index, frame->instr);
	uint64_t key = (uint64_t)frame->index << 32 | line;
	const struct code_ids *ids;
	int r;

	if (map_get(&account->frames, key, ret))
		return 0;
	r = define_code(rec, target, account, frame->index);
	if (r < 0)
		return r;
	ids = &account->codes.items[frame->index];
	*ret = defs_frame(&rec->defs, &(struct stream_frame){
					      .function = ids->function,
					      .file = ids->file,
					      .short_at = ids->short_at,
					      .line = line,
					      .first_line = target->codes.items.items[frame->index].first_line,
					      .kind = STREAM_FRAME_PYTHON,
					      .module = ids->module});
	return map_put(&account->frames, key, *ret);
}

/* The node below *node_inout that is this native frame, with what was inlined there. */
static int native_node(struct recorder *rec, const struct pyframe *frame, uint32_t *node_inout)
{
	const uint32_t *ids;
	size_t n;
	int r = natives_frames(&rec->natives, &rec->defs, frame->index & ~MERGE_NATIVE, frame->instr, false, &ids, &n);

	while (r == 0 && n-- > 0)
		r = defs_node(&rec->defs, *node_inout, ids[n], node_inout);
	return r;
}

/* The node of a stack. Its outer part is usually the one of the last look, whose nodes are known. */
static int stack_node(struct recorder *rec, const struct pytarget *target, const struct pythread *thread,
		      struct thread_account *account, uint32_t *ret)
{
	struct target_account *of = target->account;
	size_t n = thread->stack.frames.n, same = 0;
	uint32_t node = DEFS_NODE_ROOT;
	int r = 0;

	if (account->codes_epoch != of->codes_epoch || account->defs_epoch != of->defs_epoch)
		account->steps.n = 0;
	account->codes_epoch = of->codes_epoch;
	account->defs_epoch = of->defs_epoch;
	if (!VEC_RESERVE(&account->steps, n))
		return SCRAPE_ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct pyframe *frame = &thread->stack.frames.items[n - 1 - i];
		struct step *step = &account->steps.items[i];
		uint32_t id;

		if (same == i && i < account->steps.n && step->index == frame->index && step->instr == frame->instr) {
			node = step->node;
			same++;
			continue;
		}
		if (frame->index & MERGE_NATIVE) {
			r = native_node(rec, frame, &node);
		} else {
			r = frame_id(rec, target, of, frame, &id);
			if (r == 0)
				r = defs_node(&rec->defs, node, id, &node);
		}
		*step = (struct step){.index = frame->index, .instr = frame->instr, .node = node};
	}
	account->steps.n = r == 0 ? n : 0;
	*ret = node;
	return r;
}

/* Keeps a look until its names have come. Python frames have theirs. */
static int hold(struct recorder *rec, const struct pytarget *target, const struct thread_account *account,
		const struct look_stack *stack, int64_t now_us)
{
	const struct pystack *frames = &stack->thread->stack;
	const struct stream_sample sample = {.thread = account->id,
					     .flags = stack->flags,
					     .looks = stack->weight,
					     .first_us = now_us,
					     .last_us = now_us};
	size_t n = frames->frames.n;
	int r = 0;

	if (!held_room(&rec->held, n)) {
		release(rec, true);
		if (!held_room(&rec->held, n))
			return SCRAPE_ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct pyframe *frame = &frames->frames.items[n - 1 - i];
		struct held_frame *place = &rec->held.frames.items[rec->held.frames.n + i];

		*place = (struct held_frame){.id = frame->index, .addr = frame->instr};
		if (!(frame->index & MERGE_NATIVE))
			r = frame_id(rec, target, target->account, frame, &place->id);
		else if (rec->natives.modules) /* so that all are asked for at once */
			(void)native_node(rec, frame, &(uint32_t){DEFS_NODE_ROOT});
	}
	return r < 0 ? r : held_add(&rec->held, &sample, n);
}

static int take_stack(struct recorder *rec, const struct pytarget *target, const struct look_stack *stack,
		      int64_t now_us)
{
	struct thread_account *account = account_of(rec, target, stack->thread);
	int r = account ? 0 : SCRAPE_ENOMEM;

	if (r == 0 && (stack->thread->fresh || account->unnamed || account->defs_epoch != rec->defs.epoch)) {
		r = stack_node(rec, target, stack->thread, account, &account->node);
		account->unnamed = r == SCRAPE_ENOTREADY;
		if (account->unnamed)
			return hold(rec, target, account, stack, now_us);
	}
	if (r < 0)
		return r;
	if (account->run.looks > 0 && (account->run.node != account->node || account->run.flags != stack->flags))
		flush_run(rec, account);
	if (account->run.looks == 0) {
		account->run.node = account->node;
		account->run.flags = stack->flags;
		account->run.first_us = now_us;
	}
	account->run.looks += stack->weight;
	account->run.last_us = now_us;
	return 0;
}

void recorder_flush(struct recorder *rec, struct pytarget *const *targets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < targets[i]->threads.n; k++)
			if (targets[i]->threads.items[k]->account)
				flush_run(rec, targets[i]->threads.items[k]->account);
}

void recorder_tick(struct recorder *rec, struct pytarget *const *targets, size_t n, uint64_t ticks, bool late)
{
	rec->slice.ticks += ticks;
	rec->slice.late += late;
	if (!defs_full(&rec->defs))
		return;
	release(rec, true);
	recorder_flush(rec, targets, n);
	defs_reset(&rec->defs);
}

void recorder_name(struct recorder *rec)
{
	(void)names_work(&rec->natives.names); /* the rest comes later */
	if (rec->held.epoch == rec->natives.names.epoch)
		return;
	rec->held.epoch = rec->natives.names.epoch;
	release(rec, false);
}

void recorder_name_all(struct recorder *rec, uint64_t until_ns)
{
	names_wait(&rec->natives.names, until_ns);
	release(rec, true);
}

void recorder_lose(struct recorder *rec, struct pytarget *target, unsigned reason, uint64_t count)
{
	const struct target_account *account = target->account;

	if (count > 0)
		stream_put_loss(&rec->writer,
				&(struct stream_loss){.target = account->id, .reason = reason, .count = count});
}

static void take_ways(struct recorder *rec, const struct look *look)
{
	VEC_EACH (stack, &look->stacks)
		rec->ways.looks[stack->way] += stack->weight;
	VEC_EACH (ns, &look->held_ns) {
		rec->slice.stopped_ns += *ns;
		histogram_add(&rec->ways.holds, histogram_bucket(*ns), 1);
	}
}

void recorder_look(struct recorder *rec, struct pytarget *target, const struct look *look, uint64_t now_ns)
{
	int64_t now_us = session_us(rec, now_ns);

	check_epochs(rec, target, target->account);
	for (size_t i = 0; i < look->stacks.n; i++)
		if (take_stack(rec, target, &look->stacks.items[i], now_us) < 0)
			rec->failed = true;
	for (unsigned reason = 0; reason < SCRAPE_LOSS_COUNT; reason++)
		recorder_lose(rec, target, reason, look->lost[reason]);
	take_ways(rec, look);
	for (size_t i = 0; i < target->threads.n; i++)
		if (target->threads.items[i]->dead)
			end_thread(rec, target->threads.items[i], now_ns);
}

void recorder_local(struct recorder *rec, const struct pythread *thread, uint32_t depth, bool argument,
		    const char *name, const char *text)
{
	const struct thread_account *account = thread->account;

	if (account)
		stream_put_local(&rec->writer, &(struct stream_local){.thread = account->id,
								      .depth = depth,
								      .argument = argument,
								      .name = string_id(rec, name),
								      .text = string_id(rec, text)});
}

void recorder_note(struct recorder *rec, int pid, int code, const char *text)
{
	stream_put_note(&rec->writer,
			&(struct stream_note){.pid = (uint64_t)pid, .code = code, .text = text, .len = strlen(text)});
}

static uint64_t wall_us(const struct recorder *rec, uint64_t now_ns)
{
	return rec->start_wall_us + (now_ns - rec->start_ns) / NSEC_PER_USEC;
}

bool recorder_slice_due(const struct recorder *rec, uint64_t now_ns)
{
	const uint64_t now_us = wall_us(rec, now_ns);
	const uint64_t patience = rec->slice_us / 4 < PATIENCE_US ? rec->slice_us / 4 : PATIENCE_US;

	if (now_us / rec->slice_us <= rec->slice_from_us / rec->slice_us)
		return false;
	return rec->held.looks.n == 0 || now_us / rec->slice_us > rec->slice_from_us / rec->slice_us + 1 ||
	       now_us % rec->slice_us >= patience;
}

void recorder_close_slice(struct recorder *rec, struct pytarget *const *targets, size_t n, uint64_t now_ns)
{
	uint64_t cost = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < targets[i]->threads.n; k++) {
			struct pythread *thread = targets[i]->threads.items[k];

			if (!thread->account)
				continue;
			pythread_read_cpu(thread);
			settle_thread(rec, thread->account, thread, now_ns);
		}
	rec->slice.from_us = rec->slice_from_us;
	rec->slice.until_us = wall_us(rec, now_ns);
	rec->slice.cost_ns = cost - rec->cost_ns;
	ways_put(&rec->ways, &rec->writer);
	stream_put_slice_end(&rec->writer, &rec->slice);
	rec->ways = (struct ways){0};
	rec->cost_ns = cost;
	rec->slice_from_us = rec->slice.until_us;
	rec->slice = (struct stream_slice_end){.seq = rec->slice.seq + 1};
}
