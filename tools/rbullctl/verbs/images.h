/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_IMAGES_H
#define RBULLCTL_IMAGES_H

#include "cli/options.h"
#include "files/format.h"

/**
 * image_is_stray() - check for a link to a file that does not exist
 * @path: the path
 *
 * Return: true if it is such a link.
 */
bool image_is_stray(const char *path);

/**
 * image_save() - save a disk to a file
 * @index: number of the disk
 * @path: path of the file
 * @format: its format, or IMAGE_BY_NAME or IMAGE_RESCUE
 * @ro: note that the disk is read-only
 * @quiet: show no progress
 *
 * Return: %EXIT_DONE, or another exit code after an error message; then the
 * file is as it was before.
 */
int image_save(int index, const char *path, enum image_format format, bool ro,
	       bool quiet);

/**
 * image_load() - add a disk with the contents of a file
 * @path: path of the file
 * @format: its format, or IMAGE_BY_NAME, or IMAGE_UNKNOWN: by its name, but refuse
 *	a file that looks like another format
 * @add: description of the disk; values that are not set come from the file;
 *	receives its number
 * @ro_given: the user has set the read-only flag in @add
 * @verify: the file must have a checksum, which is compared
 * @quiet: show no progress
 *
 * Return: %EXIT_DONE, or another exit code after an error message; then there
 * is no disk.
 */
int image_load(const char *path, enum image_format format,
	       struct rbull_add *add, bool ro_given, bool verify, bool quiet);

/**
 * image_judge() - check whether a file could be loaded, without reading all of
 *	it
 * @path: path of the file; the suffix of its name determines its format
 * @disk_size: receives the size of the disk in it, bytes
 *
 * The file must have a checksum, but its contents are not compared with it.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int image_judge(const char *path, uint64_t *disk_size);

/**
 * image_publish() - add the permanent disk, as a clone of a temporary one
 * @add: description of the disk; receives its number
 * @source: number of the temporary disk
 *
 * The disk has the contents and the size of the temporary one, and shares its
 * memory limit.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int image_publish(struct rbull_add *add, int source);

#endif /* RBULLCTL_IMAGES_H */
