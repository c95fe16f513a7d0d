/* SPDX-License-Identifier: MIT */
/*
 * codes: the code objects of one target, each resolved once and recognised again: name, file, module, first line and
 * line table. Memory of a freed code object is soon used by another (exec and eval in a loop do nothing else), so an
 * entry is only used after it was shown, within the same look, to be the same code object still:
 *
 *   3.14+       interp.code_object_generation counts freed code objects: unchanged, nothing to do
 *   3.13        interp.func_state.next_version counts created ones: likewise; in 3.12 it is a variable of the
 *               program, found where its file still has the symbol
 *   3.12+       co_version, a serial number, is read again when the counter moved or there is none
 *   up to 3.11  the pointers to name, file and line table and the text of name and file are read again
 *
 * The module is that of the first frame met with the code object; exec with several globals shares one among them.
 *
 * An entry's index is stable; a replaced code object gets a new one. When the table is full it starts again with a
 * new `epoch`, and all indices handed out before are void.
 */
#ifndef PYTHON_CODES_H
#define PYTHON_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

struct mem;
struct offsets;
struct pystack;
struct view;

#define CODE_PRINT_MAX 128
#define CODE_UNKNOWN 0 /* the entry of what could not be resolved: "[unknown]" */

struct code {
	uint64_t addr;
	uint64_t checked;      /* look in which it was last shown to be the same */
	uint64_t wanted;       /* look in which its comparison was queued: a recursion names it often */
	uint64_t counter;      /* of code objects, when it was checked */
	char *function, *file; /* clean UTF-8, in one allocation with module and line_table */
	char *module;          /* at most MODNAME_MAX bytes (python/modname.h); "" if there is none */
	unsigned char *line_table;
	uint32_t line_table_len;
	uint32_t first_line;
	uint32_t code_bytes;                 /* length of its instructions */
	bool hidden;                         /* a frame that the interpreter keeps for itself: not shown */
	uint64_t name_mark, file_mark;       /* of the texts, where pointers alone prove nothing */
	unsigned char print[CODE_PRINT_MAX]; /* the members from first line to line table, as they were */
};

struct codes {
	struct mem *mem;
	const struct offsets *off;
	uint64_t code_type; /* address of PyCode_Type, 0 if not known */
	VEC(struct code) items;
	struct map by_addr; /* code address -> index */
	size_t bytes;
	uint32_t epoch;
	uint64_t look;   /* serial number of the look */
	uint64_t torn;   /* the last look that could not be verified */
	struct buf text; /* of the code object being read */
	struct {
		uint64_t globals_addr, look;
		uint32_t index; /* of the code object that was read in this look with these globals */
	} newest;
};

/* Keeps mem and off. 0 or SCRAPE_ENOMEM. */
int codes_init(struct codes *codes, struct mem *mem, const struct offsets *off, uint64_t code_type);
void codes_deinit(struct codes *codes);

/* A new look begins. */
void codes_begin(struct codes *codes);

/* Starts again if the table is full: true, and all indices are void. Between ticks only. */
bool codes_limit(struct codes *codes);

/* Gives each frame its index: known code objects are compared, new ones read, all while the target stands still.
 * counter is the counter of code objects as this look found it, 0 where there is none. What is compared is touched
 * (python/pystack.h), so that the next look brings it along. Frames that are not to be seen (half made at the top,
 * hidden) are removed. 0 or SCRAPE_ENOMEM. */
int codes_resolve(struct codes *codes, struct view *view, struct pystack *stack, uint64_t counter);

/* The look could not be verified: what was compared in it proves nothing and will be compared again. */
void codes_distrust_look(struct codes *codes);

/* Line of an instruction (struct pyframe's instr) in that code object; 0 if it has none. */
uint32_t codes_line(const struct codes *codes, uint32_t index, uint64_t instr);

#endif
