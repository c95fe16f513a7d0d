/* SPDX-License-Identifier: MIT */
/*
 * secret: is this the token? Asked in a time that does not depend on how much of it is right. Three ways to say it:
 * as Bearer, as the password of Basic (any user name; what old clients can send), and as the cookie that a browser
 * gets after it was asked once. The cookie is a keyed hash, so a stolen one is not the token.
 */
#ifndef HTTP_SECRET_H
#define HTTP_SECRET_H

#include <stdbool.h>

#define SECRET_COOKIE_LEN 64

/* The value of the cookie for this token: hex digits and a NUL. */
void secret_cookie(const char *token, char ret[SECRET_COOKIE_LEN + 1]);

bool secret_same(const char *a, const char *b);

enum secret_way { SECRET_NONE = 0, SECRET_BEARER, SECRET_BASIC, SECRET_COOKIE };

/* How the client has proven that it knows the token: by its Authorization and Cookie fields (NULL: none sent).
 * cookie_name is what ours is called. A wrong Authorization is not mended by a right cookie. */
enum secret_way secret_check(const char *token, const char *authorization, const char *cookies,
			     const char *cookie_name);

#endif
