// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control device /dev/rbull-control. include/uapi/linux/rbull.h describes
 * its calls. This file copies the structure of a call from user space, makes
 * the checks that all calls share, runs the call, and copies the result back.
 *
 * A program that is killed while its call waits ends at once. The call then has
 * changed nothing, or it is undone, or a worker completes it (disk/remove.c).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/rbull.h>

#include "control/add.h"
#include "control/device.h"
#include "control/sysfs.h"
#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/remove.h"
#include "disk/replace.h"
#include "disk/resize.h"
#include "disk/snapshot.h"
#include "image/contents.h"
#include "memory.h"
#include "reason.h"

/**
 * union rbull_control_args - the structure of any call
 * @call: the common beginning of all structures
 * @add: of %RBULL_IOC_ADD
 * @remove: of %RBULL_IOC_REMOVE
 * @resize: of %RBULL_IOC_RESIZE
 * @reset: of %RBULL_IOC_RESET
 * @info: of %RBULL_IOC_INFO
 * @list: of %RBULL_IOC_LIST
 * @snapshot: of %RBULL_IOC_SNAPSHOT_CREATE, _REWIND and _REMOVE
 * @snapshot_list: of %RBULL_IOC_SNAPSHOT_LIST
 * @extent: of %RBULL_IOC_EXTENT
 */
union rbull_control_args {
	struct rbull_call call;
	struct rbull_add add;
	struct rbull_remove remove;
	struct rbull_resize resize;
	struct rbull_reset reset;
	struct rbull_info info;
	struct rbull_list list;
	struct rbull_snapshot snapshot;
	struct rbull_snapshot_list snapshot_list;
	struct rbull_extent extent;
};

/**
 * struct rbull_control_call - properties of a call
 * @run: carries out the call on @disk, which is locked if @locks, and NULL if
 *	@no_disk
 * @size: size of its structure, bytes
 * @min_size: size of the first version of its structure, bytes
 * @flags: flags that are allowed
 * @no_disk: the call does not refer to an existing disk
 * @locks: hold rbull_disk_lock() while @run runs. @run must then not access
 *	user memory: a page fault may block for ever, as with userfaultfd
 */
struct rbull_control_call {
	int (*run)(struct rbull_disk *disk, union rbull_control_args *args,
		   struct file *file, struct rbull_reason *reason);
	u32 size;
	u32 min_size;
	u32 flags;
	bool no_disk;
	bool locks;
};

static int rbull_control_run_add(struct rbull_disk *disk,
				 union rbull_control_args *args,
				 struct file *file, struct rbull_reason *reason)
{
	return rbull_control_add(&args->add, file, reason);
}

static int rbull_control_run_remove(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	return rbull_remove_disk(disk, args->call.flags & RBULL_FORCE, reason);
}

static int rbull_control_run_resize(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	return rbull_disk_resize(disk, args->resize.disk_size,
				     &args->resize.quiesced_ns, reason);
}

static int rbull_control_run_reset(struct rbull_disk *disk,
				   union rbull_control_args *args,
				   struct file *file,
				   struct rbull_reason *reason)
{
	return rbull_disk_reset(disk, args->call.flags & RBULL_FORCE,
				    &args->reset.quiesced_ns, reason);
}

static int rbull_control_run_info(struct rbull_disk *disk,
				  union rbull_control_args *args,
				  struct file *file,
				  struct rbull_reason *reason)
{
	rbull_disks_name(disk, args->call.name);
	rbull_disks_serial(disk, args->info.serial);
	rbull_control_describe(disk, &args->info);
	return 0;
}

static int rbull_control_run_list(struct rbull_disk *none,
				  union rbull_control_args *args,
				  struct file *file,
				  struct rbull_reason *reason)
{
	s32 __user *indices = u64_to_user_ptr(args->list.indices);
	struct rbull_disk *disk;
	unsigned int index = 0;
	u32 nr = 0;

