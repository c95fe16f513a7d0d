/* SPDX-License-Identifier: MIT */
/* What other tools write is read as a recording of the same would be; what scrape writes comes back as it was. */
#include "support/stream_maker.h"

#include "base/expression.h"
#include "base/proto.h"
#include "decode/decode.h"
#include "encode/encoder.h"
#include "profile/wanted.h"

#define SEEDS 300

static struct err error;
static struct decode_kind kind;

/* A new profile of these bytes; the code. */
static int decode(const void *data, size_t n)
{
	const struct decode_input input = {
		.bytes = data, .n = n, .start_us = START_US, .name = "file", .reader = &reader};

	begin_test();
	return decode_bytes(&input, &kind, &error);
}

/* The folded lines of a text, or its sentence. */
static const char *read_text(const char *text)
{
	return decode(text, strlen(text)) < 0 ? error.text : ask(&(struct profile_query){0});
}

static const char *read_actors(const char *text)
{
	return decode(text, strlen(text)) < 0
		       ? error.text
		       : ask(&(struct profile_query){.split_targets = true, .split_threads = true});
}

START_TEST(folded_texts)
{
	static const char text[] = "[gc] 5\n[x] () 6\na b;c (d) (x.py:3) 2\n"
				   "main;std::f(int);(anonymous namespace)::g 3\nmain;x () 9\n"
				   "main (app.py:3) 4\nmain (app.py:3);f (lib.so) 1\nz (a.c:7, inlined) 8\n";

	ck_assert_str_eq(read_text(text), text);
	ck_assert_str_eq(kind.name, "folded");
	ck_assert(!kind.times);
	ck_assert_str_eq(read_text("# comment\n\na 1\r\na 2"), "a 3\n");
	ck_assert_str_eq(read_text("a 0\nb 1\n"), "b 1\n");
	ck_assert_str_eq(read_text("a 1\n 2\n"), "[unknown] 2\na 1\n"); /* py-spy has empty stacks */
	ck_assert_str_eq(read_text(";a;;b 1\n"), "a;b 1\n");
	ck_assert_uint_eq(name_of("a")->kind, TREE_NATIVE);
	ck_assert_str_eq(read_text("main (app.py:3);f (lib.so) 1\n"), "main (app.py:3);f (lib.so) 1\n");
	ck_assert_str_eq(name_of("main (app.py:3)")->function, "main");
	ck_assert_str_eq(name_of("main (app.py:3)")->file, "app.py");
	ck_assert_uint_eq(name_of("main (app.py:3)")->line, 3);
	ck_assert_uint_eq(name_of("main (app.py:3)")->kind, TREE_PYTHON);
	end_test();
}
END_TEST

/* Processes and threads in front of every stack are such, elsewhere they are frames. */
START_TEST(folded_actors)
{
	static const char both[] = "(pid 7);thread (tid 8);a 1\nweb (x) (pid 42);thread main (tid 43);a 2\n";

	ck_assert_str_eq(read_actors(both), both);
	ck_assert_str_eq(read_text(both), "a 3\n");
	ck_assert_str_eq(
		read_actors("process 42:\"python3 app.py\";thread (43): main;a 1\n"
			    "process 42:\"python3 app.py\";thread (44);a 2\n"),
		"python3 app.py (pid 42);thread (tid 44);a 2\npython3 app.py (pid 42);thread main (tid 43);a 1\n");
	ck_assert_str_eq(read_text("web (pid 42);a 1\nb 2\n"), "b 2\nweb (pid 42);a 1\n");
	ck_assert_str_eq(read_actors("web (pid 42);a 1\n"), "web (pid 42);a 1\n");
	ck_assert_str_eq(read_text("web (pid 42);x(tid 3);a 1\n"), "x(tid 3);a 1\n");
	ck_assert_str_eq(read_actors("thread (tid 3);a 1\nthread b (tid 4);a 1\n"),
			 "file;thread (tid 3);a 1\nfile;thread b (tid 4);a 1\n");
	ck_assert_str_eq(read_text("thread (tid 3);a 1\na 1\n"), "a 1\nthread (tid 3);a 1\n");
	end_test();
}
END_TEST

