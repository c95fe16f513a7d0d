/* SPDX-License-Identifier: MIT */
/* offsets: the table of layouts and which of its columns a version reads. */
#include "python/offsets.h"

#include "base/err.h"
#include "scrape.h"

#define NO OFFSET_NONE
#define COLUMNS (PY_MINOR_LAST - PY_MINOR_FIRST + 1)

/* gilstate.tstate_current moved when 3.7.4 took members out of _PyRuntimeState before it. */
#define TSTATE_CURRENT_UNTIL_3_7_3 1392u

struct row {
	size_t member; /* of struct offsets */
	uint32_t column[COLUMNS];
};

static const struct row rows[] = {
#define OFFSET(name, ...) {offsetof(struct offsets, name), {__VA_ARGS__}},
#include "python/offsets.def"
#undef OFFSET
};

int offsets_check_version(uint64_t version, struct err *err)
{
	unsigned int major = (unsigned int)(version >> 24), minor = PY_MINOR(version), micro = PY_MICRO(version);
	unsigned int level = (unsigned int)(version >> 4) & 0xf;

	if (version > UINT32_MAX || major != 3)
		return err_set(err, SCRAPE_EUNSUP, "0x%llx is not a version of CPython 3",
			       (unsigned long long)version);
	if (minor < PY_MINOR_FIRST)
		return err_set(err, SCRAPE_EUNSUP, "CPython 3.%u is too old: 3.%d and later can be read", minor,
			       PY_MINOR_FIRST);
	if ((version & 0xff) && level != 0xf)
		return err_set(err, SCRAPE_EUNSUP,
			       "CPython 3.%u.%u%s%u is a prerelease: only final releases can be read", minor, micro,
			       level == 0xa ? "a" : level == 0xb ? "b" : "rc", (unsigned int)version & 0xf);
	return 0;
}

int offsets_from_table(uint32_t version, struct offsets *ret, struct err *err)
{
	int r = offsets_check_version(version, err);
	unsigned int minor = PY_MINOR(version);

	if (r < 0)
		return r;
	if (minor > PY_MINOR_LAST)
		return err_set(err, SCRAPE_EUNSUP, "CPython 3.%u is newer than this program knows: 3.%d is its last",
			       minor, PY_MINOR_LAST);
	ret->version = version;
	for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++)
		*(uint32_t *)(void *)((char *)ret + row->member) = row->column[minor - PY_MINOR_FIRST];
	if (minor == 7 && PY_MICRO(version) <= 3)
		ret->rt_tstate_current = TSTATE_CURRENT_UNTIL_3_7_3;
	return 0;
}
