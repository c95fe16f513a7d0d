/* SPDX-License-Identifier: MIT */
/* a // inside of a comment, and "http://x" in a string, are none */
static const char *url = "http://x"; /* nor here // */
// this is one
int x; // and this
/*
 * TODO: later
 */
