/* SPDX-License-Identifier: MIT */
/* modules: the ELF files that targets have mapped. */
#include "native/modules.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "elf/symbols.h"
#include "native/modules_private.h"
#include "native/perfmap.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/proc.h"
#include "target/procfile.h"

#define VDSO_PATH "[vdso]"
#define VDSO_PAGE 4096
#define VDSO_MAX 65536 /* bytes; it has two to four pages */
#define TIDY_NS (30 * NSEC_PER_SEC) /* between two searches for what nobody has mapped for long */
#define WAIT_MS 20     /* between two thoughts of who waits */
#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

static void module_free(struct module *module)
{
	if (module->table)
		(void)munmap(module->table, module->table_len); /* whole pages of ours */
	if (module->fd >= 0)
		(void)close(module->fd); /* read only */
	if (module->debug_fd >= 0)
		(void)close(module->debug_fd); /* as above */
	if (module->map)
		perfmap_deinit(module->map);
	free(module->map);
	free(module->path);
	free(module);
}

void modules_deinit(struct modules *modules)
{
	VEC_EACH (module, &modules->list)
		module_free(*module);
	VEC_DEINIT(&modules->list);
	map_deinit(&modules->by_file);
	VEC_EACH (root, &modules->roots)
		if (root->fd >= 0)
			(void)close(root->fd); /* a place, not a file */
	VEC_DEINIT(&modules->roots);
	if (modules->asked_fd >= 0)
		(void)close(modules->asked_fd); /* nobody wants it any more */
	modules->asked_fd = -1;
}

static bool same_file(const struct module *module, const struct stat *st)
{
	return !module->map && module->dev == st->st_dev && module->inode == st->st_ino &&
	       module->size == (uint64_t)st->st_size &&
	       module->mtime_s == st->st_mtim.tv_sec && module->mtime_ns == st->st_mtim.tv_nsec;
}

int modules_add(struct modules *modules, const struct module *new, const char *path, uint32_t *ret)
{
	struct module **place, *module;

	if (modules->list.n >= MODULES_MAX)
		return SCRAPE_ELIMIT;
	module = calloc(1, sizeof(*module));
	place = module ? VEC_PUSH(&modules->list) : NULL;
	if (place) {
		*module = *new;
		module->debug_fd = -1;
		module->path = strdup(path);
	}
	if (!place || !module->path) {
		modules->list.n -= place != NULL;
		free(module);
		return SCRAPE_ENOMEM;
	}
	*place = module;
	*ret = (uint32_t)(modules->list.n - 1);
	return 0;
}

/* Somebody has it again, as this descriptor, which is taken. */
static void revive(struct modules *modules, uint32_t index, int fd, uint32_t root)
{
	struct module *module = modules->list.items[index];

	if (module->state != MODULE_RETIRED) {
		(void)close(fd); /* read only */
		return;
	}
	module->fd = fd;
	module->root = root;
	module->state = MODULE_ASKED;
	modules->next = index < modules->next ? index : modules->next;
}

/* Its name stays, so that numbers stand for one file for ever. */
static void retire(struct modules *modules, struct module *module)
{
	if (module->table) {
		(void)munmap(module->table, module->table_len); /* whole pages of ours */
		modules->bytes -= module->table_len;
	}
	if (module->fd >= 0)
		(void)close(module->fd); /* read only */
	if (module->debug_fd >= 0)
		(void)close(module->debug_fd); /* as above */
	module->table = NULL;
	module->rows = (struct cfirows){0};
	module->fd = module->debug_fd = -1;
	module->debug = MODULE_DEBUG_NONE;
	module->root = MODULES_NO_ROOT;
	module->state = MODULE_RETIRED;
}

/* A root that no module needs is not kept from being unmounted. */
static void drop_roots(struct modules *modules)
{
	bool used[MODULES_ROOTS_MAX] = {false};

	VEC_EACH (module, &modules->list)
		if ((*module)->root < modules->roots.n)
			used[(*module)->root] = true;
	for (size_t i = 0; i < modules->roots.n; i++) {
		struct modules_root *root = &modules->roots.items[i];

		if (used[i] || root->fd < 0)
			continue;
		(void)close(root->fd); /* a place, not a file */
		root->fd = -1;
	}
}

