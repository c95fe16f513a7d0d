/* SPDX-License-Identifier: MIT */
/*
 * pprof: profile.proto (google/pprof, proto/profile.proto), as go tool pprof, Parca, Pyroscope and scrape itself write
 * it.
 *
 * Of the values of a sample that of CPU time is taken, else of other time, else the one that the profile shows first,
 * else the last; what counts bytes is refused. If all are multiples of the period, looks are these multiples, and
 * otherwise microseconds. Labels pid, tid, thread and service become threads and processes again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/proto.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/shown.h"
#include "decode/tell.h"
#include "scrape.h"

#define VALUES_MAX 16
#define TABLE_MAX (16u << 20) /* entries of each table */
#define VALUE_TYPE_MAX 22 /* bytes: two numbers with their tags */
#define FIELDS_SEEN 16    /* to know it by */

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

struct text {
	const char *bytes;
	size_t n;
};

struct text_list {
	struct text *items;
	size_t n, cap;
};

struct function {
	const char *at; /* its bytes */
	uint64_t name, system_name, file, line;
};

struct line {
	const char *at;
	uint64_t function, line;
};

struct location {
	uint64_t address;
	uint32_t first_line, n_lines; /* in lines, innermost first */
	uint32_t frames;              /* where its frames begin in `frames`, told once */
	bool told;
};

struct value_type {
	uint64_t type, unit;
};

struct pprof {
	struct tell tell;
	struct err *err;
	const struct decode_input *input;
	struct text_list strings, samples; /* not read yet */
	VEC(struct function) functions;
	VEC(struct location) locations;
	VEC(struct line) lines;
	VEC(uint32_t) frames;
	struct map function_of, location_of; /* id -> number */
	struct value_type types[VALUES_MAX], period_type;
	size_t n_types, value; /* which of them */
	uint64_t period, time_ns, duration_ns, shown_first, unit_ns;
	uint64_t divisor; /* ns that a look stands for; 0: values are looks */
};

static int damaged(struct pprof *p, const char *at)
{
	return err_set(p->err, SCRAPE_EFORMAT, "byte %zu: it makes no sense as a profile.proto",
		       (size_t)(at - p->input->bytes));
}

static int no_memory(struct pprof *p)
{
	return err_set(p->err, SCRAPE_ENOMEM, "out of memory");
}

/* The numbers of a message's fields up to n; others are skipped. A negative code if it is none. */
static int read_numbers(const char *bytes, size_t len, uint64_t *ret, unsigned n)
{
	struct proto_reader reader = {.at = bytes, .end = bytes + len};
	struct proto_field field;
	int r;

	while ((r = proto_next(&reader, &field)) > 0)
		if (!field.is_bytes && field.number <= n)
			ret[field.number] = field.value;
	return r;
}

static bool text_is(const struct pprof *p, uint64_t string, const char *text)
{
	return string < p->strings.n && p->strings.items[string].n == strlen(text) &&
	       memcmp(p->strings.items[string].bytes, text, p->strings.items[string].n) == 0;
}

static struct text text_of(const struct pprof *p, uint64_t string)
{
	return string < p->strings.n ? p->strings.items[string] : (struct text){"", 0};
}

static int take_bytes(struct pprof *p, struct text_list *list, size_t max, const struct proto_field *field)
{
	struct text *text = list->n < max ? VEC_PUSH(list) : NULL;

	if (!text)
		return no_memory(p);
	*text = (struct text){field->bytes, field->n};
	return 0;
}

static int take_type(struct pprof *p, const struct proto_field *field, struct value_type *ret)
{
	uint64_t numbers[3] = {0};

	if (read_numbers(field->bytes, field->n, numbers, 2) < 0)
		return damaged(p, field->bytes);
	*ret = (struct value_type){numbers[1], numbers[2]};
	return 0;
}

static int take_function(struct pprof *p, const struct proto_field *field)
{
	struct function *function = p->functions.n < TABLE_MAX ? VEC_PUSH(&p->functions) : NULL;
	uint64_t numbers[6] = {0};

	if (!function)
		return no_memory(p);
	if (read_numbers(field->bytes, field->n, numbers, 5) < 0)
		return damaged(p, field->bytes);
	*function = (struct function){field->bytes, numbers[2], numbers[3], numbers[4], numbers[5]};
	return map_put(&p->function_of, numbers[1], (uint32_t)p->functions.n - 1) < 0 ? no_memory(p) : 0;
}

