/* SPDX-License-Identifier: MIT */
/* modules_debug: the search for the separate debug file of a module, a question at a time. */
#include <unistd.h>

#include "elf/symbols.h"
#include "native/modules.h"
#include "native/modules_private.h"
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

void modules_take_ident(struct modules *modules, struct module *module, int r, const struct symbols_reply *reply)
{
	if (module->debug == MODULE_DEBUG_TRIED && r == 0 && reply->belongs) {
		set_debug(modules, module, modules->asked_fd);
		modules->asked_fd = -1;
	} else if (module->debug == MODULE_DEBUG_WANTED && r == 0) {
		modules->ident = reply->ident;
		modules->tried = 0;
		module->debug = MODULE_DEBUG_TRIED;
	} else if (module->debug == MODULE_DEBUG_WANTED) {
		set_debug(modules, module, -1);
	}
}

/* First who the file is, then about each candidate whether it belongs to it. */
void modules_search_on(struct modules *modules)
{
	static const struct symbols_request request = {.kind = SYMBOLS_IDENT};
	struct module *module = modules->list.items[modules->search - 1];
	struct symbols_files files = {.file = module->fd, .out = -1, .debug = -1};
	const bool rooted = module->root < modules->roots.n;
	struct debugfile search = {.root_fd = rooted ? modules->roots.items[module->root].fd : -1,
				   .path = module->path,
				   .dev = module->dev,
				   .inode = module->inode,
				   .build_id = modules->ident.build_id,
				   .build_id_len = modules->ident.build_id_len,
				   .link = modules->ident.debuglink,
				   .tried = modules->tried};

	if (module->debug == MODULE_DEBUG_TRIED && debugfile_next(&search, &files.debug) < 0) {
		set_debug(modules, module, -1);
		return;
	}
	modules->tried = search.tried;
	if (symbols_ask(modules->symbols, &files, &request, NULL) == 0) {
		modules->asked = modules->search;
		modules->asked_kind = SYMBOLS_IDENT;
		modules->asked_fd = files.debug;
		return;
	}
	if (files.debug >= 0)
		(void)close(files.debug); /* it hurt before: the next one */
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
