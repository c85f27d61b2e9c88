/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULL_DISK_DISKS_H
#define RBULL_DISK_DISKS_H

#include <linux/types.h>

struct rbull_config;
struct rbull_disk;
struct rbull_contents;
struct rbull_reason;

/**
 * struct rbull_wish - requested identity of a new disk
 * @index: its number, or %RBULL_INDEX_ANY for the lowest free one
 * @name: its name, or "" for none
 * @serial: its serial number, or "" for none
 * @owner: owner for rbull_remove_owned(), or NULL
 */
struct rbull_wish {
	int index;
	const char *name;
	const char *serial;
	const void *owner;
};

int rbull_disks_init(const struct rbull_config *config);
void rbull_disks_exit(void);
unsigned int rbull_disks_minors(void);
unsigned int rbull_disks_max_minors(void);

struct rbull_disk *rbull_disks_add(const struct rbull_config *config,
				   const struct rbull_contents *contents,
				   const struct rbull_wish *wish,
				   struct rbull_reason *reason);
void rbull_disks_take_out(struct rbull_disk *disk);

struct rbull_disk *rbull_disks_from(unsigned long index, const void *owner);
void rbull_disks_orphan(const void *owner);
struct rbull_disk *rbull_disks_find(int index, const char *name,
				    struct rbull_reason *reason);
struct rbull_disk *rbull_disks_next(unsigned int index);
int rbull_disks_rename(struct rbull_disk *disk, const char *name,
		       struct rbull_reason *reason);
void rbull_disks_name(struct rbull_disk *disk, char *name);
int rbull_disks_set_serial(struct rbull_disk *disk, const char *serial,
			   struct rbull_reason *reason);
void rbull_disks_serial(struct rbull_disk *disk, char *serial);

#endif /* RBULL_DISK_DISKS_H */