START_TEST(austin_texts)
{
	static const char text[] = "# austin: 3.7.0\n# interval: 100\n# mode: wall\n\n"
				   "P42;T0:43;/srv/app.py:main:3;/srv/app.py:work:9 700\n"
				   "P42;T44;/srv/app.py:main:3 300\nP42;T44;:GC: 5\n\n# duration: 1\n";

	ck_assert_str_eq(read_actors(text), "(pid 42);thread (tid 43);main (app.py:3);work (app.py:9) 700\n"
					    "(pid 42);thread (tid 44);:GC: 5\n"
					    "(pid 42);thread (tid 44);main (app.py:3) 300\n");
	ck_assert_str_eq(kind.name, "Austin");
	ck_assert_str_eq(read_text("P1;T0x1f;a.py:f:1 10,0,99\nP1;T0x1f;a.py:g:2 90,1,-4\n"), "f (a.py:1) 10\n");
	ck_assert_str_eq(read_text("# austin: 3\n# mode: memory\nP1;T1;a.py:f:1 10\n"),
			 "line 2: it counts bytes, not time");
	ck_assert_str_eq(read_text("P1;T1;a.py:f:1 10,2,3\n"), "line 1: there is no time at its end");
	ck_assert_str_eq(read_text("P1;T1;a.py:f:1 10,1\n"), "line 1: there is no time at its end");
	ck_assert_str_eq(read_text("P1;T1;a.py:f:1 1\nP1;T0:0x1g;a.py:f:1 1\n"),
			 "line 2: it does not begin with a process and a thread");
	ck_assert_str_eq(read_text("P1;T1;a.py:f:1 10\nP1;a 1\n"),
			 "line 2: it does not begin with a process and a thread");
	end_test();
}
END_TEST

START_TEST(collapsed_texts)
{
	ck_assert_str_eq(read_actors("tid:43;/srv/app.py:main:3;/srv/app.py:work:9 7\ntid:44;/srv/app.py:main:3 1\n"),
			 "file;thread (tid 43);main (app.py:3);work (app.py:9) 7\n"
			 "file;thread (tid 44);main (app.py:3) 1\n");
	ck_assert_str_eq(read_text("tid:43;app.py:main:3 7\nx 1\n"), "line 2: it does not begin with a thread");
	end_test();
}
END_TEST

