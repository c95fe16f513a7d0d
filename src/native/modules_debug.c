/* SPDX-License-Identifier: MIT */
/* modules_debug: the search for the separate debug file of a module, a question at a time. */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "elf/debuginfod.h"
#include "elf/symbols.h"
#include "native/modules.h"
#include "native/modules_private.h"
#include "scrape.h"
#include "target/debugfile.h"

/* The search is over. */
static void set_debug(struct modules *modules, struct module *module, int fd)
{
	module->debug = MODULE_DEBUG_KNOWN;
	module->debug_fd = fd;
	if (fd >= 0 && module->state == MODULE_READY && module->rows.n_rows == 0) /* it may have .debug_frame */
		modules->again = modules->search;
	modules->search = 0;
}

static void take_build_id(struct module *module, const struct naming_ident *ident)
{
	for (uint32_t i = 0; i < ident->build_id_len; i++)
		(void)snprintf(module->build_id + (size_t)i * 2, 3, "%02x", ident->build_id[i]); /* two digits */
}

void modules_take_ident(struct modules *modules, struct module *module, int r, const struct symbols_reply *reply)
{
	if (module->debug == MODULE_DEBUG_TRIED && r == 0 && reply->belongs) {
		set_debug(modules, module, modules->asked_fd);
		modules->asked_fd = -1;
	} else if (module->debug == MODULE_DEBUG_WANTED && r == 0) {
		modules->ident = reply->ident;
		take_build_id(module, &reply->ident);
		modules->tried = 0;
		modules->fetched = false;
		module->debug = MODULE_DEBUG_TRIED;
	} else if (module->debug == MODULE_DEBUG_WANTED) {
		set_debug(modules, module, -1);
	}
}

/* Asks whether this file belongs to the module in search, or without one who the module is. */
static int ask_ident(struct modules *modules, int debug_fd)
{
	static const struct symbols_request request = {.kind = SYMBOLS_IDENT};
	const struct symbols_files files = {
		.file = modules->list.items[modules->search - 1]->fd, .out = -1, .debug = debug_fd};
	int r = symbols_ask(modules->symbols, &files, &request, NULL);

	if (r < 0)
		return r;
	modules->asked = modules->search;
	modules->asked_kind = SYMBOLS_IDENT;
	modules->asked_fd = debug_fd;
	return 0;
}

/* Nothing was found here. */
static void ask_servers(struct modules *modules, struct module *module)
{
	if (modules->servers && !modules->fetched && modules->ident.build_id_len > 0 &&
	    debuginfod_ask(modules->servers, modules->ident.build_id, modules->ident.build_id_len) == 0)
		modules->fetching = true;
	else
		set_debug(modules, module, -1);
}

void modules_take_fetched(struct modules *modules, uint32_t wait_ms)
{
	struct pollfd answer = {.fd = modules->servers->fd, .events = POLLIN};
	struct module *module = modules->list.items[modules->search - 1];
	int fd = -1, r;

	if (modules->asked || symbols_is_asked(modules->symbols)) /* what comes is to be looked at at once */
		return;
	(void)poll(&answer, 1, (int)wait_ms); /* the answer tells */
	r = debuginfod_answer(modules->servers, &fd);
	if (r == SCRAPE_ENOTREADY)
		return;
	modules->fetching = false;
	modules->fetched = true;
	if (r == 0 && ask_ident(modules, fd) == 0)
		return;
	if (fd >= 0)
		(void)close(fd); /* read only */
	set_debug(modules, module, -1);
}

/* First who the file is, then about each candidate whether it belongs to it. */
void modules_search_on(struct modules *modules)
{
	struct module *module = modules->list.items[modules->search - 1];
	const bool rooted = module->root < modules->roots.n;
	struct debugfile search = {.root_fd = rooted ? modules->roots.items[module->root].fd : -1,
				   .path = module->path,
				   .dev = module->dev,
				   .inode = module->inode,
				   .build_id = module->build_id,
				   .link = modules->ident.debuglink,
				   .tried = modules->tried};
	int fd = -1;

	if (module->debug == MODULE_DEBUG_TRIED && debugfile_next(&search, &fd) < 0) {
		ask_servers(modules, module);
		return;
	}
	modules->tried = search.tried;
	if (ask_ident(modules, fd) == 0)
		return;
	if (fd >= 0)
		(void)close(fd); /* it hurt before: the next one */
	else
		set_debug(modules, module, -1);
}

bool modules_debug_file(struct modules *modules, uint32_t index, int *ret_fd)
{
	struct module *module = modules->list.items[index];

	if (module->debug == MODULE_DEBUG_NONE && !modules->search) {
		module->debug = MODULE_DEBUG_WANTED;
		modules->search = index + 1;
	}
	*ret_fd = module->debug_fd;
	return module->debug == MODULE_DEBUG_KNOWN;
}
