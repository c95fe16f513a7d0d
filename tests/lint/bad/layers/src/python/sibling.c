/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include "native/regs.h"
#include "python/pystr.h"
#include "base/buf.h"
