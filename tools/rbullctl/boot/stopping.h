/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `stop` makes a disk read-only before it saves and removes it. If rbullctl is
 * killed then, the disk stays read-only. A note below /run tells this from a
 * disk that the user has made read-only.
 */
#ifndef RBULLCTL_STOPPING_H
#define RBULLCTL_STOPPING_H

#include "boot/config.h"

/**
 * stopping_begin() - write a note that a disk is about to become read-only
 * @config: the file of the disk
 * @index: number of the disk
 *
 * Ignores errors: the disk can be saved without the note.
 */
void stopping_begin(const struct config *config, int index);

/**
 * stopping_is() - check for a note
 * @config: the file of the disk
 * @index: number of the disk
 *
 * Return: true if there is a note about this disk.
 */
bool stopping_is(const struct config *config, int index);

/**
 * stopping_undo() - make a disk writable again, and remove the note
 * @config: the file of the disk
 * @index: number of the disk
 *
 * Return: %EXIT_DONE, or another exit code after an error message.
 */
int stopping_undo(const struct config *config, int index);

/**
 * stopping_end() - remove the note
 * @config: the file of the disk, which may be removed already
 */
void stopping_end(const struct config *config);

#endif /* RBULLCTL_STOPPING_H */
