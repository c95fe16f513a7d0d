/* SPDX-License-Identifier: MIT */
/* names: what addresses of modules are called. */
#include "native/names.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "elf/naming.h"
#include "elf/symbols.h"
#include "native/modules.h"
#include "scrape.h"
#include "target/mem.h"

#define WAIT_MS 20
#define TABLE_MAX (64u << 20)
#define TEXTS_MAX (64u << 20)
#define PROBES 8

void names_init(struct names *names, struct modules *modules)
{
	*names = (struct names){.modules = modules, .asked_fd = -1};
}

static void forget(struct names *names)
{
	map_clear(&names->by_addr);
	names->entries.n = names->calls.n = names->waiting.n = 0;
	arena_deinit(&names->texts);
	names->texts = (struct arena){0};
}

void names_deinit(struct names *names)
{
	map_deinit(&names->by_addr);
	VEC_DEINIT(&names->entries);
	VEC_DEINIT(&names->calls);
	VEC_DEINIT(&names->waiting);
	VEC_DEINIT(&names->asked);
	arena_deinit(&names->texts);
	if (names->asked_fd >= 0)
		(void)close(names->asked_fd); /* nobody wants it any more */
	names->asked_fd = -1;
}

/* Hashes that fall together have the numbers behind them. */
static int find(struct names *names, uint32_t module, uint64_t addr, uint32_t *ret)
{
	uint64_t key = map_mix(addr ^ (uint64_t)module << 48);
	struct names_entry *entry;

	for (unsigned i = 0; i < PROBES; i++, key++) {
		if (!map_get(&names->by_addr, key, ret))
			break;
		entry = &names->entries.items[*ret];
		if (entry->addr == addr && entry->module == module)
			return 0;
	}
	entry = VEC_RESERVE(&names->waiting, names->waiting.n + 1) ? VEC_PUSH(&names->entries) : NULL;
	if (!entry)
		return SCRAPE_ENOMEM;
	*ret = (uint32_t)(names->entries.n - 1);
	*entry = (struct names_entry){.addr = addr, .module = module};
	if (map_put(&names->by_addr, key, *ret) < 0) {
		names->entries.n--;
		return SCRAPE_ENOMEM;
	}
	names->waiting.items[names->waiting.n++] = *ret;
	return 0;
}

int names_get(struct names *names, uint32_t module, uint64_t addr, struct names_name *ret)
{
	const struct names_entry *entry;
	uint32_t index;
	int r;

	if (module >= names->modules->list.n) {
		*ret = (struct names_name){0};
		return 0;
	}
	if (names->modules->list.items[module]->map) {
		names->own = (struct names_call){modules_own_name(names->modules, module, addr), "", 0};
		*ret = (struct names_name){.calls = &names->own, .n = names->own.function != NULL};
		return 0;
	}
	if (!names->asked.n && (names->entries.n >= NAMES_MAX || names->texts.bytes > TEXTS_MAX))
		forget(names);
	r = find(names, module, addr, &index);
	if (r < 0)
		return r;
	entry = &names->entries.items[index];
	*ret = (struct names_name){.calls = names->calls.items + entry->first, .n = entry->n, .start = entry->start};
	return entry->ready ? 0 : SCRAPE_ENOTREADY;
}

/* The answer, as far as it has not been read. */
struct answer {
	const unsigned char *at, *end;
};

static bool take_u32(struct answer *answer, uint32_t *ret)
{
	if (answer->end - answer->at < 4)
		return false;
	*ret = mem_u32(answer->at);
	answer->at += 4;
	return true;
}

static const char *take_text(struct names *names, struct answer *answer, uint32_t len)
{
	const char *text;

	if (len > NAMING_NAME_MAX || (uint64_t)(answer->end - answer->at) < len)
		return NULL;
	text = arena_strndup(&names->texts, (const char *)answer->at, len);
	answer->at += len;
	return text;
}

/* One address. False: the answer makes no sense, or there is no memory. */
static bool take_calls(struct names *names, struct answer *answer, struct names_entry *entry)
{
	uint32_t n, name_len, path_len;

	if (answer->end - answer->at < 8)
		return false;
	entry->start = mem_u64(answer->at);
	answer->at += 8;
	if (!take_u32(answer, &n) || n > NAMING_CALLS_MAX)
		return false;
	entry->first = (uint32_t)names->calls.n;
	for (uint32_t i = 0; i < n; i++) {
		struct names_call call;

		if (!take_u32(answer, &call.line) || !take_u32(answer, &name_len) || !take_u32(answer, &path_len))
			return false;
		call.function = take_text(names, answer, name_len);
		call.path = call.function ? take_text(names, answer, path_len) : NULL;
		if (!call.path || !VEC_RESERVE(&names->calls, names->calls.n + 1))
			return false;
		names->calls.items[names->calls.n++] = call;
	}
	entry->n = n;
	return true;
}

