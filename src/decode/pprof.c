/* SPDX-License-Identifier: MIT */
/*
 * pprof: profile.proto (google/pprof, proto/profile.proto), as go tool pprof, Parca, Pyroscope and scrape itself write
 * it.
 *
 * Of the values of a sample that of CPU time is taken, else of other time, else the one that the profile shows first,
 * else the last; what counts bytes is refused. If all are multiples of the period, looks are these multiples, and
 * otherwise microseconds. Labels pid, tid, thread and service become threads and processes again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/proto.h"
#include "decode/decoders.h"
#include "decode/lines.h"
#include "decode/pprof_tables.h"
#include "decode/shown.h"
#include "decode/tell.h"
#include "scrape.h"
#include "stream/module.h"

#define VALUE_TYPE_MAX 22 /* bytes: two numbers with their tags */
#define FIELDS_SEEN 16    /* to know it by */

struct pprof {
	struct pprof_tables tables;
	struct tell tell;
	VEC(uint32_t) frames;
	struct buf module; /* scratch */
	size_t value;     /* which of them counts */
	uint64_t unit_ns; /* of it; 0: it counts looks */
	uint64_t divisor; /* ns that a look stands for; 0: values are looks */
};

static uint64_t unit_ns(const struct pprof *p, uint64_t unit)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"nanoseconds", 1}, {"microseconds", 1000}, {"milliseconds", 1000000}, {"seconds", 1000000000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (pprof_text_is(&p->tables, unit, units[i].name))
			return units[i].ns;
	return 0;
}

/* How much a value is wanted: that of CPU time most. */
static unsigned rank_of(const struct pprof *p, const struct pprof_type *type)
{
	bool is_time = unit_ns(p, type->unit) > 0;

	if (is_time && pprof_text_is(&p->tables, type->type, "cpu"))
		return 3;
	return is_time ? 2 : p->tables.shown_first && type->type == p->tables.shown_first;
}

