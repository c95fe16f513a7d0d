/* SPDX-License-Identifier: MIT */
/* secret: comparisons of hashes, so that neither the length nor the first wrong byte shows in the time taken. */
#include "http/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SECRET_MAX 4096 /* bytes of a decoded Basic */
#define SHA256_LEN 32

static void hash(const char *key, const char *text, unsigned char ret[SHA256_LEN])
{
	unsigned n = 0;

	memset(ret, 0, SHA256_LEN);
	if (!HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)text, strlen(text), ret, &n))
		memset(ret, 0, SHA256_LEN); /* without memory: secret_same refuses */
}

bool secret_same(const char *a, const char *b)
{
	static const unsigned char none[SHA256_LEN];
	unsigned char hash_a[SHA256_LEN], hash_b[SHA256_LEN];

	hash("compare", a, hash_a);
	hash("compare", b, hash_b);
	return CRYPTO_memcmp(hash_a, none, SHA256_LEN) != 0 && CRYPTO_memcmp(hash_a, hash_b, SHA256_LEN) == 0;
}

void secret_cookie(const char *token, char ret[SECRET_COOKIE_LEN + 1])
{
	unsigned char bytes[SHA256_LEN];

	hash(token, "the cookie of scrape", bytes);
	for (size_t i = 0; i < SHA256_LEN; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]); /* two digits and a NUL fit */
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* "dXNlcjpwYXNz" -> "user:pass"; false if it is none, or holds a NUL. */
static bool base64(const char *text, char ret[SECRET_MAX + 1])
{
	unsigned bits = 0, n_bits = 0;
	size_t n = 0;

	for (; base64_digit(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)base64_digit(*text);
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		if (n == SECRET_MAX || !(bits >> n_bits & 0xff))
			return false;
		ret[n++] = (char)(bits >> n_bits & 0xff);
	}
	ret[n] = '\0';
	return !text[strspn(text, "=")];
}

static enum secret_way check_authorization(const char *token, const char *text)
{
	char decoded[SECRET_MAX + 1];
	const char *colon;

	if (strncasecmp(text, "Bearer ", 7) == 0)
		return secret_same(text + 7 + strspn(text + 7, " "), token) ? SECRET_BEARER : SECRET_NONE;
	if (strncasecmp(text, "Basic ", 6) != 0 || !base64(text + 6 + strspn(text + 6, " "), decoded))
		return SECRET_NONE;
	colon = strchr(decoded, ':');
	return colon && secret_same(colon + 1, token) ? SECRET_BASIC : SECRET_NONE;
}

static bool check_cookie(const char *token, const char *cookies, const char *name)
{
	char want[SECRET_COOKIE_LEN + 1], have[SECRET_COOKIE_LEN + 1];
	size_t n = strlen(name);

	secret_cookie(token, want);
	for (; *cookies; cookies += strcspn(cookies, ";")) {
		cookies += strspn(cookies, "; ");
		if (strncmp(cookies, name, n) != 0 || cookies[n] != '=')
			continue;
		if (strcspn(cookies + n + 1, "; ") != SECRET_COOKIE_LEN)
			continue;
		memcpy(have, cookies + n + 1, SECRET_COOKIE_LEN);
		have[SECRET_COOKIE_LEN] = '\0';
		if (secret_same(have, want))
			return true;
	}
	return false;
}

enum secret_way secret_check(const char *token, const char *authorization, const char *cookies, const char *cookie_name)
{
	if (authorization)
		return check_authorization(token, authorization);
	return cookies && check_cookie(token, cookies, cookie_name) ? SECRET_COOKIE : SECRET_NONE;
}
