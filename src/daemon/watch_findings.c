/* SPDX-License-Identifier: MIT */
/* watch_findings: an answer of /api/v1/regressions as a list. It was made by a fork that had a store before it: it is
 * read as if a stranger had sent it. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/watch.h"
#include "scrape.h"

static void finding_deinit(struct watch_finding *finding)
{
	free(finding->service);
	free(finding->function);
	free(finding->file);
	free(finding->json);
}

static struct watch_finding *find_same(struct watch_findings *findings, const struct watch_finding *one)
{
	VEC_EACH (known, &findings->list)
		if (strcmp(known->service, one->service) == 0 && strcmp(known->function, one->function) == 0 &&
		    strcmp(known->file, one->file) == 0)
			return known;
	return NULL;
}

static bool is_recurring(const json_t *item)
{
	const json_t *flags = json_object_get(item, "flags"), *flag;
	size_t i;

	json_array_foreach(flags, i, flag)
	{
		const char *text = json_string_value(flag);

		if (text && strcmp(text, "recurring") == 0)
			return true;
	}
	return false;
}

static int add_item(struct watch_findings *findings, const json_t *item)
{
	const char *service = json_string_value(json_object_get(item, "service"));
	const char *function = json_string_value(json_object_get(item, "function"));
	const char *file = json_string_value(json_object_get(item, "file"));
	const char *unit = json_string_value(json_object_get(item, "unit"));
	const json_t *delta = json_object_get(item, "delta"), *moment = json_object_get(item, "moment");
	struct watch_finding one, *place;
	bool whole;

	if (!service || !function || !file || !unit || !json_is_number(delta) || !json_is_number(moment) ||
	    is_recurring(item))
		return 0;
	one = (struct watch_finding){.service = strdup(service),
				     .function = strdup(function),
				     .file = strdup(file),
				     .delta = json_number_value(delta),
				     .share = strcmp(unit, "share") == 0,
				     .moment = json_number_value(moment),
				     .moment_lo = json_number_value(json_object_get(item, "moment_lo")),
				     .moment_hi = json_number_value(json_object_get(item, "moment_hi")),
				     .json = json_dumps(item, JSON_COMPACT)};
	whole = one.service && one.function && one.file && one.json;
	place = whole ? find_same(findings, &one) : NULL;
	if (place && place->moment >= one.moment) {
		finding_deinit(&one);
		return 0;
	}
	if (place)
		finding_deinit(place);
	else if (whole && findings->list.n < WATCH_FINDINGS_MAX)
		place = VEC_PUSH(&findings->list);
	if (!place) {
		finding_deinit(&one);
		return findings->list.n < WATCH_FINDINGS_MAX ? SCRAPE_ENOMEM : 0;
	}
	*place = one;
	return 0;
}

int watch_findings_read(struct watch_findings *findings, const char *json, size_t n)
{
	json_t *root = json_loadb(json, n, 0, NULL), *item;
	const json_t *items = json_object_get(root, "items");
	int r = json_is_array(items) ? 0 : SCRAPE_EFORMAT;
	size_t i;

	json_array_foreach(items, i, item)
	{
		if (r == 0)
			r = add_item(findings, item);
	}
	json_decref(root);
	return r;
}

void watch_findings_deinit(struct watch_findings *findings)
{
	VEC_EACH (finding, &findings->list)
		finding_deinit(finding);
	VEC_DEINIT(&findings->list);
}