/* Which value counts, and what it is. */
static int choose_value(struct pprof *p)
{
	const struct pprof_tables *t = &p->tables;
	struct pprof_text unit;
	unsigned best = 1;

	if (t->n_types == 0)
		return err_set(t->err, SCRAPE_EFORMAT, "it does not say what its values are");
	p->value = t->n_types - 1;
	for (size_t i = t->n_types; i-- > 0;) { /* of equal ones the first */
		unsigned rank = rank_of(p, &t->types[i]);

		p->value = rank >= best ? i : p->value;
		best = rank >= best ? rank : best;
	}
	unit = pprof_text(t, t->types[p->value].unit);
	p->unit_ns = unit_ns(p, t->types[p->value].unit);
	if (p->unit_ns == 0 && !pprof_text_is(t, t->types[p->value].unit, "count"))
		return err_set(t->err, SCRAPE_EFORMAT, "it counts %.*s, neither time nor samples",
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
	uint64_t values[PPROF_VALUES_MAX];
	size_t n_values;
	uint32_t pid, tid;
	struct pprof_text service, thread;
};

static int add_location(void *ctx, uint64_t id)
{
	struct sample *sample = ctx;
	uint32_t number, *place;

	if (!map_get(&sample->p->tables.location_of, id, &number))
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

	if (sample->n_values == PPROF_VALUES_MAX)
		return SCRAPE_EFORMAT;
	sample->values[sample->n_values++] = value;
	return 0;
}

static int add_label(struct sample *sample, const struct proto_field *field)
{
	struct pprof *p = sample->p;
	uint64_t numbers[4] = {0};

	if (!field->is_bytes || pprof_numbers(field->bytes, field->n, numbers, 3) < 0)
		return SCRAPE_EFORMAT;
	if (pprof_text_is(&p->tables, numbers[1], "pid"))
		sample->pid = (uint32_t)numbers[3];
	else if (pprof_text_is(&p->tables, numbers[1], "tid"))
		sample->tid = (uint32_t)numbers[3];
	else if (pprof_text_is(&p->tables, numbers[1], "service"))
		sample->service = pprof_text(&p->tables, numbers[2]);
	else if (pprof_text_is(&p->tables, numbers[1], "thread"))
		sample->thread = pprof_text(&p->tables, numbers[2]);
	return 0;
}

static int read_sample(struct pprof *p, const struct pprof_text *bytes, struct sample *ret)
{
	struct proto_reader reader = {.at = bytes->bytes, .end = bytes->bytes + bytes->n};
	struct proto_field field;
	int r = 0, more;

	ret->p = p;
	ret->locations.n = ret->n_values = ret->pid = ret->tid = 0;
	ret->service = ret->thread = (struct pprof_text){"", 0};
	while ((more = proto_next(&reader, &field)) > 0 && r == 0) {
		if (field.number == 1)
			r = each_number(&field, add_location, ret);
		else if (field.number == 2)
			r = each_number(&field, add_value, ret);
		else if (field.number == 3)
			r = add_label(ret, &field);
	}
	if (r == 0 && (more < 0 || ret->n_values != p->tables.n_types))
		r = SCRAPE_EFORMAT;
	if (r == 0 && ret->values[p->value] > INT64_MAX)
		return err_set(p->tables.err, SCRAPE_EFORMAT,
			       "byte %zu: less than nothing: is it a difference of two profiles?",
			       (size_t)(bytes->bytes - p->tables.input->bytes));
	return r == SCRAPE_ENOMEM ? pprof_no_memory(&p->tables) : r < 0 ? pprof_damaged(&p->tables, bytes->bytes) : 0;
}

/* How many ns a look stands for: the period, if all values are multiples of it. */
static int choose_period(struct pprof *p, struct sample *sample)
{
	uint64_t period_ns = p->tables.period * unit_ns(p, p->tables.period_type.unit);
	bool whole = period_ns > 0 && 1000000000000ull / period_ns > 0 &&
		     1000000000000ull / period_ns <= SCRAPE_RATE_MAX * 1000ull;
	int r = 0;

	for (size_t i = 0; i < p->tables.samples.n && r == 0 && p->unit_ns > 0 && whole; i++) {
		r = read_sample(p, &p->tables.samples.items[i], sample);
		whole = r == 0 && (unsigned __int128)sample->values[p->value] * p->unit_ns % period_ns == 0;
	}
	p->divisor = p->unit_ns == 0 ? 0 : whole ? period_ns : 1000;
	return r;
}

/* Where the name begins that the module was imported by: "json/decoder.py" of json.decoder, "json/__init__.py" of json.
 */
static size_t short_at(const struct pprof_text *file, const char *module, size_t len)
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

static struct tell_frame frame_of(const struct pprof *p, const struct pprof_line *line)
{
	static const struct pprof_function none = {0};
	const struct pprof_function *known = pprof_function(&p->tables, line->function), *f = known ? known : &none;
	struct pprof_text name = pprof_text(&p->tables, f->name), file = pprof_text(&p->tables, f->file),
			  system = pprof_text(&p->tables, f->system_name);
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
static struct tell_frame inlined_frame(const struct pprof *p, const struct pprof_line *line,
				       const struct tell_frame *frame)
{
	const struct pprof_function *function = pprof_function(&p->tables, line->function);
	struct tell_frame inlined = *frame;

	if (function && pprof_text(&p->tables, function->file).n == 0 && frame->file_len > 0) {
		struct pprof_text name = pprof_text(&p->tables, function->name);

		inlined = (struct tell_frame){.function = name.bytes, .function_len = name.n};
	}
	inlined.kind = STREAM_FRAME_INLINED;
	return inlined;
}

/* Native code is of the file that is mapped there, which is known by its build id, or is called as its module is. */
static void set_module(struct pprof *p, const struct pprof_location *location, struct tell_frame *frame)
{
	const struct pprof_mapping *mapping = pprof_mapping(&p->tables, location->mapping);
	struct pprof_text file, build_id;
	size_t base, n;

	if (!mapping || (frame->kind != STREAM_FRAME_NATIVE && frame->kind != STREAM_FRAME_INLINED))
		return;
	file = pprof_text(&p->tables, mapping->file);
	build_id = pprof_text(&p->tables, mapping->build_id);
	base = lines_base_name(file.bytes, file.n);
	n = file.n - base;
	if (build_id.n == 0 ||
	    (frame->module_len > 0 && (frame->module_len != n || memcmp(frame->module, file.bytes + base, n) != 0)))
		return;
	buf_reset(&p->module);
	stream_module_add(&p->module, file.bytes, file.n, build_id.bytes, build_id.n);
	frame->module = p->module.data;
	frame->module_len = p->module.len;
}

static int push_frame(struct pprof *p, const struct pprof_location *location, struct tell_frame *frame)
{
	uint32_t *place = VEC_PUSH(&p->frames);

	set_module(p, location, frame);
	return place && !p->module.failed ? tell_frame(&p->tell, frame, place) : pprof_no_memory(&p->tables);
}

/* Of a location whose symbol nobody has looked for. */
static int push_unnamed(struct pprof *p, const struct pprof_location *location)
{
	const struct pprof_mapping *m = pprof_mapping(&p->tables, location->mapping);
	struct pprof_text file = pprof_text(&p->tables, m ? m->file : 0),
			  build_id = pprof_text(&p->tables, m ? m->build_id : 0);
	struct tell_frame frame = {.kind = STREAM_FRAME_NATIVE,
				   .file = file.bytes,
				   .file_len = file.n,
				   .short_at = lines_base_name(file.bytes, file.n)};
	struct buf text = BUF_INIT;
	int r;

	if (file.n > 0)
		stream_module_address(&text, file.bytes, file.n, build_id.bytes, build_id.n,
				      location->address - m->start + m->offset);
	else
		buf_fmt(&text, "0x%" PRIx64, location->address);
	frame.function = text.data;
	frame.function_len = text.len;
	r = text.failed ? pprof_no_memory(&p->tables) : push_frame(p, location, &frame);
	buf_deinit(&text);
	return r;
}

/* The frames of a location, once. */
static int tell_location(struct pprof *p, struct pprof_location *location)
{
	int r = 0;

	if (location->told)
		return 0;
	location->told = true;
	location->frames = (uint32_t)p->frames.n;
	for (uint32_t i = 0; i < location->n_lines && r == 0; i++) {
		struct tell_frame frame = frame_of(p, &p->tables.lines.items[location->first_line + i]);

		if (i + 1 < location->n_lines) /* without a file it is not shown, but then "f (x)" is no file either */
			frame = inlined_frame(p, &p->tables.lines.items[location->first_line + i], &frame);
		r = push_frame(p, location, &frame);
	}
	if (location->n_lines == 0) {
		location->n_lines = 1;
		r = push_unnamed(p, location);
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
	const struct pprof_text file = {p->tables.input->name, strlen(p->tables.input->name)};
	const struct pprof_text *name = sample->pid || sample->service.n ? &sample->service : &file;
	int r = tell_process(&p->tell, sample->pid, name->bytes, name->n, &process);

	if (r == 0)
		r = tell_thread(&p->tell, process, sample->tid, sample->thread.bytes, sample->thread.n, &thread);
	for (size_t i = sample->locations.n; i-- > 0 && r == 0;) {
		struct pprof_location *location = &p->tables.locations.items[sample->locations.items[i]];

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

	if (p->tables.time_ns && p->tables.time_ns <= INT64_MAX)
		kind->from_us = p->tables.time_ns / 1000;
	kind->lasted_us = p->tables.duration_ns / 1000;
	r = tell_begin(&p->tell, p->tables.input->reader, rate_mhz, kind->from_us, p->tables.err);
	tell_lasted(&p->tell, kind->lasted_us);

	for (size_t i = 0; i < p->tables.samples.n && r == 0; i++) {
		r = read_sample(p, &p->tables.samples.items[i], sample);
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
			return field.n <= VALUE_TYPE_MAX && pprof_numbers(field.bytes, field.n, numbers, 2) == 0;
	}
	return false;
}

static int decode(const struct decode_input *input, struct decode_kind *kind, struct err *err)
{
	struct pprof p = {.tables = {.input = input, .err = err}};
	struct sample sample = {0};
	int r = pprof_tables_read(&p.tables);

	if (r == 0)
		r = choose_value(&p);
	if (r == 0)
		r = choose_period(&p, &sample);
	if (r == 0)
		r = tell_all(&p, &sample, kind);
	tell_deinit(&p.tell);
	VEC_DEINIT(&sample.locations);
	VEC_DEINIT(&p.frames);
	buf_deinit(&p.module);
	pprof_tables_deinit(&p.tables);
	return r;
}

const struct decoder decoder_pprof = {.name = "pprof", .matches = matches, .decode = decode};