static int take_location(struct pprof *p, const struct proto_field *message)
{
	struct location *location = p->locations.n < TABLE_MAX ? VEC_PUSH(&p->locations) : NULL;
	struct proto_reader reader = {.at = message->bytes, .end = message->bytes + message->n};
	struct proto_field field;
	uint64_t id = 0;
	int r;

	if (!location)
		return no_memory(p);
	location->first_line = (uint32_t)p->lines.n;
	while ((r = proto_next(&reader, &field)) > 0) {
		uint64_t numbers[3] = {0};
		struct line *line;

		if (field.number == 1 && !field.is_bytes)
			id = field.value;
		else if (field.number == 3 && !field.is_bytes)
			location->address = field.value;
		else if (field.number == 4 && field.is_bytes) {
			line = p->lines.n < TABLE_MAX ? VEC_PUSH(&p->lines) : NULL;
			if (!line)
				return no_memory(p);
			if (read_numbers(field.bytes, field.n, numbers, 2) < 0)
				return damaged(p, field.bytes);
			*line = (struct line){field.bytes, numbers[1], numbers[2]};
			location->n_lines++;
		}
	}
	if (r < 0)
		return damaged(p, message->bytes);
	return map_put(&p->location_of, id, (uint32_t)p->locations.n - 1) < 0 ? no_memory(p) : 0;
}

static int take_field(struct pprof *p, const struct proto_field *field)
{
	switch (field->number) {
	case PROFILE_SAMPLE_TYPE:
		if (!field->is_bytes || p->n_types == VALUES_MAX)
			return damaged(p, field->bytes ? field->bytes : p->input->bytes);
		return take_type(p, field, &p->types[p->n_types++]);
	case PROFILE_SAMPLE:
		return field->is_bytes ? take_bytes(p, &p->samples, 4 * TABLE_MAX, field) : 0;
	case PROFILE_LOCATION:
		return field->is_bytes ? take_location(p, field) : 0;
	case PROFILE_FUNCTION:
		return field->is_bytes ? take_function(p, field) : 0;
	case PROFILE_STRING_TABLE:
		return field->is_bytes ? take_bytes(p, &p->strings, TABLE_MAX, field) : 0;
	case PROFILE_PERIOD_TYPE:
		return field->is_bytes ? take_type(p, field, &p->period_type) : 0;
	case PROFILE_TIME_NANOS:
		p->time_ns = field->value;
		return 0;
	case PROFILE_DURATION_NANOS:
		p->duration_ns = field->value <= INT64_MAX ? field->value : 0;
		return 0;
	case PROFILE_PERIOD:
		p->period = field->value;
		return 0;
	case PROFILE_DEFAULT_SAMPLE_TYPE:
		p->shown_first = field->value;
		return 0;
	default:
		return 0;
	}
}

/* What names a string or a function that there is not, now that all are known. No function is one without a name. */
static int check_ids(struct pprof *p)
{
	size_t n = p->strings.n ? p->strings.n : 1;
	uint32_t number;

	VEC_EACH (function, &p->functions)
		if (function->name >= n || function->system_name >= n || function->file >= n)
			return damaged(p, function->at);
	VEC_EACH (line, &p->lines)
		if (line->function && !map_get(&p->function_of, line->function, &number))
			return damaged(p, line->at);
	return 0;
}

static int take_profile(struct pprof *p)
{
	struct proto_reader reader = {.at = p->input->bytes, .end = p->input->bytes + p->input->n};
	struct proto_field field;
	int r = 0, more;

	while ((more = proto_next(&reader, &field)) > 0 && r == 0)
		r = take_field(p, &field);
	if (r == 0 && more < 0)
		r = damaged(p, reader.at);
	return r < 0 ? r : check_ids(p);
}

/* Nanoseconds of a unit of time; 0: it is none. */
static uint64_t unit_ns(const struct pprof *p, uint64_t unit)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"nanoseconds", 1}, {"microseconds", 1000}, {"milliseconds", 1000000}, {"seconds", 1000000000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text_is(p, unit, units[i].name))
			return units[i].ns;
	return 0;
}

