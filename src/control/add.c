// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conversion between struct rbull_config and the structures of the control
 * device that describe a disk.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/string.h>
#include <linux/rbull.h>

#include "config.h"
#include "control/add.h"
#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/snapshot.h"
#include "image/contents.h"
#include "reason.h"

#define RBULL_DISK_FLAGS	(RBULL_DISK_RO | RBULL_DISK_NO_DISCARD |     \
				 RBULL_DISK_ROTATIONAL | RBULL_DISK_POPULATE | \
				 RBULL_DISK_NUMA_NODE | RBULL_DISK_TEMPORARY | \
				 RBULL_DISK_NO_WRITE_ZEROES)

/**
 * rbull_control_check_string() - check that a string is terminated
 * @what: name of the member
 * @text: the member
 * @size: size of the member, bytes
 * @reason: receives the reason on failure
 *
 * Return: 0 or -EINVAL.
 */
int rbull_control_check_string(const char *what, const char *text, size_t size,
			       struct rbull_reason *reason)
{
	if (strnlen(text, size) < size)
		return 0;
	return rbull_refuse(reason, -EINVAL,
			    "%s: allowed are at most %zu characters and a zero byte",
			    what, size - 1);
}

static int rbull_control_check_add(const struct rbull_add *add,
				   struct rbull_reason *reason)
{
	if (add->disk_flags & ~RBULL_DISK_FLAGS)
		return rbull_refuse(reason, -EINVAL,
				    "disk_flags=%#x: allowed are the bits in %#x",
				    add->disk_flags, RBULL_DISK_FLAGS);
	if (add->source_flags & ~RBULL_SOURCE_DISK)
		return rbull_refuse(reason, -EINVAL,
				    "source_flags=%#x: allowed are 0 and %#x",
				    add->source_flags, RBULL_SOURCE_DISK);
	if (add->reserved || (!add->source_flags &&
			      (add->source || *add->source_snapshot)))
		return rbull_refuse(reason, -EINVAL,
				    "reserved=%u: allowed is 0; source=%d, source_snapshot=%.*s: allowed only with source_flags=%#x",
				    add->reserved, add->source,
				    RBULL_NAME_SIZE - 1, add->source_snapshot,
				    RBULL_SOURCE_DISK);
	if (add->source_flags && add->mem_limit)
		return rbull_refuse(reason, -EINVAL,
				    "mem_limit=%llu: allowed is 0 for a clone, which shares the limit of its source",
				    add->mem_limit);
	/* All other members fit into s64 and are checked as such. */
	if (add->disk_size > S64_MAX || add->mem_limit > S64_MAX)
		return rbull_refuse(reason, -EINVAL,
				    "disk_size=%llu, mem_limit=%llu: allowed are 0 to %lld",
				    add->disk_size, add->mem_limit, S64_MAX);
	if (add->nminors > rbull_disks_max_minors())
		return rbull_refuse(reason, -EINVAL,
				    "nminors=%u: allowed are 1 to %u (the module parameter nminors%s)",
				    add->nminors, rbull_disks_max_minors(),
				    rbull_disks_minors() ? "" : " is 0");
	return rbull_control_check_string("source_snapshot",
					  add->source_snapshot,
					  RBULL_NAME_SIZE, reason) ?:
	       rbull_control_check_string("serial", add->serial,
					  RBULL_SERIAL_SIZE, reason);
}

static void rbull_control_take(s64 *value, u64 wish)
{
	if (wish)
		*value = wish;
}

static void rbull_control_configure(struct rbull_config *config,
				    const struct rbull_add *add)
{
	config->nr_disks = 1;
	rbull_control_take(&config->disk_size, add->disk_size);
	rbull_control_take(&config->logical_block_size,
			   add->logical_block_size);
	rbull_control_take(&config->physical_block_size,
			   add->physical_block_size);
	config->queue_mode = add->queue_mode;
	/* A clone that takes bios ignores the poll queues of its source. */
	if (add->queue_mode == RBULL_QUEUE_MODE_BIO)
		config->poll_queues = 0;
	rbull_control_take(&config->nr_hw_queues, add->nr_hw_queues);
	rbull_control_take(&config->poll_queues, add->poll_queues);
	rbull_control_take(&config->queue_depth, add->queue_depth);
	rbull_control_take(&config->max_segments, add->max_segments);
	rbull_control_take(&config->max_segment_size, add->max_segment_size);
	rbull_control_take(&config->nminors, add->nminors);
	rbull_control_take(&config->mem_limit, add->mem_limit);
	config->ro = !!(add->disk_flags & RBULL_DISK_RO);
	config->discard = !(add->disk_flags & RBULL_DISK_NO_DISCARD);
	config->write_zeroes = !(add->disk_flags & RBULL_DISK_NO_WRITE_ZEROES);
	config->rotational = !!(add->disk_flags & RBULL_DISK_ROTATIONAL);
	config->populate = !!(add->disk_flags & RBULL_DISK_POPULATE);
	if (add->disk_flags & RBULL_DISK_NUMA_NODE)
		config->numa_node = add->numa_node;
}

/* Get the initial contents of a clone, and the configuration of its source. */
static int rbull_control_clone(const struct rbull_add *add,
			       struct rbull_config *config,
			       struct rbull_contents *clone,
			       struct rbull_reason *reason)
{
	struct rbull_disk *source = rbull_disks_find(add->source, "", reason);
	int err;

