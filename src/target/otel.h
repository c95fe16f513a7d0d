/* SPDX-License-Identifier: MIT */
/*
 * otel: the process context that OpenTelemetry's SDKs publish in the memory of their own process for those who look
 * from outside (OTEP 4719): a mapping named OTEL_CTX that begins with
 *
 *	char signature[8] = "OTEL_CTX"; u32 version = 2; u32 payload_size; u64 published_at_ns; u64 payload_addr
 *
 * published_at_ns is 0 while it is written, and another number afterwards. The payload is protobuf: a ProcessContext
 * with a Resource in field 1, or in early writers the Resource itself; its attributes (field 1) are KeyValues (key 1,
 * value 2, of which a string is field 1).
 *
 * And what their users say by variables of the environment.
 */
#ifndef TARGET_OTEL_H
#define TARGET_OTEL_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct proc;

#define OTEL_PAYLOAD_MAX 16384 /* bytes; a larger one is not read */

/* An attribute whose value is a string; both are the target's, not empty and not terminated. */
typedef void (*otel_fn)(void *ctx, const char *key, size_t key_len, const char *value, size_t n);

/* Tells all of a payload. Pure. */
void otel_attributes(const void *payload, size_t n, otel_fn fn, void *ctx);

/* The value of KEY in n bytes of NUL-ended "KEY=value" strings, as in /proc/PID/environ; NULL: it is not there. */
const char *otel_variable(const char *environ, size_t n, const char *key, size_t *ret_len);

/* Tells those of OTEL_RESOURCE_ATTRIBUTES in such strings: "a=b,c=d", values percent-encoded (OpenTelemetry, resource
 * SDK). Pure. */
void otel_environ_attributes(const char *environ, size_t n, otel_fn fn, void *ctx);

/* Finds the mapping in the memory of a process and appends its payload, or nothing: most have none. */
void otel_read(const struct proc *proc, struct buf *payload);

#endif
