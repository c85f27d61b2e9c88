/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_SIZES_H
#define RBULLCTL_SIZES_H

#include <stdbool.h>
#include <stdint.h>

/* Space for what size_format() makes. */
#define SIZE_TEXT	16

/**
 * size_parse() - read a size as util-linux does
 * @text: digits, maybe a fraction, maybe a suffix: K or KiB is 1024, KB is 1000,
 *	and so on with M, G, T, P and E
 * @size: where to put it, bytes
 *
 * Return: whether it is a size, and one that fits.
 */
bool size_parse(const char *text, uint64_t *size);

/**
 * size_format() - write a size for people, as in 1.5G
 * @text: where to put it
 * @size: bytes
 *
 * Return: @text.
 */
const char *size_format(char text[SIZE_TEXT], uint64_t size);

/**
 * number_parse() - read a whole number, decimal or hexadecimal
 * @text: digits, 0x before hexadecimal ones, maybe a sign
 * @min: the smallest that is allowed
 * @max: the largest that is allowed
 * @number: where to put it
 *
 * Return: whether it is one, and allowed.
 */
bool number_parse(const char *text, int64_t min, int64_t max, int64_t *number);

#endif /* RBULLCTL_SIZES_H */