	if (args->list.reserved)
		return rbull_refuse(reason, -EINVAL, "reserved=%u: allowed is 0",
				    args->list.reserved);
	while ((disk = rbull_disks_next(index))) {
		if (IS_ERR(disk))
			return PTR_ERR(disk);
		index = disk->index;
		rbull_disk_put(disk);
		if (nr < args->list.nr && put_user(index, indices + nr))
			return -EFAULT;
		nr++;
		index++;
	}
	args->list.nr = nr;
	args->list.mem_used = (u64)rbull_memory_used() << PAGE_SHIFT;
	args->list.mem_limit = (u64)rbull_memory_limit() << PAGE_SHIFT;
	return 0;
}

static int rbull_control_run_create(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	return rbull_control_check_string("snapshot", args->snapshot.snapshot,
					  RBULL_NAME_SIZE, reason) ?:
	       rbull_snapshot_create(disk, args->snapshot.snapshot,
				     &args->snapshot.quiesced_ns, reason);
}

static int rbull_control_run_rewind(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	return rbull_control_check_string("snapshot", args->snapshot.snapshot,
					  RBULL_NAME_SIZE, reason) ?:
	       rbull_disk_rewind(disk, args->snapshot.snapshot,
				 args->call.flags & RBULL_FORCE,
				 &args->snapshot.quiesced_ns, reason);
}

static int rbull_control_run_forget(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	return rbull_control_check_string("snapshot", args->snapshot.snapshot,
					  RBULL_NAME_SIZE, reason) ?:
	       rbull_snapshot_remove(disk, args->snapshot.snapshot, reason);
}

/* Copy a list to a program, which may be newer and have larger elements. */
static int rbull_control_copy_entries(const struct rbull_snapshot_list *list,
				      const struct rbull_snapshot_entry *entries,
				      u32 nr)
{
	char __user *to = u64_to_user_ptr(list->entries);
	size_t size = min_t(size_t, list->entry_size, sizeof(*entries));
	u32 i;

	for (i = 0; i < nr; i++, to += list->entry_size)
		if (copy_to_user(to, &entries[i], size) ||
		    clear_user(to + size, list->entry_size - size))
			return -EFAULT;
	return 0;
}

/* Copy to user memory without the lock: a page fault may block for ever. */
static int rbull_control_run_snapshots(struct rbull_disk *disk,
				       union rbull_control_args *args,
				       struct file *file,
				       struct rbull_reason *reason)
{
	struct rbull_snapshot_list *list = &args->snapshot_list;
	u32 space = min_t(u32, list->nr, RBULL_MAX_SNAPSHOTS), nr;
	struct rbull_snapshot_entry *entries;
	int err;

	if (list->entry_size < RBULL_SNAPSHOT_ENTRY_SIZE_VER0 ||
	    list->entry_size > PAGE_SIZE)
		return rbull_refuse(reason, -EINVAL,
				    "entry_size=%u: allowed are %u to %lu",
				    list->entry_size,
				    RBULL_SNAPSHOT_ENTRY_SIZE_VER0, PAGE_SIZE);
	entries = kvcalloc(space, sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return -ENOMEM;
	err = rbull_disk_lock_or_refuse(disk, reason);
	if (err)
		goto out;
	nr = rbull_snapshot_list(disk, entries, space);
	rbull_disk_unlock(disk);
	err = rbull_control_copy_entries(list, entries, min(nr, space));
	list->nr = nr;
out:
	kvfree(entries);
	return err;
}

static int rbull_control_run_extent(struct rbull_disk *disk,
				    union rbull_control_args *args,
				    struct file *file,
				    struct rbull_reason *reason)
{
	struct rbull_extent *extent = &args->extent;

