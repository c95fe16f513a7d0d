/* SPDX-License-Identifier: MIT */
/*
 * hosts: who a request may say it is for. A page of a foreign site can make its own name point at 127.0.0.1 (DNS
 * rebinding) and then talk to us as its own server; only the Host header tells. So it is compared whole and exactly:
 * loopback names and the address that was connected to with its port, and names from the configuration.
 */
#ifndef HTTP_HOSTS_H
#define HTTP_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

/* Where a connection came in. */
struct hosts_local {
	const char *address; /* "127.0.0.1", "::1"; "unix" */
	unsigned port;       /* of a Unix socket none: 0, and any port may be said */
	unsigned port_usual; /* that a Host without a port means: 80, or 443 */
};

/* names (NULL-ended, NULL: none) have a port ("a.example:8443", then exactly that) or none (then the local one). */
bool hosts_allow(const char *host, const struct hosts_local *local, const char *const *names);

/* Is this Origin ("https://a.example") the page that we ourselves served as host? */
bool hosts_same_origin(const char *origin, const char *host);

/* Loopback in the sense that nobody else can reach it: 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104, a Unix socket. */
bool hosts_is_loopback(const struct sockaddr *address);

/* "127.0.0.1" or "::1" (a mapped IPv4 address as IPv4), "unix"; text has room for HOSTS_TEXT_MAX. The port. */
#define HOSTS_TEXT_MAX 64
unsigned hosts_text(const struct sockaddr *address, char *text);

#endif
