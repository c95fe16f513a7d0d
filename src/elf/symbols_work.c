/* SPDX-License-Identifier: MIT */
/* symbols_work: one request on one file, in a worker. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "elf/cfi.h"
#include "elf/elffile.h"
#include "elf/naming.h"
#include "elf/symbols_child.h"
#include "scrape.h"

typedef int (*find_fn)(struct elffile *file, const char *name, uint64_t *value_ret, uint64_t *size_ret);

static int find_all(struct elffile *file, find_fn find, const char (*names)[SYMBOLS_NAME_SIZE], size_t n,
		    struct symbols_value *ret, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		int r = names[i][0] ? find(file, names[i], &ret[i].value, &ret[i].size) : SCRAPE_ENOTFOUND;

		if (r < 0 && r != SCRAPE_ENOTFOUND)
			return err_set(err, r, "%s",
				       r == SCRAPE_ELIMIT ? "a table of unreasonable size" : "a damaged table");
		ret[i].found = r == 0;
	}
	return 0;
}

/* Parts that nobody can tell are none. */
static void find_parts(int fd, struct elffile *file, const char *name, struct symbols_reply *ret)
{
	struct cfi_range ranges[SYMBOLS_PARTS_MAX];
	uint64_t value, size;
	size_t n = 0;

	if (elffile_symbol(file, name, &value, &size) < 0 ||
	    cfi_parts(fd, value, ranges, SYMBOLS_PARTS_MAX, &n, NULL) < 0)
		return;
	for (size_t i = 0; i < n; i++)
		ret->parts[i] = (struct symbols_part){ranges[i].from, ranges[i].until};
	ret->n_parts = (uint32_t)n;
}

static int find_facts(int fd, const struct symbols_request *request, struct symbols_reply *ret, struct err *err)
{
	struct symbols_reply reply = {0};
	struct elffile file;
	int r = elffile_open(fd, &file, err);

	if (r < 0)
		return r;
	reply.type = file.type;
	r = find_all(&file, elffile_symbol, request->names, SYMBOLS_NAMES_MAX, reply.names, err);
	if (r == 0)
		r = find_all(&file, elffile_section, request->sections, SYMBOLS_SECTIONS_MAX, reply.sections, err);
	if (r == 0 && request->python_version)
		(void)elffile_python_version(&file, &reply.version); /* 0 says that it is not known */
	if (r == 0 && request->parts[0])
		find_parts(fd, &file, request->parts, &reply);
	elffile_close(&file);
	if (r == 0)
		*ret = reply;
	return r;
}

static int write_table(int fd, struct buf *table, struct symbols_reply *ret, struct err *err)
{
	int r = 0;

	if (table->failed)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	else if (table->len > SYMBOLS_OUT_MAX)
		r = err_set(err, SCRAPE_ELIMIT, "a table of unreasonable size");
	else if (io_write_all(fd, table->data, table->len) < 0)
		r = err_set(err, SCRAPE_EIO, "the table cannot be written");
	*ret = (struct symbols_reply){.written = table->len};
	buf_deinit(table);
	return r;
}

static int identify(const struct symbols_files *files, struct symbols_reply *ret, struct err *err)
{
	struct symbols_reply reply = {0};
	int r = naming_ident(files->file, &reply.ident, err);

	if (r == 0 && files->debug >= 0)
		reply.belongs = naming_belongs(files->debug, &reply.ident);
	if (r == 0)
		*ret = reply;
	return r;
}

int symbols_work(const struct symbols_files *files, const struct symbols_request *request, struct symbols_reply *ret,
		 struct err *err)
{
	struct buf table = BUF_INIT;
	int r;

	if (request->kind == SYMBOLS_FACTS)
		return find_facts(files->file, request, ret, err);
	if (request->kind == SYMBOLS_IDENT)
		return identify(files, ret, err);
	if (request->kind == SYMBOLS_ROWS)
		r = cfi_compile(files->file, files->debug, &table, err);
	else
		r = naming_resolve(files->file, files->debug, request->plain, request->addrs, request->n_addrs, &table,
				   err);
	if (r == 0)
		return write_table(files->out, &table, ret, err);
	buf_deinit(&table);
	return r;
}