	extent->length = rbull_contents_next_data(&disk->queue.contents,
						  extent->pos,
						  &extent->start) -
			 extent->start;
	return 0;
}

#define RBULL_CONTROL_CALL(ioc, member, version_0, function, ...)	\
	[_IOC_NR(ioc)] = {						\
		.run = function,					\
		.size = sizeof_field(union rbull_control_args, member),	\
		.min_size = (version_0),				\
		__VA_ARGS__						\
	}

static const struct rbull_control_call rbull_control_calls[] = {
	RBULL_CONTROL_CALL(RBULL_IOC_ADD, add, RBULL_ADD_SIZE_VER0,
			   rbull_control_run_add, .no_disk = true),
	RBULL_CONTROL_CALL(RBULL_IOC_REMOVE, remove, RBULL_REMOVE_SIZE_VER0,
			   rbull_control_run_remove, .flags = RBULL_FORCE),
	RBULL_CONTROL_CALL(RBULL_IOC_RESIZE, resize, RBULL_RESIZE_SIZE_VER0,
			   rbull_control_run_resize, .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_RESET, reset, RBULL_RESET_SIZE_VER0,
			   rbull_control_run_reset, .flags = RBULL_FORCE,
			   .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_INFO, info, RBULL_INFO_SIZE_VER0,
			   rbull_control_run_info, .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_LIST, list, RBULL_LIST_SIZE_VER0,
			   rbull_control_run_list, .no_disk = true),
	RBULL_CONTROL_CALL(RBULL_IOC_SNAPSHOT_CREATE, snapshot,
			   RBULL_SNAPSHOT_SIZE_VER0, rbull_control_run_create,
			   .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_SNAPSHOT_REWIND, snapshot,
			   RBULL_SNAPSHOT_SIZE_VER0, rbull_control_run_rewind,
			   .flags = RBULL_FORCE, .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_SNAPSHOT_REMOVE, snapshot,
			   RBULL_SNAPSHOT_SIZE_VER0, rbull_control_run_forget,
			   .locks = true),
	RBULL_CONTROL_CALL(RBULL_IOC_SNAPSHOT_LIST, snapshot_list,
			   RBULL_SNAPSHOT_LIST_SIZE_VER0,
			   rbull_control_run_snapshots),
	RBULL_CONTROL_CALL(RBULL_IOC_EXTENT, extent, RBULL_EXTENT_SIZE_VER0,
			   rbull_control_run_extent, .locks = true),
};

static int rbull_control_check_call(const struct rbull_control_call *what,
				    const struct rbull_call *call,
				    struct rbull_reason *reason)
{
	if (call->flags & ~what->flags)
		return rbull_refuse(reason, -EINVAL,
				    "flags=%#x: allowed are the bits in %#x",
				    call->flags, what->flags);
	return rbull_control_check_string("name", call->name,
					  RBULL_NAME_SIZE, reason);
}

static int rbull_control_run_on(struct rbull_disk *disk,
				const struct rbull_control_call *what,
				union rbull_control_args *args,
				struct file *file, struct rbull_reason *reason)
{
	int err;

	args->call.index = disk->index;
	if (!what->locks)
		return what->run(disk, args, file, reason);
	err = rbull_disk_lock_or_refuse(disk, reason);
	if (err)
		return err;
	err = what->run(disk, args, file, reason);
	rbull_disk_unlock(disk);
	return err;
}

static int rbull_control_run(const struct rbull_control_call *what,
			     union rbull_control_args *args, struct file *file,
			     struct rbull_reason *reason)
{
	struct rbull_disk *disk;
	int err = rbull_control_check_call(what, &args->call, reason);

