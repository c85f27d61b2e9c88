// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes and numbers as people write and read them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sizes.h"

static const char size_suffixes[] = "KMGTPE";

/* Return: the factor of a suffix; 0 if @text is not a suffix. */
static uint64_t size_suffix(const char *text)
{
	uint64_t unit = 1024, factor = 1;
	const char *found;

	if (!*text)
		return 1;
	found = strchr(size_suffixes, toupper((unsigned char)*text));
	if (!found)
		return 0;
	if (!strcasecmp(text + 1, "B"))
		unit = 1000;
	else if (text[1] && strcasecmp(text + 1, "iB"))
		return 0;
	while (found-- >= size_suffixes)
		factor *= unit;
	return factor;
}

bool size_parse(const char *text, uint64_t *size)
{
	int base = strncasecmp(text, "0x", 2) ? 10 : 16;
	uint64_t whole, factor;
	long double fraction = 0, place = 1;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	whole = strtoull(text, &end, base);
	if (errno)
		return false;
	if (*end == '.' && base == 10 && isdigit((unsigned char)end[1])) {
		while (isdigit((unsigned char)*++end)) {
			place /= 10;
			fraction += (*end - '0') * place;
		}
	}
	factor = size_suffix(end);
	if (!factor || (fraction && factor == 1) ||
	    __builtin_mul_overflow(whole, factor, &whole))
		return false;
	/* Round: the binary fraction may be a bit too small. */
	return !__builtin_add_overflow(whole,
				       (uint64_t)(fraction * factor + 0.5L),
				       size);
}

const char *size_format(char text[SIZE_TEXT], uint64_t size)
{
	uint64_t unit = 1, tenths;
	int suffix = -1;

	while (suffix < (int)sizeof(size_suffixes) - 2 && size / unit >= 1024) {
		unit *= 1024;
		suffix++;
	}
	if (suffix < 0) {
		snprintf(text, SIZE_TEXT, "%dB", (int)size);
		return text;
	}
	tenths = size / unit * 10 + (size % unit / (unit / 1024) * 10 + 512) / 1024;
	if (tenths % 10)
		snprintf(text, SIZE_TEXT, "%d.%d%c", (int)(tenths / 10),
			 (int)(tenths % 10), size_suffixes[suffix]);
	else
		snprintf(text, SIZE_TEXT, "%d%c", (int)(tenths / 10),
			 size_suffixes[suffix]);
	return text;
}

bool number_parse(const char *text, int64_t min, int64_t max, int64_t *number)
{
	const char *digits = text + (*text == '-');
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*number = strtoll(text, &end,
			  strncasecmp(digits, "0x", 2) ? 10 : 16);
	return !errno && !*end && *number >= min && *number <= max;
}
