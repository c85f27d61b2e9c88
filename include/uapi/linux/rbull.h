/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * rbull: block devices in RAM. What programs may rely on.
 */
#ifndef _UAPI_LINUX_RBULL_H
#define _UAPI_LINUX_RBULL_H

/* Disks are /dev/rbull0, /dev/rbull1, ...; also the name in /proc/devices. */
#define RBULL_NAME			"rbull"

/* The most disks one machine may have. */
#define RBULL_MAX_DISKS			4096

/* The smallest logical and physical block size, in bytes. */
#define RBULL_MIN_BLOCK_SIZE		512

/* The largest physical block size, in bytes. */
#define RBULL_MAX_PHYSICAL_BLOCK_SIZE	(1U << 20)

/* The most minor numbers one disk may set aside for partitions. */
#define RBULL_MAX_MINORS		256

/* The largest request a disk takes at once, in bytes. */
#define RBULL_MAX_REQUEST_SIZE		(4U << 20)

#endif /* _UAPI_LINUX_RBULL_H */