/* None that is in question, or waits to be. */
static void tidy(struct modules *modules, uint64_t now)
{
	modules->tidied_ns = now;
	if (modules->asked || modules->search || modules->again)
		return;
	for (uint32_t i = 0; i < modules->list.n; i++) {
		struct module *module = modules->list.items[i];

		if (i != MODULES_VDSO && !module->map && module->users == 0 && module->unused_ns &&
		    now - module->unused_ns > MODULES_RETIRE_NS &&
		    (module->state == MODULE_READY || module->state == MODULE_FAILED))
			retire(modules, module);
	}
	drop_roots(modules);
}

void modules_use(struct modules *modules, uint32_t index, int more)
{
	struct module *module = modules->list.items[index];

	module->users += (uint32_t)more;
	if (module->users == 0)
		module->unused_ns = clock_mono_ns();
}

/* The module of an open file, which is taken. */
static int add_file(struct modules *modules, int fd, const char *path, uint32_t root, uint32_t *ret)
{
	struct stat st;
	uint64_t key;
	int r;

	if (fstat(fd, &st) < 0)
		return SCRAPE_EIO;
	key = map_mix((uint64_t)st.st_ino ^ map_mix((uint64_t)st.st_dev)) ^
	      map_mix((uint64_t)st.st_size ^ map_mix((uint64_t)st.st_mtim.tv_sec ^ (uint64_t)st.st_mtim.tv_nsec << 32));
	if (map_get(&modules->by_file, key, ret) && same_file(modules->list.items[*ret], &st)) {
		revive(modules, *ret, fd, root);
		return 0;
	}
	r = modules_add(modules,
			   &(struct module){.dev = st.st_dev,
					    .inode = st.st_ino,
					    .size = (uint64_t)st.st_size,
					    .mtime_s = st.st_mtim.tv_sec,
					    .mtime_ns = st.st_mtim.tv_nsec,
					    .fd = fd,
					    .root = root},
			   path, ret);
	/* without memory for it the file is a module again for who maps it next */
	if (r == 0)
		(void)map_put(&modules->by_file, key, *ret);
	return r;
}

