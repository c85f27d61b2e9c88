/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk is read-only while it is saved for good. If whoever saves it is killed,
 * it stays so; a note below /run says that it was not the user who wanted it.
 */
#ifndef RBULLCTL_STOPPING_H
#define RBULLCTL_STOPPING_H

#include "boot/config.h"

/**
 * stopping_begin() - note that a disk is about to become read-only
 * @config: the file that it is of
 * @index: number of the disk
 *
 * Without the note the disk can be saved all the same: failures are not said.
 */
void stopping_begin(const struct config *config, int index);

/**
 * stopping_is() - is there such a note?
 * @config: the file that the disk is of
 * @index: number of the disk
 *
 * Return: whether there is one about this disk.
 */
bool stopping_is(const struct config *config, int index);

/**
 * stopping_undo() - let a disk be written again
 * @config: the file that it is of
 * @index: number of the disk
 *
 * The note goes, too.
 *
 * Return: %EXIT_DONE, or how rbullctl shall end after a complaint.
 */
int stopping_undo(const struct config *config, int index);

/**
 * stopping_end() - take the note away
 * @config: the file that the disk is, or was, of
 */
void stopping_end(const struct config *config);

#endif /* RBULLCTL_STOPPING_H */
