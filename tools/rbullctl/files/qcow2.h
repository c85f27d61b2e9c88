/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_QCOW2_H
#define RBULLCTL_QCOW2_H

#include "files/shape.h"

/**
 * qcow2_is_one() - does a file begin as a qcow2 file?
 * @fd: the file
 *
 * Return: whether it does.
 */
bool qcow2_is_one(int fd);

/**
 * qcow2_look() - what is in a qcow2 file?
 * @fd: the file
 * @shown: its path, for complaints
 * @size: where to put the size of the disk that is in it, bytes
 *
 * One that would bring contents of other files with it is refused.
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_look(int fd, const char *shown, uint64_t *size);

/**
 * qcow2_get_shape() - what the disk in it was like
 * @fd: the file
 * @shape: where to put it; not known if it does not say
 */
void qcow2_get_shape(int fd, struct shape *shape);

/**
 * qcow2_put_shape() - say what the disk in it was like, if there is room
 * @fd: the file, which qemu-img has made
 * @shape: what it was like
 */
void qcow2_put_shape(int fd, const struct shape *shape);

/**
 * qcow2_read() - have qemu-img read it into a disk
 * @fd: the file
 * @shown: its path, for complaints
 * @to: the disk
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_read(int fd, const char *shown, int to);

/**
 * qcow2_write() - have qemu-img make one
 * @from: a raw file
 * @fd: the file that shall be one, which is empty
 * @shown: its path, for complaints
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int qcow2_write(int from, int fd, const char *shown);

#endif /* RBULLCTL_QCOW2_H */
