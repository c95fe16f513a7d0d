/* SPDX-License-Identifier: MIT */
/* student: quantiles of Student's t. */
#ifndef COMPARE_STUDENT_H
#define COMPARE_STUDENT_H

/* The t below which a variable with df degrees of freedom (at least 1, fractions allowed) lies with this probability,
 * right to six digits. p in (0, 1). */
double student_quantile(double p, double df);

#endif
