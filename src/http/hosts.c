/* SPDX-License-Identifier: MIT */
/* hosts: names compared whole, addresses compared as numbers. */
#include "http/hosts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define HOST_MAX 255

struct host {
	char name[HOST_MAX + 1]; /* without the brackets */
	unsigned port;           /* 0: not said */
};

static bool read_port(const char *text, unsigned *ret)
{
	unsigned port = 0;

	if (*text < '1' || *text > '9' || strlen(text) > 5)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		port = port * 10 + (unsigned)(*text - '0');
	}
	if (port > 65535)
		return false;
	*ret = port;
	return true;
}

static bool read_host(const char *text, struct host *ret)
{
	bool bracket = *text == '[';
	const char *end = bracket ? strchr(text, ']') : text + strcspn(text, ":");
	const char *name = text + bracket;
	size_t n;

	if (!end || end == name)
		return false;
	n = (size_t)(end - name);
	if (n > HOST_MAX)
		return false;
	memcpy(ret->name, name, n);
	ret->name[n] = '\0';
	ret->port = 0;
	end += bracket;
	return !*end || (*end == ':' && read_port(end + 1, &ret->port));
}

static bool same_address(const char *a, const char *b)
{
	unsigned char bytes_a[16], bytes_b[16];
	int family = strchr(b, ':') ? AF_INET6 : AF_INET;

	return inet_pton(family, a, bytes_a) == 1 && inet_pton(family, b, bytes_b) == 1 &&
	       memcmp(bytes_a, bytes_b, family == AF_INET6 ? 16 : 4) == 0;
}

bool hosts_allow(const char *host, const struct hosts_local *local, const char *const *names)
{
	struct host said, name;
	bool here;

	if (!read_host(host, &said))
		return false;
	here = local->port == 0 || (said.port ? said.port : local->port_usual) == local->port;
	if (here && (strcasecmp(said.name, "localhost") == 0 || same_address(said.name, "127.0.0.1") ||
		     same_address(said.name, "::1") || same_address(said.name, local->address)))
		return true;
	for (; names && *names; names++)
		if (read_host(*names, &name) && strcasecmp(said.name, name.name) == 0 &&
		    (name.port ? said.port == name.port : !said.port || here))
			return true;
	return false;
}

bool hosts_same_origin(const char *origin, const char *host)
{
	if (strncmp(origin, "http://", 7) == 0)
		origin += 7;
	else if (strncmp(origin, "https://", 8) == 0)
		origin += 8;
	else
		return false;
	return strcasecmp(origin, host) == 0;
}

bool hosts_is_loopback(const struct sockaddr *address)
{
	char text[HOSTS_TEXT_MAX];

	if (address->sa_family == AF_UNIX)
		return true;
	(void)hosts_text(address, text); /* the port does not matter */
	return strncmp(text, "127.", 4) == 0 || strcmp(text, "::1") == 0;
}

unsigned hosts_text(const struct sockaddr *address, char *text)
{
	const struct sockaddr_in *in = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;
	const void *bytes = &in6->sin6_addr;
	int family = address->sa_family;

	if (family == AF_UNIX) {
		(void)snprintf(text, HOSTS_TEXT_MAX, "unix"); /* fits */
		return 0;
	}
	if (family == AF_INET)
		bytes = &in->sin_addr;
	else if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		bytes = &in6->sin6_addr.s6_addr[12];
	if (family == AF_INET6 && bytes != &in6->sin6_addr)
		family = AF_INET;
	if (!inet_ntop(family, bytes, text, HOSTS_TEXT_MAX))
		(void)snprintf(text, HOSTS_TEXT_MAX, "?"); /* fits */
	return ntohs(address->sa_family == AF_INET ? in->sin_port : in6->sin6_port);
}
