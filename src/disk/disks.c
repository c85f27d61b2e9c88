// SPDX-License-Identifier: GPL-2.0-only
/*
 * All disks: their numbers and names, adding and looking up.
 *
 * A number is taken before its disk becomes visible, and released after the
 * disk is deleted, so that no two visible disks ever have the same number.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <linux/rbull.h>

#include "config.h"
#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/open.h"
#include "image/contents.h"
#include "name.h"
#include "reason.h"

/*
 * Guards the array, and index, name, serial, owner, is_adding and is_found of
 * each disk.
 */
static DEFINE_MUTEX(rbull_disks_lock);
static DEFINE_XARRAY_ALLOC(rbull_disks_array);

/* Lookups wait here for a disk that is being added. */
static DECLARE_WAIT_QUEUE_HEAD(rbull_disks_added);

/*
 * The default number of minors of a disk, and the distance between the first
 * minors of two disks. Both are set at load time, such that the minors suffice
 * for the largest number of disks.
 */
static unsigned int rbull_disks_nminors;
static unsigned int rbull_disks_stride;
static_assert(RBULL_MAX_DISKS * RBULL_MAX_MINORS <= 1 << MINORBITS);

/* The distance if the module parameter nminors is 0. */
#define RBULL_DISKS_STRIDE	16

/**
 * rbull_disks_minors() - get the default number of minors of a disk
 *
 * Return: the number; 0: disks use the major that all drivers share.
 */
unsigned int rbull_disks_minors(void)
{
	return rbull_disks_nminors;
}

/**
 * rbull_disks_max_minors() - get the largest number of minors of a disk
 *
 * Return: the number.
 */
unsigned int rbull_disks_max_minors(void)
{
	return rbull_disks_stride;
}

static struct rbull_disk *rbull_disks_by_name(const char *name)
{
	struct rbull_disk *disk;
	unsigned long index;

	lockdep_assert_held(&rbull_disks_lock);
	xa_for_each(&rbull_disks_array, index, disk)
		if (!strcmp(disk->name, name))
			return disk;
	return NULL;
}

static int rbull_disks_check_name(const char *name, struct rbull_reason *reason)
{
	const struct rbull_disk *other;
	int err = rbull_name_validate("name", name, reason);

	if (err)
		return err;
	other = rbull_disks_by_name(name);
	if (!other)
		return 0;
	return rbull_refuse(reason, -EEXIST, "name=%s: rbull%u already has that name",
			    name, other->index);
}

static int rbull_disks_take_index(struct rbull_disk *disk, int wish,
				  struct rbull_reason *reason)
{
	const unsigned int max = RBULL_MAX_DISKS - 1;
	u32 index = wish;
	int err;

	if (wish == RBULL_INDEX_ANY) {
		err = xa_alloc(&rbull_disks_array, &index, disk,
			       XA_LIMIT(0, max), GFP_KERNEL);
		if (err == -EBUSY)
			return rbull_refuse(reason, -ENOSPC,
					    "all %u disk numbers are in use",
					    max + 1);
	} else {
		err = -EINVAL;
		if (wish >= 0 && index <= max)
			err = xa_insert(&rbull_disks_array, index, disk,
					GFP_KERNEL);
		if (err == -EINVAL)
			return rbull_refuse(reason, err,
					    "index=%d: allowed are 0 to %u, and %d for any",
					    wish, max, RBULL_INDEX_ANY);
		if (err == -EBUSY)
			return rbull_refuse(reason, -EEXIST,
					    "index=%d: rbull%d already exists",
					    wish, wish);
	}
	if (!err)
		rbull_disk_set_index(disk, index, rbull_disks_stride);
	return err;
}

/* Register the number and the name of a disk. */
static int rbull_disks_enter(struct rbull_disk *disk,
			     const struct rbull_wish *wish,
			     struct rbull_reason *reason)
{
	int err;

	mutex_lock(&rbull_disks_lock);
	err = rbull_name_validate_serial(wish->serial, reason);
	if (!err && *wish->name)
		err = rbull_disks_check_name(wish->name, reason);
	if (!err)
		err = rbull_disks_take_index(disk, wish->index, reason);
	if (!err) {
		strscpy(disk->name, wish->name, sizeof(disk->name));
		strscpy(disk->serial, wish->serial, sizeof(disk->serial));
		disk->owner = wish->owner;
		disk->is_adding = true;
	}
	mutex_unlock(&rbull_disks_lock);
	return err;
}

