/* SPDX-License-Identifier: MIT */
#define SCRAPE_LIMIT 1
int scrape_open(int pid);
