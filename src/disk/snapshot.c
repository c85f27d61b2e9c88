// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots: named copies of the contents that a disk had at some time.
 *
 * A snapshot is a clone of the disk's contents. Taking one does not hold up
 * I/O, except for writes that would have to copy a block: they wait for the
 * writes in flight. A snapshot contains every write that completed before it
 * was taken. If one write began after another had completed, a snapshot never
 * contains the later write without the earlier one. A disk gives the same
 * guarantees at a power loss, so file systems and databases can recover from a
 * snapshot.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "disk/disk.h"
#include "disk/snapshot.h"
#include "image/contents.h"
#include "name.h"
#include "reason.h"

/**
 * struct rbull_snapshot_state - a snapshot
 * @list: entry in the list of the disk
 * @name: its name
 * @contents: contents of the disk at that time
 * @created: time of creation, ns since 1970
 */
struct rbull_snapshot_state {
	struct list_head list;
	char name[RBULL_NAME_SIZE];
	struct rbull_contents contents;
	u64 created;
};

static struct rbull_snapshot_state *
rbull_snapshot_find(struct rbull_disk *disk, const char *name)
{
	struct rbull_snapshot_state *snapshot;

	lockdep_assert_held(&disk->contents_lock);
	list_for_each_entry(snapshot, &disk->snapshots, list)
		if (!strcmp(snapshot->name, name))
			return snapshot;
	return NULL;
}

static struct rbull_snapshot_state *
rbull_snapshot_must_find(struct rbull_disk *disk, const char *name,
			 struct rbull_reason *reason)
{
	struct rbull_snapshot_state *snapshot = rbull_snapshot_find(disk, name);

	if (snapshot)
		return snapshot;
	return ERR_PTR(rbull_refuse(reason, -ENOENT,
				    "rbull%u has no snapshot named '%s'",
				    disk->index, name));
}

static void rbull_snapshot_free(struct rbull_snapshot_state *snapshot)
{
	list_del(&snapshot->list);
	rbull_contents_free(&snapshot->contents);
	kfree(snapshot);
}

static int rbull_snapshot_check_new(struct rbull_disk *disk, const char *name,
				    struct rbull_reason *reason)
{
	int err = rbull_name_validate("snapshot", name, reason);

	if (err)
		return err;
	if (rbull_snapshot_find(disk, name))
		return rbull_refuse(reason, -EEXIST,
				    "snapshot=%s: rbull%u already has a snapshot with that name",
				    name, disk->index);
	if (disk->nr_snapshots == RBULL_MAX_SNAPSHOTS)
		return rbull_refuse(reason, -ENOSPC,
				    "snapshot=%s: rbull%u already has %u snapshots: allowed are at most %u",
				    name, disk->index, disk->nr_snapshots,
				    RBULL_MAX_SNAPSHOTS);
	return 0;
}

/**
 * rbull_snapshot_create() - take a snapshot of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @name: name of the snapshot, shorter than %RBULL_NAME_SIZE
 * @quiesced_ns: receives the longest time that a write may have been held up,
 *	ns
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL, -EEXIST, -ENOSPC, -ENOMEM or -EMLINK; -EINTR if the
 * caller was killed.
 */
int rbull_snapshot_create(struct rbull_disk *disk, const char *name,
			  u64 *quiesced_ns, struct rbull_reason *reason)
{
	struct rbull_snapshot_state *snapshot;
	int err = rbull_snapshot_check_new(disk, name, reason);
	u64 start;

	if (err)
		return err;
	snapshot = kzalloc(sizeof(*snapshot), GFP_KERNEL);
	if (!snapshot)
		return -ENOMEM;
	start = ktime_get_ns();
	err = rbull_contents_clone(&snapshot->contents, &disk->queue.contents);
	if (err) {
		kfree(snapshot);
		return err;
	}
	*quiesced_ns = ktime_get_ns() - start;
	snapshot->created = ktime_get_real_ns();
	strscpy(snapshot->name, name, sizeof(snapshot->name));
	list_add_tail(&snapshot->list, &disk->snapshots);
	disk->nr_snapshots++;
	return 0;
}

/**
 * rbull_snapshot_remove() - remove a snapshot
 * @disk: the disk, locked by rbull_disk_lock()
 * @name: name of the snapshot
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0 or -ENOENT.
 */
int rbull_snapshot_remove(struct rbull_disk *disk, const char *name,
			  struct rbull_reason *reason)
{
	struct rbull_snapshot_state *snapshot =
		rbull_snapshot_must_find(disk, name, reason);

	if (IS_ERR(snapshot))
		return PTR_ERR(snapshot);
	rbull_snapshot_free(snapshot);
	disk->nr_snapshots--;
	return 0;
}

/**
 * rbull_snapshot_clone() - clone the contents of a snapshot
 * @disk: the disk, locked by rbull_disk_lock()
 * @name: name of the snapshot
 * @clone: receives the clone
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0, -ENOENT, -ENOMEM or -EMLINK; -EINTR if the caller was killed.
 */
int rbull_snapshot_clone(struct rbull_disk *disk, const char *name,
			 struct rbull_contents *clone,
			 struct rbull_reason *reason)
{
	struct rbull_snapshot_state *snapshot =
		rbull_snapshot_must_find(disk, name, reason);

	return IS_ERR(snapshot) ? PTR_ERR(snapshot) :
	       rbull_contents_clone(clone, &snapshot->contents);
}

/**
 * rbull_snapshot_list() - list the snapshots of a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @entries: receives the list, oldest first
 * @nr: number of elements of @entries
 *
 * Return: number of snapshots, which may be larger than @nr.
 */
unsigned int rbull_snapshot_list(struct rbull_disk *disk,
				 struct rbull_snapshot_entry *entries,
				 unsigned int nr)
{
	struct rbull_snapshot_state *snapshot;
	unsigned int i = 0;

	list_for_each_entry(snapshot, &disk->snapshots, list) {
		if (i == nr)
			break;
		strscpy(entries[i].snapshot, snapshot->name, RBULL_NAME_SIZE);
		entries[i].disk_size = snapshot->contents.size;
		entries[i].created = snapshot->created;
		i++;
	}
	return disk->nr_snapshots;
}

/**
 * rbull_snapshot_free_all() - remove all snapshots
 * @disk: the disk, which nothing else uses any more
 *
 * Context: any.
 */
void rbull_snapshot_free_all(struct rbull_disk *disk)
{
	struct rbull_snapshot_state *snapshot, *next;

	list_for_each_entry_safe(snapshot, next, &disk->snapshots, list)
		rbull_snapshot_free(snapshot);
}
