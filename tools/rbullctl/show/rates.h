/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of what disks do per second. On a terminal, columns that do not fit are
 * left out, the least important ones first.
 */
#ifndef RBULLCTL_RATES_H
#define RBULLCTL_RATES_H

#include <stdint.h>

#include "show/sample.h"

/**
 * struct rates - which columns are printed
 * @first: heading of a column before the rates; NULL if there is none
 * @first_width: how wide that is
 * @shown: a bit for each rate
 */
struct rates {
	const char *first;
	int first_width;
	uint32_t shown;
};

/**
 * rates_fit() - choose the columns
 * @rates: @rates->first and @rates->first_width are set
 * @width: how many characters a line may have; 0: any number
 */
void rates_fit(struct rates *rates, int width);

/**
 * rates_print_heading() - print what is above the lines of rates_print()
 * @rates: which columns
 */
void rates_print_heading(const struct rates *rates);

/**
 * rates_print() - print what was done per second between two samples
 * @rates: which columns
 * @first: the first column, if there is one
 * @before: the earlier one
 * @after: the later one
 */
void rates_print(const struct rates *rates, const char *first,
		 const struct sample *before, const struct sample *after);

#endif /* RBULLCTL_RATES_H */
