/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_SIZES_H
#define RBULLCTL_SIZES_H

#include <stdbool.h>
#include <stdint.h>

/* Space for the result of size_format(). */
#define SIZE_TEXT	16

/**
 * size_parse() - read a size as util-linux does
 * @text: digits, optionally a fraction and a suffix: K or KiB is 1024, KB is
 *	1000, and so on with M, G, T, P and E
 * @size: receives the size, bytes
 *
 * Return: true if @text is a size that fits into @size.
 */
bool size_parse(const char *text, uint64_t *size);

/**
 * size_format() - format a size for people, as in 1.5G
 * @text: receives the text
 * @size: bytes
 *
 * Return: @text.
 */
const char *size_format(char text[SIZE_TEXT], uint64_t size);

/**
 * number_parse() - read a whole number, decimal or hexadecimal
 * @text: digits, 0x before hexadecimal ones, optionally a minus sign
 * @min: smallest allowed value
 * @max: largest allowed value
 * @number: receives the number
 *
 * Return: true if @text is a number in that range.
 */
bool number_parse(const char *text, int64_t min, int64_t max, int64_t *number);

#endif /* RBULLCTL_SIZES_H */