/* Which value counts, and what it is. */
static int choose_value(struct pprof *p)
{
	size_t cpu = VALUES_MAX, time = VALUES_MAX, first = VALUES_MAX;
	struct text unit;

	if (p->n_types == 0)
		return err_set(p->err, SCRAPE_EFORMAT, "it does not say what its values are");
	for (size_t i = p->n_types; i-- > 0;) {
		bool is_time = unit_ns(p, p->types[i].unit) > 0;

		time = is_time ? i : time;
		cpu = is_time && text_is(p, p->types[i].type, "cpu") ? i : cpu;
		first = p->shown_first && p->types[i].type == p->shown_first ? i : first;
	}
	p->value = cpu < VALUES_MAX ? cpu : time < VALUES_MAX ? time : first < VALUES_MAX ? first : p->n_types - 1;
	p->unit_ns = unit_ns(p, p->types[p->value].unit);
	unit = text_of(p, p->types[p->value].unit);
	if (p->unit_ns == 0 && !text_is(p, p->types[p->value].unit, "count"))
		return err_set(p->err, SCRAPE_EFORMAT, "it counts %.*s, neither time nor samples",
			       (int)(unit.n < 64 ? unit.n : 64), unit.bytes);
	return 0;
}

/* Calls fn for each number of a field that is packed or not. */
static int each_number(const struct proto_field *field, int (*fn)(void *ctx, uint64_t number), void *ctx)
{
	uint64_t number = 0;
	unsigned shift = 0;
	int r = 0;

	if (!field->is_bytes)
		return fn(ctx, field->value);
	for (size_t i = 0; i < field->n && r == 0; i++) {
		unsigned char byte = (unsigned char)field->bytes[i];

		if (shift > 63)
			return SCRAPE_EFORMAT;
		number |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (byte & 0x80)
			continue;
		r = fn(ctx, number);
		number = shift = 0;
	}
	return r < 0 ? r : shift ? SCRAPE_EFORMAT : 0;
}

/* What a sample says. */
struct sample {
	struct pprof *p;
	VEC(uint32_t) locations; /* numbers, innermost first */
	uint64_t values[VALUES_MAX];
	size_t n_values;
	uint32_t pid, tid;
	struct text service, thread;
};

static int add_location(void *ctx, uint64_t id)
{
	struct sample *sample = ctx;
	uint32_t number, *place;

	if (!map_get(&sample->p->location_of, id, &number))
		return SCRAPE_EFORMAT;
	place = VEC_PUSH(&sample->locations);
	if (!place)
		return SCRAPE_ENOMEM;
	*place = number;
	return 0;
}

static int add_value(void *ctx, uint64_t value)
{
	struct sample *sample = ctx;

	if (sample->n_values == VALUES_MAX)
		return SCRAPE_EFORMAT;
	sample->values[sample->n_values++] = value;
	return 0;
}

static int add_label(struct sample *sample, const struct proto_field *field)
{
	struct pprof *p = sample->p;
	uint64_t numbers[4] = {0};

	if (!field->is_bytes || read_numbers(field->bytes, field->n, numbers, 3) < 0)
		return SCRAPE_EFORMAT;
	if (text_is(p, numbers[1], "pid"))
		sample->pid = (uint32_t)numbers[3];
	else if (text_is(p, numbers[1], "tid"))
		sample->tid = (uint32_t)numbers[3];
	else if (text_is(p, numbers[1], "service"))
		sample->service = text_of(p, numbers[2]);
	else if (text_is(p, numbers[1], "thread"))
		sample->thread = text_of(p, numbers[2]);
	return 0;
}

static int read_sample(struct pprof *p, const struct text *bytes, struct sample *ret)
{
	struct proto_reader reader = {.at = bytes->bytes, .end = bytes->bytes + bytes->n};
	struct proto_field field;
	int r = 0, more;

	ret->p = p;
	ret->locations.n = ret->n_values = ret->pid = ret->tid = 0;
	ret->service = ret->thread = (struct text){"", 0};
	while ((more = proto_next(&reader, &field)) > 0 && r == 0) {
		if (field.number == 1)
			r = each_number(&field, add_location, ret);
		else if (field.number == 2)
			r = each_number(&field, add_value, ret);
		else if (field.number == 3)
			r = add_label(ret, &field);
	}
	if (r == 0 && (more < 0 || ret->n_values != p->n_types))
		r = SCRAPE_EFORMAT;
	if (r == 0 && ret->values[p->value] > INT64_MAX)
		return err_set(p->err, SCRAPE_EFORMAT,
			       "byte %zu: less than nothing: is it a difference of two profiles?",
			       (size_t)(bytes->bytes - p->input->bytes));
	return r == SCRAPE_ENOMEM ? no_memory(p) : r < 0 ? damaged(p, bytes->bytes) : 0;
}

