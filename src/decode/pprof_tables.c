/* SPDX-License-Identifier: MIT */
/* pprof_tables: from bytes to tables. */
#include "decode/pprof_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/proto.h"
#include "decode/decode.h"
#include "scrape.h"

#define TABLE_MAX (16u << 20) /* entries of each table */

int pprof_damaged(const struct pprof_tables *t, const char *at)
{
	return err_set(t->err, SCRAPE_EFORMAT, "byte %zu: it makes no sense as a profile.proto",
		       (size_t)(at - t->input->bytes));
}

int pprof_no_memory(const struct pprof_tables *t)
{
	return err_set(t->err, SCRAPE_ENOMEM, "out of memory");
}

int pprof_numbers(const char *bytes, size_t len, uint64_t *ret, unsigned n)
{
	struct proto_reader reader = {.at = bytes, .end = bytes + len};
	struct proto_field field;
	int r;

	while ((r = proto_next(&reader, &field)) > 0)
		if (!field.is_bytes && field.number <= n)
			ret[field.number] = field.value;
	return r;
}

bool pprof_text_is(const struct pprof_tables *t, uint64_t string, const char *text)
{
	return string < t->strings.n && t->strings.items[string].n == strlen(text) &&
	       memcmp(t->strings.items[string].bytes, text, t->strings.items[string].n) == 0;
}

struct pprof_text pprof_text(const struct pprof_tables *t, uint64_t string)
{
	return string < t->strings.n ? t->strings.items[string] : (struct pprof_text){"", 0};
}

const struct pprof_function *pprof_function(const struct pprof_tables *t, uint64_t id)
{
	uint32_t number;

	return id && map_get(&t->function_of, id, &number) ? &t->functions.items[number] : NULL;
}

const struct pprof_mapping *pprof_mapping(const struct pprof_tables *t, uint64_t id)
{
	uint32_t number;

	return id && map_get(&t->mapping_of, id, &number) ? &t->mappings.items[number] : NULL;
}

static int take_bytes(struct pprof_tables *t, struct pprof_texts *list, size_t max, const struct proto_field *field)
{
	struct pprof_text *text = list->n < max ? VEC_PUSH(list) : NULL;

	if (!text)
		return pprof_no_memory(t);
	*text = (struct pprof_text){field->bytes, field->n};
	return 0;
}

static int take_type(struct pprof_tables *t, const struct proto_field *field, struct pprof_type *ret)
{
	uint64_t numbers[3] = {0};

	if (pprof_numbers(field->bytes, field->n, numbers, 2) < 0)
		return pprof_damaged(t, field->bytes);
	*ret = (struct pprof_type){numbers[1], numbers[2]};
	return 0;
}

static int take_mapping(struct pprof_tables *t, const struct proto_field *field)
{
	struct pprof_mapping *mapping = t->mappings.n < TABLE_MAX ? VEC_PUSH(&t->mappings) : NULL;
	uint64_t numbers[7] = {0};

	if (!mapping)
		return pprof_no_memory(t);
	if (pprof_numbers(field->bytes, field->n, numbers, 6) < 0)
		return pprof_damaged(t, field->bytes);
	*mapping = (struct pprof_mapping){field->bytes, numbers[2], numbers[4], numbers[5], numbers[6]};
	return map_put(&t->mapping_of, numbers[1], (uint32_t)t->mappings.n - 1) < 0 ? pprof_no_memory(t) : 0;
}

static int take_function(struct pprof_tables *t, const struct proto_field *field)
{
	struct pprof_function *function = t->functions.n < TABLE_MAX ? VEC_PUSH(&t->functions) : NULL;
	uint64_t numbers[6] = {0};

	if (!function)
		return pprof_no_memory(t);
	if (pprof_numbers(field->bytes, field->n, numbers, 5) < 0)
		return pprof_damaged(t, field->bytes);
	*function = (struct pprof_function){field->bytes, numbers[2], numbers[3], numbers[4], numbers[5]};
	return map_put(&t->function_of, numbers[1], (uint32_t)t->functions.n - 1) < 0 ? pprof_no_memory(t) : 0;
}

