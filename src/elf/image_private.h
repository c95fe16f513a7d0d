/* SPDX-License-Identifier: MIT */
/* image_private: what image.c and image_symbol.c share. */
#ifndef ELF_IMAGE_PRIVATE_H
#define ELF_IMAGE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

struct image;

/* True if the len bytes at addr lie within one segment. */
bool image_holds(const struct image *image, uint64_t addr, uint64_t len);

#endif