static void read_answer(struct names *names, uint64_t len)
{
	struct answer answer;
	void *bytes = len > 0 && len <= TABLE_MAX ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, names->asked_fd, 0)
						  : MAP_FAILED;

	if (bytes == MAP_FAILED)
		return;
	answer = (struct answer){bytes, (const unsigned char *)bytes + len};
	for (size_t i = 0; i < names->asked.n; i++)
		if (!take_calls(names, &answer, &names->entries.items[names->asked.items[i]]))
			break;
	(void)munmap(bytes, len); /* whole pages of ours */
}

/* Those in question that got no answer are called by their address. */
static void close_question(struct names *names)
{
	for (size_t i = 0; i < names->asked.n; i++)
		names->entries.items[names->asked.items[i]].ready = true;
	names->asked.n = 0;
	names->epoch++;
	if (names->asked_fd >= 0)
		(void)close(names->asked_fd); /* it was read, or stayed empty */
	names->asked_fd = -1;
}

/* Asks for all of names->asked, which are of one module. */
static int put_question(struct names *names, int debug_fd, bool plain)
{
	struct symbols_request request = {.kind = SYMBOLS_NAMES, .plain = plain, .n_addrs = (uint32_t)names->asked.n};
	const struct names_entry *first = &names->entries.items[names->asked.items[0]];
	struct symbols_files files = {.file = names->modules->list.items[first->module]->fd, .debug = debug_fd};

	for (size_t i = 0; i < names->asked.n; i++)
		request.addrs[i] = names->entries.items[names->asked.items[i]].addr;
	if (names->asked_fd >= 0)
		(void)close(names->asked_fd); /* of the question before, which failed */
	names->plain = plain;
	names->asked_fd = files.out = memfd_create("scrape-names", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return files.out < 0 ? SCRAPE_ELIMIT : symbols_ask(names->modules->symbols, &files, &request, NULL);
}

/* DWARF that hurts is left alone. */
static bool ask_plainly(struct names *names)
{
	const struct names_entry *first = &names->entries.items[names->asked.items[0]];

	return !names->plain &&
	       put_question(names, names->modules->list.items[first->module]->debug_fd, true) == 0;
}

static void take_answer(struct names *names, uint32_t wait_ms)
{
	struct symbols_reply reply;
	struct stat st;
	int r = symbols_answer(names->modules->symbols, wait_ms, &reply, NULL);

	if (r == SCRAPE_ENOTREADY || (r < 0 && ask_plainly(names)))
		return;
	if (r == 0 && fcntl(names->asked_fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) == 0 &&
	    fstat(names->asked_fd, &st) == 0 && (uint64_t)st.st_size == reply.written)
		read_answer(names, reply.written);
	close_question(names);
}

/* The addresses of one module, as many as fit into a question. */
static void ask(struct names *names)
{
	const uint32_t module = names->entries.items[names->waiting.items[0]].module;
	size_t left = 0;
	int debug_fd;

	if (!modules_debug_file(names->modules, module, &debug_fd) || !VEC_RESERVE(&names->asked, SYMBOLS_ADDRS_MAX))
		return;
	for (size_t i = 0; i < names->waiting.n; i++) {
		const struct names_entry *entry = &names->entries.items[names->waiting.items[i]];

		if (entry->module != module || names->asked.n == SYMBOLS_ADDRS_MAX)
			names->waiting.items[left++] = names->waiting.items[i];
		else
			names->asked.items[names->asked.n++] = names->waiting.items[i];
	}
	names->waiting.n = left;
	if (put_question(names, debug_fd, false) < 0 && !ask_plainly(names))
		close_question(names);
}

static size_t work(struct names *names, uint32_t wait_ms)
{
	if (names->asked.n > 0)
		take_answer(names, wait_ms);
	else if (names->waiting.n > 0 && !symbols_is_asked(names->modules->symbols))
		ask(names);
	return names->waiting.n + names->asked.n;
}

size_t names_work(struct names *names)
{
	return work(names, 0);
}

void names_wait(struct names *names, uint64_t until_ns)
{
	while (work(names, WAIT_MS) > 0 && clock_mono_ns() < until_ns)
		if (names->modules->asked || names->modules->search)
			modules_wait(names->modules, clock_mono_ns() + WAIT_MS * NSEC_PER_MSEC);
}
