/* SPDX-License-Identifier: MIT */
/*
 * units: numbers as people write them: 500ms, 64M, 10khz, 2.5%. Each reads a whole text, or gives SCRAPE_EINVAL; the
 * caller words the sentence.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

/* "10", "10s", "500ms", "2min", "1h", "7d": more than 0, at most a year; without a unit seconds. */
int units_duration(const char *text, uint64_t *ret_ns);

/* "65536", "64K", "64M", "64MiB", "1G": powers of 1024; at most 1 PiB. */
int units_size(const char *text, uint64_t *ret);

/* "100", "0.5hz", "10khz", "max": looks per 1000 s, 0 for "max"; SCRAPE_ELIMIT: not more than 0 and at most
 * SCRAPE_RATE_MAX a second. */
int units_rate(const char *text, uint64_t *ret_mhz);

/* "2%", "2.5 %", "10": at most 100 %. */
int units_permille(const char *text, unsigned *ret);

#endif