	if (IS_ERR(source))
		return PTR_ERR(source);
	err = rbull_disk_lock_or_refuse(source, reason);
	if (!err) {
		err = *add->source_snapshot ?
		      rbull_snapshot_clone(source, add->source_snapshot, clone,
					   reason) :
		      rbull_contents_clone(clone, &source->queue.contents);
		*config = source->config;
		rbull_disk_unlock(source);
	}
	rbull_disk_put(source);
	if (err)
		return err;
	config->mem_limit = 0;
	config->numa_node = NUMA_NO_NODE;
	config->disk_size = clone->size;
	return 0;
}

/* A clone shares the pages of its source: size and RAM cannot be chosen. */
static int rbull_control_check_clone(const struct rbull_add *add, u64 size,
				     struct rbull_reason *reason)
{
	if (add->disk_size && add->disk_size != size)
		return rbull_refuse(reason, -EINVAL,
				    "disk_size=%llu: allowed are 0 and %llu, the size of what is cloned",
				    add->disk_size, size);
	if (add->disk_flags & RBULL_DISK_POPULATE)
		return rbull_refuse(reason, -EINVAL,
				    "populate=1: allowed is 0 for a clone, which takes RAM when it is written to");
	return 0;
}

static struct rbull_disk *rbull_control_make(const struct rbull_add *add,
					     const struct rbull_wish *wish,
					     struct rbull_reason *reason)
{
	struct rbull_config config = RBULL_CONFIG_DEFAULT;
	int err;

	config.nminors = rbull_disks_minors();
	rbull_control_configure(&config, add);
	err = rbull_config_validate(&config, reason);
	return err ? ERR_PTR(err) :
		     rbull_disks_add(&config, NULL, wish, reason);
}

static struct rbull_disk *
rbull_control_make_clone(const struct rbull_add *add,
			 const struct rbull_wish *wish,
			 struct rbull_reason *reason)
{
	struct rbull_contents clone;
	struct rbull_config config;
	int err = rbull_control_clone(add, &config, &clone, reason);

	if (err)
		return ERR_PTR(err);
	err = rbull_control_check_clone(add, clone.size, reason);
	rbull_control_configure(&config, add);
	rbull_contents_set_node(&clone, config.numa_node);
	if (!err)
		err = rbull_config_validate(&config, reason);
	if (!err)
		return rbull_disks_add(&config, &clone, wish, reason);
	rbull_contents_free(&clone);
	return ERR_PTR(err);
}

/**
 * rbull_control_add() - add the disk that a structure describes
 * @add: the structure; receives the number of the disk
 * @owner: owner of the disk if %RBULL_DISK_TEMPORARY is set
 * @reason: receives the reason on failure
 *
 * Context: may sleep.
 * Return: 0; -EINVAL, -ENOSPC, -ENOMEM; -EEXIST if the number or the name is
 * taken; -ENODEV, -ENOENT or -EMLINK of the source; -EINTR if the caller was
 * killed; or another error of the block layer.
 */
int rbull_control_add(struct rbull_add *add, const void *owner,
		      struct rbull_reason *reason)
{
	struct rbull_wish wish = {
		.index = add->call.index, .name = add->call.name,
		.serial = add->serial,
		.owner = add->disk_flags & RBULL_DISK_TEMPORARY ? owner : NULL,
	};
	struct rbull_disk *disk;
	int err = rbull_control_check_add(add, reason);

	if (err)
		return err;
	disk = add->source_flags ?
	       rbull_control_make_clone(add, &wish, reason) :
	       rbull_control_make(add, &wish, reason);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	add->call.index = disk->index;
	rbull_disk_put(disk);
	return 0;
}

static u32 rbull_control_flags(const struct rbull_disk *disk)
{
	const struct rbull_config *config = &disk->config;
	u32 flags = 0;

	if (get_disk_ro(disk->queue.gendisk))
		flags |= RBULL_DISK_RO;
	if (!config->discard)
		flags |= RBULL_DISK_NO_DISCARD;
	if (!config->write_zeroes)
		flags |= RBULL_DISK_NO_WRITE_ZEROES;
	if (config->rotational)
		flags |= RBULL_DISK_ROTATIONAL;
	if (config->populate)
		flags |= RBULL_DISK_POPULATE;
	if (config->numa_node != NUMA_NO_NODE)
		flags |= RBULL_DISK_NUMA_NODE;
	if (disk->owner)
		flags |= RBULL_DISK_TEMPORARY;
	return flags;
}

/**
 * rbull_control_describe() - describe a disk
 * @disk: the disk, locked by rbull_disk_lock()
 * @info: receives the description; @info->call does not change
 *
 * Context: may sleep.
 */
void rbull_control_describe(struct rbull_disk *disk, struct rbull_info *info)
{
	const struct rbull_config *config = &disk->config;
	unsigned long data, nodes;

	info->reserved = 0;
	info->disk_size = disk->queue.contents.size;
	info->disk_flags = rbull_control_flags(disk);
	info->logical_block_size = config->logical_block_size;
	info->physical_block_size = config->physical_block_size;
	info->queue_mode = config->queue_mode;
	info->nr_hw_queues = disk->queue.tag_set.nr_hw_queues - disk->queue.poll_queues;
	info->poll_queues = disk->queue.poll_queues;
	info->queue_depth = config->queue_depth;
	info->max_segments = config->max_segments;
	info->max_segment_size = config->max_segment_size;
	info->nminors = config->nminors;
	info->numa_node = config->numa_node == NUMA_NO_NODE ?
			  0 : config->numa_node;
	info->opens = READ_ONCE(disk->opens);
	info->mem_limit = rbull_contents_limit(&disk->queue.contents);
	rbull_contents_pages(&disk->queue.contents, &data, &nodes);
	info->mem_used = (u64)(data + nodes) << PAGE_SHIFT;
	info->nr_snapshots = disk->nr_snapshots;
	info->major = disk->queue.gendisk->major;
	info->minor = disk->queue.gendisk->first_minor;
}