START_TEST(perf_texts)
{
	static const char text[] = "# ========\n# captured on: x\n#\n"
				   "my app 42/43 [001]  5120.250000:   10000000 cpu-clock:pppH: \n"
				   "\t    7f0a1b2c3d4e PyEval_EvalFrame+0x1e (/usr/lib/libpython3.12.so)\n"
				   "\t    5620a0b1c2d3 py::main:/srv/app.py (/tmp/perf-42.map)\n"
				   "\n"
				   "my app 42/43  5120.260000:   10000000 cpu-clock: \n"
				   "\t               1 main (/srv/app.py:3)\n"
				   "\n"
				   "my app 42 [000] 5120.280: task-clock:u:\n"
				   "\t7f0a1b2c3d4e [unknown] ([unknown])\n\n";

	ck_assert_str_eq(read_actors(text),
			 "my app (pid 42);thread (tid 42);[unknown] () 1\n"
			 "my app (pid 42);thread (tid 43);main (app.py);PyEval_EvalFrame (libpython3.12.so) 1\n"
			 "my app (pid 42);thread (tid 43);main (app.py:3) 1\n");
	ck_assert(kind.times);
	ck_assert_str_eq(read_text("a 1/1 5.1: x:\n\t1 f (m)\n\nb 2/2 5.2: x:\n\tnot a frame\n"),
			 "line 5: it is no frame: address, symbol and (file)");
	ck_assert_str_eq(read_text("a 1/1 5.1: x:\n\t1 f (m)\n\nb 2/2: x:\n"),
			 "line 4: it is no head of a sample: command, pid/tid, time, event");
	ck_assert_str_eq(read_text("a 1/1 5.1: x:\n\t1 f (m)"), "f (m) 1\n");
	/* as real ones of perf 6.1: without -g, a tracepoint, what was inlined, -F without event or dso, two events */
	ck_assert_str_eq(read_actors("        python3  1950  7883.635619:    5025125 task-clock:      7fa4 f+0xb0d (/l/m.so)\n"
				     "      my python  17  7883.640704:    5025125 task-clock:      7f65 g+0x5d9e (/l/m.so)\n"),
			 "my python (pid 17);thread (tid 17);g (m.so) 1\npython3 (pid 1950);thread (tid 1950);f (m.so) 1\n");
	ck_assert_str_eq(read_text("x 9 [000]  8024.626045: sched:sched_switch: prev_comm=x prev_prio=120 ==> next=a b\n"
				   "\tff82 __schedule+0x628 ([kernel.kallsyms])\n\t1 g (inlined)\n\t1 f (m)\n\n"
				   "x 9 [000]  8024.626045: sched:sched_waking: comm=x\n\tff82 h ([kernel.kallsyms])\n\n"),
			 "f (m);g;__schedule ([kernel.kallsyms]) 1\n");
	ck_assert_str_eq(read_text("x  9  8026.072870: \n\tfac4 f (m)\n\nx  9  8026.1: \n\tfac4 g\n\n"), "f (m) 1\ng 1\n");
	ck_assert_str_eq(read_text("x 9 1.1: 1 faults:\n\t1 f (m)\n\nx 9 1.2: 250000 cpu-clock:\n\t1 g (m)\n\n"),
			 "g (m) 1\n");
	ck_assert_str_eq(read_text("x 9 1.1: a: b 7\n"), "x 9 1.1: a: b 7\n");
	end_test();
}
END_TEST

/* A profile.proto as Go's runtime writes it, the time first; of one sample, whose function has this name. */
static void make_pprof(struct buf *out, uint64_t name, uint64_t function, uint64_t value)
{
	static const char *const table[] = {"", "cpu", "nanoseconds", "main.work", "/src/main.go"};
	const uint64_t id = 1;
	struct buf type = BUF_INIT, sample = BUF_INIT, message = BUF_INIT, line = BUF_INIT;

	buf_reset(out);
	proto_uint(out, 9, START_US * 1000);
	proto_uint(&type, 1, 1);
	proto_uint(&type, 2, 2);
	proto_bytes(out, 1, type.data, type.len);
	proto_bytes(out, 11, type.data, type.len);
	proto_uint(out, 12, 10000000);
	proto_packed(&sample, 1, &id, 1);
	proto_packed(&sample, 2, &value, 1);
	proto_bytes(out, 2, sample.data, sample.len);
	proto_uint(&line, 1, function);
	proto_uint(&line, 2, 7);
	proto_uint(&message, 1, 1);
	proto_bytes(&message, 4, line.data, line.len);
	proto_bytes(out, 4, message.data, message.len);
	buf_reset(&message);
	proto_uint(&message, 1, 1);
	proto_uint(&message, 2, name);
	proto_uint(&message, 4, 4);
	proto_bytes(out, 5, message.data, message.len);
	for (size_t i = 0; i < 5; i++)
		proto_bytes(out, 6, table[i], strlen(table[i]));
	proto_uint(out, 10, 2500000000);
	buf_deinit(&type);
	buf_deinit(&sample);
	buf_deinit(&message);
	buf_deinit(&line);
}

static const char *read_pprof(uint64_t name, uint64_t function, uint64_t value)
{
	struct buf file = BUF_INIT;
	int code;

	make_pprof(&file, name, function, value);
	code = decode(file.data, file.len);
	buf_deinit(&file);
	return code < 0 ? error.text : ask(&(struct profile_query){0});
}