/* How many ns a look stands for: the period, if all values are multiples of it. */
static int choose_period(struct pprof *p, struct sample *sample)
{
	uint64_t period_ns = p->period * unit_ns(p, p->period_type.unit);
	bool whole = period_ns > 0 && 1000000000000ull / period_ns > 0 &&
		     1000000000000ull / period_ns <= SCRAPE_RATE_MAX * 1000ull;
	int r = 0;

	for (size_t i = 0; i < p->samples.n && r == 0 && p->unit_ns > 0 && whole; i++) {
		r = read_sample(p, &p->samples.items[i], sample);
		whole = r == 0 && (unsigned __int128)sample->values[p->value] * p->unit_ns % period_ns == 0;
	}
	p->divisor = p->unit_ns == 0 ? 0 : whole ? period_ns : 1000;
	return r;
}

/* Where the name begins that the module was imported by: "json/decoder.py" of json.decoder, "json/__init__.py" of json.
 */
static size_t short_at(const struct text *file, const char *module, size_t len)
{
	static const char *const ends[] = {".py", "/__init__.py"};

	for (size_t i = 0; i < 2 && len > 0; i++) {
		size_t n = len + strlen(ends[i]), k = 0;
		const char *at = file->bytes + file->n - n;

		if (file->n <= n || at[-1] != '/' || memcmp(at + len, ends[i], n - len) != 0)
			continue;
		while (k < len && (at[k] == module[k] || (at[k] == '/' && module[k] == '.')))
			k++;
		if (k == len)
			return (size_t)(at - file->bytes);
	}
	return lines_base_name(file->bytes, file->n);
}

static struct tell_frame frame_of(const struct pprof *p, const struct line *line)
{
	static const struct function none = {0};
	uint32_t number;
	const struct function *f =
		map_get(&p->function_of, line->function, &number) ? &p->functions.items[number] : &none;
	struct text name = text_of(p, f->name), file = text_of(p, f->file), system = text_of(p, f->system_name);
	struct tell_frame frame = shown_frame(name.bytes, name.n);

	if (file.n > 0) { /* of what has no name the place is shown, and was written as its name */
		bool nameless = name.n > 2 && lines_begins(name.bytes, name.n, " (");

		frame = (struct tell_frame){
			.kind = lines_is_python(file.bytes, file.n) ? STREAM_FRAME_PYTHON : STREAM_FRAME_NATIVE,
			.function = name.bytes,
			.function_len = nameless ? 0 : name.n,
			.file = file.bytes,
			.file_len = file.n,
			.line = line->line < UINT32_MAX ? (uint32_t)line->line : 0,
		};
	}
	frame.first_line = f->line < UINT32_MAX ? (uint32_t)f->line : 0;
	if (system.n > name.n + 1 && system.bytes[system.n - name.n - 1] == '.' &&
	    memcmp(system.bytes + system.n - name.n, name.bytes, name.n) == 0) {
		frame.module = system.bytes;
		frame.module_len = system.n - name.n - 1;
	}
	frame.short_at = file.n == 0 ? 0 : short_at(&file, frame.module, frame.module_len);
	return frame;
}

/* The same as one that the compiler put into its caller. */
static struct tell_frame inlined_frame(const struct pprof *p, const struct line *line, const struct tell_frame *frame)
{
	struct tell_frame inlined = *frame;
	uint32_t number;

	if (map_get(&p->function_of, line->function, &number) &&
	    text_of(p, p->functions.items[number].file).n == 0 && frame->file_len > 0) {
		struct text name = text_of(p, p->functions.items[number].name);

		inlined = (struct tell_frame){.function = name.bytes, .function_len = name.n};
	}
	inlined.kind = STREAM_FRAME_INLINED;
	return inlined;
}

static int push_frame(struct pprof *p, const struct tell_frame *frame)
{
	uint32_t *place = VEC_PUSH(&p->frames);

	return place ? tell_frame(&p->tell, frame, place) : no_memory(p);
}

/* The frames of a location, once. */
static int tell_location(struct pprof *p, struct location *location)
{
	char text[32];
	int r = 0;

	if (location->told)
		return 0;
	location->told = true;
	location->frames = (uint32_t)p->frames.n;
	for (uint32_t i = 0; i < location->n_lines && r == 0; i++) {
		struct tell_frame frame = frame_of(p, &p->lines.items[location->first_line + i]);

		if (i + 1 < location->n_lines) /* without a file it is not shown, but then "f (x)" is no file either */
			frame = inlined_frame(p, &p->lines.items[location->first_line + i], &frame);
		r = push_frame(p, &frame);
	}
	if (location->n_lines == 0) { /* nobody has looked for its symbol */
		int n = snprintf(text, sizeof(text), "0x%llx", (unsigned long long)location->address);

		location->n_lines = 1;
		r = push_frame(p, &(struct tell_frame){
					  .kind = STREAM_FRAME_NATIVE, .function = text, .function_len = (size_t)n});
	}
	return r;
}