static void rbull_disks_end_adding(struct rbull_disk *disk)
{
	lockdep_assert_held(&rbull_disks_lock);
	WRITE_ONCE(disk->is_adding, false);
	wake_up_all(&rbull_disks_added);
}

/* Make a registered disk visible, and let lookups find it. */
static int rbull_disks_show(struct rbull_disk *disk)
{
	int err = rbull_disk_add(disk);

	if (err)
		return err;
	mutex_lock(&rbull_disks_lock);
	disk->is_found = true;
	rbull_disks_end_adding(disk);
	mutex_unlock(&rbull_disks_lock);
	return 0;
}

/* Release the number and the name of a disk that is no longer visible. */
static void rbull_disks_leave(struct rbull_disk *disk)
{
	mutex_lock(&rbull_disks_lock);
	disk->is_found = false;
	rbull_disks_end_adding(disk);
	xa_erase(&rbull_disks_array, disk->index);
	mutex_unlock(&rbull_disks_lock);
	rbull_disk_put(disk);
}

/* Allocate a disk of zeroes that is not visible yet. */
static struct rbull_disk *rbull_disks_make(const struct rbull_config *config)
{
	struct rbull_contents contents;
	int err = rbull_contents_alloc(&contents, config->disk_size,
				       config->numa_node, config->mem_limit,
				       config->populate);

	return err ? ERR_PTR(err) : rbull_disk_alloc(config, contents);
}

/**
 * rbull_disks_add() - add a disk
 * @config: its configuration; valid
 * @contents: its contents, or NULL for zeroes; the disk takes ownership, even
 *	on failure
 * @wish: its identity
 * @reason: receives the reason on failure
 *
 * The disk becomes visible only when it is complete.
 *
 * Context: may sleep.
 * Return: the disk, with a reference for the caller, or an ERR_PTR().
 */
struct rbull_disk *rbull_disks_add(const struct rbull_config *config,
				   const struct rbull_contents *contents,
				   const struct rbull_wish *wish,
				   struct rbull_reason *reason)
{
	struct rbull_disk *disk = contents ?
				  rbull_disk_alloc(config, *contents) :
				  rbull_disks_make(config);
	int err;

	if (IS_ERR(disk)) {
		rbull_refuse(reason, 0, "no memory for a disk of %lld bytes%s: error %ld",
			     config->disk_size,
			     config->populate ? " with populate=1" : "",
			     PTR_ERR(disk));
		return disk;
	}
	err = rbull_disks_enter(disk, wish, reason);
	if (err) {
		rbull_disk_put(disk);
		return ERR_PTR(err);
	}
	rbull_disk_get(disk);
	err = rbull_disks_show(disk);
	if (err) {
		rbull_disks_leave(disk);
		rbull_disk_put(disk);
		return ERR_PTR(err);
	}
	return disk;
}

/**
 * rbull_disks_take_out() - remove a disk, which cannot fail
 * @disk: the disk; the caller has a reference. Nobody else calls this for it
 *
 * Remaining openers get errors from now on. Does not end before the I/O in
 * flight does, and cannot be interrupted: so user space must not wait here.
 *
 * Context: a worker or module exit; may sleep.
 */
void rbull_disks_take_out(struct rbull_disk *disk)
{
	struct rbull_reason reason;

	if (!rbull_disk_lock_always(disk)) {
		rbull_disk_close(disk, true, &reason);
		rbull_disk_unlock(disk);
	}
	rbull_disk_del(disk);
	rbull_disks_leave(disk);
}

/**
 * rbull_disks_from() - get the next disk of an owner
 * @index: lowest number to consider
 * @owner: the owner; NULL for all disks, including those that are being added
 *
 * Context: may sleep.
 * Return: the disk, with a reference for the caller; NULL if there is none.
 */
struct rbull_disk *rbull_disks_from(unsigned long index, const void *owner)
{
	struct rbull_disk *disk;

	mutex_lock(&rbull_disks_lock);
	xa_for_each_start(&rbull_disks_array, index, disk, index) {
		if (owner ? disk->is_found && disk->owner == owner :
			    disk->is_found || disk->is_adding) {
			rbull_disk_get(disk);
			break;
		}
	}
	mutex_unlock(&rbull_disks_lock);
	return disk;
}

/**
 * rbull_disks_orphan() - forget an owner
 * @owner: the owner
 *
 * Disks of it that are still being removed stay temporary, but belong to nobody:
 * the next owner may have the same address.
 *
 * Context: may sleep.
 */
