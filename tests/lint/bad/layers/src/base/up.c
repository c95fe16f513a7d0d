/* SPDX-License-Identifier: MIT */
#include "scrape.h"
#include "target/mem.h"
