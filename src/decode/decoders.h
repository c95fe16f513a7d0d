/* SPDX-License-Identifier: MIT */
/* decoders: those that are built; others find them through decode.h. */
#ifndef DECODE_DECODERS_H
#define DECODE_DECODERS_H

#include "decode/decode.h"

extern const struct decoder decoder_austin;
extern const struct decoder decoder_collapsed;
extern const struct decoder decoder_folded;
extern const struct decoder decoder_perf;
extern const struct decoder decoder_pprof;

#endif
