// SPDX-License-Identifier: GPL-2.0-only
/*
 * All disks: their numbers and names, and how they come and go.
 *
 * A number stands for its disk from before the disk is visible until after it
 * has vanished, so that it cannot be given to another one too early.
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

/* Guards the array, and index, name, serial, owner, is_adding and is_found of each disk. */
static DEFINE_MUTEX(rbull_disks_lock);
static DEFINE_XARRAY_ALLOC(rbull_disks_array);

/* Who looks for a disk that is being added waits here. */
static DECLARE_WAIT_QUEUE_HEAD(rbull_disks_added);

/*
 * Minor numbers that a disk has unless another number is asked for, and from one
 * disk to the next; set at load time. There are always enough.
 */
static unsigned int rbull_disks_nminors;
static unsigned int rbull_disks_stride;
static_assert(RBULL_MAX_DISKS * RBULL_MAX_MINORS <= 1 << MINORBITS);

/* As many can be asked for if those of load time have none. */
#define RBULL_DISKS_STRIDE	16

/**
 * rbull_disks_minors() - how many minor numbers a disk has if none are asked for
 *
 * Return: the number; 0: it shares those of all drivers.
 */
unsigned int rbull_disks_minors(void)
{
	return rbull_disks_nminors;
}

/**
 * rbull_disks_max_minors() - how many minor numbers a disk can have
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
	return rbull_refuse(reason, -EEXIST, "name=%s: rbull%u has that name",
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
					    "all %u numbers of disks are taken",
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
					    "index=%d: rbull%d is there already",
					    wish, wish);
	}
	if (!err)
		rbull_disk_set_index(disk, index, rbull_disks_stride);
	return err;
}

/* Give a disk its number and its name. */
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

/* Make a disk that has its number visible, and let it be found. */
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

/* The number and the name of a disk that is not there any more become free. */
static void rbull_disks_leave(struct rbull_disk *disk)
{
	mutex_lock(&rbull_disks_lock);
	disk->is_found = false;
	rbull_disks_end_adding(disk);
	xa_erase(&rbull_disks_array, disk->index);
	mutex_unlock(&rbull_disks_lock);
	rbull_disk_put(disk);
}

/* Make a disk of zeroes, visible to nobody yet. */
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
 * @config: what it looks like; valid
 * @contents: what it contains, or NULL for zeroes; belongs to the disk from now
 *	on, even in case of failure
 * @wish: how it should be called
 * @reason: where to say why not
 *
 * It is visible when it is whole.
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

/* Remove a disk that is locked, and unlock it. */
static int rbull_disks_remove_locked(struct rbull_disk *disk, bool force,
				     struct rbull_reason *reason)
{
	int err = rbull_disk_close(disk, force, reason);

	rbull_disk_unlock(disk);
	if (err)
		return err;
	rbull_disk_del(disk);
	rbull_disks_leave(disk);
	return 0;
}

/**
 * rbull_disks_remove() - remove a disk
 * @disk: the disk, to which the caller has a reference
 * @force: even if some have it open; they get errors from now on
 * @reason: where to say why not
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if it is open; -ENODEV if it is being removed already;
 * -EINTR if the caller was killed before it began.
 */
int rbull_disks_remove(struct rbull_disk *disk, bool force,
		       struct rbull_reason *reason)
{
	int err = rbull_disk_lock_or_refuse(disk, reason);

	return err ?: rbull_disks_remove_locked(disk, force, reason);
}

/*
 * The first disk from a number on, with a reference: also one that is being
 * added, unless an owner is named. NULL: there is none.
 */
static struct rbull_disk *rbull_disks_from(unsigned long index, const void *owner)
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
 * rbull_disks_remove_owned() - remove the disks that go away with something
 * @owner: what they go away with; NULL for all disks
 *
 * Context: may sleep.
 */
void rbull_disks_remove_owned(const void *owner)
{
	struct rbull_reason reason;
	struct rbull_disk *disk;
	unsigned long index = 0;

	while ((disk = rbull_disks_from(index, owner))) {
		index = disk->index + 1;
		if (!rbull_disk_lock_always(disk))
			rbull_disks_remove_locked(disk, true, &reason);
		rbull_disk_put(disk);
	}
}

/*
 * A disk is visible a moment before it can be found. Whoever has seen it may ask
 * for it at once, and waits. Drops the reference.
 */
static int rbull_disks_wait(struct rbull_disk *disk)
{
	int err = wait_event_killable(rbull_disks_added,
				      !READ_ONCE(disk->is_adding));

	rbull_disk_put(disk);
	return err ? -EINTR : 0;
}

/**
 * rbull_disks_next() - the next disk
 * @index: the lowest number it may have
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

/* By number or by name; with a reference, or NULL. */
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
 * @name: its name, if the number is not given
 * @reason: where to say why not
 *
 * One that is being added, and may be visible already, is waited for.
 *
 * Context: may sleep.
 * Return: the disk, with a reference for the caller, or an ERR_PTR() of -ENODEV,
 * or of -EINTR if the caller was killed.
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
				    "there is no disk of the name '%s'", name) :
		       rbull_refuse(reason, -ENODEV, "there is no rbull%d",
				    index));
}

/**
 * rbull_disks_rename() - give a disk another name
 * @disk: the disk
 * @name: the name, shorter than %RBULL_NAME_SIZE; may be empty
 * @reason: where to say why not
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the name cannot be; -EEXIST if another disk has it.
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
 * rbull_disks_name() - the name of a disk
 * @disk: the disk
 * @name: where to put it, %RBULL_NAME_SIZE bytes
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
 * rbull_disks_set_serial() - give a disk another serial number
 * @disk: the disk
 * @serial: the serial number, shorter than %RBULL_SERIAL_SIZE; may be empty
 * @reason: where to say why not
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if the serial number cannot be.
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
 * rbull_disks_serial() - the serial number of a disk
 * @disk: the disk
 * @serial: where to put it, %RBULL_SERIAL_SIZE bytes
 *
 * Context: may sleep.
 */
void rbull_disks_serial(struct rbull_disk *disk, char *serial)
{
	mutex_lock(&rbull_disks_lock);
	strscpy(serial, disk->serial, RBULL_SERIAL_SIZE);
	mutex_unlock(&rbull_disks_lock);
}

/* Make the disks of load time, visible to nobody yet. */
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
 * struct rbull_disks_adding - disks that are to become visible
 * @work: does it
 * @err: why not all
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
 * Make disks visible, in a worker: when a disk is added the kernel opens it to
 * look for partitions. What a user's process opens in the kernel is closed only
 * on its way out of it, and when a module's init fails, that is after the module
 * was freed. What a worker opens is closed by another worker.
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
 * rbull_disks_init() - make the disks that are there from the start
 * @config: how many, and what they look like; valid
 *
 * All of them are made before the first is visible: what can fail for reasons of
 * the configuration fails while nobody sees anything.
 *
 * Context: module init, when nobody can find disks yet.
 * Return: 0, or the error of what could not be had, after telling the log and
 * undoing all.
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
 * Context: module exit, or init that failed; nobody can add disks any more.
 */
void rbull_disks_exit(void)
{
	rbull_disks_remove_owned(NULL);
	xa_destroy(&rbull_disks_array);
}
