/* SPDX-License-Identifier: MIT */
/* The distribution is an incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.7.1, 26.5.8; in
 * the form of Lentz). */
#include <math.h>

#include "compare/student.h"

#define TINY 1e-300
#define PRECISE 1e-10
#define TERMS_MAX 10000
#define STEPS_MAX 1000

/* One step of the continued fraction, with the coefficient `a` of its numerator. */
static double lentz(double a, double *c, double *d)
{
	*d = 1 + a * *d;
	*c = 1 + a / *c;
	*d = 1 / (fabs(*d) < TINY ? TINY : *d);
	*c = fabs(*c) < TINY ? TINY : *c;
	return *c * *d;
}

static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), product;

	d = 1 / (fabs(d) < TINY ? TINY : d);
	product = d;
	for (int m = 1; m < TERMS_MAX; m++) {
		double step = lentz(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), &c, &d);

		product *= step;
		step = lentz(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), &c, &d);
		product *= step;
		if (fabs(step - 1) < PRECISE)
			break;
	}
	return product;
}

static double incomplete_beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
					 : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* The probability of more than t, which is not negative. */
static double upper_tail(double t, double df)
{
	return incomplete_beta(df / 2, 0.5, df / (df + t * t)) / 2;
}

static double density(double t, double df)
{
	return exp(lgamma((df + 1) / 2) - lgamma(df / 2) - (df + 1) / 2 * log1p(t * t / df)) / sqrt(df * M_PI);
}

/* The tail is convex, so Newton's steps from 0 approach from below and never leave. */
double student_quantile(double p, double df)
{
	double tail = p < 0.5 ? p : 1 - p, t = 0, step;

	for (int i = 0; i < STEPS_MAX; i++) {
		step = (upper_tail(t, df) - tail) / density(t, df);
		t += step;
		if (fabs(step) <= PRECISE * t)
			break;
	}
	return p < 0.5 ? -t : t;
}