/* What is counted is named whole, or its first 64 bytes. */
START_TEST(pprof_of_bytes)
{
	struct buf file = BUF_INIT, type = BUF_INIT;
	char unit[65];

	snprintf(unit, sizeof(unit), "%064d", 7);
	proto_uint(&type, 2, 1);
	proto_bytes(&file, 1, type.data, type.len);
	proto_bytes(&file, 6, "", 0);
	proto_bytes(&file, 6, unit, strlen(unit));
	ck_assert_int_eq(decode(file.data, file.len), SCRAPE_EFORMAT);
	ck_assert_ptr_nonnull(strstr(error.text, unit));
	buf_deinit(&file);
	buf_deinit(&type);
	end_test();
}
END_TEST

START_TEST(pprof_of_others)
{
	ck_assert_str_eq(read_pprof(3, 1, 50000000), "main.work (main.go:7) 5\n");
	ck_assert_str_eq(kind.name, "pprof");
	ck_assert_uint_eq(kind.from_us, START_US);
	ck_assert_uint_eq(kind.lasted_us, 2500000);
	ck_assert_uint_eq(tree.meta.duration_ns, 2500000000);
	ck_assert_str_eq(read_pprof(5, 1, 50000000), "byte 50: it makes no sense as a profile.proto");
	ck_assert_str_eq(read_pprof(3, 2, 50000000), "byte 44: it makes no sense as a profile.proto");
	ck_assert_str_eq(read_pprof(3, 1, (uint64_t)-10000000),
			 "byte 29: less than nothing: is it a difference of two profiles?");
	end_test();
}
END_TEST

static void add_mapping(struct buf *out, uint64_t id, uint64_t start, uint64_t file, uint64_t build_id)
{
	struct buf message = BUF_INIT;

	proto_uint(&message, 1, id);
	proto_uint(&message, 2, start);
	proto_uint(&message, 4, 0x1000);
	proto_uint(&message, 5, file);
	proto_uint(&message, 6, build_id);
	proto_bytes(out, 3, message.data, message.len);
	buf_deinit(&message);
}

/* A stack of one location without a symbol. */
static void add_address(struct buf *out, uint64_t id, uint64_t mapping, uint64_t address)
{
	struct buf message = BUF_INIT;
	const uint64_t value = 1;

	proto_uint(&message, 1, id);
	proto_uint(&message, 2, mapping);
	proto_uint(&message, 3, address);
	proto_bytes(out, 4, message.data, message.len);
	buf_reset(&message);
	proto_packed(&message, 1, &id, 1);
	proto_packed(&message, 2, &value, 1);
	proto_bytes(out, 2, message.data, message.len);
	buf_deinit(&message);
}

/* Code without symbols is called by the file that is mapped there, and who has a build id keeps it. */
START_TEST(pprof_of_addresses)
{
	static const char *const table[] = {"", "samples", "count", "/usr/lib/libx.so", "0123456789abcdef", "liby.so", "no id"};
	static const char shown[] = "0x2a 1\n[libx.so@01234567]+0x1234 (libx.so) 1\n[liby.so]+0x1004 (liby.so) 1\n";
	struct buf file = BUF_INIT, type = BUF_INIT;

	proto_uint(&type, 1, 1);
	proto_uint(&type, 2, 2);
	proto_bytes(&file, 1, type.data, type.len);
	add_mapping(&file, 1, 0x7f0000000000, 3, 4);
	add_mapping(&file, 2, 0x400000, 5, 6);
	add_address(&file, 1, 1, 0x7f0000000234);
	add_address(&file, 2, 2, 0x400004);
	add_address(&file, 3, 9, 0x2a); /* nothing is mapped as 9 */
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		proto_bytes(&file, 6, table[i], strlen(table[i]));
	for (int again = 0; again < 2; again++) {
		ck_assert_int_eq(decode(file.data, file.len), 0);
		ck_assert_str_eq(ask(&(struct profile_query){0}), shown);
		ck_assert_str_eq(name_of("[libx.so@01234567]+0x1234 (libx.so)")->module, "libx.so");
		ck_assert_str_eq(name_of("[libx.so@01234567]+0x1234 (libx.so)")->build_id, "0123456789abcdef");
		ck_assert_str_eq(name_of("[liby.so]+0x1004 (liby.so)")->build_id, "");
		buf_reset(&file);
		ck_assert_int_eq(encoder_by_name("pprof")->encode(&tree, &file), 0);
	}
	buf_deinit(&file);
	buf_deinit(&type);
	end_test();
}
END_TEST

