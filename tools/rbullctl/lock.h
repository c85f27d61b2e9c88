/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_LOCK_H
#define RBULLCTL_LOCK_H

/* Folder for locks, and for data that must survive if rbullctl is killed. */
#define LOCK_FOLDER	"/run/" RBULL_NAME

/**
 * lock_take() - wait until no other rbullctl holds a lock
 * @name: name of the lock, a file in %LOCK_FOLDER
 * @what: message about the wait; printed after two seconds
 *
 * Return: a file descriptor, whose close() releases the lock; -EINTR if a
 * signal arrived that ends the program; or another negative errno.
 */
int lock_take(const char *name, const char *what);

#endif /* RBULLCTL_LOCK_H */
