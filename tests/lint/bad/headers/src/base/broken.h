/* SPDX-License-Identifier: MIT */

size_t broken(void);
