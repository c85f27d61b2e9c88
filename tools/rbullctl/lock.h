/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_LOCK_H
#define RBULLCTL_LOCK_H

/* Where root keeps locks, and what must not be lost if a run of rbullctl is killed. */
#define LOCK_FOLDER	"/run/" RBULL_NAME

/**
 * lock_take() - wait until no other rbullctl holds a lock
 * @name: name of the lock, a file in %LOCK_FOLDER
 * @what: what is waited for; printed after two seconds
 *
 * Return: a file descriptor, whose close() releases the lock, or a negative errno:
 * -EINTR if a signal came that shall end the program.
 */
int lock_take(const char *name, const char *what);

#endif /* RBULLCTL_LOCK_H */
