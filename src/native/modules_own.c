/* SPDX-License-Identifier: MIT */
/* modules_own: code that a process made itself, as modules without a file. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "native/modules.h"
#include "native/modules_private.h"
#include "native/perfmap.h"
#include "scrape.h"
#include "target/proc.h"

#define READ_NS NSEC_PER_SEC
#define READ_STEPS 4			/* pieces of a map at a time */
#define REST_NS (60 * NSEC_PER_SEC) /* before a number comes to mean another process */

static struct module *unused(struct modules *modules, uint32_t *ret)
{
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; i < modules->list.n; i++) {
		struct module *module = modules->list.items[i];

		if (module->map && module->inner_pid == 0 && now - module->map_ns > REST_NS) {
			perfmap_deinit(module->map);
			*ret = (uint32_t)i;
			return module;
		}
	}
	return NULL;
}

int modules_own_code(struct modules *modules, const struct proc *proc, pid_t inner_pid, uint32_t *ret)
{
	struct proc_status status = {.uid = 0};
	struct module *module = unused(modules, ret);
	struct perfmap *map = module ? module->map : calloc(1, sizeof(*map));
	int r = map ? 0 : SCRAPE_ENOMEM;

	if (!module && map)
		r = modules_add(modules, &(struct module){.fd = -1, .map = map}, "jit", ret);
	if (r < 0) {
		free(map);
		return r;
	}
	module = modules->list.items[*ret];
	module->state = MODULE_FAILED; /* by frame pointers, if it has them */
	module->inner_pid = inner_pid;
	(void)proc_read_status(proc, &status, NULL); /* else only root's map counts */
	module->uid = status.uid;
	module->map_ns = 0;
	module->root = modules_root_of(modules, proc);
	return 0;
}

void modules_give_back(struct modules *modules, uint32_t index)
{
	if (index >= modules->list.n)
		return;
	modules->list.items[index]->inner_pid = 0;
	modules->list.items[index]->root = MODULES_NO_ROOT;
	modules->list.items[index]->map_ns = clock_mono_ns();
}

const char *modules_own_name(struct modules *modules, uint32_t index, uint64_t addr)
{
	struct module *module = modules->list.items[index];
	const char *name = perfmap_find(module->map, addr);
	uint64_t now;

	if (name || module->inner_pid == 0 || module->root == MODULES_NO_ROOT)
		return name;
	now = clock_mono_ns();
	if (now - module->map_ns < READ_NS)
		return NULL;
	module->map_ns = now;
	for (int i = 0; i < READ_STEPS; i++)
		if (perfmap_read(module->map, modules->roots.items[module->root].fd, module->inner_pid,
				 module->uid) < 0)
			break;
	return perfmap_find(module->map, addr);
}
