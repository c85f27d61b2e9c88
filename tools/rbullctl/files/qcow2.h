/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_QCOW2_H
#define RBULLCTL_QCOW2_H

#include "files/shape.h"

/**
 * qcow2_is_one() - check whether a file starts like a qcow2 file
 * @fd: the file
 *
 * Return: true if it does.
 */
bool qcow2_is_one(int fd);

/**
 * qcow2_look() - check the header of a qcow2 file
 * @fd: the file
 * @shown: its path, for messages
 * @size: receives the size of the disk in it, bytes
 *
 * Refuses files that refer to other files.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_look(int fd, const char *shown, uint64_t *size);

/**
 * qcow2_get_shape() - read the properties of the disk from a file
 * @fd: the file
 * @shown: its path, for the message if they are not valid
 * @shape: receives the properties; all 0 if the file has none
 */
void qcow2_get_shape(int fd, const char *shown, struct shape *shape);

/**
 * qcow2_check() - look for damage that would not keep qemu-img from reading a file
 * @fd: the file
 * @shown: its path, for messages
 *
 * What a truncated file lacks would read as zeroes; this is found only if it is a
 * cluster or more. Does not examine a file that its last user did not close (dirty
 * bit): it may be good although its tables are not up to date.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_check(int fd, const char *shown);

/**
 * qcow2_put_shape() - write the properties of the disk, if there is room
 * @fd: the file, which qemu-img has made
 * @shape: the properties
 */
void qcow2_put_shape(int fd, const struct shape *shape);

/**
 * qcow2_read() - read a qcow2 file into a disk, by qemu-img
 * @fd: the file
 * @shown: its path, for messages
 * @to: the disk
 * @full: what to print after the message if the disk has no space
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_read(int fd, const char *shown, int to, const char *full);

/**
 * qcow2_write() - write a qcow2 file, by qemu-img
 * @from: the raw file to convert
 * @fd: the file to write, which is empty
 * @shown: its path, for messages
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_write(int from, int fd, const char *shown);

#endif /* RBULLCTL_QCOW2_H */
