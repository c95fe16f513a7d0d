/* SPDX-License-Identifier: MIT */
/* formats: the encoders that are built. Others find them through the table in encoder.h. */
#ifndef ENCODE_FORMATS_H
#define ENCODE_FORMATS_H

struct encoder;

extern const struct encoder encoder_callgrind;
extern const struct encoder encoder_cpuprofile;
extern const struct encoder encoder_csv;
extern const struct encoder encoder_folded;
extern const struct encoder encoder_gecko;
extern const struct encoder encoder_html;
extern const struct encoder encoder_json;
extern const struct encoder encoder_perf;
extern const struct encoder encoder_pprof;
extern const struct encoder encoder_pstats;
extern const struct encoder encoder_speedscope;
extern const struct encoder encoder_svg;
extern const struct encoder encoder_trace;

#endif
