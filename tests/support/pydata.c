/* SPDX-License-Identifier: MIT */
/*
 * pydata: everything that src/python knows about the data of one live process, as lines; and on request a snapshot of
 * the memory that this took, for tests/unit/test_pydata.c.
 *
 *	pydata PID VERSION_HEX [SNAPSHOT]
 *
 * tests/support/pydump.h says what the lines mean. The target sleeps, so nothing here guards against change.
 */
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scrape.h"
#include "support/pydump.h"
#include "support/pylook.h"
#include "target/mem_record.h"
#include "target/snapshot.h"

struct live {
	struct mem mem;
	pid_t pid;
};

static int live_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	const struct live *live = (const struct live *)(void *)mem;

	for (size_t i = 0; i < n; i++) {
		struct iovec to = {ranges[i].dst, ranges[i].len};
		struct iovec from = {(void *)(uintptr_t)ranges[i].addr, ranges[i].len}; /* never followed here */

		if (process_vm_readv(live->pid, &to, 1, &from, 1, 0) != (ssize_t)ranges[i].len)
			return (int)i;
	}
	return (int)n;
}

static const struct mem_ops live_ops = {live_readv};

/* The address of _PyRuntime in a file that is mapped at `start`; 0 if it does not define it. */
static uint64_t runtime_in(const char *path, uint64_t start)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
	uint64_t found = 0;
	Elf_Scn *section = NULL;
	GElf_Ehdr header;

	while (elf && gelf_getehdr(elf, &header) && (section = elf_nextscn(elf, section)) && !found) {
		Elf_Data *data = elf_getdata(section, NULL);
		GElf_Shdr shdr;
		GElf_Sym symbol;

		if (!gelf_getshdr(section, &shdr) || shdr.sh_type != SHT_DYNSYM)
			continue;
		for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
			const char *name = elf_strptr(elf, shdr.sh_link, symbol.st_name);

			if (name && strcmp(name, "_PyRuntime") == 0 && symbol.st_shndx != SHN_UNDEF)
				found = symbol.st_value + (header.e_type == ET_EXEC ? 0 : start);
		}
	}
	elf_end(elf);
	return found;
}

static uint64_t find_runtime(pid_t pid)
{
	char path[64], line[1024], name[512];
	uint64_t start, offset, found = 0;
	_cleanup_fclose_ FILE *maps = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && !found && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64 " %*s %*s %511s", &start, &offset, name) == 3 &&
		    offset == 0 && name[0] == '/')
			found = runtime_in(name, start);
	return found;
}

static int save(const char *path, const struct mem_record *record, uint32_t version, uint64_t runtime)
{
	FILE *file = fopen(path, "we");
	char text[32];
	int r;

	if (!file)
		return SCRAPE_EIO;
	snapshot_write_begin(file);
	(void)snprintf(text, sizeof(text), "0x%08x", version);
	snapshot_write_key(file, "version", text);
	(void)snprintf(text, sizeof(text), "0x%" PRIx64, runtime);
	snapshot_write_key(file, "runtime", text);
	snapshot_write_regions(file);
	r = mem_record_write(record, file);
	return fclose(file) == 0 ? r : SCRAPE_EIO;
}

/* The product's own walk over every thread, twice with the code objects known and once comparing them: what that
 * reads belongs to the snapshot too. */
static int look_at_all(struct mem *mem, const struct offsets *offsets, uint64_t runtime)
{
	const struct pywalk walk = {mem, offsets};
	uint64_t interp = pywalk_interp(&walk, runtime), state = 0;
	struct codes codes;
	struct view view;
	int r = codes_init(&codes, mem, offsets, 0);

	view_init(&view, mem);
	while (r == 0 && (state = pywalk_thread(&walk, interp, state))) {
		struct pystack stack = {0};

		for (uint64_t i = 0; r == 0 && i < 4; i++)
			r = pylook(&codes, &view, &stack, state, i < 2);
		pystack_deinit(&stack);
	}
	view_deinit(&view);
	codes_deinit(&codes);
	return r;
}

int main(int argc, char **argv)
{
	struct live live = {{&live_ops, 0}, argc > 2 ? (pid_t)atoi(argv[1]) : 0};
	uint32_t version = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 16) : 0;
	unsigned char block[DEBUG_OFFSETS_MAX] = {0};
	struct mem_record *record;
	struct offsets offsets;
	struct buf out = BUF_INIT;
	struct err err = {0};
	uint64_t runtime;
	int r;

	if (argc < 3 || elf_version(EV_CURRENT) == EV_NONE || mem_record_new(&live.mem, &record) < 0)
		return 2;
	runtime = find_runtime(live.pid);
	r = runtime ? mem_read(mem_record_mem(record), runtime, block, sizeof(block)) : SCRAPE_ENOTPYTHON;
	if (r == 0)
		r = PY_MINOR(version) >= 13 ? offsets_from_debug_block(block, sizeof(block), &offsets, &err)
					    : offsets_from_table(version, &offsets, &err);
	if (r < 0) {
		fprintf(stderr, "pydata: %d %s\n", r, err.text);
		return 1;
	}
	pydump(&(struct pywalk){mem_record_mem(record), &offsets}, runtime, &out);
	fputs(buf_cstr(&out) ? buf_cstr(&out) : "", stdout);
	fprintf(stderr, "%" PRIu64 " calls\n", mem_record_mem(record)->calls);
	buf_deinit(&out);
	r = look_at_all(mem_record_mem(record), &offsets, runtime);
	if (r < 0)
		fprintf(stderr, "pydata: the walk failed: %d\n", r);
	if (r == 0 && argc > 3)
		r = save(argv[3], record, version, runtime);
	mem_record_free(record);
	return r < 0;
}
