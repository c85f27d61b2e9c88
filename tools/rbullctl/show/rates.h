/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines with the activity of disks per second. On a terminal, columns that do
 * not fit are left out, the least important ones first.
 */
#ifndef RBULLCTL_RATES_H
#define RBULLCTL_RATES_H

#include <stdint.h>

#include "show/sample.h"

/**
 * struct rates - columns that are printed
 * @first: heading of a column before the rates; NULL if there is none
 * @first_width: width of that column
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
 * @width: longest line, characters; 0: no limit
 */
void rates_fit(struct rates *rates, int width);

/**
 * rates_print_heading() - print the headings for rates_print()
 * @rates: the columns
 */
void rates_print_heading(const struct rates *rates);

/**
 * rates_print() - print the activity per second between two samples
 * @rates: the columns
 * @first: text of the first column, if there is one
 * @before: the earlier one
 * @after: the later one
 */
void rates_print(const struct rates *rates, const char *first,
		 const struct sample *before, const struct sample *after);

#endif /* RBULLCTL_RATES_H */