static int take_location(struct pprof_tables *t, const struct proto_field *message)
{
	struct pprof_location *location = t->locations.n < TABLE_MAX ? VEC_PUSH(&t->locations) : NULL;
	struct proto_reader reader = {.at = message->bytes, .end = message->bytes + message->n};
	struct proto_field field;
	uint64_t id = 0;
	int r;

	if (!location)
		return pprof_no_memory(t);
	location->first_line = (uint32_t)t->lines.n;
	while ((r = proto_next(&reader, &field)) > 0) {
		uint64_t numbers[3] = {0};
		struct pprof_line *line;

		if (field.number == 1 && !field.is_bytes)
			id = field.value;
		else if (field.number == 2 && !field.is_bytes)
			location->mapping = field.value;
		else if (field.number == 3 && !field.is_bytes)
			location->address = field.value;
		else if (field.number == 4 && field.is_bytes) {
			line = t->lines.n < TABLE_MAX ? VEC_PUSH(&t->lines) : NULL;
			if (!line)
				return pprof_no_memory(t);
			if (pprof_numbers(field.bytes, field.n, numbers, 2) < 0)
				return pprof_damaged(t, field.bytes);
			*line = (struct pprof_line){field.bytes, numbers[1], numbers[2]};
			location->n_lines++;
		}
	}
	if (r < 0)
		return pprof_damaged(t, message->bytes);
	return map_put(&t->location_of, id, (uint32_t)t->locations.n - 1) < 0 ? pprof_no_memory(t) : 0;
}

static int take_field(struct pprof_tables *t, const struct proto_field *field)
{
	switch (field->number) {
	case PROFILE_SAMPLE_TYPE:
		if (!field->is_bytes || t->n_types == PPROF_VALUES_MAX)
			return pprof_damaged(t, field->bytes ? field->bytes : t->input->bytes);
		return take_type(t, field, &t->types[t->n_types++]);
	case PROFILE_SAMPLE:
		return field->is_bytes ? take_bytes(t, &t->samples, 4 * TABLE_MAX, field) : 0;
	case PROFILE_MAPPING:
		return field->is_bytes ? take_mapping(t, field) : 0;
	case PROFILE_LOCATION:
		return field->is_bytes ? take_location(t, field) : 0;
	case PROFILE_FUNCTION:
		return field->is_bytes ? take_function(t, field) : 0;
	case PROFILE_STRING_TABLE:
		return field->is_bytes ? take_bytes(t, &t->strings, TABLE_MAX, field) : 0;
	case PROFILE_PERIOD_TYPE:
		return field->is_bytes ? take_type(t, field, &t->period_type) : 0;
	case PROFILE_TIME_NANOS:
		t->time_ns = field->value;
		return 0;
	case PROFILE_DURATION_NANOS:
		t->duration_ns = field->value <= INT64_MAX ? field->value : 0;
		return 0;
	case PROFILE_PERIOD:
		t->period = field->value;
		return 0;
	case PROFILE_DEFAULT_SAMPLE_TYPE:
		t->shown_first = field->value;
		return 0;
	default:
		return 0;
	}
}

/* What names a string or a function that there is not, now that all are known. 0 names none. */
static int check_ids(struct pprof_tables *t)
{
	size_t n = t->strings.n ? t->strings.n : 1;

	VEC_EACH (mapping, &t->mappings)
		if (mapping->file >= n || mapping->build_id >= n)
			return pprof_damaged(t, mapping->at);
	VEC_EACH (function, &t->functions)
		if (function->name >= n || function->system_name >= n || function->file >= n)
			return pprof_damaged(t, function->at);
	VEC_EACH (line, &t->lines)
		if (line->function && !pprof_function(t, line->function))
			return pprof_damaged(t, line->at);
	return 0;
}

int pprof_tables_read(struct pprof_tables *t)
{
	struct proto_reader reader = {.at = t->input->bytes, .end = t->input->bytes + t->input->n};
	struct proto_field field;
	int r = 0, more;

	while ((more = proto_next(&reader, &field)) > 0 && r == 0)
		r = take_field(t, &field);
	if (r == 0 && more < 0)
		r = pprof_damaged(t, reader.at);
	return r < 0 ? r : check_ids(t);
}

/* Nanoseconds of a unit of time; 0: it is none. */

void pprof_tables_deinit(struct pprof_tables *t)
{
	VEC_DEINIT(&t->strings);
	VEC_DEINIT(&t->samples);
	VEC_DEINIT(&t->mappings);
	VEC_DEINIT(&t->functions);
	VEC_DEINIT(&t->locations);
	VEC_DEINIT(&t->lines);
	map_deinit(&t->mapping_of);
	map_deinit(&t->function_of);
	map_deinit(&t->location_of);
}