static int tell_sample(struct pprof *p, const struct sample *sample)
{
	uint64_t value = sample->values[p->value];
	unsigned __int128 ns = (unsigned __int128)value * p->unit_ns + p->divisor / 2;
	uint64_t looks = p->divisor == 0               ? value
			 : ns / p->divisor < INT64_MAX ? (uint64_t)(ns / p->divisor)
						       : INT64_MAX;
	uint32_t process, thread, node = TELL_ROOT;
	const struct text file = {p->input->name, strlen(p->input->name)};
	const struct text *name = sample->pid || sample->service.n ? &sample->service : &file;
	int r = tell_process(&p->tell, sample->pid, name->bytes, name->n, &process);

	if (r == 0)
		r = tell_thread(&p->tell, process, sample->tid, sample->thread.bytes, sample->thread.n, &thread);
	for (size_t i = sample->locations.n; i-- > 0 && r == 0;) {
		struct location *location = &p->locations.items[sample->locations.items[i]];

		r = tell_location(p, location);
		for (uint32_t k = location->n_lines; k-- > 0 && r == 0;)
			r = tell_child(&p->tell, node, p->frames.items[location->frames + k], &node);
	}
	return r < 0 ? r : tell_in_turn(&p->tell, thread, node, looks);
}

static int tell_all(struct pprof *p, struct sample *sample, struct decode_kind *kind)
{
	uint64_t rate_mhz = p->divisor ? 1000000000000ull / p->divisor : TELL_RATE_UNKNOWN;
	int r;

	if (p->time_ns && p->time_ns <= INT64_MAX)
		kind->from_us = p->time_ns / 1000;
	kind->lasted_us = p->duration_ns / 1000;
	r = tell_begin(&p->tell, p->input->reader, rate_mhz, kind->from_us, p->err);
	tell_lasted(&p->tell, kind->lasted_us);

	for (size_t i = 0; i < p->samples.n && r == 0; i++) {
		r = read_sample(p, &p->samples.items[i], sample);
		if (r == 0)
			r = tell_sample(p, sample);
	}
	return r < 0 ? r : tell_end(&p->tell);
}

/* Most writers begin with what the values are, Go's runtime with the time: so fields of the right kind, and among the
 * first of them what a value is. */
static bool matches(const char *bytes, size_t n)
{
	static const uint64_t messages = 1u << PROFILE_SAMPLE_TYPE | 1u << PROFILE_SAMPLE | 1u << PROFILE_MAPPING |
					 1u << PROFILE_LOCATION | 1u << PROFILE_FUNCTION |
					 1u << PROFILE_STRING_TABLE | 1u << PROFILE_PERIOD_TYPE;
	struct proto_reader reader = {.at = bytes, .end = bytes + n};
	struct proto_field field;
	uint64_t numbers[3];

	for (int i = 0; i < FIELDS_SEEN && proto_next(&reader, &field) > 0; i++) {
		if (field.number > PROTO_FIELD_MAX ||
		    (field.number != PROFILE_COMMENT && field.is_bytes != (messages >> field.number & 1)))
			return false;
		if (field.number == PROFILE_SAMPLE_TYPE)
			return field.n <= VALUE_TYPE_MAX && read_numbers(field.bytes, field.n, numbers, 2) == 0;
	}
	return false;
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	struct pprof p = {.input = input, .err = err};
	struct sample sample = {0};
	int r = take_profile(&p);

	if (r == 0)
		r = choose_value(&p);
	if (r == 0)
		r = choose_period(&p, &sample);
	if (r == 0)
		r = tell_all(&p, &sample, kind);
	tell_deinit(&p.tell);
	VEC_DEINIT(&sample.locations);
	VEC_DEINIT(&p.strings);
	VEC_DEINIT(&p.samples);
	VEC_DEINIT(&p.functions);
	VEC_DEINIT(&p.locations);
	VEC_DEINIT(&p.lines);
	VEC_DEINIT(&p.frames);
	map_deinit(&p.function_of);
	map_deinit(&p.location_of);
	return r;
}

const struct decoder decoder_pprof = {.name = "pprof", .matches = matches, .decode = decode};