void rbull_disks_orphan(const void *owner)
{
	static const char nobody;
	struct rbull_disk *disk;
	unsigned long index;

	mutex_lock(&rbull_disks_lock);
	xa_for_each(&rbull_disks_array, index, disk)
		if (disk->owner == owner)
			disk->owner = &nobody;
	mutex_unlock(&rbull_disks_lock);
}

/*
 * Wait until a disk that is being added can be found. It is visible a moment
 * before that, and users may look it up at once. Drops the reference.
 */
static int rbull_disks_wait(struct rbull_disk *disk)
{
	int err = wait_event_killable(rbull_disks_added,
				      !READ_ONCE(disk->is_adding));

	rbull_disk_put(disk);
	return err ? -EINTR : 0;
}

/**
 * rbull_disks_next() - get the next disk
 * @index: lowest number to consider
 *
 * Context: may sleep.
 * Return: the disk, with a reference for the caller; NULL if there is none;
 * ERR_PTR(-EINTR) if the caller was killed.
 */
struct rbull_disk *rbull_disks_next(unsigned int index)
{
	struct rbull_disk *disk;
	int err = 0;

	while (!err) {
		disk = rbull_disks_from(index, NULL);
		if (!disk || !READ_ONCE(disk->is_adding))
			return disk;
		err = rbull_disks_wait(disk);
	}
	return ERR_PTR(err);
}

/* Look a disk up by number or by name. Returns a reference, or NULL. */
static struct rbull_disk *rbull_disks_look_up(int index, const char *name)
{
	struct rbull_disk *disk = NULL;

	mutex_lock(&rbull_disks_lock);
	if (index >= 0)
		disk = xa_load(&rbull_disks_array, index);
	else if (index == RBULL_INDEX_ANY && *name)
		disk = rbull_disks_by_name(name);
	if (disk && (disk->is_found || disk->is_adding))
		rbull_disk_get(disk);
	else
		disk = NULL;
	mutex_unlock(&rbull_disks_lock);
	return disk;
}

/**
 * rbull_disks_find() - find a disk
 * @index: its number, or %RBULL_INDEX_ANY
 * @name: its name, used only if @index is %RBULL_INDEX_ANY
 * @reason: receives the reason on failure
 *
 * If the disk is being added, wait for it: it may be visible already.
 *
 * Context: may sleep.
 * Return: the disk, with a reference for the caller, or an ERR_PTR() of
 * -ENODEV, or of -EINTR if the caller was killed.
 */
struct rbull_disk *rbull_disks_find(int index, const char *name,
				    struct rbull_reason *reason)
{
	struct rbull_disk *disk;
	int err;

	while ((disk = rbull_disks_look_up(index, name))) {
		if (!READ_ONCE(disk->is_adding))
			return disk;
		err = rbull_disks_wait(disk);
		if (err)
			return ERR_PTR(err);
	}
	return ERR_PTR(index == RBULL_INDEX_ANY ?
		       rbull_refuse(reason, -ENODEV,
				    "there is no disk named '%s'", name) :
		       rbull_refuse(reason, -ENODEV, "there is no rbull%d",
				    index));
}

/**
 * rbull_disks_rename() - change the name of a disk
 * @disk: the disk
 * @name: the new name, shorter than %RBULL_NAME_SIZE; may be empty
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the name is invalid; -EEXIST if another disk has it.
 */
int rbull_disks_rename(struct rbull_disk *disk, const char *name,
		       struct rbull_reason *reason)
{
	int err = 0;

	mutex_lock(&rbull_disks_lock);
	if (*name && strcmp(name, disk->name))
		err = rbull_disks_check_name(name, reason);
	if (!err)
		strscpy(disk->name, name, sizeof(disk->name));
	mutex_unlock(&rbull_disks_lock);
	return err;
}

/**
 * rbull_disks_name() - get the name of a disk
 * @disk: the disk
 * @name: receives the name, %RBULL_NAME_SIZE bytes
 *
 * Context: may sleep.
 */
void rbull_disks_name(struct rbull_disk *disk, char *name)
{
	mutex_lock(&rbull_disks_lock);
	strscpy(name, disk->name, RBULL_NAME_SIZE);
	mutex_unlock(&rbull_disks_lock);
}

/**
 * rbull_disks_set_serial() - change the serial number of a disk
 * @disk: the disk
 * @serial: the new serial number, shorter than %RBULL_SERIAL_SIZE; may be empty
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if the serial number is invalid.
 */
int rbull_disks_set_serial(struct rbull_disk *disk, const char *serial,
			   struct rbull_reason *reason)
{
	int err = rbull_name_validate_serial(serial, reason);

