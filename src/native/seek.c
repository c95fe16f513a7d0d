/* SPDX-License-Identifier: MIT */
/* seek: the frame of a function whose frame pointer nobody knows. */
#include "native/seek.h"

#include "elf/cfirows.h"
#include "native/arch.h"
#include "native/regs.h"

#define WORD 8

static bool is_begin_by_slot(const struct seek *s, uint64_t slot)
{
	uint64_t value;

	return s->read(s->ctx, slot, &value) && value == s->begin;
}

/* What stands on the stack there: nothing of interest, a return address, or that of a call of the function. */
enum place { OTHER, RETURN, RETURN_FROM_IT };

static enum place judge(const struct seek *s, uint64_t after)
{
	const unsigned char *code = s->code(s->ctx, after - ARCH_CODE);
	uint64_t target, slot;

	if (!code || !arch_native.is_behind_call(code))
		return OTHER;
	if (arch_native.slot_of_call(code, after, &slot))
		return is_begin_by_slot(s, slot) ? RETURN_FROM_IT : RETURN;
	if (!arch_native.target_of_call(code, after, &target))
		return RETURN;
	if (target == s->begin)
		return RETURN_FROM_IT;
	code = s->code(s->ctx, target);
	return code && arch_native.slot_of_stub(code, target, &slot) && is_begin_by_slot(s, slot) ? RETURN_FROM_IT
												  : RETURN;
}

/* The size of its frame is known: there or nowhere. */
static bool is_there(const struct seek *s, uint64_t at)
{
	uint64_t after;

	return s->read(s->ctx, at, &after) && judge(s, after) == RETURN_FROM_IT;
}

/* How far below the CFA what it has saved reaches: a frame without anything else is of that size. */
static uint32_t saved_size(const struct cfirows_rule *rule)
{
	int32_t lowest = 0;

	for (unsigned column = 0; column < CFIROWS_COLUMNS; column++)
		if (rule->where[column] == CFIROWS_AT_CFA && rule->value[column] < lowest)
			lowest = rule->value[column];
	return (uint32_t)-(int64_t)lowest;
}

/* Two frames of a function that calls itself, one after the other and alike: its frames are of this size. */
static bool is_twice(const struct seek *s, uint64_t cfa, uint32_t size)
{
	const struct cfirows_rule *rule = s->rule;
	const uint64_t ra = (uint64_t)(int64_t)rule->value[CFIROWS_RA];
	uint64_t fp;

	return rule->where[CFIROWS_BP] == CFIROWS_AT_CFA &&
	       s->read(s->ctx, cfa + (uint64_t)(int64_t)rule->value[CFIROWS_BP], &fp) &&
	       fp == cfa + size - (uint64_t)(int64_t)rule->cfa_value && is_there(s, cfa + ra) &&
	       is_there(s, cfa + size + ra);
}

/* The first return address on the stack must be it, and no other be like it. */
static bool find(const struct seek *s, uint64_t sp, uint64_t *at_ret)
{
	bool found = false;
	uint64_t after;

	for (uint64_t at = (sp + WORD - 1) / WORD * WORD; at - sp < SEEK_MAX; at += WORD) {
		enum place place;

		if (!s->read(s->ctx, at, &after))
			break; /* the end of the stack */
		place = judge(s, after);
		if (found ? place == RETURN_FROM_IT : place == RETURN)
			return false;
		if (place == RETURN_FROM_IT) {
			*at_ret = at;
			found = true;
		}
	}
	return found;
}

bool seek_frame_pointer(const struct seek *s, uint64_t *ret)
{
	const struct cfirows_rule *rule = s->rule;
	const uint64_t sp = s->regs->value[arch_native.sp];
	const uint64_t ra = (uint64_t)(int64_t)rule->value[CFIROWS_RA]; /* from the CFA */
	const unsigned char *code = s->code(s->ctx, s->begin);
	const uint32_t size = code ? arch_native.frame_of_prologue(code) : 0;
	const uint32_t saved = saved_size(rule);
	uint64_t at = sp + size + ra;

	if (rule->cfa_where != CFIROWS_REG_PLUS || rule->cfa_reg != arch_native.fp ||
	    rule->where[CFIROWS_RA] != CFIROWS_AT_CFA)
		return false;
	if (size == 0 && is_twice(s, sp + saved, saved))
		at = sp + saved + ra;
	else if (size > 0 ? !is_there(s, at) : !find(s, sp, &at))
		return false;
	*ret = at - ra - (uint64_t)(int64_t)rule->cfa_value;
	return true;
}