uint32_t modules_root_of(struct modules *modules, const struct proc *proc)
{
	int fd = openat(proc->dirfd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct modules_root *root = NULL;
	struct stat st;

	if (fd < 0)
		return MODULES_NO_ROOT;
	if (fstat(fd, &st) == 0) {
		for (uint32_t i = 0; i < modules->roots.n; i++) {
			struct modules_root *one = &modules->roots.items[i];

			if (one->fd < 0)
				root = root ? root : one;
			if (one->fd < 0 || one->dev != st.st_dev || one->inode != st.st_ino)
				continue;
			(void)close(fd); /* a place, not a file */
			return i;
		}
		if (!root && modules->roots.n < MODULES_ROOTS_MAX)
			root = VEC_PUSH(&modules->roots);
	}
	if (!root) {
		(void)close(fd); /* as above */
		return MODULES_NO_ROOT;
	}
	*root = (struct modules_root){fd, st.st_dev, st.st_ino};
	return (uint32_t)(root - modules->roots.items);
}

int modules_of(struct modules *modules, const struct proc *proc, uint32_t root, const struct mapping *mapping,
	       uint32_t *ret)
{
	int fd, r = procfile_open(proc->dirfd, mapping, &fd, NULL);

	if (r < 0)
		return r;
	r = add_file(modules, fd, mapping->path, root, ret);
	if (r < 0)
		(void)close(fd); /* read only */
	return r;
}

/* Our own vdso, which is everybody's, as a file. */
static int vdso_file(void)
{
	const void *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	int writable = image ? memfd_create("scrape-vdso", MFD_CLOEXEC) : -1, fd = -1;
	char path[64];
	size_t len = 0;

	if (writable < 0)
		return -1;
	/* it ends where the next page cannot be read, which write says without harm */
	while (len < VDSO_MAX && write(writable, (const char *)image + len, VDSO_PAGE) == VDSO_PAGE)
		len += VDSO_PAGE;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", writable);
	if (len > 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	(void)close(writable); /* a file of memory */
	return fd;
}

void modules_init(struct modules *modules, struct symbols *symbols, const struct debuginfod *servers)
{
	uint32_t index;
	int fd = vdso_file();

	*modules = (struct modules){.symbols = symbols, .servers = servers, .asked_fd = -1};
	modules->has_vdso =
		fd >= 0 && add_file(modules, fd, VDSO_PATH, MODULES_NO_ROOT, &index) == 0 && index == MODULES_VDSO;
}

/* The table that was written: nobody can change it any more, and every byte is checked. */
static int take_table(struct modules *modules, struct module *module, const struct symbols_reply *reply)
{
	struct stat st;
	void *table;

	if (fcntl(modules->asked_fd, F_ADD_SEALS, SEALS) < 0 || fstat(modules->asked_fd, &st) < 0)
		return SCRAPE_EIO;
	if ((uint64_t)st.st_size != reply->written || st.st_size == 0)
		return SCRAPE_EFORMAT;
	if (modules->bytes + reply->written > MODULES_BYTES_MAX)
		return SCRAPE_ELIMIT;
	table = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, modules->asked_fd, 0);
	if (table == MAP_FAILED)
		return SCRAPE_ENOMEM;
	if (cfirows_open(table, (size_t)st.st_size, &module->rows) < 0) {
		(void)munmap(table, (size_t)st.st_size); /* whole pages of ours */
		return SCRAPE_EFORMAT;
	}
	if (module->table) {
		(void)munmap(module->table, module->table_len); /* as above */
		modules->bytes -= module->table_len;
	}
	module->table = table;
	module->table_len = (size_t)st.st_size;
	modules->bytes += module->table_len;
	return 0;
}

static void take_answer(struct modules *modules, uint32_t wait_ms)
{
	struct module *module = modules->list.items[modules->asked - 1];
	struct symbols_reply reply;
	int r = symbols_answer(modules->symbols, wait_ms, &reply, NULL);

	if (r == SCRAPE_ENOTREADY)
		return;
	if (modules->asked_kind == SYMBOLS_IDENT) {
		modules_take_ident(modules, module, r, &reply);
	} else {
		if (r == 0)
			r = take_table(modules, module, &reply);
		module->state = r == 0 ? MODULE_READY : MODULE_FAILED;
		modules->epoch++;
	}
	if (modules->asked_fd >= 0)
		(void)close(modules->asked_fd); /* the mapping stays, or it is no debug file of ours */
	modules->asked_fd = -1;
	modules->asked = 0;
}

static void ask(struct modules *modules, uint32_t index)
{
	static const struct symbols_request request = {.kind = SYMBOLS_ROWS};
	struct module *module = modules->list.items[index];
	struct symbols_files files = {.file = module->fd, .debug = module->debug_fd};
	int r = SCRAPE_ELIMIT;

	if (module->map)
		return; /* no file */
	files.out = modules->asked_fd = memfd_create("scrape-rows", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (files.out >= 0)
		r = symbols_ask(modules->symbols, &files, &request, NULL);
	if (r == 0) {
		modules->asked = index + 1;
		modules->asked_kind = SYMBOLS_ROWS;
		return;
	}
	module->state = MODULE_FAILED;
	modules->epoch++;
	if (files.out >= 0)
		(void)close(files.out); /* empty */
	modules->asked_fd = -1;
}

static size_t work(struct modules *modules, uint32_t wait_ms)
{
	if (modules->asked)
		take_answer(modules, wait_ms);
	while (!modules->asked && !symbols_is_asked(modules->symbols) && modules->next < modules->list.n) {
		if (modules->list.items[modules->next]->state == MODULE_ASKED)
			ask(modules, modules->next);
		modules->next++;
	}
	if (!modules->asked && !symbols_is_asked(modules->symbols) && modules->again) {
		ask(modules, modules->again - 1);
		modules->again = 0;
	}
	if (modules->fetching)
		modules_take_fetched(modules, wait_ms);
	while (!modules->asked && !symbols_is_asked(modules->symbols) && modules->search && !modules->fetching)
		modules_search_on(modules);
	return modules->list.n - modules->next + (modules->asked != 0) + (modules->search != 0);
}

size_t modules_work(struct modules *modules)
{
	uint64_t now = clock_mono_ns();

	if (now - modules->tidied_ns > TIDY_NS)
		tidy(modules, now);
	return modules->asked || modules->search || modules->again || modules->next < modules->list.n ? work(modules, 0)
												     : 0;
}

void modules_wait(struct modules *modules, uint64_t until_ns)
{
	while (work(modules, WAIT_MS) > 0 && clock_mono_ns() < until_ns)
		;
}