	if (err)
		return err;
	mutex_lock(&rbull_disks_lock);
	strscpy(disk->serial, serial, sizeof(disk->serial));
	mutex_unlock(&rbull_disks_lock);
	return 0;
}

/**
 * rbull_disks_serial() - get the serial number of a disk
 * @disk: the disk
 * @serial: receives the serial number, %RBULL_SERIAL_SIZE bytes
 *
 * Context: may sleep.
 */
void rbull_disks_serial(struct rbull_disk *disk, char *serial)
{
	mutex_lock(&rbull_disks_lock);
	strscpy(serial, disk->serial, RBULL_SERIAL_SIZE);
	mutex_unlock(&rbull_disks_lock);
}

/* Allocate the disks to create at load time; none of them is visible yet. */
static int rbull_disks_make_first(const struct rbull_config *config)
{
	const struct rbull_wish wish = {
		.index = RBULL_INDEX_ANY, .name = "", .serial = "",
	};
	struct rbull_reason reason;
	unsigned int i;

	for (i = 0; i < config->nr_disks; i++) {
		struct rbull_disk *disk = rbull_disks_make(config);
		int err = PTR_ERR_OR_ZERO(disk);

		if (!err)
			err = rbull_disks_enter(disk, &wish, &reason);
		if (!err)
			continue;
		pr_err("cannot make disk %u of nr_disks=%lld with disk_mb=%lld%s: error %d\n",
		       i + 1, config->nr_disks, config->disk_mb,
		       config->populate ? " and populate=1" : "", err);
		if (!IS_ERR(disk))
			rbull_disk_put(disk);
		return err;
	}
	return 0;
}

/**
 * struct rbull_disks_adding - state of adding disks at load time
 * @work: makes the disks visible
 * @err: 0, or the error that stopped @work before the last disk
 */
struct rbull_disks_adding {
	struct work_struct work;
	int err;
};

static void rbull_disks_add_work(struct work_struct *work)
{
	struct rbull_disks_adding *adding =
		container_of(work, struct rbull_disks_adding, work);
	struct rbull_disk *disk;
	unsigned long index;

	xa_for_each(&rbull_disks_array, index, disk) {
		adding->err = rbull_disks_show(disk);
		if (adding->err) {
			pr_err("cannot add %s: error %d\n",
			       disk->queue.gendisk->disk_name, adding->err);
			return;
		}
	}
}

/*
 * Make the disks visible in a worker. Adding a disk makes the kernel open it
 * for the partition scan. A file that the kernel opens in the context of a
 * user's task is released only when the task returns to user space. If the
 * module's init fails, the module is already freed by then. Files that a worker
 * opens are released by another worker.
 */
static int rbull_disks_add_first(void)
{
	struct rbull_disks_adding adding = {};
	struct workqueue_struct *worker;

	worker = alloc_workqueue("rbull_add", WQ_UNBOUND, 1);
	if (!worker)
		return -ENOMEM;
	INIT_WORK_ONSTACK(&adding.work, rbull_disks_add_work);
	queue_work(worker, &adding.work);
	flush_work(&adding.work);
	destroy_work_on_stack(&adding.work);
	destroy_workqueue(worker);
	return adding.err;
}

/**
 * rbull_disks_init() - create the disks at load time
 * @config: their number and configuration, which are valid
 *
 * All disks are allocated before the first one becomes visible, so that a
 * configuration that does not suit the machine fails before any disk is
 * visible.
 *
 * Context: module init, before lookups are possible.
 * Return: 0, or a negative errno after logging the reason and undoing
 * everything.
 */
int rbull_disks_init(const struct rbull_config *config)
{
	struct rbull_disk *disk;
	unsigned long index;
	int err;

	rbull_disks_nminors = config->nminors;
	rbull_disks_stride = config->nminors ?: RBULL_DISKS_STRIDE;
	err = rbull_disks_make_first(config);
	if (!err)
		err = rbull_disks_add_first();
	if (!err)
		return 0;
	xa_for_each(&rbull_disks_array, index, disk)
		if (!disk->is_found)
			rbull_disks_leave(disk);
	rbull_disks_exit();
	return err;
}

/**
 * rbull_disks_exit() - remove all disks
 *
 * Context: module exit, or failed module init; no disks can be added any more.
 */
void rbull_disks_exit(void)
{
	struct rbull_disk *disk;

	while ((disk = rbull_disks_from(0, NULL))) {
		rbull_disks_take_out(disk);
		rbull_disk_put(disk);
	}
	xa_destroy(&rbull_disks_array);
}