START_TEST(what_it_is)
{
	static const unsigned char cut[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

	ck_assert_str_eq(read_text(""), "it is empty");
	ck_assert_ptr_nonnull(strstr(read_text("hello world\n"), "neither a recording nor"));
	ck_assert_int_eq(decode(cut, sizeof(cut)), SCRAPE_EFORMAT);
	ck_assert_str_eq(error.text, "it is gzipped, and damaged or cut off");
	ck_assert_str_eq(read_text("a 1\nb x\n"), "line 2: there is no number at its end");
	ck_assert_str_eq(read_text("a 1\nb 99999999999999999999\n"), "line 2: there is no number at its end");
	ck_assert_str_eq(read_text("a 9223372036854775807\nb 9223372036854775807\n"),
			 "line 1: the numbers are too large");
	ck_assert_str_eq(read_text("a 274877906944\nb 1\n"), "a 274877906944\nb 1\n");
	ck_assert_str_eq(read_text("a 4000000000000000\nb 1\n"), "a 4000000000000000\nb 1\n");
	ck_assert_str_eq(read_text("a 4000000000000000\nb 1000000000000000\n"), "line 2: the numbers are too large");
	end_test();
}
END_TEST

/* Looks with times are in slices as those of a recording, by which an interval cuts. */
START_TEST(windows)
{
	static const char text[] = "a 1/1 100.5: x:\n\t1 f (m)\n\na 1/1 101.5: x:\n\t1 g (m)\n\n"
				   "a 1/1 130.5: x:\n\t1 h (m)\n\na 1/1 131.0: x:\n\t1 f (m)\n\n";
	static const struct {
		struct profile_window window;
		const char *lines;
	} cases[] = {
		{{0, 0, false, false}, "f (m) 2\ng (m) 1\nh (m) 1\n"},
		{{20000000, 0, true, false}, "f (m) 1\nh (m) 1\n"},
		{{0, 10000000, false, true}, "f (m) 1\ng (m) 1\n"},
		{{40000000, 0, true, false}, ""},
		{{12000000, 19000000, true, true}, ""},
	};
	const struct decode_input input = {
		.bytes = text, .n = strlen(text), .start_us = START_US, .name = "file", .reader = &reader};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_test();
		profile_set_window(p, &cases[i].window);
		ck_assert_msg(decode_bytes(&input, &kind, &error) == 0, "%s", error.text);
		ck_assert_str_eq(ask(&(struct profile_query){0}), cases[i].lines);
	}
	end_test();
}
END_TEST

/* As deep as a stack may be, and one deeper. */
START_TEST(depth)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < SCRAPE_DEPTH_MAX - 1; i++)
		buf_str(&text, "a;");
	buf_str(&text, "a 1\n");
	ck_assert_int_eq(decode(text.data, text.len), 0);
	buf_reset(&text);
	for (int i = 0; i < SCRAPE_DEPTH_MAX; i++)
		buf_str(&text, "a;");
	buf_str(&text, "a 1\n");
	ck_assert_int_eq(decode(text.data, text.len), SCRAPE_ELIMIT);
	ck_assert_str_eq(error.text, "line 1: a stack has more than 16384 frames");
	buf_deinit(&text);
	end_test();
}
END_TEST

