/* SPDX-License-Identifier: MIT */
struct evhttp;
typedef int (*evict_fn)(struct evhttp *http);
#define SCRAPE_SECRET 2
#define Py_LIMIT 3
static const int dwarf_table[4] = {1};
struct elf_file {
	int fd;
};

static int good(int (*evaluate)(void))
{
	return elf_begin(evaluate());
}

int scrape_hidden(int pid)
{
	return scrape_open(pid);
}

static struct elf_file *elf_open(void)
{
	return 0;
}

int sqlite3_count;
