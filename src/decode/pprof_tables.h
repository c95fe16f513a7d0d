/* SPDX-License-Identifier: MIT */
/*
 * pprof_tables: the tables of a profile.proto (google/pprof, proto/profile.proto): what its samples name. All texts are
 * places in the bytes that are read, and not clean.
 */
#ifndef DECODE_PPROF_TABLES_H
#define DECODE_PPROF_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct decode_input;
struct err;

#define PPROF_VALUES_MAX 16

enum { /* fields, as in encode/pprof.c */
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_MAPPING = 3,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING_TABLE = 6,
	PROFILE_TIME_NANOS = 9,
	PROFILE_DURATION_NANOS = 10,
	PROFILE_PERIOD_TYPE = 11,
	PROFILE_PERIOD = 12,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,
};

struct pprof_text {
	const char *bytes;
	size_t n;
};

struct pprof_texts {
	struct pprof_text *items;
	size_t n, cap;
};

struct pprof_mapping {
	const char *at; /* its bytes */
	uint64_t start, offset; /* an address of its file is one of memory - start + offset */
	uint64_t file, build_id; /* numbers of strings */
};

struct pprof_function {
	const char *at;
	uint64_t name, system_name, file, line;
};

struct pprof_line {
	const char *at;
	uint64_t function, line; /* the function's id, 0: none */
};

struct pprof_location {
	uint64_t address, mapping;    /* the mapping's id, 0: none */
	uint32_t first_line, n_lines; /* in lines, innermost first */
	uint32_t frames;              /* for who tells them: where they begin among his */
	bool told;
};

struct pprof_type {
	uint64_t type, unit; /* numbers of strings */
};

struct pprof_tables {
	const struct decode_input *input;
	struct err *err;
	struct pprof_texts strings, samples; /* samples are not read yet */
	VEC(struct pprof_mapping) mappings;
	VEC(struct pprof_function) functions;
	VEC(struct pprof_location) locations;
	VEC(struct pprof_line) lines;
	struct map mapping_of, function_of, location_of; /* id -> number */
	struct pprof_type types[PPROF_VALUES_MAX], period_type;
	size_t n_types;
	uint64_t period, time_ns, duration_ns, shown_first;
};

/* Reads all that `input` has into tables that are otherwise zeroed; whatever string or function they
 * name is there then. 0, or SCRAPE_EFORMAT or SCRAPE_ENOMEM with a sentence in `err`. */
int pprof_tables_read(struct pprof_tables *tables);
void pprof_tables_deinit(struct pprof_tables *tables);

/* A string, "" if there is none of that number; is it this one? */
struct pprof_text pprof_text(const struct pprof_tables *tables, uint64_t string);
bool pprof_text_is(const struct pprof_tables *tables, uint64_t string, const char *text);

/* NULL for the id 0, and if there is no mapping of that one. */
const struct pprof_function *pprof_function(const struct pprof_tables *tables, uint64_t id);
const struct pprof_mapping *pprof_mapping(const struct pprof_tables *tables, uint64_t id);

/* The numbers of a message's fields 1 to n, into ret[field]; others are skipped. SCRAPE_EFORMAT if it is none. */
int pprof_numbers(const char *bytes, size_t len, uint64_t *ret, unsigned n);

/* Sentences: what stands there makes no sense; there is no memory. */
int pprof_damaged(const struct pprof_tables *tables, const char *at);
int pprof_no_memory(const struct pprof_tables *tables);

#endif
