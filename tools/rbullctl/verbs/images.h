/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_IMAGES_H
#define RBULLCTL_IMAGES_H

#include "cli/options.h"

/* What an image file looks like inside. */
enum image_format {
	IMAGE_RAW,
	IMAGE_QCOW2,
	IMAGE_UNKNOWN,
};

/**
 * image_format() - which format a file has
 * @given: what --format says, or NULL: the end of the name says it
 * @path: path of the file
 *
 * Return: the format, or IMAGE_UNKNOWN after a complaint.
 */
enum image_format image_format(const char *given, const char *path);

/**
 * image_is_stray() - is it a link to a file that is not there?
 * @path: path of the file
 *
 * Return: whether it is.
 */
bool image_is_stray(const char *path);

/**
 * image_save() - save a disk to a file
 * @index: number of the disk
 * @path: path of the file
 * @format: its format
 * @ro: note that the disk is read-only
 * @quiet: show no progress
 *
 * Return: %EXIT_DONE, or another exit code after an error message; then the
 * file is as it was before.
 */
int image_save(int index, const char *path, enum image_format format, bool ro,
	       bool quiet);

/**
 * image_load() - make a disk of a file
 * @path: path of the file
 * @format: its format, or IMAGE_UNKNOWN if the end of the name says it; then a
 *	file that looks like another one is refused
 * @add: what the disk shall be like, as far as the file is not to say it; its
 *	number is given back
 * @ro_given: that includes whether it is read-only
 * @verify: whether there must be a checksum
 * @quiet: show no progress
 *
 * Return: %EXIT_DONE, or another exit code after an error message; then there
 * is no disk.
 */
int image_load(const char *path, enum image_format format,
	       struct rbull_add *add, bool ro_given, bool verify, bool quiet);

/**
 * image_judge() - could a file be loaded, as far as can be seen from outside?
 * @path: path of the file; the end of its name says its format
 * @disk_size: where to put the size of the disk that is in it, bytes
 *
 * It must have a checksum, but what it contains is not compared with that.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int image_judge(const char *path, uint64_t *disk_size);

/**
 * image_publish() - make the disk that stays of a temporary one
 * @add: what it shall be like; its number is given back
 * @source: number of the temporary disk
 *
 * It begins as what that contains, and shares its limit.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int image_publish(struct rbull_add *add, int source);

#endif /* RBULLCTL_IMAGES_H */