static uint32_t chance(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % n;
}

/* A profile of several processes with names as a hostile program would choose them. */
static void put_random(uint64_t seed)
{
	static const char *const names[] = {
		"main",
		"",
		"[gc]",
		"[x]",
		"a b",
		"f (x)",
		"g (y.py:7)",
		"(z)",
		") (",
		"x (pid 9)",
		"thread t (tid 4)",
		"7",
		"a:b:3",
		"\xd7\xa9",
		"<module>",
		"{\"a\": 1}",
		"f () ()",
		"+0x1",
		"#",
		"# x: 3",
		"long_long_long_long_long_long_long",
	};
	static const char *const files[] = {
		"", "/srv/app.py", "/usr/lib/json/decoder.py", "lib (x).so", "a:3", "<frozen os>", "x, inlined"};
	uint64_t nodes[64] = {0}, looks[6] = {0};
	uint32_t n_nodes_here = 1;

	begin_test();
	for (uint32_t t = 0; t < 6; t++) {
		if (t % 2 == 0)
			put_target(t / 2, 40 + t, names[chance(&seed, 21)]);
		put_thread(t, t / 2, 50 + t, names[chance(&seed, 21)]);
	}
	for (; n_nodes_here < 64; n_nodes_here++) {
		const char *file = files[chance(&seed, 7)];
		uint32_t line = chance(&seed, 3) ? chance(&seed, 900) : 0, parent = chance(&seed, n_nodes_here);
		enum stream_frame_kind kinds[] = {STREAM_FRAME_PYTHON, STREAM_FRAME_NATIVE, STREAM_FRAME_INLINED};
		enum stream_frame_kind one = kinds[chance(&seed, parent ? 3 : 2)]; /* what is inlined has a caller */

		nodes[n_nodes_here] = put_node(
			nodes[parent], put_frame_of(one, names[chance(&seed, 21)], file, 0, file[0] ? line : 0, line));
	}
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t t = chance(&seed, 6);
		uint64_t n = 1 + chance(&seed, 50);

		put_looks(t, nodes[1 + chance(&seed, 63)], SCRAPE_ON_CPU, n);
		looks[t] += n;
	}
	for (uint32_t t = 0; t < 6; t++)
		put_times(t, (double)looks[t] / 100, (double)looks[t] / 100);
	put_slice_end(1000);
	feed();
}

static const struct profile_query apart = {.split_targets = true, .split_threads = true, .full_filenames = true};

/* The first line that differs is told: all of them are too many. */
static void check_lines(const char *a, const char *b, const char *what)
{
	size_t same = 0, begin;

	while (a[same] && a[same] == b[same])
		same++;
	for (begin = same; begin > 0 && a[begin - 1] != '\n';)
		begin--;
	ck_assert_msg(a[same] == b[same], "%s: \"%.*s\" became \"%.*s\"", what, (int)strcspn(a + begin, "\n"),
		      a + begin, (int)strcspn(b + begin, "\n"), b + begin);
}

/* Encoded, read again and shown in the same way: the same lines. Folded cannot keep a ; in a name. */
static void check_round_trip(const char *format)
{
	struct buf file = BUF_INIT, before = BUF_INIT;
	struct profile_query named = apart;

	buf_str(&before, ask(&apart));
	ck_assert_int_eq(encoder_by_name(format)->encode(&tree, &file), 0);
	ck_assert_msg(decode(file.data, file.len) == 0, "%s: %s", format, error.text);
	(void)ask(&named);
	check_lines(buf_cstr(&before), buf_cstr(&folded), format);
	buf_deinit(&file);
	buf_deinit(&before);
}

