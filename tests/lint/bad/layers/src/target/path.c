/* SPDX-License-Identifier: MIT */
#include "base/err.h"
#include "target/mem.h"
#include "mem.h"
#include "kitchen/sink.h"