	if (err)
		return err;
	if (what->no_disk)
		return what->run(NULL, args, file, reason);
	disk = rbull_disks_find(args->call.index, args->call.name, reason);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	err = rbull_control_run_on(disk, what, args, file, reason);
	rbull_disk_put(disk);
	return err;
}

/* Give the reason to the program, and to the log if the request was invalid. */
static void rbull_control_explain(const struct rbull_call *call, int err,
				  const struct rbull_reason *reason)
{
	char __user *to = u64_to_user_ptr(call->message);
	size_t len = strlen(reason->text);

	if (err == -EINVAL && len)
		pr_err("%s\n", reason->text);
	if (!call->message || !call->message_size)
		return;
	len = min_t(size_t, len, call->message_size - 1);
	/* If the copy fails, the program only gets the errno. */
	if (!copy_to_user(to, reason->text, len))
		put_user('\0', to + len);
}

static const struct rbull_control_call *rbull_control_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(rbull_control_calls) ||
	    cmd != _IO(RBULL_IOC_MAGIC, nr))
		return NULL;
	nr = array_index_nospec(nr, ARRAY_SIZE(rbull_control_calls));
	return &rbull_control_calls[nr];
}

/*
 * Copy a structure from user space. The members that a newer program has at its
 * end must be zero: otherwise the program uses a feature that this driver
 * lacks.
 */
static int rbull_control_read(const struct rbull_control_call *what,
			      union rbull_control_args *args,
			      void __user *from, u32 *size)
{
	int err;

	if (get_user(*size, (u32 __user *)from))
		return -EFAULT;
	if (*size < what->min_size)
		return -EINVAL;
	if (*size > PAGE_SIZE)
		return -E2BIG;
	err = copy_struct_from_user(args, what->size, from, *size);
	/* Do not begin if the result could not be copied back. */
	if (!err && copy_to_user(from, args, min(*size, what->size)))
		err = -EFAULT;
	return err;
}

static long rbull_control_ioctl(struct file *file, unsigned int cmd,
				unsigned long arg)
{
	const struct rbull_control_call *what = rbull_control_find(cmd);
	void __user *user = (void __user *)arg;
	union rbull_control_args args = {};
	struct rbull_reason reason = {};
	u32 size;
	int err;

	if (!what)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = rbull_control_read(what, &args, user, &size);
	if (err)
		return err;
	err = rbull_control_run(what, &args, file, &reason);
	if (err)
		rbull_control_explain(&args.call, err, &reason);
	else if (copy_to_user(user, &args, min(size, what->size)))
		err = -EFAULT;
	return err;
}

static int rbull_control_release(struct inode *inode, struct file *file)
{
	rbull_remove_owned(file);
	return 0;
}

static const struct file_operations rbull_control_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.release = rbull_control_release,
	.unlocked_ioctl = rbull_control_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice rbull_control_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = RBULL_CONTROL_NAME,
	.mode = 0600,
	.fops = &rbull_control_fops,
	.groups = rbull_control_groups,
};

/* Check the layout of the structures, on which programs rely. */
static void rbull_control_check_abi(void)
{
	BUILD_BUG_ON(sizeof(struct rbull_call) != RBULL_CALL_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_add) != RBULL_ADD_SIZE_VER1);
	BUILD_BUG_ON(sizeof(struct rbull_remove) != RBULL_REMOVE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_resize) != RBULL_RESIZE_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_reset) != RBULL_RESET_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_info) != RBULL_INFO_SIZE_VER1);
	BUILD_BUG_ON(sizeof(struct rbull_list) != RBULL_LIST_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_snapshot) !=
		     RBULL_SNAPSHOT_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_snapshot_entry) !=
		     RBULL_SNAPSHOT_ENTRY_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_snapshot_list) !=
		     RBULL_SNAPSHOT_LIST_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct rbull_extent) != RBULL_EXTENT_SIZE_VER0);
}

/**
 * rbull_control_init() - register the control device
 *
 * Context: module init, after everything else.
 * Return: 0, or a negative errno after logging the reason.
 */
int rbull_control_init(void)
{
	int err;

	rbull_control_check_abi();
	err = misc_register(&rbull_control_device);
	if (err)
		pr_err("cannot create /dev/" RBULL_CONTROL_NAME ": error %d\n", err);
	return err;
}

/**
 * rbull_control_exit() - unregister the control device
 *
 * Context: module exit; the device is not open, as an opener pins the module.
 */
void rbull_control_exit(void)
{
	misc_deregister(&rbull_control_device);
}