/* What came from elsewhere, without pids, is written as pprof and back. */
START_TEST(pprof_of_texts)
{
	static const char *const texts[] = {
		"file;a;b 3\nfile;c (x.py:7) 4\n",
		"file;thread (tid 3);a 1\nfile;thread b (tid 4);a 1\n",
	};
	static const char *const inputs[] = {"a;b 3\nc (x.py:7) 4\n", "thread (tid 3);a 1\nthread b (tid 4);a 1\n"};

	for (size_t i = 0; i < 2; i++) {
		struct buf file = BUF_INIT;

		ck_assert_str_eq(read_actors(inputs[i]), texts[i]);
		ck_assert_int_eq(encoder_by_name("pprof")->encode(&tree, &file), 0);
		ck_assert_int_eq(decode(file.data, file.len), 0);
		ck_assert_str_eq(ask(&apart), texts[i]);
		buf_deinit(&file);
	}
	end_test();
}
END_TEST

START_TEST(round_trips)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		put_random(seed);
		check_round_trip("folded");
		put_random(seed);
		check_round_trip("pprof");
	}
	end_test();
}
END_TEST

/* What is left out is left out after the scaling. */
START_TEST(filters)
{
	static const char text[] = "web (pid 1);thread a (tid 2);main (x.py:1);work (x.py:2) 5\n"
				   "web (pid 1);thread b (tid 3);main (x.py:1) 7\n"
				   "job (pid 4);thread a (tid 4);main (x.py:1);[gc] 11\n";
	const uint64_t pid = 4;
	const char *const names[] = {"a", "3"};
	struct profile_filter filter = {.pids = &pid, .n_pids = 1};
	const struct profile_query query = {.filter = &filter};
	struct expression *re = NULL;

	ck_assert_int_eq(decode(text, strlen(text)), 0);
	ck_assert_str_eq(ask(&query), "main (x.py:1);[gc] 11\n");
	filter = (struct profile_filter){.threads = names, .n_threads = 1};
	ck_assert_str_eq(ask(&query), "main (x.py:1);[gc] 11\nmain (x.py:1);work (x.py:2) 5\n");
	filter.threads++;
	ck_assert_str_eq(ask(&query), "main (x.py:1) 7\n");
	ck_assert_int_eq(expression_compile("^work|gc", &re, &error), 0);
	filter = (struct profile_filter){.include = re};
	ck_assert_str_eq(ask(&query), "main (x.py:1);[gc] 11\nmain (x.py:1);work (x.py:2) 5\n");
	filter = (struct profile_filter){.exclude = re};
	ck_assert_str_eq(ask(&query), "main (x.py:1) 7\n");
	expression_free(re);
	begin_test();
	put_target(0, 1, "x");
	put_thread(0, 0, 1, "x");
	put_looks(0, 0, SCRAPE_ON_CPU, 5);
	put_looks(0, put_stack(0, "f"), SCRAPE_ON_CPU | SCRAPE_TRUNCATED, 7);
	feed();
	ck_assert_int_eq(expression_compile("^.unknown", &re, &error), 0);
	filter = (struct profile_filter){.include = re};
	ck_assert_str_eq(ask(&query), "[unknown] 5\n");
	expression_free(re);
	ck_assert_int_eq(expression_compile("^.truncated", &re, &error), 0);
	filter = (struct profile_filter){.include = re};
	ck_assert_str_eq(ask(&query), "[truncated];f (f.py:1) 7\n");
	expression_free(re);
	end_test();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decode");
	TCase *tcase = tcase_create("decode");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, folded_texts);
	tcase_add_test(tcase, folded_actors);
	tcase_add_test(tcase, austin_texts);
	tcase_add_test(tcase, collapsed_texts);
	tcase_add_test(tcase, perf_texts);
	tcase_add_test(tcase, pprof_of_bytes);
	tcase_add_test(tcase, pprof_of_others);
	tcase_add_test(tcase, pprof_of_addresses);
	tcase_add_test(tcase, what_it_is);
	tcase_add_test(tcase, windows);
	tcase_add_test(tcase, depth);
	tcase_add_test(tcase, pprof_of_texts);
	tcase_add_test(tcase, round_trips);
	tcase_add_test(tcase, filters);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
